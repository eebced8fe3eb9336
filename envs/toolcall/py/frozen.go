package py

// maxFrozen is how large a container that is kept may be: its items, and one
// more for every 64 bytes of text in it.
const maxFrozen = 1 << 16

// Frozen returns v as a state may keep it: what is in lists, dicts and sets is
// copied, so that nothing that happens to the original shows in v. Arguments
// are new, but for results of nested calls, which may belong to a state.
//
// Differs: Python keeps the object itself, and later changes of a nested
// call's result are seen in what was made of it; such a value may even contain
// itself. Containers of more than 65,536 items or 4 MiB of text raise
// MemoryError, since a few calls could double them again and again.
func Frozen(v Value) Value {
	switch v.(type) {
	case *List, *Dict, *Set, Tuple:
		n := 0
		return frozen(v, &n)
	}
	return v
}

func frozen(v Value, n *int) Value {
	*n++
	if s, ok := v.(Str); ok {
		*n += len(s) / 64
	}
	if *n > maxFrozen {
		Raise("MemoryError", "the value is too large to be kept")
	}
	switch v := v.(type) {
	case *List:
		return NewList(frozenItems(v.Items, n)...)
	case Tuple:
		return Tuple(frozenItems(v, n))
	case *Dict:
		d := NewDict(nil, v.Len())
		for _, it := range v.Items() {
			d.Set(frozen(it.Key, n), frozen(it.Value, n))
		}
		return d
	case *Set:
		return NewSet(nil, frozenItems(v.Items(), n)...)
	}
	return v
}

func frozenItems(items []Value, n *int) []Value {
	out := make([]Value, len(items))
	for i, v := range items {
		out[i] = frozen(v, n)
	}
	return out
}
