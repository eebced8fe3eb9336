package python

import "unicode/utf8"

// DecodeRune returns the first code point of s and its size. It is
// utf8.DecodeRuneInString, but that a surrogate, which a Python string may hold
// alone, is read from the three bytes that UTF-8 would write it in. Bytes that
// are no text give utf8.RuneError and size 1, the empty string size 0.
func DecodeRune(s string) (r rune, size int) {
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && isSurrogate(s) {
		return 0xd000 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, size
}

// isSurrogate reports whether s begins with the three bytes of a surrogate.
func isSurrogate(s string) bool {
	return len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] < 0xc0 && s[2] >= 0x80 && s[2] < 0xc0
}

// AppendRune appends r, a surrogate in three bytes.
func AppendRune(b []byte, r rune) []byte {
	if r >= 0xd800 && r < 0xe000 {
		return append(b, 0xed, 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(b, r)
}

// LastRuneSize returns the size in bytes of the last code point of s, read as by
// [DecodeRune]; 0 for the empty string.
func LastRuneSize(s string) int {
	_, n := utf8.DecodeLastRuneInString(s)
	if n == 1 && len(s) >= 3 && isSurrogate(s[len(s)-3:]) {
		return 3
	}
	return n
}
