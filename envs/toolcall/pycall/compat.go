package pycall

import (
	"strings"
	"unicode/utf8"

	"stepgym/internal/python"
)

// Rewrite returns the text that BFCL evaluates in place of a call string: every
// name before an opening parenthesis gets what instance returns for it and a dot
// in front, if instance knows it, and the white space before the parenthesis is
// dropped, known name or not. BFCL does that with re.sub on
//
//	\b([a-zA-Z_]\w*)\s*(?=\()
//
// so that it happens in string literals as well, and to the last part of a name
// with dots. It takes linear time, and returns src itself if nothing changes.
func Rewrite(src string, instance func(name string) (string, bool)) string {
	var b []byte
	done := 0 // src[:done] is in b
	for at := 0; ; {
		n := strings.IndexByte(src[at:], '(')
		if n < 0 {
			break
		}
		open := at + n
		start, end := nameBefore(src, done, open)
		at = open + 1
		if start == end {
			continue
		}
		prefix, ok := instance(src[start:end])
		if !ok && end == open {
			continue
		}
		b = append(b, src[done:start]...)
		if ok {
			b = append(append(b, prefix...), '.')
		}
		b = append(b, src[start:end]...)
		done = open
	}
	if b == nil {
		return src
	}
	return string(append(b, src[done:]...))
}

// nameBefore returns the place of the name that stands before the parenthesis
// at open, with white space between them perhaps; start == end if there is none.
// It looks back no further than from.
func nameBefore(src string, from, open int) (start, end int) {
	end = open
	for end > from {
		r, n := lastRune(src[from:end])
		if !python.IsSpace(r) {
			break
		}
		end -= n
	}
	start = end
	for start > from {
		r, n := lastRune(src[from:start])
		if !python.IsWord(r) {
			break
		}
		start -= n
	}
	// \b holds only at the start of a word, which must be one of ASCII's
	// letters or "_" for the name to match.
	if start < end {
		if c := src[start]; c >= utf8.RuneSelf || isDigit(c) {
			return end, end
		}
	}
	return start, end
}

func lastRune(s string) (rune, int) {
	if c := s[len(s)-1]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeLastRuneInString(s)
}

// Plain reports whether [Rewrite] would do no more to src than to prefix the
// name that it starts with: the rest has no name before a parenthesis. Then the
// rewritten text need not be made: src can be parsed, and the name resolved.
func Plain(src string) bool {
	open := strings.IndexByte(src, '(')
	if open < 0 {
		return true
	}
	if start, end := nameBefore(src, 0, open); start != 0 || end != open {
		return false
	}
	for at := open + 1; ; {
		n := strings.IndexByte(src[at:], '(')
		if n < 0 {
			return true
		}
		if start, end := nameBefore(src, 0, at+n); start < end {
			return false
		}
		at += n + 1
	}
}

// Denied returns the name that BFCL looks for in its list of names that must
// not be called, and whether it is in the list. It looks at the rewritten text:
// what is before the first parenthesis, and of that what is between the first
// two dots.
func Denied(rewritten string) (name string, denied bool) {
	name, _, _ = strings.Cut(rewritten, "(")
	if _, after, ok := strings.Cut(name, "."); ok {
		name, _, _ = strings.Cut(after, ".")
	}
	switch name {
	case "kill", "exit", "quit", "remove", "unlink", "popen", "Popen", "run":
		return name, true
	}
	return name, false
}

// DeniedText is the text of the exception that BFCL raises for a denied name.
func DeniedText(name string) string { return "Function call " + name + " is not allowed." }
