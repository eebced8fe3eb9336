package pycall

// The rules of this file are CPython 3.11's for expressions. Each returns nil
// and leaves the mark where it was if it does not fit.

// expressions: ','.expression+ [',']
func (p *peg) expressions() *tree { return p.commaList(p.expression) }

// commaList: ','.item+ [',']; one item without a comma is itself.
func (p *peg) commaList(item func() *tree) *tree {
	m := p.mark
	line := p.peek().line
	first := item()
	if first == nil {
		return p.back(m)
	}
	if !p.ahead(",") {
		return first
	}
	kids := []*tree{first}
	for p.ahead(",") {
		before := p.mark
		p.mark++
		t := item()
		if t == nil {
			p.mark = before
			break
		}
		kids = append(kids, t)
	}
	p.take(",")
	return &tree{class: "Tuple", line: line, kids: kids}
}

func (p *peg) expression() *tree { return p.remember(ruleExpression, p.expressionRule) }

func (p *peg) expressionRule() *tree {
	if p.invalid {
		p.invalidExpression()
		p.invalidLegacyExpression()
	}
	return p.conditional()
}

// conditional: disjunction 'if' disjunction 'else' expression | disjunction | lambdef
func (p *peg) conditional() *tree {
	m := p.mark
	a := p.disjunction()
	if a == nil {
		return p.lambda()
	}
	after := p.mark
	if !p.take("if") {
		return a
	}
	if b := p.disjunction(); b != nil && p.take("else") {
		if c := p.expression(); c != nil {
			return &tree{class: "IfExp", line: p.tokens[m].line, kids: []*tree{b, a, c}}
		}
	}
	p.mark = after
	return a
}

// withoutInvalid is conditional without the rules for messages.
func (p *peg) withoutInvalid() *tree {
	defer func(before bool) { p.invalid = before }(p.invalid)
	p.invalid = false
	return p.conditional()
}

// starExpressions: ','.star_expression+ [',']
func (p *peg) starExpressions() *tree { return p.commaList(p.starExpression) }

func (p *peg) starExpression() *tree {
	return p.remember(ruleStarExpression, func() *tree {
		if t := p.starred(p.bitOr); t != nil {
			return t
		}
		return p.expression()
	})
}

// starred: '*' operand
func (p *peg) starred(operand func() *tree) *tree {
	m := p.mark
	if !p.take("*") {
		return nil
	}
	if t := operand(); t != nil {
		return &tree{class: "Starred", line: p.tokens[m].line, kids: []*tree{t}}
	}
	return p.back(m)
}

// starNamedExpressions: ','.star_named_expression+ [',']
func (p *peg) starNamedExpressions() []*tree {
	var kids []*tree
	for {
		m := p.mark
		if len(kids) > 0 && !p.take(",") {
			return kids
		}
		t := p.starNamedExpression()
		if t == nil {
			p.mark = m
			break
		}
		kids = append(kids, t)
	}
	if kids != nil {
		p.take(",")
	}
	return kids
}

func (p *peg) starNamedExpression() *tree {
	if t := p.starred(p.bitOr); t != nil {
		return t
	}
	return p.namedExpression()
}

// assignmentExpression: NAME ':=' ~ expression. stop tells that the alternatives
// after it are not to be tried.
func (p *peg) assignmentExpression() (t *tree, stop bool) {
	m := p.mark
	name := p.takeName()
	if name == nil || !p.take(":=") {
		return p.back(m), false
	}
	value := p.expression()
	if value == nil {
		return p.back(m), true
	}
	return &tree{class: "NamedExpr", line: name.line, kids: []*tree{name, value}}, false
}

// namedExpression: assignment_expression | invalid_named_expression | expression !':='
func (p *peg) namedExpression() *tree {
	if t, _ := p.assignmentExpression(); t != nil {
		return t
	}
	if p.invalid {
		p.remember(ruleNamedInvalid, p.invalidNamedExpression)
	}
	return p.plainExpression()
}

