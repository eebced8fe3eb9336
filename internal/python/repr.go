package python

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Repr returns repr(x): the shortest decimal that reads back as x, with ".0"
// for whole numbers and an exponent below 1e-4 and from 1e16 on.
func Repr(x float64) string { return string(AppendRepr(nil, x)) }

// AppendRepr appends repr(x) to b.
func AppendRepr(b []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(b, "nan"...)
	case math.IsInf(x, 1):
		return append(b, "inf"...)
	case math.IsInf(x, -1):
		return append(b, "-inf"...)
	}
	if a := math.Abs(x); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.AppendFloat(b, x, 'e', -1, 64) // two digits of exponent at least, like Python
	}
	n := len(b)
	b = strconv.AppendFloat(b, x, 'f', -1, 64)
	for _, c := range b[n:] {
		if c == '.' {
			return b
		}
	}
	return append(b, ".0"...)
}

// ReprString returns repr(s) of a str.
func ReprString(s string) string { return string(AppendReprString(nil, s)) }

const hex = "0123456789abcdef"

// AppendReprString appends repr(s) of a str to b: in single quotes unless s has
// one and no double quote, with escapes for what is not printable.
func AppendReprString(b []byte, s string) []byte {
	quote := byte('\'')
	single := strings.IndexByte(s, '\'') >= 0
	double := single && strings.IndexByte(s, '"') >= 0
	if single && !double {
		quote = '"'
	}
	b = append(b, quote)
	for i := 0; i < len(s); {
		n := i
		for n < len(s) && s[n] >= ' ' && s[n] < 0x7f && s[n] != quote && s[n] != '\\' {
			n++
		}
		b = append(b, s[i:n]...)
		if i = n; i == len(s) {
			break
		}
		if c := s[i]; c < utf8.RuneSelf {
			b = appendReprByte(b, c, quote)
			i++
			continue
		}
		r, n := DecodeRune(s[i:])
		switch {
		case IsPrintable(r):
			b = append(b, s[i:i+n]...)
		case r < 0x100:
			b = appendHex(append(b, `\x`...), r, 2)
		case r < 0x10000:
			b = appendHex(append(b, `\u`...), r, 4)
		default:
			b = appendHex(append(b, `\U`...), r, 8)
		}
		i += n
	}
	return append(b, quote)
}

// appendReprByte appends an ASCII character as repr writes it.
func appendReprByte(b []byte, c, quote byte) []byte {
	switch {
	case c == quote || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, `\n`...)
	case c == '\r':
		return append(b, `\r`...)
	case c == '\t':
		return append(b, `\t`...)
	case c < ' ' || c == 0x7f:
		return appendHex(append(b, `\x`...), rune(c), 2)
	}
	return append(b, c)
}

// appendHex appends n hexadecimal digits of r.
func appendHex(b []byte, r rune, n int) []byte {
	for i := n - 1; i >= 0; i-- {
		b = append(b, hex[r>>(4*i)&15])
	}
	return b
}

// AppendReprPair appends repr((a, c)) of two strings to b: "('a', 'c')".
func AppendReprPair(b []byte, a, c string) []byte {
	b = AppendReprString(append(b, '('), a)
	b = AppendReprString(append(b, ", "...), c)
	return append(b, ')')
}

// AppendReprList appends repr(list) of strings to b: "['a', 'b']".
func AppendReprList(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendReprString(b, s)
	}
	return append(b, ']')
}

// Item is one key of a dict with its value.
type Item struct{ Key, Value string }

// AppendReprDict appends repr(dict) of strings to b: "{'a': 'b'}". The order of
// the items is kept; keys must not repeat.
func AppendReprDict(b []byte, items []Item) []byte {
	b = append(b, '{')
	for i, it := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendReprString(b, it.Key)
		b = AppendReprString(append(b, ": "...), it.Value)
	}
	return append(b, '}')
}
