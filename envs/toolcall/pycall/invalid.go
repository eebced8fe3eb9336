package pycall

import "strings"

// The rules of this file fit only what is wrong, and throw CPython 3.11's
// message about it. They leave the mark where it was.

const (
	assignmentMeant = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?"
	parenthesize    = "Generator expression must be parenthesized"
	forgotTarget    = "did you forget parentheses around the comprehension target?"
)

// try runs f and goes back.
func (p *peg) try(f func()) {
	m := p.mark
	p.enter()
	f()
	p.leave()
	p.mark = m
}

func (t *tree) legacy() bool { return t.class == "Name" && (t.name == "print" || t.name == "exec") }

func (p *peg) invalidExpression() {
	p.try(func() {
		if p.prefixed() {
			return
		}
		a := p.disjunction()
		if a == nil {
			return
		}
		b := p.withoutInvalid()
		if b != nil && !a.legacy() && p.tokens[p.mark-1].level > 0 {
			p.throw(a.line, "invalid syntax. Perhaps you forgot a comma?")
		}
	})
	p.try(func() {
		if a := p.disjunction(); a != nil && p.take("if") && p.disjunction() != nil && !p.ahead("else") && !p.ahead(":") {
			p.throw(a.line, "expected 'else' after 'if' expression")
		}
	})
}

// prefixed reports whether a name and a string, or a soft keyword, are next.
// CPython takes any start of a soft keyword for one.
func (p *peg) prefixed() bool {
	m := p.mark
	defer p.back(m)
	if name := p.takeName(); name != nil {
		if p.peek().kind == stringToken {
			return true
		}
		return strings.HasPrefix("_", name.name) || strings.HasPrefix("case", name.name) || strings.HasPrefix("match", name.name)
	}
	return false
}

func (p *peg) invalidLegacyExpression() {
	p.try(func() {
		if a := p.takeName(); a != nil && !p.ahead("(") && p.starExpressions() != nil && a.legacy() {
			p.throw(a.line, "Missing parentheses in call to '"+a.name+"'. Did you mean "+a.name+"(...)?")
		}
	})
}

func (p *peg) invalidNamedExpression() *tree {
	assigned := func() bool { return !p.ahead("=") && !p.ahead(":=") }
	p.try(func() {
		if a := p.expression(); a != nil && p.take(":=") && p.expression() != nil {
			p.throw(a.line, "cannot use assignment expressions with "+a.describe())
		}
	})
	p.try(func() {
		if a := p.takeName(); a != nil && p.take("=") && p.bitOr() != nil && assigned() {
			p.throw(a.line, assignmentMeant)
		}
	})
	p.try(func() {
		if p.display() {
			return
		}
		if a := p.bitOr(); a != nil && p.take("=") && p.bitOr() != nil && assigned() {
			p.throw(a.line, "cannot assign to "+a.describe()+" here. Maybe you meant '==' instead of '='?")
		}
	})
	return nil
}

// display: list | tuple | genexp | 'True' | 'None' | 'False'
func (p *peg) display() (yes bool) {
	m := p.mark
	defer p.back(m)
	switch {
	case p.ahead("["):
		return p.list() != nil
	case p.ahead("("):
		return p.tuple() != nil || p.generator() != nil
	}
	return p.ahead("True") || p.ahead("None") || p.ahead("False")
}

func (p *peg) invalidArguments() {
	p.try(func() {
		line := p.peek().line
		if p.keywordsGiven() && p.take(",") && p.ahead("*") {
			p.throw(line, "iterable argument unpacking follows keyword argument unpacking")
		}
	})
	p.try(func() {
		if a := p.expression(); a != nil && p.forIfClauses() != nil && p.take(",") {
			m := p.mark
			if p.args() == nil {
				if p.mark = m; p.expression() == nil || p.forIfClauses() == nil {
					p.mark = m
				}
			}
			p.throw(a.line, parenthesize)
		}
	})
	p.try(func() {
		if a := p.takeName(); a != nil && p.take("=") && p.expression() != nil && p.forIfClauses() != nil {
			p.throw(a.line, assignmentMeant)
		}
	})
	p.try(func() {
		if a := p.args(); a != nil && p.forIfClauses() != nil && len(a.kids) > 1 {
			p.throw(a.kids[len(a.kids)-1].line, parenthesize)
		}
	})
	p.try(func() {
		if p.args() == nil || !p.take(",") {
			return
		}
		if a := p.expression(); a != nil && p.forIfClauses() != nil {
			p.throw(a.line, parenthesize)
		}
	})
	p.try(func() {
		a := p.args()
		if a == nil || !p.take(",") || p.args() == nil {
			return
		}
		text := "positional argument follows keyword argument"
		for _, k := range a.keywords {
			if k.name == "" {
				text += " unpacking"
				break
			}
		}
		p.throw(p.tokens[len(p.tokens)-1].line, text)
	})
}

