package pycall

import (
	"unicode"

	"stepgym/internal/python"
)

// notStart and notPart hold what the properties ID_Start and ID_Continue have
// and XID_Start and XID_Continue have not (Unicode, UAX #31): characters whose
// normal form would not be an identifier, and the vertical tilde, which is syntax.
var (
	notStart = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x037a, Hi: 0x037a, Stride: 1},
		{Lo: 0x0e33, Hi: 0x0e33, Stride: 1},
		{Lo: 0x0eb3, Hi: 0x0eb3, Stride: 1},
		{Lo: 0x2e2f, Hi: 0x2e2f, Stride: 1},
		{Lo: 0x309b, Hi: 0x309c, Stride: 1},
		{Lo: 0xfc5e, Hi: 0xfc63, Stride: 1},
		{Lo: 0xfdfa, Hi: 0xfdfb, Stride: 1},
		{Lo: 0xfe70, Hi: 0xfe7e, Stride: 2},
		{Lo: 0xff9e, Hi: 0xff9f, Stride: 1},
	}}
	notPart = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x037a, Hi: 0x037a, Stride: 1},
		{Lo: 0x2e2f, Hi: 0x2e2f, Stride: 1},
		{Lo: 0x309b, Hi: 0x309c, Stride: 1},
		{Lo: 0xfc5e, Hi: 0xfc63, Stride: 1},
		{Lo: 0xfdfa, Hi: 0xfdfb, Stride: 1},
		{Lo: 0xfe70, Hi: 0xfe7e, Stride: 2},
	}}
)

// identifierStart reports whether a name may start with r.
func identifierStart(r rune) bool {
	return (r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start)) && !unicode.Is(notStart, r) && assigned(r)
}

// identifierPart reports whether a name may go on with r.
func identifierPart(r rune) bool {
	return (r == '_' || unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue)) &&
		!unicode.Is(notPart, r) && assigned(r)
}

// assigned reports whether CPython 3.11 knows the letter or mark r.
func assigned(r rune) bool { return r < 0x80 || python.IsPrintable(r) }

// isKeyword reports whether s is a keyword.
func isKeyword(s string) bool {
	if len(s) < 2 || len(s) > 8 {
		return false
	}
	switch s {
	case "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
		"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
		"not", "or", "pass", "raise", "return", "try", "while", "with", "yield":
		return true
	}
	return false
}
