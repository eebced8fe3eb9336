package pycall

// forIfClauses: for_if_clause+. Its kids are targets, iterables and conditions.
func (p *peg) forIfClauses() *tree {
	var out *tree
	for {
		c := p.forIfClause()
		if c == nil {
			return out
		}
		if out == nil {
			out = &tree{class: "clauses", line: c.line}
		}
		out.kids = append(out.kids, c.kids...)
		if c.name != "" {
			out.name = c.name
		}
	}
}

// forIfClause: [ASYNC] 'for' star_targets 'in' ~ disjunction ('if' disjunction)*
func (p *peg) forIfClause() *tree {
	m := p.mark
	name := ""
	if p.take("async") {
		name = "async"
	}
	if p.take("for") {
		if target := p.starTargets(); target != nil && p.take("in") {
			in := p.disjunction()
			if in == nil {
				return p.back(m)
			}
			out := &tree{line: p.tokens[m].line, name: name, kids: []*tree{target, in}}
			for p.ahead("if") {
				before := p.mark
				p.mark++
				t := p.disjunction()
				if t == nil {
					p.mark = before
					break
				}
				out.kids = append(out.kids, t)
			}
			return out
		}
	}
	p.mark = m
	if p.invalid {
		p.invalidForTarget()
	}
	return nil
}

// comprehension returns the tree of a comprehension of elements.
func comprehension(class string, line int, clauses *tree, elements ...*tree) *tree {
	return &tree{class: class, line: line, name: clauses.name, kids: append(elements, clauses.kids...)}
}

// listComprehension: '[' named_expression for_if_clauses ']' | invalid_comprehension
func (p *peg) listComprehension() *tree {
	return p.displayed("ListComp", "]", p.namedExpression)
}

// setComprehension: '{' named_expression for_if_clauses '}' | invalid_comprehension
func (p *peg) setComprehension() *tree {
	return p.displayed("SetComp", "}", p.namedExpression)
}

// generator: '(' (assignment_expression | expression !':=') for_if_clauses ')' | invalid_comprehension
func (p *peg) generator() *tree {
	return p.displayed("GeneratorExp", ")", p.assignmentOrExpression)
}

func (p *peg) displayed(class, end string, element func() *tree) *tree {
	m := p.mark
	line := p.peek().line
	p.mark++
	if t := element(); t != nil {
		if c := p.forIfClauses(); c != nil && p.take(end) {
			return comprehension(class, line, c, t)
		}
	}
	p.mark = m
	if p.invalid {
		p.invalidComprehension()
	}
	return nil
}

// dictComprehension: '{' kvpair for_if_clauses '}' | invalid_dict_comprehension
func (p *peg) dictComprehension() *tree {
	m := p.mark
	line := p.peek().line
	p.mark++
	if key, value := p.pair(); value != nil {
		if c := p.forIfClauses(); c != nil && p.take("}") {
			return comprehension("DictComp", line, c, key, value)
		}
	}
	p.mark = m
	if p.invalid {
		p.invalidDictComprehension()
	}
	return nil
}

// starTargets: ','.star_target+ [',']
func (p *peg) starTargets() *tree {
	m := p.mark
	t := p.starTarget()
	if t == nil {
		return nil
	}
	if !p.ahead(",") {
		return t
	}
	kids := p.targetsAfter(t)
	p.take(",")
	return &tree{class: "Tuple", line: p.tokens[m].line, kids: kids}
}

// targetsAfter: (',' star_target)*, with t in front.
func (p *peg) targetsAfter(t *tree) []*tree {
	kids := []*tree{t}
	for p.ahead(",") {
		before := p.mark
		p.mark++
		next := p.starTarget()
		if next == nil {
			p.mark = before
			break
		}
		kids = append(kids, next)
	}
	return kids
}

// starTarget: '*' !'*' star_target | target_with_star_atom
func (p *peg) starTarget() *tree {
	return p.remember(ruleStarTarget, func() *tree {
		m := p.mark
		if p.take("*") && !p.ahead("*") {
			if t := p.starTarget(); t != nil {
				return &tree{class: "Starred", line: p.tokens[m].line, kids: []*tree{t}}
			}
		}
		p.mark = m
		return p.targetWithStarAtom()
	})
}

// targetWithStarAtom: t_primary '.' NAME !t_lookahead | t_primary '[' slices ']' !t_lookahead | star_atom
func (p *peg) targetWithStarAtom() *tree {
	return p.remember(ruleTargetAtom, func() *tree {
		m := p.mark
		if t := p.targetPrimary(); t != nil {
			if s := p.targetSuffix(t, false); s != nil && s.class != "Call" && !p.targetAhead() {
				return s
			}
		}
		p.mark = m
		return p.starAtom()
	})
}

// targetAhead: '(' | '[' | '.'
func (p *peg) targetAhead() bool { return p.ahead("(") || p.ahead("[") || p.ahead(".") }

// targetPrimary is a primary that one more suffix follows.
func (p *peg) targetPrimary() *tree {
	return p.remember(ruleTargetPrimary, func() *tree {
		m := p.mark
		t := p.atom()
		if t == nil || !p.targetAhead() {
			return p.back(m)
		}
		for {
			before := p.mark
			next := p.targetSuffix(t, true)
			if next == nil || !p.targetAhead() {
				p.mark = before
				return t
			}
			t = next
		}
	})
}

// targetSuffix is suffix; calls are read only where they are part of a target.
func (p *peg) targetSuffix(t *tree, calls bool) *tree {
	if !calls && p.ahead("(") {
		return nil
	}
	return p.suffix(t)
}

// starAtom: NAME | '(' target_with_star_atom ')' | '(' [targets] ')' | '[' [targets] ']'
func (p *peg) starAtom() *tree {
	if name := p.takeName(); name != nil {
		return name
	}
	m := p.mark
	line := p.peek().line
	if p.take("(") {
		if t := p.targetWithStarAtom(); t != nil && p.take(")") {
			return t
		}
		p.mark = m + 1
		var kids []*tree
		if t := p.starTarget(); t != nil && p.ahead(",") {
			kids = p.targetsAfter(t)
			p.take(",")
		} else {
			p.mark = m + 1
		}
		if p.take(")") {
			return &tree{class: "Tuple", line: line, kids: kids}
		}
	}
	p.mark = m
	if p.take("[") {
		var kids []*tree
		if t := p.starTarget(); t != nil {
			kids = p.targetsAfter(t)
			p.take(",")
		}
		if p.take("]") {
			return &tree{class: "List", line: line, kids: kids}
		}
	}
	return p.back(m)
}
