package pycall

import (
	"fmt"
	"math"

	"stepgym/envs/toolcall/py"
)

// How tightly expressions bind, as in Python's module ast.
const (
	bindsNot = iota
	bindsOr
	bindsXor
	bindsAnd
	bindsShift
	bindsSum
	bindsTerm
	bindsFactor
	bindsPower
	bindsAwait
	bindsAtom
)

func bindsAs(op string) int {
	switch op {
	case "|":
		return bindsOr
	case "^":
		return bindsXor
	case "&":
		return bindsAnd
	case "<<", ">>":
		return bindsShift
	case "+", "-":
		return bindsSum
	case "**":
		return bindsPower
	}
	return bindsTerm
}

// Unparse returns n as Python text, as ast.unparse writes it. It fails on an
// [Unsupported] node.
//
// Differs: a string with the prefix u is written without it.
func Unparse(n Node) (string, error) {
	b, err := unparse(nil, n, bindsNot)
	return string(b), err
}

// unparse appends n, in parentheses if it binds less tightly than least.
func unparse(b []byte, n Node, least int) ([]byte, error) {
	binds := bindsAtom
	switch n := n.(type) {
	case *Unary:
		binds = bindsFactor
		if n.Op == "not" {
			binds = bindsNot
		}
	case *Binary:
		binds = bindsAs(n.Op)
	case py.Value:
		if isNegative(n) {
			binds = bindsFactor
		}
	}
	if binds >= least {
		return unparsePlain(b, n, binds)
	}
	b, err := unparsePlain(append(b, '('), n, binds)
	return append(b, ')'), err
}

func unparsePlain(b []byte, n Node, binds int) ([]byte, error) {
	var err error
	switch n := n.(type) {
	case *Name:
		return append(b, n.Name...), nil
	case *Call:
		return unparseCall(b, n)
	case *List:
		return unparseItems(b, "[", "]", n.Items)
	case *Tuple:
		return unparseTuple(b, n.Items)
	case *Set:
		return unparseItems(b, "{", "}", n.Items)
	case *Dict:
		return unparseDict(b, n.Items)
	case *Unary:
		b = append(b, n.Op...)
		if n.Op == "not" {
			b = append(b, ' ')
		}
		return unparse(b, n.X, binds)
	case *Binary:
		left, right := binds, binds+1
		if n.Op == "**" {
			left, right = right, left
		}
		if b, err = unparse(b, n.X, left); err != nil {
			return nil, err
		}
		return unparse(append(append(append(b, ' '), n.Op...), ' '), n.Y, right)
	case *Attribute:
		if b, err = unparse(b, n.X, bindsAtom); err != nil {
			return nil, err
		}
		if v, ok := n.X.(py.Value); ok && py.IsInt(v) && !isNegative(v) {
			b = append(b, ' ')
		}
		return append(append(b, '.'), n.Name...), nil
	case *Subscript:
		return unparseSubscript(b, n)
	case py.Value:
		return unparseValue(b, n)
	}
	return nil, fmt.Errorf("pycall: %s cannot be written out", What(n))
}

// What returns the class of n in Python's module ast.
func What(n Node) string {
	switch n := n.(type) {
	case *Unsupported:
		return n.What
	case *Call:
		return "Call"
	case *Name:
		return "Name"
	case *List, *py.List:
		return "List"
	case *Tuple, py.Tuple:
		return "Tuple"
	case *Set, *py.Set:
		return "Set"
	case *Dict, *py.Dict:
		return "Dict"
	case *Unary:
		return "UnaryOp"
	case *Binary:
		return "BinOp"
	case *Attribute:
		return "Attribute"
	case *Subscript:
		return "Subscript"
	case py.Value:
		if isNegative(n) {
			return "UnaryOp"
		}
	}
	return "Constant"
}

// isNegative reports whether v is a number that a minus made.
func isNegative(v py.Value) bool {
	switch v := v.(type) {
	case py.Int:
		return v < 0
	case py.Float:
		return negative(v)
	case *py.Big:
		return v.X.Sign() < 0
	}
	return false
}

func unparseCall(b []byte, c *Call) ([]byte, error) {
	var err error
	if c.Name != "" {
		b = append(b, c.Name...)
	} else if b, err = unparse(b, c.Func, bindsAtom); err != nil {
		return nil, err
	}
	b = append(b, '(')
	comma := ""
	for _, a := range c.Args {
		if b, err = unparse(append(b, comma...), a, bindsNot); err != nil {
			return nil, err
		}
		comma = ", "
	}
	for _, k := range c.Keywords {
		b = append(b, comma...)
		if k.Name == "" {
			b = append(b, "**"...)
		} else {
			b = append(append(b, k.Name...), '=')
		}
		if b, err = unparse(b, k.Value, bindsNot); err != nil {
			return nil, err
		}
		comma = ", "
	}
	return append(b, ')'), nil
}

func unparseItems(b []byte, open, end string, items []Node) ([]byte, error) {
	b = append(b, open...)
	for i, it := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		var err error
		if b, err = unparse(b, it, bindsNot); err != nil {
			return nil, err
		}
	}
	return append(b, end...), nil
}

func unparseTuple(b []byte, items []Node) ([]byte, error) {
	if len(items) == 1 {
		return unparseItems(b, "(", ",)", items)
	}
	return unparseItems(b, "(", ")", items)
}

func unparseDict(b []byte, items []Item) ([]byte, error) {
	b = append(b, '{')
	for i, it := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		var err error
		if it.Key == nil {
			b = append(b, "**"...)
		} else if b, err = unparse(b, it.Key, bindsNot); err != nil {
			return nil, err
		} else {
			b = append(b, ": "...)
		}
		least := bindsNot
		if it.Key == nil {
			least = bindsOr
		}
		if b, err = unparse(b, it.Value, least); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

func unparseSubscript(b []byte, n *Subscript) ([]byte, error) {
	b, err := unparse(b, n.X, bindsAtom)
	if err != nil {
		return nil, err
	}
	b = append(b, '[')
	items := tupleItems(n.Index)
	switch {
	case len(items) == 1:
		b, err = unparseItems(b, "", ",", items)
	case len(items) > 1:
		b, err = unparseItems(b, "", "", items)
	default:
		b, err = unparse(b, n.Index, bindsNot)
	}
	return append(b, ']'), err
}

func tupleItems(n Node) []Node {
	switch n := n.(type) {
	case *Tuple:
		return n.Items
	case py.Tuple:
		return asNodes(n)
	}
	return nil
}

func asNodes(values []py.Value) []Node {
	out := make([]Node, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

// unparseValue appends a constant.
func unparseValue(b []byte, v py.Value) ([]byte, error) {
	switch v := v.(type) {
	case py.Ellipsis:
		return append(b, "..."...), nil
	case py.Float:
		if math.IsInf(float64(v), 0) {
			if v < 0 {
				b = append(b, '-')
			}
			return append(b, "1e309"...), nil // how ast.unparse writes what no literal can
		}
	case *py.List:
		return unparseItems(b, "[", "]", asNodes(v.Items))
	case py.Tuple:
		return unparseTuple(b, asNodes(v))
	case *py.Set:
		return unparseItems(b, "{", "}", asNodes(v.Items()))
	case *py.Dict:
		items := make([]Item, v.Len())
		for i := range items {
			it := v.At(i)
			items[i] = Item{it.Key, it.Value}
		}
		return unparseDict(b, items)
	}
	return py.AppendRepr(b, v), nil
}
