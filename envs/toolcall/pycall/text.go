package pycall

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// prefix is what stands before a string's quotes.
type prefix struct{ bytes, raw, format bool }

// split returns the parts of a string literal: its prefix and what is between
// the quotes.
func split(literal string) (p prefix, body string) {
	i := 0
	for ; literal[i] != '\'' && literal[i] != '"'; i++ {
		switch literal[i] | 0x20 {
		case 'b':
			p.bytes = true
		case 'r':
			p.raw = true
		case 'f':
			p.format = true
		}
	}
	q := 1
	if len(literal) >= i+6 && literal[i+1] == literal[i] && literal[i+2] == literal[i] {
		q = 3
	}
	return p, literal[i+q : len(literal)-q]
}

// namedCharacter stands for \N{...}: its names are a table that is not here.
const namedCharacter = `\N`

// unescape appends body to b with its escapes replaced. A text that is not ""
// says what is wrong with them, or is [namedCharacter]. An unknown escape stays
// as it is, as in Python.
func unescape(b []byte, body string) (_ []byte, wrong string) {
	// CPython decodes a copy in which a character that is not ASCII takes ten
	// bytes (\UXXXXXXXX), and a backslash before one six; its texts give places
	// in that copy. wider is how much longer it is up to here.
	wider := 0
	for i := 0; i < len(body); {
		at := strings.IndexByte(body[i:], '\\')
		if at < 0 {
			return append(b, body[i:]...), ""
		}
		b = append(b, body[i:i+at]...)
		wider += widening(body[i : i+at])
		i += at
		if body[i+1] >= utf8.RuneSelf {
			b = append(b, '\\')
			wider += 5
			i++
			continue
		}
		n := 0
		if b, n, wrong = escape(b, body[i:], i+wider); wrong != "" {
			return nil, wrong
		}
		i += n
	}
	return b, ""
}

// widening is how much longer s gets if each character that is not ASCII takes
// ten bytes.
func widening(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		n += 10 - size
		i += size
	}
	return n
}

// escape appends what the escape at the start of s stands for, and returns its
// length. at is its place in CPython's copy.
func escape(b []byte, s string, at int) (_ []byte, n int, wrong string) {
	switch c := s[1]; c {
	case '\n':
		return b, 2, ""
	case '\\', '\'', '"':
		return append(b, c), 2, ""
	case 'a':
		return append(b, '\a'), 2, ""
	case 'b':
		return append(b, '\b'), 2, ""
	case 'f':
		return append(b, '\f'), 2, ""
	case 'n':
		return append(b, '\n'), 2, ""
	case 'r':
		return append(b, '\r'), 2, ""
	case 't':
		return append(b, '\t'), 2, ""
	case 'v':
		return append(b, '\v'), 2, ""
	case 'x':
		return hexEscape(b, s, at, 2, `truncated \xXX escape`)
	case 'u':
		return hexEscape(b, s, at, 4, `truncated \uXXXX escape`)
	case 'U':
		return hexEscape(b, s, at, 8, `truncated \UXXXXXXXX escape`)
	case 'N':
		return b, 0, named(s, at)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		r := rune(0)
		for n = 1; n < 4 && n < len(s) && s[n] >= '0' && s[n] <= '7'; n++ {
			r = r<<3 | rune(s[n]-'0')
		}
		return utf8.AppendRune(b, r), n, ""
	}
	return append(b, '\\'), 1, ""
}

// hexEscape is escape for a letter and a fixed number of hexadecimal digits.
func hexEscape(b []byte, s string, at, digits int, truncated string) (_ []byte, n int, wrong string) {
	r := rune(0)
	for n = 2; n < 2+digits; n++ {
		d := -1
		if n < len(s) {
			d = hexDigit(s[n])
		}
		if d < 0 {
			return nil, 0, cannotDecode(at, n, truncated)
		}
		if r > 0x10ffff { // more digits only make it larger; keep it from overflowing
			continue
		}
		r = r<<4 | rune(d)
	}
	if r > 0x10ffff {
		return nil, 0, cannotDecode(at, n, "illegal Unicode character")
	}
	return appendCodePoint(b, r), n, ""
}

// named says what is wrong with the \N at the start of s.
func named(s string, at int) string {
	if len(s) < 3 || s[2] != '{' {
		return cannotDecode(at, 2, `malformed \N character escape`)
	}
	end := strings.IndexByte(s, '}')
	switch {
	case end < 0:
		return cannotDecode(at, len(s)+widening(s), `malformed \N character escape`)
	case end == 3:
		return cannotDecode(at, 3, `malformed \N character escape`)
	}
	return namedCharacter
}

func cannotDecode(at, n int, reason string) string {
	return fmt.Sprintf("(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: %s", at, at+n-1, reason)
}

// appendCodePoint appends r in UTF-8, or a lone surrogate in three bytes.
func appendCodePoint(b []byte, r rune) []byte {
	if r >= 0xd800 && r <= 0xdfff {
		return append(b, 0xed, 0x80|byte(r>>6)&0x3f, 0x80|byte(r)&0x3f)
	}
	return utf8.AppendRune(b, r)
}
