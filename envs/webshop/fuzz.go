package webshop

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"stepgym/internal/python"
)

// closeEnough is the score that two texts must exceed to count as the same.
const closeEnough = 85

// TokenSetRatio returns how alike a and b are, from 0 to 100, as the function
// of this name in thefuzz 0.19 with the matcher of Python's difflib.
//
// Characters U+0080 to U+00FF are dropped, what is no letter, digit or
// underscore becomes a space, the rest lower-case. Let s be the sorted words
// that both texts have, x and y s followed by the words that only one has. The
// score is the greatest of the ratios of (s, x), (s, y) and (x, y); see ratio.
// A text without words scores 0 with everything.
func TokenSetRatio(a, b string) int {
	m := matchers.Get().(*matcher)
	defer matchers.Put(m)
	m.a.set(a)
	m.b.set(b)
	return m.tokenSetRatio()
}

// similar reports whether TokenSetRatio(a, b) > closeEnough, faster.
func similar(a, b string) bool {
	m := matchers.Get().(*matcher)
	defer matchers.Put(m)
	m.a.set(a)
	m.b.set(b)
	return m.similar()
}

// matchers keeps the buffers of TokenSetRatio between calls.
var matchers = sync.Pool{New: func() any { return new(matcher) }}

// words are the different words of a text, sorted.
type words struct {
	text []byte // the text, cleaned; the words point into it
	list [][]byte
}

// set cleans s and takes its words.
func (w *words) set(s string) {
	w.text = appendClean(w.text[:0], s)
	w.list = w.list[:0]
	for start, i := 0, 0; i <= len(w.text); i++ {
		if i == len(w.text) || w.text[i] == ' ' {
			if i > start {
				w.add(w.text[start:i])
			}
			start = i + 1
		}
	}
}

// add inserts a word into the sorted list unless it is there.
func (w *words) add(word []byte) {
	at := len(w.list)
	for at > 0 {
		c := strings.Compare(view(word), view(w.list[at-1]))
		if c == 0 {
			return
		}
		if c > 0 {
			break
		}
		at--
	}
	w.list = slices.Insert(w.list, at, word)
}

// appendClean appends s as the comparison sees it: without the characters
// U+0080 to U+00FF, a space for each other one that is not of a word, the rest
// lower-case.
func appendClean(b []byte, s string) []byte {
	for i := range len(s) { // bytes, not characters
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return append(b[:0], python.Lower(cleanRunes(s))...)
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_':
			b = append(b, c)
		default:
			b = append(b, ' ')
		}
	}
	return b
}

// cleanRunes is appendClean for any characters, before lower-casing.
func cleanRunes(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0x80 && r < 0x100:
			return -1
		case python.IsWord(r):
			return r
		}
		return ' '
	}, s)
}

// matcher compares two texts.
type matcher struct {
	a, b    words
	s, x, y []byte // common words; those of a; those of b
	rx, ry  []rune // x and y where they are not ASCII
	popular []bool
	run     []int32 // length of the common run that ends at each place of the second text
	todo    []span
}

// span is a part of each text that is still to be matched.
type span struct{ aLow, aHigh, bLow, bHigh int }

// join sets s, x and y and reports whether each text has a word of its own.
func (m *matcher) join() (ownA, ownB bool) {
	m.s, m.x, m.y = m.s[:0], m.x[:0], m.y[:0]
	a, b := m.a.list, m.b.list
	appendOwn := func(dst []byte, from, other [][]byte, common bool) []byte {
		for _, w := range from {
			if contains(other, w) == common {
				if len(dst) > 0 {
					dst = append(dst, ' ')
				}
				dst = append(dst, w...)
			}
		}
		return dst
	}
	m.s = appendOwn(m.s, a, b, true)
	m.x = appendOwn(append(m.x, m.s...), a, b, false)
	m.y = appendOwn(append(m.y, m.s...), b, a, false)
	return len(m.x) > len(m.s), len(m.y) > len(m.s)
}

// contains reports whether the sorted list has the word.
func contains(list [][]byte, word []byte) bool {
	for _, w := range list {
		if view(w) == view(word) {
			return true
		}
	}
	return false
}

// tokenSetRatio returns the score of the two texts that are set.
func (m *matcher) tokenSetRatio() int {
	if len(m.a.list) == 0 || len(m.b.list) == 0 {
		return 0
	}
	ownA, ownB := m.join()
	if !ownA && !ownB {
		return 100
	}
	if len(m.s) > 0 && (!ownA || !ownB) {
		return 100 // s equals x or y
	}
	best := m.ratio(m.x, m.y)
	if len(m.s) > 0 {
		best = max(best, m.ratio(m.s, m.x), m.ratio(m.s, m.y))
	}
	return best
}

// similar reports whether the score of the two texts exceeds closeEnough. Most
// pairs are ruled out by their lengths or letters alone.
func (m *matcher) similar() bool {
	if len(m.a.list) == 0 || len(m.b.list) == 0 {
		return false
	}
	ownA, ownB := m.join()
	if len(m.s) > 0 && (!ownA || !ownB) {
		return true
	}
	if len(m.s) > 0 && (m.ratioSimilar(m.s, m.x) || m.ratioSimilar(m.s, m.y)) {
		return true
	}
	return m.ratioSimilar(m.x, m.y)
}

// ratioSimilar reports whether ratio(a, b) exceeds closeEnough.
func (m *matcher) ratioSimilar(a, b []byte) bool {
	if ascii(a) && ascii(b) {
		if score(min(len(a), len(b)), len(a)+len(b)) <= closeEnough {
			return false
		}
		if score(commonBytes(a, b), len(a)+len(b)) <= closeEnough {
			return false
		}
	}
	return m.ratio(a, b) > closeEnough
}

// commonBytes returns how many bytes of a can be paired with equal ones of b:
// no matching of runs pairs more.
func commonBytes(a, b []byte) int {
	var count [256]int32
	for _, c := range a {
		count[c]++
	}
	n := 0
	for _, c := range b {
		if count[c] > 0 {
			count[c]--
			n++
		}
	}
	return n
}

// score is the ratio in per cent for texts of total length with matched
// characters in common, rounded to the even number.
func score(matched, total int) int {
	return int(python.Round(100 * (2 * float64(matched) / float64(total))))
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
