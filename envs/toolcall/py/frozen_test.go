package py

import (
	"strings"
	"testing"
)

func TestFrozen(t *testing.T) {
	o := new(Owner)
	inner := NewDict(o, 1)
	inner.SetStr("k", Int(1))
	set := NewSet(o, Int(5))
	own := NewList(Int(0)).Own(o)
	whole := NewList(inner, Tuple{inner, Str("t")}, D("d", own, "e", set))
	kept := Frozen(whole)
	inner.Own(o).SetStr("k", Int(2))
	set.Own(o).Add(Int(6))
	own.Own(o).Append(None{})
	if got, want := Repr(kept), "[{'k': 1}, ({'k': 1}, 't'), {'d': [0], 'e': {5}}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := Repr(whole), "[{'k': 2}, ({'k': 2}, 't'), {'d': [0, None], 'e': {5, 6}}]"; got != want {
		t.Errorf("the original is %s, want %s", got, want)
	}
}

// TestFrozenShares keeps what nobody owns as it is.
func TestFrozenShares(t *testing.T) {
	v := NewList(Int(1), Tuple{Str("a")}, D("k", NewList(), "s", NewSet(nil, Float(1))))
	if Frozen(v) != Value(v) {
		t.Error("it is copied")
	}
	if n := testing.AllocsPerRun(100, func() { Frozen(v) }); n > 1 { // the items of the set
		t.Errorf("%v allocations, want 1", n)
	}
}

func TestFrozenIsBounded(t *testing.T) {
	for name, v := range map[string]Value{
		"items": NewList(make([]Value, maxFrozen)...),
		"text":  D("k", Str(strings.Repeat("x", 64*maxFrozen))),
		"keys":  D("k", D(strings.Repeat("x", 64*maxFrozen), None{})),
	} {
		t.Run(name, func(t *testing.T) {
			if l, ok := v.(*List); ok {
				for i := range l.Items {
					l.Items[i] = None{}
				}
			}
			if _, e := Try(func() Value { return Frozen(v) }); e == nil || e.Class != "MemoryError" {
				t.Errorf("got %v, want a MemoryError", e)
			}
		})
	}
}
