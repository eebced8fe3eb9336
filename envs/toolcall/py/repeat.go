package py

import (
	"slices"
	"strings"
)

// concat is a + b for a str, list or tuple a.
func concat(a, b Value) Value {
	switch x := a.(type) {
	case Str:
		if y, ok := b.(Str); ok {
			if len(x)+len(y) > maxBytes {
				raiseMemory("str")
			}
			return x + y
		}
	case *List:
		if y, ok := b.(*List); ok {
			if len(x.Items)+len(y.Items) > maxItems {
				raiseMemory("list")
			}
			return &List{Items: slices.Concat(x.Items, y.Items)}
		}
	case Tuple:
		if y, ok := b.(Tuple); ok {
			if len(x)+len(y) > maxItems {
				raiseMemory("tuple")
			}
			return slices.Concat(x, y)
		}
	}
	Raise("TypeError", `can only concatenate %s (not "%s") to %s`, a.Type(), b.Type(), a.Type())
	return nil
}

func isRepeatable(v Value) bool {
	switch v.(type) {
	case Str, *List, Tuple:
		return true
	}
	return false
}

// repeat is seq * times.
func repeat(seq, times Value) Value {
	n, ok := small(times)
	if !ok {
		if !IsInt(times) {
			Raise("TypeError", "can't multiply sequence by non-int of type '%s'", times.Type())
		}
		Raise("OverflowError", "cannot fit 'int' into an index-sized integer")
	}
	n = max(n, 0)
	switch s := seq.(type) {
	case Str:
		if len(s) > 0 && n > int64(maxBytes/len(s)) {
			raiseMemory("str")
		}
		if len(s) == 0 {
			return s
		}
		return Str(strings.Repeat(string(s), int(n)))
	case *List:
		return &List{Items: repeatItems(s.Items, n, "list")}
	case Tuple:
		return Tuple(repeatItems(s, n, "tuple"))
	}
	return nil
}

func repeatItems(items []Value, n int64, kind string) []Value {
	if len(items) == 0 {
		return nil
	}
	if n > int64(maxItems/len(items)) {
		raiseMemory(kind)
	}
	return slices.Repeat(items, int(n))
}
