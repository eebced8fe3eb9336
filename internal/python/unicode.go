package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// newer holds the code points that Go's tables (Unicode 15) assign and those of
// CPython 3.11 (Unicode 14) do not. To Python they are neither letters nor
// printable.
var newer = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x0cf3, Hi: 0x0cf3, Stride: 1}, {Lo: 0x0ece, Hi: 0x0ece, Stride: 1}},
	R32: []unicode.Range32{
		{Lo: 0x10efd, Hi: 0x10eff, Stride: 1}, {Lo: 0x1123f, Hi: 0x11241, Stride: 1},
		{Lo: 0x11b00, Hi: 0x11b09, Stride: 1}, {Lo: 0x11f00, Hi: 0x11f10, Stride: 1},
		{Lo: 0x11f12, Hi: 0x11f3a, Stride: 1}, {Lo: 0x11f3e, Hi: 0x11f59, Stride: 1},
		{Lo: 0x1342f, Hi: 0x1342f, Stride: 1}, {Lo: 0x13439, Hi: 0x13455, Stride: 1},
		{Lo: 0x1b132, Hi: 0x1b132, Stride: 1}, {Lo: 0x1b155, Hi: 0x1b155, Stride: 1},
		{Lo: 0x1d2c0, Hi: 0x1d2d3, Stride: 1}, {Lo: 0x1df25, Hi: 0x1df2a, Stride: 1},
		{Lo: 0x1e030, Hi: 0x1e06d, Stride: 1}, {Lo: 0x1e08f, Hi: 0x1e08f, Stride: 1},
		{Lo: 0x1e4d0, Hi: 0x1e4f9, Stride: 1}, {Lo: 0x1f6dc, Hi: 0x1f6dc, Stride: 1},
		{Lo: 0x1f774, Hi: 0x1f776, Stride: 1}, {Lo: 0x1f77b, Hi: 0x1f77f, Stride: 1},
		{Lo: 0x1f7d9, Hi: 0x1f7d9, Stride: 1}, {Lo: 0x1fa75, Hi: 0x1fa77, Stride: 1},
		{Lo: 0x1fa87, Hi: 0x1fa88, Stride: 1}, {Lo: 0x1faad, Hi: 0x1faaf, Stride: 1},
		{Lo: 0x1fabb, Hi: 0x1fabd, Stride: 1}, {Lo: 0x1fabf, Hi: 0x1fabf, Stride: 1},
		{Lo: 0x1face, Hi: 0x1facf, Stride: 1}, {Lo: 0x1fada, Hi: 0x1fadb, Stride: 1},
		{Lo: 0x1fae8, Hi: 0x1fae8, Stride: 1}, {Lo: 0x1faf7, Hi: 0x1faf8, Stride: 1},
		{Lo: 0x2b739, Hi: 0x2b739, Stride: 1}, {Lo: 0x31350, Hi: 0x323af, Stride: 1},
	},
}

// midWord holds the punctuation that the rule for the final sigma looks past:
// Word_Break is MidLetter, MidNumLet or Single_Quote (UAX #29).
var midWord = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x27, Hi: 0x27, Stride: 1}, {Lo: 0x2e, Hi: 0x2e, Stride: 1}, {Lo: 0x3a, Hi: 0x3a, Stride: 1},
		{Lo: 0xb7, Hi: 0xb7, Stride: 1}, {Lo: 0x387, Hi: 0x387, Stride: 1}, {Lo: 0x55f, Hi: 0x55f, Stride: 1},
		{Lo: 0x5f4, Hi: 0x5f4, Stride: 1}, {Lo: 0x2018, Hi: 0x2019, Stride: 1}, {Lo: 0x2024, Hi: 0x2024, Stride: 1},
		{Lo: 0x2027, Hi: 0x2027, Stride: 1}, {Lo: 0xfe13, Hi: 0xfe13, Stride: 1}, {Lo: 0xfe52, Hi: 0xfe52, Stride: 1},
		{Lo: 0xfe55, Hi: 0xfe55, Stride: 1}, {Lo: 0xff07, Hi: 0xff07, Stride: 1}, {Lo: 0xff0e, Hi: 0xff0e, Stride: 1},
		{Lo: 0xff1a, Hi: 0xff1a, Stride: 1},
	},
}

// IsSpace reports whether str.isspace() holds for r: what str.strip() and
// str.split() remove.
func IsSpace(r rune) bool {
	switch {
	case r < 0x80:
		return r == ' ' || r >= '\t' && r <= '\r' || r >= 0x1c && r <= 0x1f
	case r == 0x85 || r == 0xa0 || r == 0x1680 || r == 0x2028 || r == 0x2029:
		return true
	}
	return r >= 0x2000 && r <= 0x200a || r == 0x202f || r == 0x205f || r == 0x3000
}

// IsPrintable reports whether str.isprintable() holds for r: repr() writes such
// characters as they are.
func IsPrintable(r rune) bool {
	if r < 0x80 {
		return r >= ' ' && r < 0x7f
	}
	return unicode.IsPrint(r) && !unicode.Is(newer, r)
}

// IsWord reports whether the class \w of module re matches r: letters, numbers
// of all kinds and the underscore.
func IsWord(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_'
	}
	return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !unicode.Is(newer, r)
}

// Strip is str.strip().
func Strip(s string) string { return strings.TrimFunc(s, IsSpace) }

// Lower is str.lower(), the final sigma and the Turkish capital I included.
func Lower(s string) string {
	ascii, changes := true, false
	for i := range len(s) {
		c := s[i]
		ascii = ascii && c < utf8.RuneSelf
		changes = changes || c >= 'A' && c <= 'Z'
	}
	if ascii {
		if !changes {
			return s
		}
		return strings.ToLower(s)
	}
	b := make([]byte, 0, len(s)+4)
	for i := 0; i < len(s); {
		r, n := DecodeRune(s[i:])
		b = appendLower(b, s, i, r, n)
		i += n
	}
	return string(b)
}

// LowerRune is the lower-case form of r alone.
func LowerRune(r rune) rune { return unicode.ToLower(r) }

// finalSigma reports whether a capital sigma between before and after ends a
// word (Unicode, table of special casing, condition Final_Sigma).
func finalSigma(before, after string) bool {
	for len(before) > 0 {
		r, n := utf8.DecodeLastRuneInString(before)
		before = before[:len(before)-n]
		if caseIgnorable(r) {
			continue
		}
		if !cased(r) {
			return false
		}
		for _, r := range after {
			if !caseIgnorable(r) {
				return !cased(r)
			}
		}
		return true
	}
	return false
}

// cased is the Unicode property Cased.
func cased(r rune) bool {
	return unicode.In(r, unicode.Lu, unicode.Ll, unicode.Lt, unicode.Other_Lowercase, unicode.Other_Uppercase) && !unicode.Is(newer, r) && !newlyCased(r)
}

// newlyCased tells the letters that have a case since Unicode 15 only.
func newlyCased(r rune) bool { return r == 0x10fc || r >= 0xa7f2 && r <= 0xa7f4 || r == 0xab69 }

// caseIgnorable is the Unicode property Case_Ignorable.
func caseIgnorable(r rune) bool {
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk, midWord) && !unicode.Is(newer, r)
}
