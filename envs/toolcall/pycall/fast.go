package pycall

import (
	"strings"
	"unicode/utf8"

	"stepgym/envs/toolcall/py"
)

// fast is the parser of what is plainly right and supported. It gives up at
// everything else, which the careful parser then looks at again.
type fast struct {
	src   string
	i     int
	depth int   // open brackets
	room  *room // for the first call that is read; nil: it is made
	chain int   // operators and suffixes so far: the tree's depth at most
}

// maxChain bounds the depth of trees that the fast parser makes.
const maxChain = 500

func (f *fast) parse() (Node, bool) {
	if !utf8.ValidString(f.src) {
		return nil, false
	}
	for f.i < len(f.src) && (f.src[f.i] == ' ' || f.src[f.i] == '\t') {
		f.i++
	}
	n, ok := f.expression(0)
	if !ok {
		return nil, false
	}
	for f.i < len(f.src) {
		if f.src[f.i] != '\n' {
			return nil, false
		}
		f.i++
	}
	return n, true
}

// peek returns the character that is next, 0 at the end.
func (f *fast) peek() byte {
	if f.i < len(f.src) {
		return f.src[f.i]
	}
	return 0
}

// space skips blanks, and within brackets line ends.
func (f *fast) space() {
	for f.i < len(f.src) {
		switch c := f.src[f.i]; {
		case c == ' ', c == '\t', c == '\n' && f.depth > 0:
			f.i++
		default:
			return
		}
	}
}

// precedence returns the binary operator at s and how tightly it binds; 0 for
// none. A ** is read with what is before it, so none is left to be seen here.
func precedence(s string) (op string, binds int) {
	if len(s) < 2 || s[1] == '=' {
		return "", 0
	}
	switch s[0] {
	case '+', '-', '%':
		if s[0] == '%' {
			return "%", 2
		}
		return s[:1], 1
	case '*', '/':
		if s[1] != s[0] {
			return s[:1], 2
		}
		if len(s) > 2 && s[2] == '=' {
			return "", 0
		}
		if s[0] == '*' {
			return "**", 3
		}
		return s[:2], 2
	}
	return "", 0
}

// expression reads an expression whose operators bind more tightly than least,
// and the blanks behind it.
func (f *fast) expression(least int) (Node, bool) {
	x, ok := f.unary()
	if !ok {
		return nil, false
	}
	for {
		op, binds := precedence(f.src[f.i:])
		if binds <= least {
			return x, true
		}
		f.i += len(op)
		f.space()
		y, ok := f.expression(binds)
		if f.chain++; !ok || f.chain > maxChain {
			return nil, false
		}
		x = &Binary{op, x, y}
	}
}

// unary reads signs and what they are before: they bind less tightly than **.
func (f *fast) unary() (Node, bool) {
	c := f.peek()
	if c != '-' && c != '+' && c != '~' {
		x, ok := f.primary()
		if !ok {
			return nil, false
		}
		if op, _ := precedence(f.src[f.i:]); op == "**" {
			f.i += 2
			f.space()
			y, ok := f.unary()
			if f.chain++; !ok || f.chain > maxChain {
				return nil, false
			}
			return &Binary{"**", x, y}, true
		}
		return x, true
	}
	f.i++
	f.space()
	if f.chain++; f.chain > maxChain {
		return nil, false
	}
	x, ok := f.unary()
	switch {
	case !ok:
		return nil, false
	case c == '-':
		return minus(x), true
	}
	return &Unary{string(rune(c)), x}, true
}

// primary reads an atom, what is behind it, and the blanks behind that.
func (f *fast) primary() (Node, bool) {
	c := f.peek()
	switch {
	case nameStart(c) && c < utf8.RuneSelf:
		return f.name()
	case isDigit(c) || c == '.':
		return f.number()
	case c == '\'' || c == '"':
		return f.strings()
	case c == '(' || c == '[' || c == '{':
		if f.depth >= maxBrackets {
			return nil, false
		}
		f.depth++
		f.i++
		f.space()
		n, ok := f.bracketed(c)
		if !ok {
			return nil, false
		}
		return f.plain(n)
	}
	return nil, false
}

// plain ends an atom that nothing may follow in the fast parser but operators.
func (f *fast) plain(n Node) (Node, bool) {
	f.space()
	switch f.peek() {
	case '(', '[', '.', '\'', '"':
		return nil, false
	}
	return n, true
}

// name reads a name, a constant, or a call of a name with dots.
func (f *fast) name() (Node, bool) {
	start := f.i
	for {
		word := f.i
		for f.i < len(f.src) && namePart(f.src[f.i]) {
			if f.src[f.i] >= utf8.RuneSelf {
				return nil, false
			}
			f.i++
		}
		if isKeyword(f.src[word:f.i]) {
			if word > start {
				return nil, false
			}
			return f.keyword(f.src[word:f.i])
		}
		if f.i+1 >= len(f.src) || f.src[f.i] != '.' || !nameStart(f.src[f.i+1]) {
			break
		}
		f.i++
	}
	name := f.src[start:f.i]
	f.space()
	switch f.peek() {
	case '(':
		return f.call(name)
	case '[', '.', '\'', '"':
		return nil, false
	}
	if strings.IndexByte(name, '.') >= 0 {
		return nil, false
	}
	return &Name{name}, true
}

