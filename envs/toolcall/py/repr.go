package py

import (
	"strconv"

	"stepgym/internal/python"
)

// Repr is repr(v).
func Repr(v Value) string { return string(AppendRepr(nil, v)) }

// ToStr is str(v).
func ToStr(v Value) string {
	if s, ok := v.(Str); ok {
		return string(s)
	}
	return Repr(v)
}

// AppendStr appends str(v).
func AppendStr(b []byte, v Value) []byte {
	if s, ok := v.(Str); ok {
		return append(b, s...)
	}
	return AppendRepr(b, v)
}

// AppendRepr appends repr(v). It raises RecursionError for values nested too
// deep, and MemoryError for a text that is too long.
func AppendRepr(b []byte, v Value) []byte { return appendRepr(b, v, 0) }

func appendRepr(b []byte, v Value, depth int) []byte {
	switch x := v.(type) {
	case Str:
		return python.AppendReprString(b, string(x))
	case Int:
		return strconv.AppendInt(b, int64(x), 10)
	case Float:
		return python.AppendRepr(b, float64(x))
	case Bool:
		if x {
			return append(b, "True"...)
		}
		return append(b, "False"...)
	case None:
		return append(b, "None"...)
	case *Big:
		return appendBig(b, x)
	case *List:
		b = appendItems(append(b, '['), x.Items, depth+1)
		return append(b, ']')
	case Tuple:
		b = appendItems(append(b, '('), x, depth+1)
		if len(x) == 1 {
			b = append(b, ',')
		}
		return append(b, ')')
	case *Dict:
		return appendDict(b, x, depth+1)
	case *Set:
		if x.Len() == 0 {
			return append(b, "set()"...)
		}
		b = appendItems(append(b, '{'), x.Items(), depth+1)
		return append(b, '}')
	case Object:
		return x.AppendRepr(b)
	}
	return b
}

func appendItems(b []byte, items []Value, depth int) []byte {
	if depth > maxDepth {
		raiseDepth(inRepr)
	}
	for i, v := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = appendRepr(b, v, depth)
		if len(b) > maxBytes {
			raiseMemory("text")
		}
	}
	return b
}

func appendDict(b []byte, d *Dict, depth int) []byte {
	if depth > maxDepth {
		raiseDepth(inRepr)
	}
	b = append(b, '{')
	for i := range d.items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(appendRepr(b, d.items[i].Key, depth), ": "...)
		b = appendRepr(b, d.items[i].Value, depth)
		if len(b) > maxBytes {
			raiseMemory("text")
		}
	}
	return append(b, '}')
}

// appendBig raises ValueError for more digits than CPython writes.
func appendBig(b []byte, x *Big) []byte {
	if isLong(x) {
		Raise("ValueError", "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", maxDigits)
	}
	return x.X.Append(b, 10)
}

// isLong reports whether x has more than maxDigits digits.
func isLong(x *Big) bool {
	const least, most = 14281, 14285 // bits of 10**4299 and of 10**4300, which has one digit too many
	n := x.X.BitLen()
	if n < least || n > most {
		return n > most
	}
	digits := len(x.X.Append(nil, 10))
	if x.X.Sign() < 0 {
		digits--
	}
	return digits > maxDigits
}
