package py

import (
	"strings"
	"unicode/utf8"

	"stepgym/internal/python"
)

// Chars is len(s): the number of code points.
func Chars(s string) int {
	n := utf8.RuneCountInString(s) // which counts a lone surrogate as three
	if n < len(s) && !utf8.ValidString(s) || n == len(s) && !isASCII(s) {
		n = 0
		for len(s) > 0 {
			_, size := python.DecodeRune(s)
			s = s[size:]
			n++
		}
	}
	return n
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// offset returns where character i of s begins, in bytes; i is at most Chars(s).
func offset(s string, i int) int {
	at := 0
	for range i {
		_, n := python.DecodeRune(s[at:])
		at += n
	}
	return at
}

// Lower is s.lower().
func Lower(s string) string { return python.Lower(s) }

// Upper is s.upper().
func Upper(s string) string { return python.Upper(s) }

// Title is s.title().
func Title(s string) string { return python.Title(s) }

// Capitalize is s.capitalize().
func Capitalize(s string) string { return python.Capitalize(s) }

// Strip is s.strip().
func Strip(s string) string { return python.Strip(s) }

// LStrip is s.lstrip().
func LStrip(s string) string { return strings.TrimLeftFunc(s, python.IsSpace) }

// RStrip is s.rstrip().
func RStrip(s string) string { return strings.TrimRightFunc(s, python.IsSpace) }

// StripChars is s.strip(chars).
func StripChars(s, chars string) string { return LStripChars(RStripChars(s, chars), chars) }

// LStripChars is s.lstrip(chars).
func LStripChars(s, chars string) string {
	for s != "" {
		_, n := python.DecodeRune(s)
		if !strings.Contains(chars, s[:n]) {
			break
		}
		s = s[n:]
	}
	return s
}

// RStripChars is s.rstrip(chars).
func RStripChars(s, chars string) string {
	for s != "" {
		n := python.LastRuneSize(s)
		if !strings.Contains(chars, s[len(s)-n:]) {
			break
		}
		s = s[:len(s)-n]
	}
	return s
}

// Split is s.split(): the words between white space.
func Split(s string) []string { return strings.FieldsFunc(s, python.IsSpace) }

// SplitSep is s.split(sep); it raises ValueError for an empty sep.
func SplitSep(s, sep string) []string {
	if sep == "" {
		Raise("ValueError", "empty separator")
	}
	return strings.Split(s, sep)
}

// SplitLines is s.splitlines(): the lines without their ends, of which Python
// knows more than most (form feeds, Unicode's separators).
func SplitLines(s string) []string {
	lines := make([]string, 0, 1+strings.Count(s, "\n"))
	for start, i := 0, 0; ; {
		for i < len(s) && s[i] > 0x1e && s[i] < utf8.RuneSelf {
			i++
		}
		if i == len(s) {
			if start < i {
				lines = append(lines, s[start:])
			}
			return lines
		}
		r, n := python.DecodeRune(s[i:])
		if !isLineEnd(r) {
			i += n
			continue
		}
		lines = append(lines, s[start:i])
		if r == '\r' && i+1 < len(s) && s[i+1] == '\n' {
			n++
		}
		i += n
		start = i
	}
}

func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\v', '\f', '\r', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// Join is sep.join(items).
func Join(sep string, items Value) string {
	switch items.(type) {
	case *List, Tuple, *Dict, *Set, Str:
	default:
		Raise("TypeError", "can only join an iterable")
	}
	values := Iter(items)
	size := 0
	for i, v := range values {
		s, ok := v.(Str)
		if !ok {
			Raise("TypeError", "sequence item %d: expected str instance, %s found", i, v.Type())
		}
		if size += len(s) + len(sep); size > maxBytes {
			raiseMemory("str")
		}
	}
	b := make([]byte, 0, size)
	for i, v := range values {
		if i > 0 {
			b = append(b, sep...)
		}
		b = append(b, v.(Str)...)
	}
	return string(b)
}

// Strs returns a list of strs.
func Strs(items []string) *List {
	l := &List{Items: make([]Value, len(items))}
	for i, s := range items {
		l.Items[i] = Str(s)
	}
	return l
}

// IsDigit is s.isdigit().
func IsDigit(s string) bool { return python.IsDigit(s) }

// ZFill is s.zfill(width): zeros after the sign, up to width characters.
func ZFill(s string, width int) string {
	n := width - Chars(s)
	if n <= 0 {
		return s
	}
	if n > maxBytes {
		raiseMemory("str")
	}
	sign := 0
	if s != "" && (s[0] == '+' || s[0] == '-') {
		sign = 1
	}
	return s[:sign] + strings.Repeat("0", n) + s[sign:]
}

// StartsWith is s.startswith(prefix), where prefix may be a tuple of strs.
func StartsWith(s string, prefix Value) bool {
	return affix("startswith", s, prefix, strings.HasPrefix)
}

// EndsWith is s.endswith(suffix), where suffix may be a tuple of strs.
func EndsWith(s string, suffix Value) bool { return affix("endswith", s, suffix, strings.HasSuffix) }

func affix(name, s string, v Value, has func(s, affix string) bool) bool {
	switch x := v.(type) {
	case Str:
		return has(s, string(x))
	case Tuple:
		for _, item := range x {
			t, ok := item.(Str)
			if !ok {
				Raise("TypeError", "tuple for %s must only contain str, not %s", name, item.Type())
			}
			if has(s, string(t)) {
				return true
			}
		}
		return false
	}
	Raise("TypeError", "%s first arg must be str or a tuple of str, not %s", name, v.Type())
	return false
}

// Replace is s.replace(old, by).
func Replace(s, old, by string) string {
	n := strings.Count(s, old) // with an empty old, one more than the characters
	if len(s)+n*(len(by)-len(old)) > maxBytes {
		raiseMemory("str")
	}
	if old == "" {
		return spread(s, by)
	}
	return strings.ReplaceAll(s, old, by)
}

// spread puts by before each character and at the end.
func spread(s, by string) string {
	b := []byte(by)
	for len(s) > 0 {
		_, n := python.DecodeRune(s)
		b = append(append(b, s[:n]...), by...)
		s = s[n:]
	}
	return string(b)
}

// Find is s.find(sub): a place in characters, or -1.
func Find(s, sub string) int {
	i := strings.Index(s, sub)
	if i <= 0 {
		return i
	}
	return Chars(s[:i])
}
