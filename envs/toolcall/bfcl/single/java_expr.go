package single

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

var javaAssign = []string{"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<="}

var javaBinary = []string{
	"+", "-", "*", "/", "%", "&", "|", "^", "&&", "||", "==", "!=", "<", "<=", ">", ">=", "<<",
}

var primitives = []string{"int", "long", "short", "byte", "char", "float", "double", "boolean", "void"}

// expression reads an expression.
func (p *javaParser) expression() written {
	p.enter()
	defer p.leave()
	return p.operators(p.operand())
}

// operators reads what follows a first operand.
func (p *javaParser) operators(w written) written {
	for {
		op := p.source(p.tok.from, p.tok.to)
		switch {
		case p.isAny(javaAssign...):
			p.advance()
			return p.joined(w.and(op), p.expression())
		case p.is("->"):
			return p.lambda(w)
		case p.take("?"):
			w = p.joined(w.and(op), p.expression())
			colon := p.source(p.tok.from, p.tok.to)
			p.want(":")
			return p.joined(w.and(colon), p.expression())
		case p.take("instanceof"):
			w = w.and(op + p.typ())
		case p.isAny(javaBinary...):
			for p.isAny(">", ">=") { // >>, >>>, >>=
				w = w.and(p.source(p.tok.from, p.tok.to))
				p.advance()
				op = ""
			}
			if op != "" {
				p.advance()
			}
			w = p.joined(w.and(op), p.operand())
		default:
			return w
		}
	}
}

func (p *javaParser) joined(a, b written) written {
	return written{text: a.text + b.text, bad: a.bad || b.bad}
}

// lambda reads "-> body" after its parameters.
func (p *javaParser) lambda(w written) written {
	w = w.and(p.source(p.tok.from, p.tok.to))
	p.want("->")
	if !p.is("{") {
		return p.joined(w, p.expression())
	}
	return w.and(p.bracketed())
}

// bracketed reads from a bracket to the one that closes it, without blanks.
func (p *javaParser) bracketed() string {
	from := p.i
	p.balanced()
	var b strings.Builder
	for _, t := range p.tokens[from:p.i] {
		b.WriteString(p.source(t.from, t.to))
	}
	return b.String()
}

// operand reads a primary with what stands before and behind it.
func (p *javaParser) operand() written {
	p.enter()
	defer p.leave()
	if p.isAny("+", "-", "!", "~", "++", "--") {
		op := p.source(p.tok.from, p.tok.to)
		p.advance()
		return p.joined(written{text: op}, p.operand())
	}
	if p.is("(") {
		if w, ok := p.castOrLambda(); ok {
			return w
		}
	}
	from := p.tok.from
	return p.postfix(from, p.primary())
}

// castOrLambda reads "(type) operand" or "(parameters) -> body", if it is one.
func (p *javaParser) castOrLambda() (w written, ok bool) {
	at := p.i
	open := p.source(p.tok.from, p.tok.to)
	p.balanced()
	if p.is("->") {
		p.goTo(at)
		return p.lambda(written{text: p.bracketed()}), true
	}
	p.goTo(at)
	p.advance()
	simple := p.isAny(primitives...)
	var typ string
	if p.tries(func() { typ = p.typ() }) && p.is(")") {
		typ += p.source(p.tok.from, p.tok.to)
		p.advance()
		operand := p.tok.kind != end && p.tok.kind != mark || p.isAny("(", "!", "~") || simple && p.isAny("+", "-")
		if operand && !p.is("instanceof") {
			return p.joined(written{text: open + typ}, p.operand()), true
		}
	}
	p.goTo(at)
	return w, false
}

func (p *javaParser) primary() written {
	t := p.source(p.tok.from, p.tok.to)
	switch {
	case p.tok.kind == text, p.tok.kind == character:
		p.advance()
		return written{text: t, literal: true}
	case p.tok.kind == number_:
		p.advance()
		return written{text: t}
	case p.take("("):
		w := p.joined(written{text: t}, p.expression())
		t = p.source(p.tok.from, p.tok.to)
		p.want(")")
		return w.and(t)
	case p.is("new"):
		return p.creation()
	case p.isAny(primitives...):
		return p.primitive()
	case p.isAny("switch"), p.tok.kind != word:
		panic(syntaxError{})
	case p.isAny("true", "false", "null", "this", "super"):
		p.advance()
		return written{text: t}
	}
	p.advance()
	return written{text: t, name: true}
}

// primitive reads int.class, int[].class and int[]::new.
func (p *javaParser) primitive() written {
	from := p.tok.from
	t := p.source(p.tok.from, p.tok.to)
	p.advance()
	t += p.dimensions()
	if p.is(".") {
		p.advance()
		p.want("class")
		return written{text: p.source(from, p.prev), name: true}
	}
	if !p.is("::") {
		panic(syntaxError{})
	}
	return written{text: t}
}

// postfix reads what follows a primary that begins at from.
func (p *javaParser) postfix(from int, w written) written {
	for {
		t := p.source(p.tok.from, p.tok.to)
		objectEnd := p.prev
		switch {
		case w.name && p.is("("):
			w = p.call(from, -1, w.text)
		case p.take("."):
			if p.is("new") {
				w = p.creation()
				continue
			}
			if p.take("class") {
				w = written{text: p.source(from, p.prev), name: true}
				continue
			}
			if p.is("<") {
				p.typeArguments()
			}
			name := p.source(p.tok.from, p.tok.to)
			if p.tok.kind != word {
				panic(syntaxError{})
			}
			p.advance()
			if p.is("(") {
				w = p.call(from, objectEnd, name)
			} else {
				w = w.and(t + name)
			}
		case p.is("["):
			w = p.index(from, w)
		case p.take("::"):
			w = w.and(t + p.source(p.tok.from, p.tok.to))
			if p.tok.kind != word {
				panic(syntaxError{})
			}
			p.advance()
		case p.isAny("++", "--"):
			p.advance()
			w = w.and(t)
		default:
			return w
		}
	}
}

