// Package apitest checks a class of BFCL against what the original did: in
// random calls on scenarios of our own that the original answered, and in the
// recorded runs of the benchmark's entries. It also checks that a state and its
// copies keep apart, and measures calls. It is for tests.
package apitest

import (
	"cmp"
	"iter"
	"slices"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Subject is a class that is tested.
type Subject struct {
	Class *toolcall.Class

	// Load makes the state of a scenario; long is nil without long context.
	Load func(scenario, long *py.Dict) toolcall.State

	// Extra returns what is to be compared of a state besides its attributes;
	// nil if there is no more.
	Extra func(s toolcall.State) []toolcall.Attr
}

// private is a state with attributes that no checker compares.
type private interface {
	AppendPrivate(attrs []toolcall.Attr) []toolcall.Attr
}

// attributes returns what a state holds as {"public": {...}, "private": {...}},
// in the order of its attributes.
func attributes(s toolcall.State) *py.Dict {
	return py.D("public", dictOf(s.AppendAttrs(nil)), "private", hidden(s))
}

// hidden returns the private attributes of a state.
func hidden(s toolcall.State) *py.Dict {
	if p, ok := s.(private); ok {
		return dictOf(p.AppendPrivate(nil))
	}
	return py.Of()
}

// dictOf returns attributes as a dict.
func dictOf(attrs []toolcall.Attr) *py.Dict {
	d := py.NewDict(nil, len(attrs))
	for _, a := range attrs {
		d.SetStr(a.Name, plain(a.Value))
	}
	return d
}

// file and directory are objects that recordings write as dicts.
type (
	file interface {
		Name() py.Value
		Content() py.Value
	}
	directory interface {
		Name() py.Value
		Contents() iter.Seq2[py.Value, py.Object]
	}
)

// plain returns v as recordings have it: an object as a dict, anything else as
// it is.
func plain(v py.Value) py.Value {
	switch v := v.(type) {
	case file:
		return py.D("type", py.Str("file"), "name", v.Name(), "content", v.Content())
	case directory:
		contents, order := py.NewDict(nil, 0), py.NewList()
		for name, item := range v.Contents() {
			contents.Set(name, plain(item))
			order.Append(name)
		}
		return py.D("type", py.Str("directory"), "name", v.Name(), "contents", contents, "order", order)
	}
	return v
}

// order says whether the order of the items of dicts counts.
type order bool

const (
	ordered   order = true
	unordered order = false
)

// text is repr(v), which tells 1 from 1.0 and from True. Sets are sorted, and
// so are dicts where their order does not count.
func text(v py.Value, o order) string { return py.Repr(arranged(v, o)) }

// show is the text of all attributes.
func show(s toolcall.State) string { return text(attributes(s), ordered) }

func arranged(v py.Value, o order) py.Value {
	item := func(v py.Value) py.Value { return arranged(v, o) }
	switch v := v.(type) {
	case *py.List:
		return py.NewList(mapped(v.Items, item)...)
	case py.Tuple:
		return py.Tuple(mapped(v, item))
	case *py.Set:
		items := mapped(v.Items(), item)
		slices.SortFunc(items, byRepr)
		return py.NewSet(nil, items...)
	case *py.Dict:
		items := slices.Clone(v.Items())
		if o == unordered {
			slices.SortFunc(items, func(a, b py.Pair) int { return byRepr(a.Key, b.Key) })
		}
		for i := range items {
			items[i].Value = item(items[i].Value)
		}
		return py.Of(items...)
	}
	return v
}

func byRepr(a, b py.Value) int { return cmp.Compare(py.Repr(a), py.Repr(b)) }

// mapped returns f of all items.
func mapped(items []py.Value, f func(py.Value) py.Value) []py.Value {
	out := make([]py.Value, len(items))
	for i, v := range items {
		out[i] = f(v)
	}
	return out
}
