package py

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"stepgym/internal/python"
)

// Truth is bool(v).
func Truth(v Value) bool {
	switch x := v.(type) {
	case None:
		return false
	case Bool:
		return bool(x)
	case Int:
		return x != 0
	case Float:
		return x != 0
	case Str:
		return x != ""
	case Tuple:
		return len(x) > 0
	case *List:
		return len(x.Items) > 0
	case *Dict:
		return x.Len() > 0
	case *Set:
		return x.Len() > 0
	case Complex:
		return x != 0
	}
	return true
}

// FloatOf is float(v).
func FloatOf(v Value) Float {
	switch x := v.(type) {
	case Float:
		return x
	case Int, Bool, *Big:
		return Float(toFloat(v))
	case Str:
		return parseFloat(string(x))
	}
	Raise("TypeError", "float() argument must be a string or a real number, not '%s'", v.Type())
	return 0
}

// IntOf is int(v): a float loses what is behind its point.
func IntOf(v Value) Value {
	switch x := v.(type) {
	case Int, *Big:
		return v
	case Bool:
		n, _ := small(v)
		return Int(n)
	case Float:
		return truncate(float64(x))
	case Str:
		return parseInt(string(x))
	}
	Raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '%s'", v.Type())
	return nil
}

// truncate returns a float without what is behind its point, as an int.
func truncate(f float64) Value {
	switch {
	case f != f:
		Raise("ValueError", "cannot convert float NaN to integer")
	case math.IsInf(f, 0):
		Raise("OverflowError", "cannot convert float infinity to integer")
	case f > -1<<63 && f < 1<<63:
		return Int(f)
	}
	x, _ := big.NewFloat(f).Int(nil)
	return NewInt(x)
}

// asciiNumber returns s stripped, with the decimal digits of all scripts as
// ASCII ones; ok is false where another character is left that is not ASCII.
func asciiNumber(s string) (t string, ok bool) {
	if isASCII(s) {
		return strings.Trim(s, " \t\n\v\f\r"), true
	}
	return foldDigits(python.Strip(s))
}

func foldDigits(s string) (t string, ok bool) {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if d := python.Decimal(r); d >= 0 {
			b = append(b, '0'+byte(d))
		} else if r < utf8.RuneSelf {
			b = append(b, byte(r))
		} else {
			return "", false
		}
	}
	return string(b), true
}

// dropUnderscores removes the underscores between digits; ok is false where one
// is anywhere else.
func dropUnderscores(s string) (t string, ok bool) {
	if !strings.Contains(s, "_") {
		return s, true
	}
	for i := range len(s) {
		if s[i] == '_' && (i == 0 || i == len(s)-1 || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func parseInt(s string) Value {
	t, ok := asciiNumber(s)
	if ok {
		t, ok = dropUnderscores(t)
	}
	digits := strings.TrimPrefix(t, "+")
	if digits == t {
		digits = strings.TrimPrefix(t, "-")
	}
	ok = ok && digits != ""
	for i := range len(digits) {
		ok = ok && isDigit(digits[i])
	}
	if !ok {
		Raise("ValueError", "invalid literal for int() with base 10: %s", cut(Repr(Str(s))))
	}
	return decimal(t, len(digits))
}

// decimal reads a signed whole number with so many digits.
func decimal(s string, digits int) Value {
	if x, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Int(x)
	}
	if digits > maxDigits {
		Raise("ValueError", "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", maxDigits, digits)
	}
	x, _ := new(big.Int).SetString(s, 10)
	return NewInt(x)
}

// cut returns the first 200 characters of a text: what CPython shows.
func cut(s string) string {
	if len(s) <= 200 {
		return s
	}
	n := 0
	for i := range s {
		if n++; n > 200 {
			return s[:i]
		}
	}
	return s
}

func parseFloat(s string) Float {
	t, ok := asciiNumber(s)
	if ok {
		t, ok = dropUnderscores(t)
	}
	if ok {
		if f, good := readFloat(t); good {
			return Float(f)
		}
	}
	Raise("ValueError", "could not convert string to float: %s", Repr(Str(s)))
	return 0
}

// readFloat reads a number, "inf", "infinity" or "nan" in any case, with a sign
// or without.
func readFloat(s string) (f float64, ok bool) {
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" {
		return 0, false
	}
	switch strings.ToLower(digits) {
	case "inf", "infinity", "nan":
		f, _ = strconv.ParseFloat(s, 64)
		if f != f {
			f = math.NaN()
		}
		return f, true
	}
	for i := range len(digits) {
		switch c := digits[i]; {
		case isDigit(c), c == '.', c == 'e', c == 'E', c == '+', c == '-':
		default:
			return 0, false // hexadecimal, which Go would read
		}
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}
