package single

import (
	"stepgym/envs/toolcall/py"
)

// jsCall reads the first statement of JavaScript source that is a call:
// [{name: {parameter: text}}]. A parameter is named by an assignment, and a bare
// name or true is one without a name (None); other arguments are left out.
// Source without such a statement is None.
//
// Differs: as for [javaCall]; bodies of functions and classes are only looked
// at for their brackets.
func jsCall(src string) (v py.Value, err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case syntaxError:
			v, err = nil, errJS
		default:
			panic(p)
		}
	}()
	p := &jsParser{newParser(src, JavaScript)}
	var first *invocation
	for p.tok.kind != end {
		if p.take(";") {
			continue
		}
		inv := p.statement()
		if first == nil {
			first = inv
		}
		if p.tok.kind != end && !p.take(";") && !p.tok.line {
			panic(syntaxError{})
		}
	}
	if first == nil {
		return py.None{}, nil
	}
	arguments := py.NewDict(nil, len(first.arguments))
	for _, a := range first.arguments {
		if arguments.Has(a.name) {
			return nil, errRepeated
		}
		arguments.Set(a.name, py.Str(a.value.text))
	}
	return py.NewList(py.D(first.name, arguments)), nil
}

type jsParser struct {
	parser
}

// shape is what an expression is at its root.
type shape struct {
	call *invocation // it is a call
	name bool        // it is a name, or true
	left bool        // it can be assigned to
}

// statement reads a statement, and returns the call that it is, or nil.
func (p *jsParser) statement() *invocation {
	switch {
	case p.isAny("const", "let", "var"):
		p.advance()
		p.operand()
		if p.take("=") {
			p.expression()
		}
		return nil
	case p.take("return"):
		p.expression()
		return nil
	}
	s := p.expression()
	for p.take(",") {
		p.expression()
		s = shape{}
	}
	return s.call
}

var (
	jsAssign = []string{"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", "**=", "&&=", "||=", "??="}
	jsBinary = []string{
		"+", "-", "*", "/", "%", "**", "&", "|", "^", "&&", "||", "??", "==", "===", "!=", "!==", "<", "<=", ">", ">=", "<<",
		"instanceof", "in",
	}
	jsPrefix = []string{"+", "-", "!", "~", "++", "--", "typeof", "void", "delete", "await"}
)

// expression reads an expression without commas.
func (p *jsParser) expression() shape {
	p.enter()
	defer p.leave()
	return p.operators(p.operand())
}

func (p *jsParser) operators(s shape) shape {
	for {
		switch {
		case p.isAny(jsAssign...):
			if !s.left {
				panic(syntaxError{})
			}
			p.advance()
			p.expression()
			return shape{}
		case p.is("=>") && s.name:
			p.arrow()
			return shape{}
		case p.take("?"):
			p.expression()
			p.want(":")
			p.expression()
			return shape{}
		case p.isAny(jsBinary...):
			shift := p.is(">")
			p.advance()
			for shift && p.isAny(">", ">=") { // >>, >>>
				p.advance()
			}
			p.operand()
			s = shape{}
		default:
			return s
		}
	}
}

func (p *jsParser) arrow() {
	p.want("=>")
	if p.is("{") {
		p.balanced()
	} else {
		p.expression()
	}
}

func (p *jsParser) operand() shape {
	p.enter()
	defer p.leave()
	from := p.tok.from
	if p.isAny(jsPrefix...) {
		p.advance()
		p.operand()
		return shape{}
	}
	if p.is("async") {
		at := p.i
		p.advance()
		if p.is("function") && !p.tok.line {
			return p.postfix(from, p.primary())
		}
		if p.tok.kind == word && !p.tok.line {
			p.advance()
			p.arrow()
			return shape{}
		}
		if p.is("(") {
			p.balanced()
			if p.is("=>") {
				p.arrow()
				return shape{}
			}
		}
		p.goTo(at)
	}
	if p.is("(") {
		at := p.i
		p.balanced()
		if p.is("=>") {
			p.arrow()
			return shape{}
		}
		p.goTo(at)
	}
	if p.take("new") {
		p.constructor()
		return p.postfix(from, shape{})
	}
	return p.postfix(from, p.primary())
}

// constructor reads what follows "new".
func (p *jsParser) constructor() {
	if p.take("new") {
		p.constructor()
		return
	}
	p.primary()
	for {
		switch {
		case p.take("."):
			p.property()
		case p.is("["):
			p.balanced()
		case p.is("("):
			p.arguments(&invocation{})
			return
		default:
			return
		}
	}
}

