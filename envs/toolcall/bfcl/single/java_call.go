package single

import (
	"strings"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
)

// fault is an error whose text is that of an exception of the original.
type fault string

// Error returns the text.
func (f fault) Error() string { return string(f) }

const (
	errJava     fault = "Error parsing java the source code."
	errJS       fault = "Error js parsing the source code."
	errRepeated fault = "Error: Multiple arguments with the same name are not supported."
	errNoType   fault = "'NoneType' object has no attribute 'type'" // an array without its items
)

// javaCall reads the first call in Java source, which is some expression
// statements: [{name: {parameter: text}}]. A parameter is named by an
// assignment, and a bare name is one without a name (None); other arguments
// are left out. Source without a call is an empty dict.
//
// Differs: the original's parser, tree-sitter, repairs some faults and goes on;
// of these only missing semicolons are known here. Other statements than
// expressions, returns and declarations of a variable are faults.
func javaCall(src string) (v py.Value, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case syntaxError:
			v, err = nil, errJava
		default:
			panic(p)
		}
	}()
	p := &javaParser{parser: newParser(src, Java)}
	p.program()
	if p.best == nil {
		return py.NewDict(nil, 0), nil
	}
	arguments := py.NewDict(nil, len(p.best.arguments))
	for _, a := range p.best.arguments {
		if a.value.bad {
			return nil, errNoType
		}
		if arguments.Has(a.name) {
			return nil, errRepeated
		}
		arguments.Set(a.name, py.Str(a.value.text))
	}
	return py.NewList(py.D(p.best.name, arguments)), nil
}

// parser goes through the tokens of a source.
type parser struct {
	src    string
	tokens []token // the last one is the end
	match  []int   // of an opening bracket, the place of the closing one in tokens
	i      int     // place of tok
	tok    token
	prev   int // where the token before tok ended
	depth  int
	runes  []int // byte positions of the characters of the source; nil if it is ASCII
}

func newParser(src string, l Language) parser {
	p := parser{src: src}
	if l == Java && !ascii(src) {
		for i := range src {
			p.runes = append(p.runes, i)
		}
	}
	lex := lexer{src: src, language: l}
	var open []int
	for {
		t := lex.next()
		p.tokens, p.match = append(p.tokens, t), append(p.match, 0)
		if t.kind == end {
			break
		}
		if t.kind != mark || t.to-t.from != 1 {
			continue
		}
		switch c := src[t.from]; c {
		case '(', '[', '{':
			open = append(open, len(p.tokens)-1)
		case ')', ']', '}':
			last := len(open) - 1
			if last < 0 || closing(src[p.tokens[open[last]].from]) != c {
				panic(syntaxError{})
			}
			p.match[open[last]] = len(p.tokens) - 1
			open = open[:last]
		}
	}
	if len(open) > 0 {
		panic(syntaxError{})
	}
	p.tok = p.tokens[0]
	return p
}

func closing(open byte) byte {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	}
	return '}'
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func (p *parser) advance() { p.goTo(min(p.i+1, len(p.tokens)-1)) }

// goTo makes the token of that place the present one.
func (p *parser) goTo(i int) {
	p.i, p.tok, p.prev = i, p.tokens[i], 0
	if i > 0 {
		p.prev = p.tokens[i-1].to
	}
}

func (p *parser) is(s string) bool {
	return (p.tok.kind == mark || p.tok.kind == word) && p.src[p.tok.from:p.tok.to] == s
}

func (p *parser) isAny(list ...string) bool {
	for _, s := range list {
		if p.is(s) {
			return true
		}
	}
	return false
}

func (p *parser) take(s string) bool {
	if !p.is(s) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) want(s string) {
	if !p.take(s) {
		panic(syntaxError{})
	}
}

// enter bounds how deep expressions nest; the caller defers leave.
func (p *parser) enter() {
	if p.depth++; p.depth > 500 {
		panic(syntaxError{})
	}
}

func (p *parser) leave() { p.depth-- }

// source returns the source between two byte positions.
//
// Quirk: of Java source the original takes the characters of these numbers.
func (p *parser) source(from, to int) string {
	if p.runes == nil {
		return p.src[from:to]
	}
	at := func(i int) int {
		if i < len(p.runes) {
			return p.runes[i]
		}
		return len(p.src)
	}
	return p.src[at(from):at(to)]
}

// balanced skips from an opening bracket to behind the closing one.
func (p *parser) balanced() {
	if !p.isAny("(", "[", "{") {
		panic(syntaxError{})
	}
	p.goTo(p.match[p.i] + 1)
}

// written is an expression as the original writes it: without blanks, but
// calls as they are in the source.
type written struct {
	text    string
	literal bool // it is text or a character in quotes and nothing else
	name    bool // it is a name and nothing else
	bad     bool // the original cannot write it
}

func (w written) and(s string) written { return written{text: w.text + s, bad: w.bad} }

type argument struct {
	name  py.Value
	value written
}

// invocation is a call in the source.
type invocation struct {
	from      int
	name      string
	arguments []argument
}

type javaParser struct {
	parser
	best *invocation // the outermost of the first
}

// short is the length of source up to which the original's parser takes a
// missing semicolon for the end of all sense.
const short = 10

func (p *javaParser) program() {
	missing := false
	for p.tok.kind != end {
		if p.take(";") {
			continue
		}
		p.take("return")
		at := p.i
		if !p.declaration() {
			p.goTo(at)
			p.expression()
		}
		switch {
		case p.take(";"):
			if missing {
				panic(syntaxError{})
			}
		case p.tok.kind == end:
			lines := strings.Count(p.src[:p.prev], "\n")
			if p.prev+30*lines <= short {
				panic(syntaxError{})
			}
		case p.tok.kind != word || p.src[p.prev-1] != ')':
			panic(syntaxError{})
		default:
			missing = true
		}
	}
}

// declaration takes "Type name = " before an expression.
func (p *javaParser) declaration() bool {
	if p.tok.kind != word || !p.tries(func() { p.typ() }) || p.tok.kind != word {
		return false
	}
	p.advance()
	if !p.take("=") {
		return false
	}
	p.expression()
	return true
}

// tries reports whether f succeeds; the place is lost if not.
func (p *javaParser) tries(f func()) (ok bool) {
	depth := p.depth
	defer func() {
		switch e := recover().(type) {
		case nil:
			ok = true
		case syntaxError:
			p.depth = depth
		default:
			panic(e)
		}
	}()
	f()
	return true
}