// plainExpression: expression !':='
func (p *peg) plainExpression() *tree {
	m := p.mark
	if t := p.expression(); t != nil && !p.ahead(":=") {
		return t
	}
	return p.back(m)
}

// assignmentOrExpression: assignment_expression | expression !':='
func (p *peg) assignmentOrExpression() *tree {
	if t, _ := p.assignmentExpression(); t != nil {
		return t
	}
	return p.plainExpression()
}

func (p *peg) disjunction() *tree {
	return p.remember(ruleDisjunction, func() *tree { return p.boolean("or", p.conjunction) })
}

func (p *peg) conjunction() *tree {
	return p.remember(ruleConjunction, func() *tree { return p.boolean("and", p.inversion) })
}

// boolean: operand (word operand)*
func (p *peg) boolean(word string, operand func() *tree) *tree {
	m := p.mark
	first := operand()
	if first == nil || !p.ahead(word) {
		return first
	}
	kids := []*tree{first}
	for p.ahead(word) {
		before := p.mark
		p.mark++
		t := operand()
		if t == nil {
			p.mark = before
			break
		}
		kids = append(kids, t)
	}
	if len(kids) == 1 {
		return first
	}
	return &tree{class: "BoolOp", line: p.tokens[m].line, kids: kids}
}

// inversion: 'not' inversion | comparison
func (p *peg) inversion() *tree {
	return p.remember(ruleInversion, func() *tree {
		m := p.mark
		if p.take("not") {
			if t := p.inversion(); t != nil {
				return &tree{class: "UnaryOp", line: p.tokens[m].line, name: "not", kids: []*tree{t}}
			}
			p.mark = m
		}
		return p.comparison()
	})
}

// comparison: bitwise_or (compare_op bitwise_or)*
func (p *peg) comparison() *tree {
	m := p.mark
	first := p.bitOr()
	if first == nil {
		return nil
	}
	kids, op := []*tree{first}, ""
	for {
		before := p.mark
		word := p.compareOp()
		if word == "" {
			break
		}
		t := p.bitOr()
		if t == nil {
			p.mark = before
			break
		}
		if op == "" {
			op = word
		}
		kids = append(kids, t)
	}
	if op == "" {
		return first
	}
	return &tree{class: "Compare", line: p.tokens[m].line, name: op, kids: kids}
}

// compareOp goes past an operator that compares, and returns it.
func (p *peg) compareOp() string {
	for _, op := range [...]string{"==", "!=", "<=", "<", ">=", ">", "in"} {
		if p.take(op) {
			return op
		}
	}
	m := p.mark
	switch {
	case p.take("not"):
		if p.take("in") {
			return "not in"
		}
	case p.take("is"):
		if p.take("not") {
			return "is not"
		}
		return "is"
	}
	p.mark = m
	return ""
}

func (p *peg) bitOr() *tree  { return p.binary(ruleBitOr, p.bitXor, "|") }
func (p *peg) bitXor() *tree { return p.binary(ruleBitXor, p.bitAnd, "^") }
func (p *peg) bitAnd() *tree { return p.binary(ruleBitAnd, p.shift, "&") }
func (p *peg) shift() *tree  { return p.binary(ruleShift, p.sum, "<<", ">>") }
func (p *peg) sum() *tree    { return p.binary(ruleSum, p.term, "+", "-") }
func (p *peg) term() *tree   { return p.binary(ruleTerm, p.factor, "*", "/", "//", "%", "@") }

// binary: operand (op operand)*, grouped from the left.
func (p *peg) binary(r rule, operand func() *tree, ops ...string) *tree {
	return p.remember(r, func() *tree {
		m := p.mark
		left := operand()
		for left != nil {
			before, op := p.mark, ""
			for _, o := range ops {
				if p.take(o) {
					op = o
					break
				}
			}
			if op == "" {
				break
			}
			right := operand()
			if right == nil {
				p.mark = before
				break
			}
			left = &tree{class: "BinOp", line: p.tokens[m].line, name: op, kids: []*tree{left, right}}
		}
		return left
	})
}

