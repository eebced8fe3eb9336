// Package jsontext writes strings and numbers into JSON without reflection: what a
// step of a server spends most of its time on, beside system calls.
package jsontext

import (
	"math"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// run returns how many bytes at the start of s stand for themselves in a JSON
// string: ASCII from the blank on, but for the quotation mark and the backslash.
func run(s string) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := s[i : i+8]
		x := uint64(w[0]) | uint64(w[1])<<8 | uint64(w[2])<<16 | uint64(w[3])<<24 |
			uint64(w[4])<<32 | uint64(w[5])<<40 | uint64(w[6])<<48 | uint64(w[7])<<56
		// The top bit of every byte that does not; above the lowest such byte a
		// borrow may set others.
		quote, slash := x^('"'*ones), x^('\\'*ones)
		if m := (x | (x-' '*ones)&^x | (quote-ones)&^quote | (slash-ones)&^slash) & tops; m != 0 {
			return i + bits.TrailingZeros64(m)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return i
}

// AppendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD.
func AppendString(b []byte, s string) []byte {
	return append(AppendPart(append(b, '"'), s), '"')
}

// AppendPart appends s as it stands inside a JSON string.
func AppendPart(b []byte, s string) []byte {
	from, i := 0, 0 // s[from:i] needs no change
	for {
		i += run(s[i:])
		switch {
		case i == len(s):
			return append(b, s[from:]...)
		case s[i] < utf8.RuneSelf:
			b = appendEscape(append(b, s[from:i]...), s[i])
			i++
			from = i
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i-1]...), "\ufffd"...)
				from = i
			}
		}
	}
}

// appendEscape appends an ASCII character that a JSON string must escape.
func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// AppendNumber appends a number, null for one that JSON does not have.
func AppendNumber(b []byte, x float64) []byte {
	switch {
	case x == 0:
		return append(b, '0')
	case math.IsNaN(x), math.IsInf(x, 0):
		return append(b, "null"...)
	case x == math.Trunc(x) && math.Abs(x) < 1e15:
		return strconv.AppendInt(b, int64(x), 10)
	case math.Abs(x) >= 1e-6 && math.Abs(x) < 1e21:
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'e', -1, 64)
}
