package choice

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number or one of the marks "," and ":", known by the
// 64-bit FNV-1a hash of its lower-case stem. Two of a million different words
// share a hash with a probability of 3e-8; nothing breaks if they do.
type token uint64

const (
	fnvOffset token = 14695981039346656037
	fnvPrime  token = 1099511628211
)

var (
	comma = tokenOf(",")
	colon = tokenOf(":")
)

// maxDoc is the number of tokens of a text that are read; the rest is ignored.
const maxDoc = 600

// tokenOf returns the token of a word that is lower-case and stemmed.
func tokenOf(word string) token {
	h := fnvOffset
	for i := range len(word) {
		h = (h ^ token(word[i])) * fnvPrime
	}
	return h
}

// tokens appends the tokens of text to dst, up to limit of them in all.
//
// A token is a decimal number ("10.5"), a run of letters and digits, a comma or
// a colon; everything else separates. A possessive 's is dropped. Words lose
// their ending, see stem.
func tokens(dst []token, text string, limit int) []token {
	for i := 0; i < len(text) && len(dst) < limit; {
		var t token
		if t, _, i = scan(text, i); t != 0 {
			dst = append(dst, t)
		}
	}
	return dst
}

// scan reads from text[i:] up to the end of the next token. It returns the
// token and where its letters begin and end in text; the token is 0 at the end
// of the text. The stem may be a byte shorter than text[start:end].
func scan(text string, i int) (t token, start, end int) {
	for i < len(text) {
		c := text[i]
		switch {
		case c == ',' || c == ':':
			return (fnvOffset ^ token(c)) * fnvPrime, i, i + 1
		case c >= '0' && c <= '9':
			if e := decimal(text, i); e > 0 {
				return tokenOf(text[i:e]), i, e
			}
			return word(text, i)
		case isLower(c) || isUpper(c):
			return word(text, i)
		case c == '\'':
			i += 1 + possessive(text[i+1:])
		case c < utf8.RuneSelf:
			i++
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if inWord(r) {
				return word(text, i)
			}
			i += n
			if r == '’' {
				i += possessive(text[i:])
			}
		}
	}
	return 0, i, i
}

// word reads the run of letters and digits that begins at text[i].
func word(text string, i int) (t token, start, end int) {
	start = i
	plain := true // letters a to z alone
	h := fnvOffset
	for i < len(text) {
		c := text[i]
		switch {
		case isUpper(c):
			c += 'a' - 'A'
		case isLower(c):
		case isDigit(c):
			plain = false
		case c < utf8.RuneSelf:
			return stemmed(text[start:i], h, plain), start, i
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if !inWord(r) {
				return stemmed(text[start:i], h, plain), start, i
			}
			plain = false
			var b [utf8.UTFMax]byte
			for _, c := range b[:utf8.EncodeRune(b[:], unicode.ToLower(r))] {
				h = (h ^ token(c)) * fnvPrime
			}
			i += n
			continue
		}
		h = (h ^ token(c)) * fnvPrime
		i++
	}
	return stemmed(text[start:i], h, plain), start, i
}

// stemmed is the token of a word whose letters hash to h.
func stemmed(word string, h token, plain bool) token {
	n := len(word)
	if plain {
		n = stem(word)
	}
	if n == len(word) {
		return h
	}
	h = fnvOffset
	for i := range n {
		h = (h ^ token(word[i]|0x20)) * fnvPrime
	}
	return h
}

// stem returns the length of a word of the letters a to z without its ending,
// so that "washable", "washing" and "wash" are one: the first of -able, -ing,
// -ed, -es and -s that leaves four letters or more (three for -s, but -ss
// stays), and then an -e that leaves three or more.
func stem(word string) int {
	n := len(word)
	switch {
	case n >= 8 && ends(word, "able"):
		n -= 4
	case n >= 7 && ends(word, "ing"):
		n -= 3
	case n >= 6 && (ends(word, "ed") || ends(word, "es")):
		n -= 2
	case n >= 4 && ends(word, "s") && !ends(word, "ss"):
		n--
	}
	if n >= 4 && word[n-1]|0x20 == 'e' {
		n--
	}
	return n
}

// ends reports whether a word ends in the lower-case letters of ending.
func ends(word, ending string) bool {
	tail := word[len(word)-len(ending):]
	for i := range len(ending) {
		if tail[i]|0x20 != ending[i] {
			return false
		}
	}
	return true
}

// stemText returns the text of token t, which was read from word.
func stemText(word string, t token) string {
	low := strings.ToLower(word)
	for n := len(low); n > 0 && n+6 > len(low); n-- {
		if tokenOf(low[:n]) == t {
			return low[:n]
		}
	}
	return low
}

// decimal returns the end of the number with a decimal point at text[i], or 0.
func decimal(text string, i int) int {
	for i < len(text) && isDigit(text[i]) {
		i++
	}
	if i+1 >= len(text) || text[i] != '.' || !isDigit(text[i+1]) {
		return 0
	}
	for i++; i < len(text) && isDigit(text[i]); i++ {
	}
	return i
}

// possessive returns 1 if rest begins with an s that ends a word, else 0.
func possessive(rest string) int {
	if rest == "" || rest[0] != 's' && rest[0] != 'S' {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(rest[1:])
	if len(rest) > 1 && (inWord(r) || r == '_') {
		return 0
	}
	return 1
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// inWord reports whether r belongs to a word: a letter, a mark on one, a digit.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return isDigit(byte(r)) || isLower(byte(r)) || isUpper(byte(r))
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}
