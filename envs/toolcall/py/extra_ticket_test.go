package py

import "testing"

func TestAddAssign(t *testing.T) {
	tests := []struct {
		a, b Value
		want string
	}{
		{Int(1), Int(1), "2"},
		{Bool(true), Float(0.5), "1.5"},
		{Str("a"), Str("b"), "'ab'"},
		{Str("a"), Int(1), `TypeError: can only concatenate str (not "int") to str`},
		{NewList(Int(1)), Str("ab"), "[1, 'a', 'b']"},
		{NewList(), Int(1), "TypeError: 'int' object is not iterable"},
		{None{}, Int(1), "TypeError: unsupported operand type(s) for +=: 'NoneType' and 'int'"},
		{Int(1), NewList(), "TypeError: unsupported operand type(s) for +=: 'int' and 'list'"},
	}
	for _, test := range tests {
		v, e := Try(func() Value { return AddAssign(test.a, test.b) })
		got := ""
		if e != nil {
			got = e.Error()
		} else {
			got = Repr(v)
		}
		if got != test.want {
			t.Errorf("%s += %s: got %s, want %s", Repr(test.a), Repr(test.b), got, test.want)
		}
	}
}

func TestFrozen(t *testing.T) {
	o := new(Owner)
	inner := NewDict(o, 1)
	inner.SetStr("k", Int(1))
	list := NewList(inner, Tuple{inner})
	kept := Frozen(list)
	inner.Own(o).SetStr("k", Int(2))
	list.Append(None{})
	if got, want := Repr(kept), "[{'k': 1}, ({'k': 1},)]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
