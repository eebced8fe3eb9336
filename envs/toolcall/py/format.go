package py

import (
	"math"
	"strconv"
)

// Format is f"{v}".
func Format(v Value) string { return ToStr(v) }

// Fixed is f"{v:.2f}" with so many digits behind the point.
func Fixed(v Value, digits int) string { return string(AppendFixed(nil, v, digits)) }

// AppendFixed appends [Fixed].
func AppendFixed(b []byte, v Value, digits int) []byte {
	if !IsNumber(v) {
		if _, ok := v.(Str); ok {
			Raise("ValueError", "Unknown format code 'f' for object of type 'str'")
		}
		Raise("TypeError", "unsupported format string passed to %s.__format__", v.Type())
	}
	f := toFloat(v)
	switch {
	case f != f:
		return append(b, "nan"...)
	case math.IsInf(f, 1):
		return append(b, "inf"...)
	case math.IsInf(f, -1):
		return append(b, "-inf"...)
	}
	return strconv.AppendFloat(b, f, 'f', digits, 64)
}
