package pycall

import "stepgym/envs/toolcall/py"

// Operate is x op y for the operator of a [Binary]. It raises what Python does.
// The operators @ << >> & | ^ are not supported and raise NotImplementedError.
func Operate(op string, x, y py.Value) py.Value {
	switch op {
	case "+":
		return py.Add(x, y)
	case "-":
		return py.Sub(x, y)
	case "*":
		return py.Mul(x, y)
	case "/":
		return py.Div(x, y)
	case "//":
		return py.FloorDiv(x, y)
	case "%":
		return py.Mod(x, y)
	case "**":
		return py.Pow(x, y)
	}
	py.Raise("NotImplementedError", "operator %s is not supported", op)
	return nil
}

// OperateUnary is op x for the operator of a [Unary].
func OperateUnary(op string, x py.Value) py.Value {
	switch op {
	case "-":
		return py.Neg(x)
	case "+":
		return py.Pos(x)
	case "~":
		return py.Invert(x)
	}
	return py.Bool(!py.Truth(x))
}

// Fold evaluates n, which may have constants, displays and operators in it. It
// raises NameError for a name and NotImplementedError for anything else.
func Fold(n Node) py.Value {
	switch n := n.(type) {
	case *Name:
		py.Raise("NameError", "name '%s' is not defined", n.Name)
	case *List:
		return py.NewList(folded(n.Items)...)
	case *Tuple:
		return py.Tuple(folded(n.Items))
	case *Set:
		return py.NewSet(nil, folded(n.Items)...)
	case *Dict:
		d := py.NewDict(nil, len(n.Items))
		for _, it := range n.Items {
			if it.Key == nil {
				py.Raise("NotImplementedError", "** in a dict is not supported")
			}
			key := Fold(it.Key)
			d.Set(key, Fold(it.Value))
		}
		return d
	case *Unary:
		return OperateUnary(n.Op, Fold(n.X))
	case *Binary:
		x := Fold(n.X)
		return Operate(n.Op, x, Fold(n.Y))
	case py.Value:
		return n
	}
	py.Raise("NotImplementedError", "only constants are supported here")
	return nil
}

func folded(items []Node) []py.Value {
	values := make([]py.Value, len(items))
	for i, it := range items {
		values[i] = Fold(it)
	}
	return values
}
