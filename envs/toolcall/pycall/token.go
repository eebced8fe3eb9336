package pycall

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"stepgym/internal/python"
)

// kind is the sort of a token.
type kind uint8

const (
	endToken kind = iota
	nameToken
	keywordToken
	numberToken
	stringToken
	operatorToken
	newlineToken
	indentToken
	dedentToken
)

// token is one token.
type token struct {
	kind  kind
	text  string
	line  int // where it starts, from 1; 0 at the end of an empty source
	level int // how many brackets are open after it
}

// is reports whether t is an operator or a keyword of the given text.
func (t *token) is(text string) bool {
	return (t.kind == operatorToken || t.kind == keywordToken) && t.text == text
}

// fault is a SyntaxError, or one of its subclasses, thrown through the parser by
// a panic and caught in parseSlow.
type fault struct {
	class string
	text  string
	line  int
}

func syntaxError(line int, text string) *fault { return &fault{"SyntaxError", text, line} }

// tokenizer splits a source into tokens as CPython 3.11 does: with no newline
// added at the end, and no type comments.
type tokenizer struct {
	src       string
	pos       int
	line      int // of the character at pos, from 1
	startLine bool
	brackets  []bracket
	indents   []indent
	pending   int // indents to be reported; dedents if negative
}

type bracket struct {
	open byte
	line int
}

// indent is the width of an indentation with tabs of eight and of one.
type indent struct{ col, alt int }

const (
	maxBrackets = 200
	maxIndents  = 100
)

func newTokenizer(src string) *tokenizer {
	return &tokenizer{src: src, line: 1, startLine: true, indents: []indent{{}}}
}

const eof = 0 // no source has a zero byte

// at returns the character at pos+i, or eof.
func (z *tokenizer) at(i int) byte {
	if z.pos+i < len(z.src) {
		return z.src[z.pos+i]
	}
	return eof
}

// lineHere is the line of what was read last: at the end of a source that ends
// a line it is that line.
func (z *tokenizer) lineHere() int {
	if z.pos >= len(z.src) && (z.pos == 0 || z.src[z.pos-1] == '\n') {
		return z.line - 1
	}
	return z.line
}

func (z *tokenizer) throw(format string, args ...any) {
	panic(syntaxError(z.lineHere(), fmt.Sprintf(format, args...)))
}

// soft is a fault that CPython notices only if its parser gets there: looking
// through the rest of a source for faults stops at it without a word.
type soft struct{ *fault }

// next returns the next token. It panics with a *fault or a soft one.
func (z *tokenizer) next() token {
	for {
		blank := false
		if z.startLine {
			z.startLine = false
			blank = z.indentation()
		}
		if z.pending != 0 {
			return z.indentToken()
		}
		z.space()
		switch c := z.at(0); {
		case c == eof:
			return z.end()
		case c != '\n':
			return z.visible(c)
		}
		line := z.line
		z.pos++
		z.line++
		z.startLine = true
		if !blank && len(z.brackets) == 0 {
			return token{kind: newlineToken, line: line}
		}
	}
}

// space skips blanks, comments and lines that are continued.
func (z *tokenizer) space() {
	for {
		switch z.at(0) {
		case ' ', '\t', '\f':
			z.pos++
		case '#':
			if n := strings.IndexByte(z.src[z.pos:], '\n'); n >= 0 {
				z.pos += n
			} else {
				z.pos = len(z.src)
			}
		case '\\':
			z.continued()
		default:
			return
		}
	}
}

// continued skips a backslash and the end of its line.
func (z *tokenizer) continued() {
	z.pos++
	if z.at(0) != '\n' {
		panic(soft{syntaxError(z.lineHere(), "unexpected character after line continuation character")})
	}
	z.pos++
	z.line++
	if z.pos == len(z.src) {
		z.end() // throws where brackets are open
		panic(soft{syntaxError(-1, "unexpected EOF while parsing")})
	}
}

// end returns the token of the end, which must not be within brackets.
func (z *tokenizer) end() token {
	if n := len(z.brackets); n > 0 {
		open := z.brackets[n-1]
		panic(soft{syntaxError(open.line, "'"+string(open.open)+"' was never closed")})
	}
	return token{kind: endToken, line: z.lineHere()}
}

// indentation reads the blanks that a line starts with, and reports whether
// there is nothing else on it.
func (z *tokenizer) indentation() (blank bool) {
	var in, first indent
	for ; ; z.pos++ {
		switch z.at(0) {
		case ' ':
			in.col++
			in.alt++
			continue
		case '\t':
			in.col = (in.col/8 + 1) * 8
			in.alt++
			continue
		case '\f':
			in = indent{}
			continue
		case '\\':
			if first.col == 0 {
				first = in
			}
			z.continued()
			z.pos--
			continue
		case '#', '\n':
			return true
		}
		break
	}
	if len(z.brackets) > 0 {
		return false
	}
	if first.col != 0 {
		in = first
	}
	z.indentTo(in)
	return false
}

func (z *tokenizer) indentTo(in indent) {
	top := z.indents[len(z.indents)-1]
	inconsistent := soft{&fault{"TabError", "inconsistent use of tabs and spaces in indentation", z.line}}
	switch {
	case in.col == top.col:
		if in.alt != top.alt {
			panic(inconsistent)
		}
	case in.col > top.col:
		if len(z.indents) >= maxIndents {
			panic(soft{&fault{"IndentationError", "too many levels of indentation", z.line}})
		}
		if in.alt <= top.alt {
			panic(inconsistent)
		}
		z.indents = append(z.indents, in)
		z.pending++
	default:
		for len(z.indents) > 1 && in.col < z.indents[len(z.indents)-1].col {
			z.indents = z.indents[:len(z.indents)-1]
			z.pending--
		}
		if top = z.indents[len(z.indents)-1]; in.col != top.col {
			panic(soft{&fault{"IndentationError", "unindent does not match any outer indentation level", z.line}})
		} else if in.alt != top.alt {
			panic(inconsistent)
		}
	}
}