// index reads "[i]", or the "[]" of a type before .class or ::new.
func (p *javaParser) index(from int, w written) written {
	open := p.source(p.tok.from, p.tok.to)
	p.want("[")
	if !p.is("]") {
		w = p.joined(w.and(open), p.expression())
		last := p.source(p.tok.from, p.tok.to)
		p.want("]")
		return w.and(last)
	}
	last := p.source(p.tok.from, p.tok.to)
	p.advance()
	w = w.and(open + last)
	if p.is("[") {
		return p.index(from, w)
	}
	if !p.isAny(".", "::") {
		panic(syntaxError{})
	}
	return w
}

// call reads the arguments of a call whose object, if it has one, ends at
// objectEnd. It is written as it stands in the source.
func (p *javaParser) call(from, objectEnd int, name string) written {
	if objectEnd >= 0 {
		name = p.source(from, objectEnd) + "." + name
	}
	inv := &invocation{from: from, name: name}
	p.want("(")
	for i := 0; !p.take(")"); i++ {
		if i > 0 {
			p.want(",")
		}
		p.argument(inv)
	}
	if p.best == nil || from <= p.best.from {
		p.best = inv
	}
	return written{text: p.source(from, p.prev)}
}

func (p *javaParser) argument(inv *invocation) {
	p.enter()
	defer p.leave()
	from := p.tok.from
	w := p.operand()
	if p.isAny(javaAssign...) {
		name := p.source(from, p.prev)
		p.advance()
		v := p.expression()
		if v.literal {
			v.text = cut(v.text)
		}
		inv.arguments = append(inv.arguments, argument{py.Str(name), v})
		return
	}
	to := p.prev
	if p.operators(w); w.name && p.prev == to {
		inv.arguments = append(inv.arguments, argument{py.None{}, w})
	}
}

// creation reads "new T(...)", whose body is not written, or "new T[]{...}".
func (p *javaParser) creation() written {
	p.want("new")
	t := p.baseType()
	if p.is("[") {
		return p.array(t)
	}
	p.want("(")
	var list []string
	bad := false
	for i := 0; !p.take(")"); i++ {
		if i > 0 {
			p.want(",")
		}
		a := p.expression()
		list, bad = append(list, a.text), bad || a.bad
	}
	if p.is("{") {
		p.balanced()
	}
	return written{text: "new " + t + "(" + strings.Join(list, ", ") + ")", bad: bad}
}

func (p *javaParser) array(t string) written {
	sized := false
	for p.take("[") {
		if !p.is("]") {
			p.expression()
			sized = true
		}
		p.want("]")
	}
	if sized {
		return written{bad: true}
	}
	items := p.items()
	return written{text: "new " + t + "[]" + items.text, bad: items.bad}
}

// items reads "{a, b}".
func (p *javaParser) items() written {
	p.enter()
	defer p.leave()
	w := written{text: p.source(p.tok.from, p.tok.to)}
	p.want("{")
	for i := 0; !p.is("}"); i++ {
		if i > 0 {
			w = w.and(p.source(p.tok.from, p.tok.to))
			p.want(",")
			if p.is("}") {
				break
			}
		}
		if p.is("{") {
			w = p.joined(w, p.items())
		} else {
			w = p.joined(w, p.expression())
		}
	}
	w = w.and(p.source(p.tok.from, p.tok.to))
	p.want("}")
	return w
}

// typ reads a type, without blanks.
func (p *javaParser) typ() string {
	t := p.baseType()
	return t + p.dimensions()
}

// dimensions reads "[][]".
func (p *javaParser) dimensions() (t string) {
	for p.is("[") {
		t += p.source(p.tok.from, p.tok.to)
		p.advance()
		t += p.source(p.tok.from, p.tok.to)
		p.want("]")
	}
	return t
}

func (p *javaParser) baseType() string {
	var b strings.Builder
	for {
		if p.tok.kind != word {
			panic(syntaxError{})
		}
		b.WriteString(p.source(p.tok.from, p.tok.to))
		p.advance()
		if p.is("<") {
			b.WriteString(p.typeArguments())
		}
		if !p.is(".") {
			return b.String()
		}
		b.WriteString(p.source(p.tok.from, p.tok.to))
		p.advance()
	}
}

func (p *javaParser) typeArguments() string {
	p.enter()
	defer p.leave()
	t := p.source(p.tok.from, p.tok.to)
	p.want("<")
	for i := 0; !p.is(">"); i++ {
		if i > 0 {
			t += p.source(p.tok.from, p.tok.to)
			p.want(",")
		}
		if p.is("?") {
			t += p.source(p.tok.from, p.tok.to)
			p.advance()
			if !p.isAny("extends", "super") {
				continue
			}
			t += p.source(p.tok.from, p.tok.to)
			p.advance()
		}
		t += p.typ()
	}
	t += p.source(p.tok.from, p.tok.to)
	p.advance()
	return t
}
