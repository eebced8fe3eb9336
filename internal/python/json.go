package python

import (
	"unicode/utf16"
	"unicode/utf8"
)

// JSONString returns json.dumps(s): everything but printable ASCII is escaped.
func JSONString(s string) string { return string(AppendJSONString(nil, s)) }

// AppendJSONString appends json.dumps(s) to b.
func AppendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		n := i
		for n < len(s) && plainJSON(s[n]) {
			n++
		}
		b = append(b, s[i:n]...)
		if i = n; i == len(s) {
			break
		}
		if c := s[i]; c < utf8.RuneSelf {
			b = appendJSONByte(b, c)
			i++
			continue
		}
		r, n := DecodeRune(s[i:])
		if r > 0xffff {
			var low rune
			r, low = utf16.EncodeRune(r)
			b = appendHex(append(b, `\u`...), r, 4)
			r = low
		}
		b = appendHex(append(b, `\u`...), r, 4)
		i += n
	}
	return append(b, '"')
}

// plainJSON reports whether c stands for itself in a string.
func plainJSON(c byte) bool { return c >= ' ' && c < 0x7f && c != '"' && c != '\\' }

// appendJSONByte appends an ASCII character as json.dumps writes it.
func appendJSONByte(b []byte, c byte) []byte {
	switch {
	case c == '"' || c == '\\':
		return append(b, '\\', c)
	case c == '\n':
		return append(b, `\n`...)
	case c == '\r':
		return append(b, `\r`...)
	case c == '\t':
		return append(b, `\t`...)
	case c == '\f':
		return append(b, `\f`...)
	case c == '\b':
		return append(b, `\b`...)
	case c < ' ' || c == 0x7f:
		return appendHex(append(b, `\u`...), rune(c), 4)
	}
	return append(b, c)
}

// AppendJSONDict appends json.dumps(dict) of strings to b: `{"a": "b"}`. The
// order of the items is kept; keys must not repeat.
func AppendJSONDict(b []byte, items []Item) []byte {
	b = append(b, '{')
	for i, it := range items {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = AppendJSONString(b, it.Key)
		b = AppendJSONString(append(b, ": "...), it.Value)
	}
	return append(b, '}')
}
