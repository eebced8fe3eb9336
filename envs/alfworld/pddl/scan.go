package pddl

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// maxDepth bounds how deep conditions and effects nest, so that neither this
// reader nor those who walk its trees run out of stack.
const maxDepth = 200

// token is a token of the folded text: its kind and where it lies.
type token struct {
	kind    byte // '(', ')', 'a' for a name, '!' for a byte that no name may hold, 0 at the end
	at, end int
}

// scanner cuts a text into tokens. Its text is the source in lower case, byte
// for byte at the same place, so that places need be counted only for errors.
type scanner struct {
	source string
	buf    []byte
	size   int // the text is buf[:size]; more may lie behind it
	pos    int
}

// Classes of bytes.
const (
	classBad = iota
	className
	classSpace
	classParen
	classComment
	classVariable
)

// classes tells for every byte what it does to a token.
var classes = func() (c [256]uint8) {
	for b := 0; b <= ' '; b++ {
		c[b] = classSpace
	}
	for b := '!'; b < 0x7f; b++ {
		c[b] = className
	}
	c['('], c[')'], c[';'], c['?'] = classParen, classParen, classComment, classVariable
	return c
}()

// fold appends text to dst in lower case, eight bytes at a time. Bytes outside
// ASCII stay as they are.
func fold(dst, text []byte) []byte {
	const high, ones = 0x8080808080808080, 0x0101010101010101
	n := len(dst)
	dst = append(dst, text...)
	b := dst[n:]
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		low := w &^ high
		// The high bit of a byte: it is at least 'A', and not more than 'Z'.
		upper := (low + (0x80-'A')*ones) &^ (low + (0x7f-'Z')*ones) &^ w & high
		binary.LittleEndian.PutUint64(b, w|upper>>2)
		b = b[8:]
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
	return dst
}

// next returns the next token. Comments and white space, which is every byte up
// to the space, come to nothing.
func (s *scanner) next() token {
	text, i := s.buf[:s.size], s.pos
	for i < len(text) {
		switch classes[text[i]] {
		case classSpace:
			i++
		case classComment:
			n := bytes.IndexAny(text[i:], "\n\r")
			if n < 0 {
				n = len(text) - i
			}
			i += n
		case classParen:
			s.pos = i + 1
			return token{text[i], i, i + 1}
		case classBad:
			s.pos = i + 1
			return token{'!', i, i + 1}
		default:
			at := i
			for i++; i < len(text) && classes[text[i]] == className; i++ {
			}
			s.pos = i
			return token{'a', at, i}
		}
	}
	s.pos = i
	return token{0, i, i}
}

// text returns the bytes of t.
func (s *scanner) text(t token) []byte { return s.buf[t.at:t.end] }

// is reports whether t is the name word.
func (s *scanner) is(t token, word string) bool {
	return t.kind == 'a' && string(s.buf[t.at:t.end]) == word
}

// place counts the line and column of an offset.
func (s *scanner) place(at int) Pos {
	before := s.buf[:at]
	return Pos{
		Line: bytes.Count(before, []byte{'\n'}) + 1,
		Col:  at - bytes.LastIndexByte(before, '\n'),
	}
}

// fault returns an error at an offset.
func (s *scanner) fault(at int, format string, args ...any) error {
	return &Error{Source: s.source, Pos: s.place(at), Msg: fmt.Sprintf(format, args...)}
}

// unexpected returns an error that says what stands at t instead of what was
// wanted.
func (s *scanner) unexpected(t token, want string) error {
	switch t.kind {
	case 0:
		return s.fault(t.at, "the text ends where %s should be: is a parenthesis not closed?", want)
	case '!':
		return s.fault(t.at, "byte %#02x where %s should be: names are written in ASCII", s.buf[t.at], want)
	}
	text := s.text(t)
	if len(text) > 40 {
		text = append(bytes.Clone(text[:40]), "..."...)
	}
	return s.fault(t.at, "%q where %s should be", text, want)
}

// want reads a token of a kind: '(' or ')' or 'a'.
func (s *scanner) want(kind byte, what string) (token, error) {
	t := s.next()
	if t.kind != kind {
		return t, s.unexpected(t, what)
	}
	return t, nil
}

// skip reads to the end of the list that is open. It keeps a count, no stack.
func (s *scanner) skip() error {
	for open := 1; open > 0; {
		switch t := s.next(); t.kind {
		case '(':
			open++
		case ')':
			open--
		case 0:
			return s.unexpected(t, "a closing parenthesis")
		}
	}
	return nil
}
