package pycall

import "stepgym/envs/toolcall/py"

// Parse reads src as Python's eval(src) does: one expression. The exception is
// what CPython 3.11 raises before it evaluates anything, a SyntaxError mostly.
// Strings in the result share src's memory where they have no escapes.
func Parse(src string) (Node, *py.Exception) { return parse(src, true) }

// Parser is [Parse] for many calls, one after the other: what it returns is valid
// until it parses the next. The zero value is ready. It is used by one
// goroutine.
type Parser struct{ room room }

// Parse is [Parse].
func (p *Parser) Parse(src string) (Node, *py.Exception) {
	f := fast{src: src, room: &p.room}
	if n, ok := f.parse(); ok {
		return n, nil
	}
	return parseSlow(src, true)
}

// parse is Parse; without compile it leaves out what only Python's compiler
// looks at, as ast.parse does.
func parse(src string, compile bool) (Node, *py.Exception) {
	f := fast{src: src}
	if n, ok := f.parse(); ok {
		return n, nil
	}
	return parseSlow(src, compile)
}