func (p *jsParser) property() {
	if p.tok.kind != word {
		panic(syntaxError{})
	}
	p.advance()
}

func (p *jsParser) primary() shape {
	switch {
	case p.tok.kind == text, p.tok.kind == template, p.tok.kind == number_, p.tok.kind == expression:
		p.advance()
		return shape{}
	case p.take("("):
		for p.expression(); p.take(","); {
			p.expression()
		}
		p.want(")")
		return shape{}
	case p.is("["):
		p.list("]")
		return shape{left: true}
	case p.is("{"):
		p.object()
		return shape{left: true}
	case p.is("function"):
		p.function()
		return shape{}
	case p.is("class"):
		for p.advance(); !p.is("{"); p.advance() {
			if p.tok.kind == end {
				panic(syntaxError{})
			}
		}
		p.balanced()
		return shape{}
	case p.tok.kind != word, p.isAny("import", "yield", "new"):
		panic(syntaxError{})
	case p.isAny("this", "super", "false", "null", "undefined"):
		p.advance()
		return shape{}
	case p.take("true"):
		return shape{name: true}
	}
	p.advance()
	return shape{name: true, left: true}
}

func (p *jsParser) function() {
	p.want("function")
	p.take("*")
	if p.tok.kind == word {
		p.advance()
	}
	if !p.is("(") {
		panic(syntaxError{})
	}
	p.balanced()
	if !p.is("{") {
		panic(syntaxError{})
	}
	p.balanced()
}

// list reads the items of an array.
func (p *jsParser) list(closing string) {
	for p.advance(); !p.take(closing); {
		if p.take(",") {
			continue
		}
		p.take("...")
		p.expression()
		if !p.is(closing) {
			p.want(",")
		}
	}
}

// object reads an object literal.
func (p *jsParser) object() {
	for p.want("{"); !p.take("}"); {
		if p.take(",") {
			continue
		}
		p.member()
		if !p.is("}") {
			p.want(",")
		}
	}
}

func (p *jsParser) member() {
	if p.take("...") {
		p.expression()
		return
	}
	p.take("*")
	short := p.tok.kind == word
	for p.isAny("get", "set", "async", "static") {
		p.advance()
	}
	switch {
	case p.is("["):
		p.balanced()
	case p.tok.kind == word, p.tok.kind == text, p.tok.kind == number_:
		p.advance()
	}
	switch {
	case p.take(":"):
		p.expression()
	case p.is("("):
		p.balanced()
		if !p.is("{") {
			panic(syntaxError{})
		}
		p.balanced()
	case short && p.take("="):
		p.expression()
	case !short:
		panic(syntaxError{})
	}
}

// postfix reads what follows a primary that begins at from.
func (p *jsParser) postfix(from int, s shape) shape {
	for {
		to := p.prev
		switch {
		case p.take("."):
			p.take("#")
			p.property()
			s = shape{left: true}
		case p.take("?."):
			switch {
			case p.is("["):
				p.balanced()
			case p.is("("):
				p.arguments(&invocation{})
			default:
				p.property()
			}
			s = shape{}
		case p.is("["):
			p.balanced()
			s = shape{left: true}
		case p.is("("):
			inv := &invocation{name: p.source(from, to)}
			p.arguments(inv)
			s = shape{call: inv}
		case p.tok.kind == template:
			p.advance()
			s = shape{call: &invocation{name: p.source(from, to)}}
		case p.isAny("++", "--") && !p.tok.line:
			p.advance()
			s = shape{}
		default:
			return s
		}
	}
}

func (p *jsParser) arguments(inv *invocation) {
	for p.want("("); !p.take(")"); {
		if p.take(",") {
			continue
		}
		if p.take("...") {
			p.expression()
		} else {
			p.argument(inv)
		}
		if !p.is(")") {
			p.want(",")
		}
	}
}

func (p *jsParser) argument(inv *invocation) {
	p.enter()
	defer p.leave()
	from := p.tok.from
	s := p.operand()
	if p.is("=") && s.left {
		name := p.source(from, p.prev)
		p.advance()
		start := p.tok.from
		p.expression()
		value := p.source(start, p.prev)
		if quoted(value, '"') || quoted(value, '\'') {
			value = cut(value)
		}
		inv.arguments = append(inv.arguments, argument{py.Str(name), written{text: value}})
		return
	}
	to := p.prev
	if p.operators(s); s.name && p.prev == to {
		inv.arguments = append(inv.arguments, argument{py.None{}, written{text: p.source(from, to)}})
	}
}
