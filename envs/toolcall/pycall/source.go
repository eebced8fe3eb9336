package pycall

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
)

// source returns src as eval hands it to its parser: without leading blanks,
// with all line ends as "\n". A str that has no UTF-8 form, or a zero in it, is
// refused. Bytes that are not UTF-8 count as the lone surrogates that Python's
// surrogateescape makes of them.
func source(src string) (string, *py.Exception) {
	if !utf8.ValidString(src) {
		return "", surrogates(src)
	}
	if strings.IndexByte(src, 0) >= 0 {
		return "", &py.Exception{Class: "SyntaxError", Text: "source code string cannot contain null bytes"}
	}
	src = strings.TrimLeft(src, " \t")
	if strings.IndexByte(src, '\r') >= 0 {
		src = strings.ReplaceAll(strings.ReplaceAll(src, "\r\n", "\n"), "\r", "\n")
	}
	return src, nil
}

// surrogates is the UnicodeEncodeError of the first run of surrogates in src.
func surrogates(src string) *py.Exception {
	first, last, at, unit := -1, -1, 0, 0
	for i := 0; i < len(src); at++ {
		r, n := utf8.DecodeRuneInString(src[i:])
		if r != utf8.RuneError || n != 1 {
			i += n
			if first >= 0 {
				break
			}
			continue
		}
		if first < 0 {
			first = at
			unit = 0xdc00 + int(src[i])
			if s, ok := surrogate(src[i:]); ok {
				unit = s
			}
		}
		last = at
		if _, ok := surrogate(src[i:]); ok {
			n = 3
		}
		i += n
	}
	text := fmt.Sprintf("'utf-8' codec can't encode character '\\u%04x' in position %d: surrogates not allowed", unit, first)
	if last > first {
		text = fmt.Sprintf("'utf-8' codec can't encode characters in position %d-%d: surrogates not allowed", first, last)
	}
	return &py.Exception{Class: "UnicodeEncodeError", Text: text}
}

// surrogate returns the surrogate that s starts with in three bytes.
func surrogate(s string) (int, bool) {
	if len(s) < 3 || s[0] != 0xed || s[1] < 0xa0 || s[1] > 0xbf || s[2] < 0x80 || s[2] > 0xbf {
		return 0, false
	}
	return 0xd000 | int(s[1]&0x3f)<<6 | int(s[2]&0x3f), true
}
