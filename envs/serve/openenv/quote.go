package openenv

import (
	"unicode/utf8"

	"stepgym/envs"
)

const hexDigits = "0123456789abcdef"

// appendString appends s as a JSON string. Bytes that are not UTF-8 become
// U+FFFD.
func appendString(b []byte, s string) []byte {
	return append(appendPart(append(b, '"'), s), '"')
}

// appendPart appends s as it stands inside a JSON string.
func appendPart(b []byte, s string) []byte {
	from := 0 // s[from:i] needs no change
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = appendEscape(append(b, s[from:i]...), c)
			from = i + 1
		}
		i++
	}
	return append(b, s[from:]...)
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

// appendText appends the text of an observation, as [envs.Observation.Text]
// has it, as a JSON string.
func appendText(b []byte, o *envs.Observation) []byte {
	b = append(b, '"')
	for i := range o.Messages {
		if i > 0 {
			b = append(b, `\n`...)
		}
		b = appendPart(b, o.Messages[i].Content)
	}
	return append(b, '"')
}
