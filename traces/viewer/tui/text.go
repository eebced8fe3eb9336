package tui

import (
	"strings"
	"unicode"
)

// clean makes foreign text harmless to a terminal: control characters and those
// that reorder text become a dot, tabs become spaces. Newlines stay.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case r == '\r':
			return -1
		case unicode.IsControl(r), unicode.In(r, unicode.Bidi_Control), r == '\u2028', r == '\u2029':
			return '·'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// line makes foreign text harmless and one line.
func line(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }

// cells returns how many columns of a terminal a character takes.
func cells(r rune) int {
	switch {
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r < 0x1100:
		return 1
	case r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff,
		r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60, r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// width returns how many columns a line takes.
func width(s string) int {
	n := 0
	for _, r := range s {
		n += cells(r)
	}
	return n
}

// cut shortens a line to n columns; what is cut off shows as an ellipsis.
func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	if n < 1 {
		return ""
	}
	var b strings.Builder
	left := n - 1
	for _, r := range s {
		if left -= cells(r); left < 0 {
			break
		}
		b.WriteRune(r)
	}
	return b.String() + "…"
}

// wrap breaks text into lines of at most n columns, at spaces where it can.
func wrap(text string, n int) []string {
	n = max(n, 1)
	var out []string
	for l := range strings.SplitSeq(text, "\n") {
		out = append(out, wrapLine(l, n)...)
	}
	return out
}

func wrapLine(l string, n int) []string {
	var out []string
	var b strings.Builder
	used := 0
	flush := func() {
		out = append(out, strings.TrimRight(b.String(), " "))
		b.Reset()
		used = 0
	}
	for i, word := range strings.Split(l, " ") {
		w := width(word)
		if i > 0 && used > 0 {
			if used+1+w > n {
				flush()
			} else {
				b.WriteByte(' ')
				used++
			}
		}
		for _, r := range word { // a word may be longer than a line
			if c := cells(r); used+c > n && used > 0 {
				flush()
			}
			b.WriteRune(r)
			used += cells(r)
		}
	}
	flush()
	return out
}

// page breaks the pages of a shop, which are one line, at their separators.
func page(text string) string { return strings.ReplaceAll(clean(text), " [SEP] ", "\n") }
