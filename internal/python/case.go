package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Upper is str.upper().
func Upper(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	b := make([]byte, 0, len(s)+4)
	for len(s) > 0 {
		r, n := DecodeRune(s)
		b = appendUpper(b, r)
		s = s[n:]
	}
	return string(b)
}

// Title is str.title(): each run of letters begins with a capital.
func Title(s string) string {
	b := make([]byte, 0, len(s)+4)
	inWord := false
	for i := 0; i < len(s); {
		r, n := DecodeRune(s[i:])
		if inWord {
			b = appendLower(b, s, i, r, n)
		} else {
			b = appendTitle(b, r)
		}
		inWord = cased(r)
		i += n
	}
	return string(b)
}

// Capitalize is str.capitalize().
func Capitalize(s string) string {
	b := make([]byte, 0, len(s)+4)
	for i := 0; i < len(s); {
		r, n := DecodeRune(s[i:])
		if i == 0 {
			b = appendTitle(b, r)
		} else {
			b = appendLower(b, s, i, r, n)
		}
		i += n
	}
	return string(b)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func appendUpper(b []byte, r rune) []byte {
	if r >= utf8.RuneSelf {
		if long, ok := upperLong[r]; ok {
			return append(b, long...)
		}
	}
	return AppendRune(b, unicode.ToUpper(r))
}

func appendTitle(b []byte, r rune) []byte {
	if r >= utf8.RuneSelf {
		if long, ok := titleLong[r]; ok {
			return append(b, long...)
		}
		if unicode.ToTitle(r) == r && !unicode.IsTitle(r) {
			if long, ok := upperLong[r]; ok {
				return append(b, long...)
			}
		}
	}
	return AppendRune(b, unicode.ToTitle(r))
}

// appendLower appends the lower-case form of r, which has size n and stands at
// place i of s.
func appendLower(b []byte, s string, i int, r rune, n int) []byte {
	switch {
	case r == 'İ':
		return append(b, "i\u0307"...)
	case r == 'Σ' && finalSigma(s[:i], s[i+n:]):
		return utf8.AppendRune(b, 'ς')
	}
	return AppendRune(b, LowerRune(r))
}

// IsDigit is str.isdigit(): decimal digits of all scripts, superscripts and
// circled digits, at least one.
func IsDigit(s string) bool {
	for _, r := range s {
		if Decimal(r) < 0 && !unicode.Is(digits, r) {
			return false
		}
	}
	return s != ""
}

// digits holds the digits that are no decimal digits (Numeric_Type is Digit).
var digits = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0xb2, Hi: 0xb3, Stride: 1},
		{Lo: 0xb9, Hi: 0xb9, Stride: 1},
		{Lo: 0x1369, Hi: 0x1371, Stride: 1},
		{Lo: 0x19da, Hi: 0x19da, Stride: 1},
		{Lo: 0x2070, Hi: 0x2070, Stride: 1},
		{Lo: 0x2074, Hi: 0x2079, Stride: 1},
		{Lo: 0x2080, Hi: 0x2089, Stride: 1},
		{Lo: 0x2460, Hi: 0x2468, Stride: 1},
		{Lo: 0x2474, Hi: 0x247c, Stride: 1},
		{Lo: 0x2488, Hi: 0x2490, Stride: 1},
		{Lo: 0x24ea, Hi: 0x24ea, Stride: 1},
		{Lo: 0x24f5, Hi: 0x24fd, Stride: 1},
		{Lo: 0x24ff, Hi: 0x24ff, Stride: 1},
		{Lo: 0x2776, Hi: 0x277e, Stride: 1},
		{Lo: 0x2780, Hi: 0x2788, Stride: 1},
		{Lo: 0x278a, Hi: 0x2792, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x10a40, Hi: 0x10a43, Stride: 1},
		{Lo: 0x10e60, Hi: 0x10e68, Stride: 1},
		{Lo: 0x11052, Hi: 0x1105a, Stride: 1},
		{Lo: 0x1f100, Hi: 0x1f10a, Stride: 1},
	},
	LatinOffset: 2,
}

// Decimal returns the value of a decimal digit of any script, or -1.
func Decimal(r rune) int {
	if '0' <= r && r <= '9' {
		return int(r - '0')
	}
	if r < utf8.RuneSelf || unicode.Is(newer, r) {
		return -1
	}
	for _, x := range unicode.Nd.R16 { // ranges of whole tens, from zero on
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return int(r-rune(x.Lo)) % 10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if r >= rune(x.Lo) && r <= rune(x.Hi) {
			return int(r-rune(x.Lo)) % 10
		}
	}
	return -1
}
