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
// a colon; everything else separates. A possessive 's is dropped, and so is the
// final s of a word of four letters or more that does not end in "ss".
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
	h, before := fnvOffset, fnvOffset // before is h without the last byte
	start = i
	var last, last2 byte
	for i < len(text) {
		c := text[i]
		switch {
		case isUpper(c):
			c += 'a' - 'A'
		case isLower(c) || c >= '0' && c <= '9':
		case c < utf8.RuneSelf:
			return stem(h, before, last, last2, i-start), start, i
		default:
			r, n := utf8.DecodeRuneInString(text[i:])
			if !inWord(r) {
				return stem(h, before, last, last2, i-start), start, i
			}
			var b [utf8.UTFMax]byte
			for _, c := range b[:utf8.EncodeRune(b[:], unicode.ToLower(r))] {
				before, h = h, (h^token(c))*fnvPrime
				last2, last = last, c
			}
			i += n
			continue
		}
		before, h = h, (h^token(c))*fnvPrime
		last2, last = last, c
		i++
	}
	return stem(h, before, last, last2, i-start), start, i
}

// stemText returns the lower-case stem of word, whose token is t.
func stemText(word string, t token) string {
	low := strings.ToLower(word)
	if short := low[:max(0, len(low)-1)]; tokenOf(short) == t {
		return short
	}
	return low
}

// stem chooses between the hash of a word and the one without its last byte.
func stem(h, before token, last, last2 byte, length int) token {
	if length > 3 && last == 's' && last2 != 's' {
		return before
	}
	return h
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