// keywordsGiven: ','.positional+ ',' kwargs | kwargs
func (p *peg) keywordsGiven() bool {
	m := p.mark
	if out := (&tree{}); p.positional(out) && p.take(",") && p.kwargs(out) {
		return true
	}
	p.mark = m
	return p.kwargs(&tree{})
}

func (p *peg) invalidKwarg() {
	p.try(func() {
		for _, word := range [...]string{"True", "False", "None"} {
			line := p.peek().line
			if p.take(word) && p.ahead("=") {
				p.throw(line, "cannot assign to "+word)
			}
		}
	})
	p.try(func() {
		if a := p.takeName(); a != nil && p.take("=") && p.expression() != nil && p.forIfClauses() != nil {
			p.throw(a.line, assignmentMeant)
		}
	})
	p.try(func() {
		m := p.mark
		if p.takeName() != nil && p.ahead("=") {
			return
		}
		p.mark = m
		if a := p.expression(); a != nil && p.ahead("=") {
			p.throw(a.line, `expression cannot contain assignment, perhaps you meant "=="?`)
		}
	})
}

func (p *peg) invalidGroup() {
	p.try(func() {
		p.mark++
		if a := p.starred(p.expression); a != nil && p.ahead(")") {
			p.throw(a.line, "cannot use starred expression here")
		}
	})
	p.try(func() {
		p.mark++
		line := p.peek().line
		if p.take("**") && p.expression() != nil && p.ahead(")") {
			p.throw(line, "cannot use double starred expression here")
		}
	})
}

func (p *peg) invalidComprehension() {
	parenthesis := p.ahead("(")
	p.try(func() {
		p.mark++
		if a := p.starred(p.expression); a != nil && p.forIfClauses() != nil {
			p.throw(a.line, "iterable unpacking cannot be used in comprehension")
		}
	})
	if parenthesis {
		return
	}
	p.try(func() {
		p.mark++
		if a := p.starNamedExpression(); a != nil && p.take(",") && p.starNamedExpressions() != nil && p.forIfClauses() != nil {
			p.throw(a.line, forgotTarget)
		}
	})
	p.try(func() {
		p.mark++
		if a := p.starNamedExpression(); a != nil && p.take(",") && p.forIfClauses() != nil {
			p.throw(a.line, forgotTarget)
		}
	})
}

func (p *peg) invalidDictComprehension() {
	p.try(func() {
		p.mark++
		line := p.peek().line
		if p.take("**") && p.bitOr() != nil && p.forIfClauses() != nil && p.ahead("}") {
			p.throw(line, "dict unpacking cannot be used in dict comprehension")
		}
	})
}

func (p *peg) invalidForTarget() {
	p.try(func() {
		p.take("async")
		if !p.take("for") {
			return
		}
		if a := p.starExpressions(); a != nil {
			if bad := a.invalidTarget(); bad != nil {
				p.throw(bad.line, "cannot assign to "+bad.describe())
			}
		}
	})
}

// invalidPairs: invalid_double_starred_kvpairs
func (p *peg) invalidPairs() {
	p.try(func() {
		if p.pairs() == nil || !p.take(",") {
			return
		}
		p.try(func() {
			if a := p.expression(); a != nil && !p.ahead(":") {
				p.throw(a.line, "':' expected after dictionary key")
			}
		})
		p.invalidPairValue()
	})
	p.invalidPairValue()
}

func (p *peg) invalidPairValue() {
	p.try(func() {
		if p.expression() == nil || !p.take(":") {
			return
		}
		line := p.peek().line
		if p.take("*") && p.bitOr() != nil {
			p.throw(line, "cannot use a starred expression in a dictionary value")
		}
	})
	p.try(func() {
		if p.expression() == nil {
			return
		}
		line := p.peek().line
		if p.take(":") && (p.ahead("}") || p.ahead(",")) {
			p.throw(line, "expression expected after dictionary key and ':'")
		}
	})
}
