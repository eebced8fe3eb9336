package mathapi

import (
	"math"

	"stepgym/envs/toolcall/py"
)

// over makes a method of a list of numbers of f; what names what cannot be done
// with an empty one.
func over(args []py.Value, what string, f func(numbers []py.Value) py.Value) py.Value {
	if !py.Truth(args[0]) {
		return failed(what + " of an empty list")
	}
	return instead("TypeError", notAll, func() py.Value { return result(f(py.Iter(args[0]))) })
}

func mean(_ *State, args []py.Value) py.Value {
	return over(args, "Cannot calculate mean", meanOf)
}

func meanOf(numbers []py.Value) py.Value { return py.Div(py.Sum(numbers), py.Int(len(numbers))) }

func standardDeviation(_ *State, args []py.Value) py.Value {
	return over(args, "Cannot calculate standard deviation", func(numbers []py.Value) py.Value {
		mean := meanOf(numbers)
		var sum py.Value = py.Int(0)
		for _, x := range numbers {
			sum = py.Add(sum, py.Pow(py.Sub(x, mean), py.Int(2)))
		}
		return py.Float(math.Sqrt(float64(py.FloatOf(py.Div(sum, py.Int(len(numbers)))))))
	})
}

func sumValues(_ *State, args []py.Value) py.Value {
	return over(args, "Cannot calculate sum", py.Sum)
}

func minValue(_ *State, args []py.Value) py.Value { return extreme(args, "minimum", py.Min) }
func maxValue(_ *State, args []py.Value) py.Value { return extreme(args, "maximum", py.Max) }

func extreme(args []py.Value, name string, of func([]py.Value) py.Value) py.Value {
	return over(args, "Cannot find "+name, of)
}
