package bfcl

import (
	"hash/fnv"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// bag is a set of stems, a bit of 256 for each: large enough for the few words
// of a name, a description or a neighbourhood that two of them are compared by.
type bag [4]uint64

// add puts a stem in.
func (b *bag) add(stem string) {
	h := fnv.New32a()
	h.Write([]byte(stem))
	n := h.Sum32()
	n ^= n >> 15 // the low bits of FNV know little of the first letters
	b[n>>6&3] |= 1 << (n & 63)
}

// common is the number of stems that b and c share.
func (b *bag) common(c *bag) int {
	n := 0
	for i := range b {
		n += bits.OnesCount64(b[i] & c[i])
	}
	return n
}

// join puts the stems of c in.
func (b *bag) join(c *bag) {
	for i := range b {
		b[i] |= c[i]
	}
}

// bagOf returns the stems of a text but for the words that every text has.
func bagOf(text string) (b bag) {
	for _, w := range stems(text) {
		b.add(w)
	}
	return b
}

// stems returns the stems of the words of a text in their order, without the
// words that every text has. "getStockInfo", "get_stock_info" and "get stock
// info" have the same ones.
func stems(text string) []string {
	var out []string
	add := func(word string) {
		if word = strings.ToLower(word); !isCommon(word) {
			out = append(out, stem(word))
		}
	}
	start, before := -1, rune(0)
	for i, r := range text {
		in := unicode.IsLetter(r) || unicode.IsDigit(r)
		hump := in && unicode.IsUpper(r) && unicode.IsLower(before)
		if start >= 0 && (!in || hump) {
			add(text[start:i])
			start = -1
		}
		if in && start < 0 {
			start = i
		}
		before = r
	}
	if start >= 0 {
		add(text[start:])
	}
	return out
}

// stem returns a word in lower case without the ending of a plural or of a
// verb, and without an e at the end: "directories", "directory" and "copies",
// "copy" become equal.
func stem(word string) string {
	n := len(word)
	switch {
	case n > 4 && strings.HasSuffix(word, "ies"):
		word = word[:n-3] + "y"
	case n > 5 && strings.HasSuffix(word, "ing"):
		word = word[:n-3]
	case n > 4 && strings.HasSuffix(word, "ed"):
		word = word[:n-2]
	case n > 4 && (strings.HasSuffix(word, "ses") || strings.HasSuffix(word, "xes") || strings.HasSuffix(word, "hes")):
		word = word[:n-2]
	case n > 3 && word[n-1] == 's' && word[n-2] != 's':
		word = word[:n-1]
	}
	if n = len(word); n > 3 && word[n-1] == 'e' {
		word = word[:n-1]
	}
	return word
}

// isCommon reports whether a word in lower case says nothing about what is
// wanted.
func isCommon(word string) bool {
	switch word {
	case "a", "an", "the", "this", "that", "these", "those", "it", "its", "is", "are", "was", "were", "be", "been", "being",
		"to", "of", "in", "on", "at", "by", "for", "with", "from", "into", "as", "and", "or", "but", "if", "then", "so", "than",
		"i", "i'm", "i've", "i'd", "me", "my", "we", "our", "us", "you", "your", "he", "she", "they", "them", "their", "who", "which", "what",
		"there", "here", "will", "would", "could", "should", "can", "may", "might", "do", "does", "did", "have", "has", "had",
		"s", "d", "m", "t", "ll", "ve", "re", "just", "also", "please", "not", "no", "any", "some", "all", "want", "need", "like", "let",
		"once", "after", "before", "now", "when", "while", "since", "given", "how":
		return true
	}
	return false
}

// trimWord returns a word between blanks without the punctuation around it and
// without a possessive ending; "#" and "@" in front stay, and "%".
func trimWord(w string) string {
	w = strings.TrimFunc(w, func(r rune) bool {
		return r != '#' && r != '@' && r != '-' && r != '_' && r != '%' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for _, own := range []string{"'s", "’s"} {
		w = strings.TrimSuffix(w, own)
	}
	return strings.TrimRight(w, "-_#@")
}

// capital reports whether a word begins with a capital letter.
func capital(w string) bool {
	r, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(r)
}
