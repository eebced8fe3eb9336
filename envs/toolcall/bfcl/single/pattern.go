package single

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

// pattern compiles a regular expression of module re: \d, \s and \w stand for
// what they match in str, which is more than ASCII.
func pattern(expr string) *regexp.Regexp {
	return regexp.MustCompile(strings.NewReplacer(
		`\d`, `\p{Nd}`,
		`\w`, `[\p{L}\p{N}_]`,
		`\s`, `[\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]`,
	).Replace(expr))
}

// quirk: "$" of module re also matches before a line feed at the end of the text.
var (
	integer    = pattern(`^-?\d+\n?$`)
	javaLong   = pattern(`^-?\d+[lL]\n?$`)
	javaFloat  = pattern(`^-?\d+(\.\d+)?([eE][+-]?\d+)?[fF]\n?$`)
	javaDouble = pattern(`^-?\d+(\.\d+)?([eE][+-]?\d+)?\n?$`)
	jsFloat    = pattern(`^-?\d+(\.\d+)?\n?$`)
	jsBigint   = pattern(`^-?\d+n\n?$`)
)

// loose reads text as a number if int() or float() of Python can.
func loose(text string) py.Value {
	for _, read := range []func() py.Value{
		func() py.Value { return py.IntOf(py.Str(text)) },
		func() py.Value { return py.FloatOf(py.Str(text)) },
	} {
		if v, raised := py.Try(read); raised == nil {
			return v
		} else if raised.Class != "ValueError" {
			panic(raised)
		}
	}
	return py.Str(text)
}

// number reports whether text may be a number to loose, at a price below that
// of an exception. It may err on the side of yes.
func number(text string) bool {
	t := python.Strip(text)
	if t == "" {
		return false
	}
	switch c := t[0]; {
	case c >= '0' && c <= '9', c == '-', c == '+', c == '.', c >= utf8.RuneSelf:
		return true
	}
	return strings.EqualFold(t, "nan") || strings.EqualFold(t, "inf") || strings.EqualFold(t, "infinity")
}

// cut is s[1:-1].
func cut(s string) string {
	if len(s) < 2 {
		return ""
	}
	s = s[charLen(s):]
	i := len(s) - 1
	for i > 0 && s[i]&0xc0 == 0x80 {
		i--
	}
	return s[:max(i, 0)]
}

// charLen is the length in bytes of the first character of s, which is not
// empty; a lone surrogate is one of three bytes.
func charLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	if n == 1 && s[0] == 0xed && len(s) >= 3 {
		return 3
	}
	return n
}

func quoted(s string, quote byte) bool {
	return s != "" && s[0] == quote && s[len(s)-1] == quote
}
