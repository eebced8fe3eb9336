package py

import (
	"math"
	"strconv"

	"stepgym/internal/python"
)

// AppendJSON appends json.dumps(v); ok is false where it raises: for sets and
// objects, for keys that are tuples, for values nested too deep and for texts
// that are too long. What it then returns is not to be used.
func AppendJSON(b []byte, v Value) (out []byte, ok bool) { return appendJSON(b, v, 0) }

// Result is what a tool's result becomes as text: a str as it is, a dict as
// JSON if it can be, everything else by str().
func Result(v Value) string {
	if s, ok := v.(Str); ok {
		return string(s)
	}
	return string(AppendResult(make([]byte, 0, 128), v))
}

// AppendResult appends [Result].
func AppendResult(b []byte, v Value) []byte {
	switch x := v.(type) {
	case Str:
		return append(b, x...)
	case *Dict:
		n := len(b)
		var ok bool
		if b, ok = AppendJSON(b, v); ok {
			return b
		}
		b = b[:n]
	}
	return AppendRepr(b, v)
}

func appendJSON(b []byte, v Value, depth int) (out []byte, ok bool) {
	switch x := v.(type) {
	case Str:
		return python.AppendJSONString(b, string(x)), true
	case Int:
		return strconv.AppendInt(b, int64(x), 10), true
	case Float:
		return appendJSONFloat(b, float64(x)), true
	case Bool:
		return strconv.AppendBool(b, bool(x)), true
	case None:
		return append(b, "null"...), true
	case *Big:
		if isLong(x) {
			return b, false
		}
		return x.X.Append(b, 10), true
	case *List:
		if x.json != "" {
			return append(b, x.json...), true
		}
		return appendArray(b, x.Items, depth+1)
	case Tuple:
		return appendArray(b, x, depth+1)
	case *Dict:
		return appendObject(b, x, depth+1)
	}
	return b, false
}

func appendArray(b []byte, items []Value, depth int) (out []byte, ok bool) {
	if depth > maxDepth {
		return b, false
	}
	b = append(b, '[')
	for i, v := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		if b, ok = appendJSON(b, v, depth); !ok || len(b) > maxBytes {
			return b, false
		}
	}
	return append(b, ']'), true
}

func appendObject(b []byte, d *Dict, depth int) (out []byte, ok bool) {
	if depth > maxDepth {
		return b, false
	}
	b = append(b, '{')
	for i := range d.items {
		if i > 0 {
			b = append(b, ", "...)
		}
		if b, ok = appendJSONKey(b, d.items[i].Key); !ok {
			return b, false
		}
		if b, ok = appendJSON(append(b, ": "...), d.items[i].Value, depth); !ok || len(b) > maxBytes {
			return b, false
		}
	}
	return append(b, '}'), true
}

// appendJSONKey writes what is no str as the str of its JSON.
func appendJSONKey(b []byte, key Value) (out []byte, ok bool) {
	switch key.(type) {
	case Str:
		return appendJSON(b, key, 0)
	case Int, Float, Bool, None, *Big:
		b, ok = appendJSON(append(b, '"'), key, 0)
		return append(b, '"'), ok
	}
	return b, false
}

func appendJSONFloat(b []byte, f float64) []byte {
	switch {
	case f != f:
		return append(b, "NaN"...)
	case math.IsInf(f, 1):
		return append(b, "Infinity"...)
	case math.IsInf(f, -1):
		return append(b, "-Infinity"...)
	}
	return python.AppendRepr(b, f)
}