// factor: ('+' | '-' | '~') factor | power
func (p *peg) factor() *tree {
	return p.remember(ruleFactor, func() *tree {
		m := p.mark
		for _, op := range [...]string{"+", "-", "~"} {
			if p.take(op) {
				if t := p.factor(); t != nil {
					return &tree{class: "UnaryOp", line: p.tokens[m].line, name: op, kids: []*tree{t}}
				}
				return p.back(m)
			}
		}
		return p.power()
	})
}

// power: await_primary '**' factor | await_primary
func (p *peg) power() *tree {
	m := p.mark
	a := p.awaitPrimary()
	if a == nil {
		return nil
	}
	after := p.mark
	if p.take("**") {
		if b := p.factor(); b != nil {
			return &tree{class: "BinOp", line: p.tokens[m].line, name: "**", kids: []*tree{a, b}}
		}
		p.mark = after
	}
	return a
}

func (p *peg) awaitPrimary() *tree {
	return p.remember(ruleAwaitPrimary, func() *tree {
		m := p.mark
		if p.take("await") {
			if t := p.primary(); t != nil {
				return &tree{class: "Await", line: p.tokens[m].line, kids: []*tree{t}}
			}
			return p.back(m)
		}
		return p.primary()
	})
}

// primary: atom with any number of '.' NAME, genexp, '(' [arguments] ')' and
// '[' slices ']' behind it.
func (p *peg) primary() *tree {
	return p.remember(rulePrimary, func() *tree {
		t := p.atom()
		for t != nil {
			next := p.suffix(t)
			if next == nil {
				break
			}
			t = next
		}
		return t
	})
}

// suffix returns t with what is behind it, or nil. Kids of a Call are what is
// called and the positional arguments; of an Attribute, what it is of; of a
// Subscript, what it is of and the index.
func (p *peg) suffix(t *tree) *tree {
	m := p.mark
	switch {
	case p.take("."):
		if name := p.takeName(); name != nil {
			return &tree{class: "Attribute", line: t.line, name: name.name, kids: []*tree{t}}
		}
	case p.ahead("("):
		if g := p.generator(); g != nil {
			return &tree{class: "Call", line: t.line, kids: []*tree{t, g}}
		}
		p.mark++
		call := p.arguments()
		if !p.take(")") {
			break
		}
		out := &tree{class: "Call", line: t.line, kids: []*tree{t}}
		if call != nil {
			out.kids, out.keywords = append(out.kids, call.kids...), call.keywords
		}
		return out
	case p.take("["):
		if s := p.slices(); s != nil && p.take("]") {
			return &tree{class: "Subscript", line: t.line, kids: []*tree{t, s}}
		}
	}
	return p.back(m)
}

// slices: slice !',' | ','.(slice | starred_expression)+ [',']
func (p *peg) slices() *tree {
	m := p.mark
	if t := p.slice(); t != nil && !p.ahead(",") {
		return t
	}
	p.mark = m
	var kids []*tree
	for {
		before := p.mark
		if kids != nil && !p.take(",") {
			break
		}
		t := p.slice()
		if t == nil {
			t = p.starred(p.expression)
		}
		if t == nil {
			p.mark = before
			break
		}
		kids = append(kids, t)
	}
	if kids == nil {
		return p.back(m)
	}
	p.take(",")
	return &tree{class: "Tuple", line: p.tokens[m].line, kids: kids}
}

// slice: [expression] ':' [expression] [':' [expression]] | named_expression
func (p *peg) slice() *tree {
	m := p.mark
	kids := []*tree{p.expression(), nil, nil}
	if p.take(":") {
		kids[1] = p.expression()
		if p.take(":") {
			kids[2] = p.expression()
		}
		return &tree{class: "Slice", line: p.tokens[m].line, kids: kids}
	}
	p.mark = m
	return p.namedExpression()
}