func (f *fast) keyword(word string) (Node, bool) {
	switch word {
	case "True":
		return f.plain(py.Bool(true))
	case "False":
		return f.plain(py.Bool(false))
	case "None":
		return f.plain(py.None{})
	}
	return nil, false
}

// call reads the arguments of a call.
func (f *fast) call(name string) (Node, bool) {
	if f.depth >= maxBrackets {
		return nil, false
	}
	f.depth++
	f.i++
	f.space()
	if f.peek() == ')' {
		f.depth--
		f.i++
		return f.plain(&Call{Name: name})
	}
	r := f.room
	if f.room = nil; r == nil {
		r = new(room)
	}
	c := &r.Call
	*c = Call{Name: name, Args: r.args[:0], Keywords: r.keywords[:0]}
	for f.peek() != ')' {
		if !f.argument(c) {
			return nil, false
		}
		if f.peek() == ',' {
			f.i++
			f.space()
		} else if f.peek() != ')' {
			return nil, false
		}
	}
	f.depth--
	f.i++
	return f.plain(c)
}

// room is a Call and the arguments of most calls, in one allocation.
type room struct {
	Call
	args     [3]Node
	keywords [6]Keyword
}

func (f *fast) argument(c *Call) bool {
	if key := f.key(); key != "" {
		for i := range c.Keywords {
			if c.Keywords[i].Name == key {
				return false
			}
		}
		v, ok := f.expression(0)
		c.Keywords = append(c.Keywords, Keyword{key, v})
		return ok && len(c.Keywords) <= maxKeywords
	}
	if len(c.Keywords) > 0 {
		return false
	}
	v, ok := f.expression(0)
	c.Args = append(c.Args, v)
	return ok
}

// maxKeywords bounds the search for repeated keywords in the fast parser.
const maxKeywords = 1000

// key goes past NAME = and the blanks around it, and returns the name.
func (f *fast) key() string {
	i := f.i
	if i >= len(f.src) || !nameStart(f.src[i]) {
		return ""
	}
	for i < len(f.src) && namePart(f.src[i]) && f.src[i] < utf8.RuneSelf {
		i++
	}
	name := f.src[f.i:i]
	for i < len(f.src) && (f.src[i] == ' ' || f.src[i] == '\t' || f.src[i] == '\n') {
		i++
	}
	if i+1 >= len(f.src) || f.src[i] != '=' || f.src[i+1] == '=' || isKeyword(name) || name == "__debug__" {
		return ""
	}
	f.i = i + 1
	f.space()
	return name
}

// bracketed reads what is within brackets, and the closing one.
func (f *fast) bracketed(open byte) (Node, bool) {
	if open == '{' {
		return f.braces()
	}
	end := byte(')')
	if open == '[' {
		end = ']'
	}
	items, comma, ok := f.items(end, nil)
	switch {
	case !ok:
		return nil, false
	case open == '[':
		return list(items), true
	case len(items) == 1 && !comma:
		return items[0], true
	}
	return tuple(items), true
}

// items reads expressions with commas between them up to end. comma tells
// whether there is one behind the last.
func (f *fast) items(end byte, items []Node) (_ []Node, comma, ok bool) {
	for f.peek() != end {
		v, ok := f.expression(0)
		if !ok {
			return nil, false, false
		}
		items = append(items, v)
		if comma = f.peek() == ','; comma {
			f.i++
			f.space()
		} else if f.peek() != end {
			return nil, false, false
		}
	}
	f.depth--
	f.i++
	return items, comma, true
}

// braces reads the rest of a dict or a set.
func (f *fast) braces() (Node, bool) {
	var items []Item
	for f.peek() != '}' {
		key, ok := f.expression(0)
		if !ok {
			return nil, false
		}
		if f.peek() != ':' {
			if items != nil || f.peek() != ',' && f.peek() != '}' {
				return nil, false
			}
			return f.set(key)
		}
		f.i++
		f.space()
		value, ok := f.expression(0)
		if !ok {
			return nil, false
		}
		items = append(items, Item{key, value})
		if f.peek() == ',' {
			f.i++
			f.space()
		} else if f.peek() != '}' {
			return nil, false
		}
	}
	f.depth--
	f.i++
	return dict(items), true
}

func (f *fast) set(first Node) (Node, bool) {
	if f.peek() == ',' {
		f.i++
		f.space()
	}
	items, _, ok := f.items('}', []Node{first})
	if !ok {
		return nil, false
	}
	return set(items), true
}