func (z *tokenizer) indentToken() token {
	if z.pending < 0 {
		z.pending++
		return token{kind: dedentToken, line: z.line}
	}
	z.pending--
	return token{kind: indentToken, line: z.line}
}

// visible returns the token that starts with c.
func (z *tokenizer) visible(c byte) token {
	start := z.pos
	t := token{kind: operatorToken, line: z.line}
	switch {
	case nameStart(c):
		t.kind = z.name()
	case c >= '0' && c <= '9' || c == '.' && isDigit(z.at(1)):
		t.kind = numberToken
		z.number()
	case c == '\'' || c == '"':
		t.kind = stringToken
		z.quoted()
	default:
		z.operator(c)
	}
	t.text = z.src[start:z.pos]
	t.level = len(z.brackets)
	return t
}

func nameStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= utf8.RuneSelf
}

func namePart(c byte) bool { return nameStart(c) || isDigit(c) }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// name reads a name, or a string if its prefix turns out to be one.
func (z *tokenizer) name() kind {
	start := z.pos
	for n := 0; ; n++ {
		if !stringPrefix(z.src[start:z.pos], z.at(0)) {
			break
		}
		z.pos++
		if c := z.at(0); c == '\'' || c == '"' {
			z.quoted()
			return stringToken
		}
	}
	ascii := true
	for namePart(z.at(0)) {
		ascii = ascii && z.at(0) < utf8.RuneSelf
		z.pos++
	}
	text := z.src[start:z.pos]
	if !ascii {
		z.verify(text)
	}
	if isKeyword(text) {
		return keywordToken
	}
	return nameToken
}

// stringPrefix reports whether c may follow the letters before it in the prefix
// of a string.
func stringPrefix(before string, c byte) bool {
	has := func(letter byte) bool {
		return strings.IndexByte(before, letter) >= 0 || strings.IndexByte(before, letter-0x20) >= 0
	}
	switch c {
	case 'b', 'B':
		return !has('b') && !has('u') && !has('f')
	case 'u', 'U':
		return before == ""
	case 'r', 'R':
		return !has('r') && !has('u')
	case 'f', 'F':
		return !has('f') && !has('b') && !has('u')
	}
	return false
}

// verify throws if a name has a character that none may have.
func (z *tokenizer) verify(name string) {
	for i, r := range name {
		if i == 0 && identifierStart(r) || i > 0 && identifierPart(r) {
			continue
		}
		if python.IsPrintable(r) {
			z.throw("invalid character '%c' (U+%04X)", r, r)
		}
		z.throw("invalid non-printable character U+%04X", r)
	}
}

// quoted reads a string from its first quote on.
func (z *tokenizer) quoted() {
	quote, line, q := z.at(0), z.line, 1
	z.pos++
	if z.at(0) == quote {
		if z.at(1) != quote {
			z.pos++
			return
		}
		z.pos += 2
		q = 3
	}
	for run := 0; run < q; {
		c := z.at(0)
		if c == eof || q == 1 && c == '\n' {
			what := "unterminated string literal (detected at line %d)"
			if q == 3 {
				what = "unterminated triple-quoted string literal (detected at line %d)"
			}
			panic(syntaxError(line, fmt.Sprintf(what, z.lineHere())))
		}
		z.step(c)
		switch c {
		case quote:
			run++
			continue
		case '\\':
			if c := z.at(0); c != eof {
				z.step(c)
			}
		}
		run = 0
	}
}

// step goes past c, which may end a line.
func (z *tokenizer) step(c byte) {
	z.pos++
	if c == '\n' {
		z.line++
	}
}

// operators are those of more than one character, longer ones first.
var operators = [...]string{
	"**=", "//=", "<<=", ">>=", "...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "<>", "->", ":=",
	"+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=",
}

// operator reads an operator or a bracket.
func (z *tokenizer) operator(c byte) {
	for _, op := range operators {
		if op[0] == c && strings.HasPrefix(z.src[z.pos:], op) {
			z.pos += len(op)
			return
		}
	}
	z.pos++
	switch c {
	case '(', '[', '{':
		if len(z.brackets) >= maxBrackets {
			z.throw("too many nested parentheses")
		}
		z.brackets = append(z.brackets, bracket{c, z.line})
	case ')', ']', '}':
		z.close(c)
	default:
		if c < ' ' || c == 0x7f {
			z.throw("invalid non-printable character U+%04X", c)
		}
	}
}

// close closes the innermost bracket.
func (z *tokenizer) close(c byte) {
	n := len(z.brackets)
	if n == 0 {
		z.throw("unmatched '%c'", c)
	}
	b := z.brackets[n-1]
	z.brackets = z.brackets[:n-1]
	switch {
	case b.open == '(' && c == ')' || b.open == '[' && c == ']' || b.open == '{' && c == '}':
	case b.line != z.line:
		z.throw("closing parenthesis '%c' does not match opening parenthesis '%c' on line %d", c, b.open, b.line)
	default:
		z.throw("closing parenthesis '%c' does not match opening parenthesis '%c'", c, b.open)
	}
}
