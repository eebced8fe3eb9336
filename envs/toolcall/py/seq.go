package py

import (
	"slices"
	"strings"

	"stepgym/internal/python"
)

// Len is len(v).
func Len(v Value) int {
	switch x := v.(type) {
	case Str:
		return Chars(string(x))
	case *List:
		return len(x.Items)
	case Tuple:
		return len(x)
	case *Dict:
		return x.Len()
	case *Set:
		return x.Len()
	}
	Raise("TypeError", "object of type '%s' has no len()", v.Type())
	return 0
}

// Iter is list(v): items, keys of a dict, characters of a str. The slice is not
// to be modified.
func Iter(v Value) []Value {
	switch x := v.(type) {
	case *List:
		return x.Items
	case Tuple:
		return x
	case *Dict:
		return x.Keys()
	case *Set:
		return x.Items()
	case Str:
		return characters(string(x))
	}
	Raise("TypeError", "'%s' object is not iterable", v.Type())
	return nil
}

func characters(s string) []Value {
	out := make([]Value, 0, len(s))
	for len(s) > 0 {
		_, n := python.DecodeRune(s)
		out = append(out, Str(s[:n]))
		s = s[n:]
	}
	return out
}

// Contains is x in container.
func Contains(container, x Value) bool {
	switch c := container.(type) {
	case Str:
		s, ok := x.(Str)
		if !ok {
			Raise("TypeError", "'in <string>' requires string as left operand, not %s", x.Type())
		}
		return strings.Contains(string(c), string(s))
	case *List:
		return IndexOf(c.Items, x) >= 0
	case Tuple:
		return IndexOf(c, x) >= 0
	case *Dict:
		return c.Has(x)
	case *Set:
		if _, ok := x.(*Set); ok {
			return false // looked for as a frozenset, of which there are none
		}
		return c.Has(x)
	}
	Raise("TypeError", "argument of type '%s' is not iterable", container.Type())
	return false
}

// IndexOf returns the place of the first item that is x, or -1.
func IndexOf(items []Value, x Value) int {
	for i, v := range items {
		if Same(v, x) {
			return i
		}
	}
	return -1
}

// Index is v[key].
func Index(v, key Value) Value {
	switch x := v.(type) {
	case *Dict:
		return x.MustGet(key)
	case *List:
		return x.Items[place("list", "list", key, len(x.Items))]
	case Tuple:
		return x[place("tuple", "tuple", key, len(x))]
	case Str:
		i := place("string", "string", key, Chars(string(x)))
		from := offset(string(x), i)
		_, n := python.DecodeRune(string(x[from:]))
		return x[from : from+n]
	}
	Raise("TypeError", "'%s' object is not subscriptable", v.Type())
	return nil
}

// place returns the place that an index means in a sequence of n items. what is
// what an exception names that is out of range, such as "list assignment".
func place(kind, what string, key Value, n int) int {
	i, ok := small(key)
	if !ok {
		switch {
		case IsInt(key):
			raiseIndexSize()
		case kind == "string":
			Raise("TypeError", "string indices must be integers, not '%s'", key.Type())
		}
		Raise("TypeError", "%s indices must be integers or slices, not %s", kind, key.Type())
	}
	if i < 0 {
		i += int64(n)
	}
	if i < 0 || i >= int64(n) {
		Raise("IndexError", "%s index out of range", what)
	}
	return int(i)
}

func raiseIndexSize() { Raise("IndexError", "cannot fit 'int' into an index-sized integer") }

// Slice is v[lo:hi]; a None leaves its side open.
func Slice(v, lo, hi Value) Value {
	switch x := v.(type) {
	case Str:
		i, j := bounds(lo, hi, Chars(string(x)))
		from := offset(string(x), i)
		return x[from : from+offset(string(x[from:]), j-i)]
	case *List:
		i, j := bounds(lo, hi, len(x.Items))
		return &List{Items: append([]Value(nil), x.Items[i:j]...)}
	case Tuple:
		i, j := bounds(lo, hi, len(x))
		return x[i:j:j]
	case *Dict:
		Raise("TypeError", "unhashable type: 'slice'")
	}
	Raise("TypeError", "'%s' object is not subscriptable", v.Type())
	return nil
}

// bounds returns 0 <= i <= j <= n.
func bounds(lo, hi Value, n int) (i, j int) {
	i, j = bound(lo, 0, n), bound(hi, n, n)
	return i, max(i, j)
}

func bound(v Value, open, n int) int {
	if _, ok := v.(None); ok {
		return open
	}
	if !IsInt(v) {
		Raise("TypeError", "slice indices must be integers or None or have an __index__ method")
	}
	i := clampedIndex(v)
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

// Remove is l.remove(v): it deletes the first item that is v or equals it, and
// raises ValueError where there is none. The list must be the caller's own.
func (l *List) Remove(v Value) {
	i := IndexOf(l.Items, v)
	if i < 0 {
		Raise("ValueError", "list.remove(x): x not in list")
	}
	l.Items = slices.Delete(l.Items, i, i+1)
}
