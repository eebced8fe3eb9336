package index

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// needle is a text to look for without regard to case: that of ASCII letters in
// bytes, that of all letters in texts.
type needle struct {
	runes []rune // lower case
	ascii string // lower case; "" if some rune is not ASCII

	// plain is the longest part that stands in JSON as it is, lower case; rare is
	// the place in it of a byte that few texts have many of.
	plain string
	rare  int
}

func newNeedle(text string) needle {
	var n needle
	ascii := true
	for _, r := range text {
		n.runes = append(n.runes, unicode.ToLower(r))
		ascii = ascii && r < utf8.RuneSelf
	}
	if ascii {
		n.ascii = strings.ToLower(text)
	}
	start := 0
	for i := 0; i <= len(text); i++ {
		if i < len(text) && plainByte(text[i]) {
			continue
		}
		if i-start > len(n.plain) {
			n.plain = strings.ToLower(text[start:i])
		}
		start = i + 1
	}
	for i := range n.plain {
		if rarity(n.plain[i]) > rarity(n.plain[n.rare]) {
			n.rare = i
		}
	}
	return n
}

// plainByte reports whether every writer of JSON leaves c as it is.
func plainByte(c byte) bool {
	return c >= ' ' && c < utf8.RuneSelf && !strings.ContainsRune(`"\/<>&'`, rune(c))
}

// rarity ranks bytes by how seldom they are in English text and markup.
func rarity(c byte) int {
	if i := strings.IndexByte(` etaoinsrhldcumfpgwybvkxjqz[]:.,-0123456789`, c); i >= 0 {
		return i
	}
	return 99
}

// mayBeIn reports whether the plain part is in a stored line, so that the text
// may be.
func (n *needle) mayBeIn(line []byte) bool {
	if n.plain == "" {
		return true
	}
	low, up := n.plain[n.rare], upper(n.plain[n.rare])
	a := hop{b: line, c: low, at: -1}
	b := hop{b: line, c: up, at: len(line)}
	a.next()
	if up != low {
		b.at = -1
		b.next()
	}
	for {
		at := &a
		if b.at < a.at {
			at = &b
		}
		if at.at >= len(line) {
			return false
		}
		if start := at.at - n.rare; start >= 0 && start+len(n.plain) <= len(line) && foldEqual(line[start:start+len(n.plain)], n.plain) {
			return true
		}
		at.next()
	}
}

// hop goes from one place of a byte to the next.
type hop struct {
	b  []byte
	c  byte
	at int // len(b) after the last
}

func (h *hop) next() {
	i := bytes.IndexByte(h.b[h.at+1:], h.c)
	if i < 0 {
		h.at = len(h.b)
		return
	}
	h.at += 1 + i
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c - 'A' + 'a'
	}
	return c
}

// foldEqual compares b with the lower-case text, which is as long.
func foldEqual(b []byte, text string) bool {
	for i := range b {
		if lower(b[i]) != text[i] {
			return false
		}
	}
	return true
}

// find returns where the text is in s, or -1.
func (n *needle) find(s string) (from, to int) {
	if n.ascii != "" {
		return n.findASCII(s)
	}
	for i := range s {
		if end, ok := n.at(s, i); ok {
			return i, end
		}
	}
	return -1, -1
}

func (n *needle) findASCII(s string) (from, to int) {
	first := n.ascii[0]
	for i := 0; i+len(n.ascii) <= len(s); i++ {
		if lower(s[i]) != first {
			continue
		}
		k := 1
		for k < len(n.ascii) && lower(s[i+k]) == n.ascii[k] {
			k++
		}
		if k == len(n.ascii) {
			return i, i + k
		}
	}
	return -1, -1
}

// at reports whether the text is in s at i, and where it ends.
func (n *needle) at(s string, i int) (end int, ok bool) {
	for _, want := range n.runes {
		r, size := utf8.DecodeRuneInString(s[i:])
		if size == 0 || unicode.ToLower(r) != want {
			return 0, false
		}
		i += size
	}
	return i, true
}
