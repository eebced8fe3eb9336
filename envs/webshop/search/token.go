package search

import (
	"slices"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// maxUnits is the longest token in UTF-16 code units; a longer one is cut.
const maxUnits = 255

// Tokenizer turns a text into index terms, one at a time:
//
//	t := search.Tokenizer{}
//	t.Reset("Women's running shoes")
//	for term, ok := t.Next(); ok; term, ok = t.Next() { ... } // women, run, shoe
//
// A term is the result of Lucene 8.11's StandardTokenizer (UAX #29 of Unicode
// 9.0, at most 255 UTF-16 code units to a token), removal of a final "'s",
// lower-casing of each character, removal of stop words, and the Porter
// stemmer. Bytes that are not UTF-8 separate terms. Next does not allocate once
// the Tokenizer has seen a text. The zero value is an empty text.
type Tokenizer struct {
	dfa  *dfa
	text string
	pos  int
	buf  []byte   // the current term
	wide []uint16 // the current term in UTF-16, if it is not ASCII
}

// Reset starts with a new text.
func (t *Tokenizer) Reset(text string) {
	t.dfa, t.text, t.pos = tokenDFA(), text, 0
	if t.buf == nil {
		t.buf = make([]byte, 0, 3*maxUnits)
	}
}

// Next returns the next term, or false at the end of the text. The term may be
// modified and is valid until the next call.
func (t *Tokenizer) Next() ([]byte, bool) {
	for t.pos < len(t.text) {
		start, end := t.pos, t.match(t.pos)
		if end == start {
			t.pos += t.width(start)
			continue
		}
		t.pos = end
		if term := t.term(trimPossessive(t.text[start:end])); !isStopWord(term) {
			return t.stem(term), true
		}
	}
	return nil, false
}

// match returns the end of the longest token that starts at i; i if none does.
func (t *Tokenizer) match(i int) int {
	d, text := t.dfa, t.text
	end, state, units := i, 1, 0
	for i < len(text) && units < maxUnits {
		var c class
		if b := text[i]; b < utf8.RuneSelf {
			c = asciiClasses[b]
			i++
			units++
		} else {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r > 0xFFFF {
				if units++; units == maxUnits { // a pair is not split
					break
				}
			}
			units++
			i += size
			c = classOf(r) // of U+FFFD for what is not UTF-8: it separates
		}
		state = int(d.next[state<<rowShift|int(c)])
		if state == 0 {
			break
		}
		if d.accept[state] {
			end = i
		}
	}
	return end
}

// width returns the number of bytes of the character at i.
func (t *Tokenizer) width(i int) int {
	if t.text[i] < utf8.RuneSelf {
		return 1
	}
	_, size := utf8.DecodeRuneInString(t.text[i:])
	return size
}

// trimPossessive removes a final 's or 'S, the apostrophe being U+0027, U+2019
// or U+FF07.
func trimPossessive(s string) string {
	n := len(s)
	if n < 2 || s[n-1]|0x20 != 's' {
		return s
	}
	if s[n-2] == '\'' {
		return s[:n-2]
	}
	if s[n-2] >= utf8.RuneSelf && n >= 4 && (s[n-4:n-1] == "\u2019" || s[n-4:n-1] == "\uFF07") {
		return s[:n-4]
	}
	return s
}

// term returns s in lower case, in t.buf.
func (t *Tokenizer) term(s string) []byte {
	t.buf = t.buf[:0]
	for i := range len(s) {
		b := s[i]
		if b >= utf8.RuneSelf {
			for _, r := range s[i:] {
				t.buf = utf8.AppendRune(t.buf, unicode.ToLower(r))
			}
			break
		}
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		t.buf = append(t.buf, b)
	}
	return t.buf
}

// stem stems the term. Lucene's stemmer counts UTF-16 code units, so a term
// that is not ASCII takes the way around.
func (t *Tokenizer) stem(term []byte) []byte {
	for _, b := range term {
		if b >= utf8.RuneSelf {
			return t.stemWide(term)
		}
	}
	return stem(term)
}

func (t *Tokenizer) stemWide(term []byte) []byte {
	t.wide = t.wide[:0]
	for i := 0; i < len(term); {
		r, size := utf8.DecodeRune(term[i:])
		t.wide = utf16.AppendRune(t.wide, r)
		i += size
	}
	before := len(t.wide)
	t.wide = append(t.wide, 0)[:before] // room for a letter more
	after := stem(t.wide)
	t.buf = t.buf[:0]
	for i := 0; i < len(after); i++ {
		r := rune(after[i])
		if utf16.IsSurrogate(r) && i+1 < len(after) {
			i++
			r = utf16.DecodeRune(r, rune(after[i]))
		}
		t.buf = utf8.AppendRune(t.buf, r)
	}
	return t.buf
}

// Analyze calls f with each term of text in order. The term is valid during the
// call only.
func Analyze(text string, f func(term []byte)) {
	var t Tokenizer
	t.Reset(text)
	for term, ok := t.Next(); ok; term, ok = t.Next() {
		f(term)
	}
}

// Tokens returns the terms of text in order.
func Tokens(text string) []string {
	var terms []string
	Analyze(text, func(term []byte) { terms = append(terms, string(term)) })
	return slices.Clip(terms)
}

// isStopWord reports whether the term is one of the 33 English words that
// Lucene leaves out by default.
func isStopWord(term []byte) bool {
	if len(term) > 5 {
		return false
	}
	switch string(term) {
	case "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if",
		"in", "into", "is", "it", "no", "not", "of", "on", "or", "such", "that",
		"the", "their", "then", "there", "these", "they", "this", "to", "was",
		"will", "with":
		return true
	}
	return false
}
