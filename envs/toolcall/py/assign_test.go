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
		if got := resultOf(func() Value { return AddAssign(test.a, test.b) }); got != test.want {
			t.Errorf("%s += %s: got %s, want %s", Repr(test.a), Repr(test.b), got, test.want)
		}
	}
}

// TestSubAssign has what CPython 3.11 says.
func TestSubAssign(t *testing.T) {
	tests := []struct {
		a, b Value
		want string
	}{
		{Int(1), Bool(true), "0"},
		{Float(1), Int(2), "-1.0"},
		{NewSet(nil, Int(1), Int(2)), NewSet(nil, Int(1)), "{2}"},
		{NewSet(nil), NewList(), "TypeError: unsupported operand type(s) for -=: 'set' and 'list'"},
		{Int(1), Str("a"), "TypeError: unsupported operand type(s) for -=: 'int' and 'str'"},
		{Str("a"), Str("a"), "TypeError: unsupported operand type(s) for -=: 'str' and 'str'"},
		{NewList(), Int(1), "TypeError: unsupported operand type(s) for -=: 'list' and 'int'"},
		{None{}, Float(1), "TypeError: unsupported operand type(s) for -=: 'NoneType' and 'float'"},
	}
	for _, test := range tests {
		if got := resultOf(func() Value { return SubAssign(test.a, test.b) }); got != test.want {
			t.Errorf("%s -= %s: got %s, want %s", Repr(test.a), Repr(test.b), got, test.want)
		}
	}
}

// TestSetItem has what CPython 3.11 says.
func TestSetItem(t *testing.T) {
	huge := Mul(Int(1<<40), Int(1<<40))
	tests := []struct {
		v, key Value
		want   string
	}{
		{D("a", Int(1)), Str("a"), "{'a': 7}"},
		{D("a", Int(1)), Int(2), "{'a': 1, 2: 7}"},
		{D(), NewList(), "TypeError: unhashable type: 'list'"},
		{NewList(Int(1), Int(2)), Int(-2), "[7, 2]"},
		{NewList(Int(1), Int(2)), Bool(true), "[1, 7]"},
		{NewList(), Int(0), "IndexError: list assignment index out of range"},
		{NewList(), Str("a"), "TypeError: list indices must be integers or slices, not str"},
		{NewList(), huge, "IndexError: cannot fit 'int' into an index-sized integer"},
		{Str("abc"), Int(0), "TypeError: 'str' object does not support item assignment"},
		{Str("abc"), huge, "IndexError: cannot fit 'int' into an index-sized integer"},
		{Tuple{}, Str("a"), "TypeError: 'tuple' object does not support item assignment"},
		{NewSet(nil), huge, "TypeError: 'set' object does not support item assignment"},
		{None{}, Int(0), "TypeError: 'NoneType' object does not support item assignment"},
	}
	for _, test := range tests {
		before := Repr(test.v)
		if got := resultOf(func() Value { return SetItem(new(Owner), test.v, test.key, Int(7)) }); got != test.want {
			t.Errorf("%s[%s] = 7: got %s, want %s", before, Repr(test.key), got, test.want)
		}
		if after := Repr(test.v); after != before {
			t.Errorf("%s became %s", before, after)
		}
	}
}

func TestRemove(t *testing.T) {
	l := NewList(Int(1), Float(2), Int(2)).Own(new(Owner))
	l.Remove(Int(2))
	if got, want := Repr(l), "[1, 2]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := resultOf(func() Value { l.Remove(Str("a")); return l }), "ValueError: list.remove(x): x not in list"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// resultOf is the repr of what f returns, or the exception that it raises.
func resultOf(f func() Value) string {
	v, e := Try(f)
	if e != nil {
		return e.Error()
	}
	return Repr(v)
}
