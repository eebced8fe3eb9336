package py

import "testing"

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
