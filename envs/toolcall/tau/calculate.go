package tau

import (
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// allowed are the characters of an expression.
const allowed = "0123456789+-*/(). "

// calculate is arithmetic as Python's eval does it, rounded to cents. What is
// written is parsed and worked out here; there is nothing to call.
func calculate(_ *State, a []py.Value) py.Value {
	expression := a[0]
	if s, ok := expression.(py.Str); ok {
		if strings.Trim(string(s), allowed) != "" && strings.ContainsFunc(string(s), isForbidden) {
			return failure("invalid characters in expression")
		}
	} else {
		for _, c := range py.Iter(expression) {
			if !py.Contains(py.Str(allowed), c) {
				return failure("invalid characters in expression")
			}
		}
	}
	v, e := py.Try(func() py.Value {
		return py.Str(py.ToStr(py.Round(py.FloatOf(evaluate(expression)), py.Int(2))))
	})
	if e != nil {
		return failure(e.Text)
	}
	return v
}

func isForbidden(r rune) bool { return !strings.ContainsRune(allowed, r) }

func evaluate(expression py.Value) py.Value {
	s, ok := expression.(py.Str)
	if !ok {
		py.Raise("TypeError", "eval() arg 1 must be a string, bytes or code object")
	}
	n, e := pycall.Parse(string(s))
	if e != nil {
		panic(e)
	}
	return reckon(n)
}

// reckon is the value of an expression of the allowed characters.
func reckon(n pycall.Node) py.Value {
	switch n := n.(type) {
	case *pycall.Unary:
		return sign(n.Op, reckon(n.X))
	case *pycall.Binary:
		x := reckon(n.X)
		return operate(n.Op, x, reckon(n.Y))
	case *pycall.Call:
		notCallable(n)
	case *pycall.Tuple:
		for _, it := range n.Items {
			reckon(it)
		}
		return py.Tuple{}
	case py.Value:
		return n
	}
	py.Raise("SyntaxError", "invalid syntax (<string>, line 1)")
	return nil
}

// notCallable raises what Python raises for numbers that stand before an opening
// parenthesis, such as 2(3).
func notCallable(n *pycall.Call) {
	f := reckon(n.Func)
	for _, a := range n.Args {
		if u, ok := a.(*pycall.Unsupported); ok && u.What == "Starred" {
			py.Raise("TypeError", "%s argument after * must be an iterable, not int", py.Repr(f))
		}
		reckon(a)
	}
	for _, k := range n.Keywords { // without a name: none can be written
		py.Raise("TypeError", "%s argument after ** must be a mapping, not %s", py.Repr(f), reckon(k.Value).Type())
	}
	py.Raise("TypeError", "'%s' object is not callable", f.Type())
}

func sign(op string, x py.Value) py.Value {
	if c, ok := x.(py.Complex); ok {
		if op == "-" {
			return -c
		}
		return c
	}
	return pycall.OperateUnary(op, x)
}

func operate(op string, x, y py.Value) py.Value {
	if isComplex(x, y) || isComplex(y, x) {
		return operateComplex(op, x, y)
	}
	return pycall.Operate(op, x, y)
}

// isComplex reports whether x is a complex number, which comes of (-8)**.5, and y
// a number.
func isComplex(x, y py.Value) bool {
	_, ok := x.(py.Complex)
	_, both := y.(py.Complex)
	return ok && (both || py.IsNumber(y))
}

// operateComplex raises what the operation raises, or returns a complex number,
// of which only that matters: the result of the expression will be refused.
func operateComplex(op string, x, y py.Value) py.Value {
	switch {
	case op == "//":
		py.Raise("TypeError", "unsupported operand type(s) for //: '%s' and '%s'", x.Type(), y.Type())
	case op == "/" && !py.Truth(y):
		py.Raise("ZeroDivisionError", "complex division by zero")
	}
	return py.Complex(1i)
}
