// Package mathapi is BFCL's MathAPI: arithmetic, statistics and conversions,
// and two functions of adjustable precision. Results and exceptions are the
// original's (bfcl-eval 2026.3.23 with mpmath 1.3.0 on CPython 3.11).
//
// Differs: the original leaves the precision that was last asked for behind in
// its process; here a number is written out with the precision that it was
// calculated with, and no call knows of another. Precisions are limited, see
// [MaxDigits].
package mathapi

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is nothing: the class has no attributes.
type State struct{}

// Load returns the state, whatever the scenario.
func Load(_, _ *py.Dict) toolcall.State { return &State{} }

// Copy returns s, in which nothing changes.
func (s *State) Copy(*py.Owner) toolcall.State { return s }

// Own does nothing.
func (s *State) Own(*py.Owner) {}

// AppendAttrs appends nothing.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr { return attrs }

// Class returns the class of tools. It keeps logarithms that it has calculated
// with for itself.
func Class() *toolcall.Class {
	p := toolcall.P
	logs := newLogs()
	logarithm := func(_ *State, args []py.Value) py.Value { return logarithm(logs, args) }
	return toolcall.NewClass(
		"MathAPI",
		toolcall.Def("logarithm", logarithm, p("value"), p("base"), p("precision")),
		toolcall.Def("mean", mean, p("numbers")),
		toolcall.Def("standard_deviation", standardDeviation, p("numbers")),
		toolcall.Def("si_unit_conversion", convertSI, p("value"), p("unit_in"), p("unit_out")),
		toolcall.Def("imperial_si_conversion", convertImperial, p("value"), p("unit_in"), p("unit_out")),
		toolcall.Def("add", add, p("a"), p("b")),
		toolcall.Def("subtract", subtract, p("a"), p("b")),
		toolcall.Def("multiply", multiply, p("a"), p("b")),
		toolcall.Def("divide", divide, p("a"), p("b")),
		toolcall.Def("power", power, p("base"), p("exponent")),
		toolcall.Def("square_root", squareRoot, p("number"), p("precision")),
		toolcall.Def("absolute_value", absoluteValue, p("number")),
		toolcall.Def("round_number", roundNumber, p("number"), toolcall.Opt("decimal_places", py.Int(0))),
		toolcall.Def("percentage", percentage, p("part"), p("whole")),
		toolcall.Def("min_value", minValue, p("numbers")),
		toolcall.Def("max_value", maxValue, p("numbers")),
		toolcall.Def("sum_values", sumValues, p("numbers")),
	)
}

// The keys of results, made once.
var (
	keyResult py.Value = py.Str("result")
	keyError  py.Value = py.Str("error")
)

// result is {"result": v}.
func result(v py.Value) py.Value { return py.One(keyResult, v) }

// failed is {"error": text}.
func failed(text string) py.Value { return py.One(keyError, py.Str(text)) }

// The texts that stand for a TypeError.
const (
	notNumbers  = "Both inputs must be numbers"
	notAll      = "All elements in the list must be numbers"
	notNumber   = "Value must be a number"
	notOne      = "Input must be a number"
	notRounding = "First input must be a number, second input must be an integer"
	tooLarge    = "Conversion resulted in a value too large to represent"
)

// instead returns the result of f, or text where f raises class; what else it
// raises goes on.
func instead(class, text string, f func() py.Value) py.Value {
	v, e := py.Try(f)
	switch {
	case e == nil:
		return v
	case e.Class == class:
		return failed(text)
	}
	panic(e)
}

// binary makes a method of two numbers of an operation.
func binary(op func(a, b py.Value) py.Value, args []py.Value) py.Value {
	return instead("TypeError", notNumbers, func() py.Value { return result(op(args[0], args[1])) })
}

func add(_ *State, args []py.Value) py.Value      { return binary(py.Add, args) }
func subtract(_ *State, args []py.Value) py.Value { return binary(py.Sub, args) }
func power(_ *State, args []py.Value) py.Value    { return binary(py.Pow, args) }

func multiply(_ *State, args []py.Value) py.Value {
	if !py.IsNumber(args[0]) || !py.IsNumber(args[1]) {
		return failed(notNumbers)
	}
	return binary(py.Mul, args)
}

func divide(_ *State, args []py.Value) py.Value {
	if py.Equal(args[1], py.Int(0)) {
		return failed("Cannot divide by zero")
	}
	return binary(py.Div, args)
}

func percentage(_ *State, args []py.Value) py.Value {
	if py.Equal(args[1], py.Int(0)) {
		return failed("Whole value cannot be zero")
	}
	return binary(func(a, b py.Value) py.Value { return py.Mul(py.Div(a, b), py.Int(100)) }, args)
}

func absoluteValue(_ *State, args []py.Value) py.Value {
	return instead("TypeError", notOne, func() py.Value { return result(py.Abs(args[0])) })
}

func roundNumber(_ *State, args []py.Value) py.Value {
	return instead("TypeError", notRounding, func() py.Value { return result(py.Round(args[0], args[1])) })
}
