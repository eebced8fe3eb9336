package py

import "slices"

// maxFrozen is how large a container that is kept may be: its items, and one
// more for every 64 bytes of text in it.
const maxFrozen = 1 << 16

// Frozen returns v as a state may keep it: lists, dicts and sets in it that
// somebody owns are copied, so that nothing that happens to them shows in v.
// Arguments are owned by nobody, but for results of nested calls, which may
// belong to a state. What nobody owns is kept itself and must not change any
// more.
//
// Differs: Python keeps the object itself, and later changes of a nested
// call's result are seen in what was made of it; such a value may even contain
// itself. Containers of more than 65,536 items or 4 MiB of text raise
// MemoryError, since a few calls could double them again and again.
func Frozen(v Value) Value {
	switch v.(type) {
	case *List, *Dict, *Set, Tuple:
		n := 0
		v, _ = frozen(v, &n)
	}
	return v
}

// frozen is Frozen; copied tells whether anything had to be copied. n counts
// what is in the container.
func frozen(v Value, n *int) (_ Value, copied bool) {
	*n++
	if s, ok := v.(Str); ok {
		*n += len(s) / 64
	}
	if *n > maxFrozen {
		Raise("MemoryError", "the value is too large to be kept")
	}
	switch x := v.(type) {
	case *List:
		if items, copied := frozenItems(x.Items, x.owner != nil, n); copied {
			return NewList(items...), true
		}
	case Tuple:
		if items, copied := frozenItems(x, false, n); copied {
			return Tuple(items), true
		}
	case *Dict:
		return frozenDict(x, n)
	case *Set:
		items, copied := frozenItems(x.Items(), x.owner != nil, n)
		if copied {
			return NewSet(nil, items...), true
		}
	}
	return v, false
}

// frozenItems returns items themselves if none of them had to be copied and they
// are not owned.
func frozenItems(items []Value, owned bool, n *int) (_ []Value, copied bool) {
	if owned {
		items = slices.Clone(items)
	}
	copied = owned
	for i, v := range items {
		w, c := frozen(v, n)
		if !c {
			continue
		}
		if !copied {
			items, copied = slices.Clone(items), true
		}
		items[i] = w
	}
	return items, copied
}

func frozenDict(d *Dict, n *int) (_ Value, copied bool) {
	items := d.items
	if d.owner != nil {
		items, copied = slices.Clone(items), true
	}
	for i, it := range items {
		frozen(it.Key, n) // to be counted: what can be a key has no owner
		w, c := frozen(it.Value, n)
		if !c {
			continue
		}
		if !copied {
			items, copied = slices.Clone(items), true
		}
		items[i].Value = w
	}
	if !copied {
		return d, false
	}
	f := &Dict{items: items}
	f.reindex()
	return f, true
}
