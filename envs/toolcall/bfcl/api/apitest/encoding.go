package apitest

import (
	"stepgym/envs/toolcall/py"
)

// decoded undoes the encoding of recorded values: {"__pairs__": [[k, v], ...]}
// is a dict whose keys are not all strings, {"__set__": [...]} a set,
// {"__tuple__": [...]} a tuple and {"__ellipsis__": true} the value Ellipsis.
func decoded(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		return py.NewList(all(v)...)
	case *py.Dict:
		if v.Len() == 1 {
			if w := special(v.At(0)); w != nil {
				return w
			}
		}
		d := py.NewDict(nil, v.Len())
		for _, it := range v.Items() {
			d.Set(it.Key, decoded(it.Value))
		}
		return d
	}
	return v
}

func special(it py.Pair) py.Value {
	switch it.Key {
	case py.Str("__pairs__"):
		d := py.NewDict(nil, 0)
		for _, p := range py.Iter(it.Value) {
			kv := py.Iter(p)
			d.Set(decoded(kv[0]), decoded(kv[1]))
		}
		return d
	case py.Str("__set__"):
		return py.NewSet(nil, all(it.Value)...)
	case py.Str("__tuple__"):
		return py.Tuple(all(it.Value))
	case py.Str("__ellipsis__"):
		return py.Ellipsis{}
	}
	return nil
}

func all(v py.Value) []py.Value {
	items := py.Iter(v)
	out := make([]py.Value, len(items))
	for i, w := range items {
		out[i] = decoded(w)
	}
	return out
}

// identical reports whether two values are equal and of the same types
// throughout, where Python's == takes 1, 1.0 and True for equal. The order of
// dicts does not count: the recorded ones are sorted.
func identical(a, b py.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch x := a.(type) {
	case *py.Dict:
		y := b.(*py.Dict)
		for _, it := range x.Items() {
			if v, ok := y.Get(it.Key); !ok || !identical(it.Value, v) {
				return false
			}
		}
		return x.Len() == y.Len()
	case *py.List:
		return identicalItems(x.Items, b.(*py.List).Items)
	case py.Tuple:
		return identicalItems(x, b.(py.Tuple))
	case *py.Set:
		return py.Equal(a, b)
	}
	return py.Repr(a) == py.Repr(b)
}

func identicalItems(a, b []py.Value) bool {
	for i := range min(len(a), len(b)) {
		if !identical(a[i], b[i]) {
			return false
		}
	}
	return len(a) == len(b)
}
