package pycall

// arguments: args [','] &')' | invalid_arguments. Its kids are the positional
// arguments.
func (p *peg) arguments() *tree {
	return p.remember(ruleArguments, func() *tree {
		m := p.mark
		if t := p.args(); t != nil {
			p.take(",")
			if p.ahead(")") {
				return t
			}
		}
		p.mark = m
		if p.invalid {
			p.invalidArguments()
		}
		return nil
	})
}

// args: ','.(starred_expression | (assignment_expression | expression !':=') !'=')+ [',' kwargs] | kwargs
func (p *peg) args() *tree {
	p.enter()
	defer p.leave()
	out := &tree{class: "Call", line: p.peek().line}
	if !p.positional(out) {
		if !p.kwargs(out) {
			return nil
		}
		return out
	}
	m := p.mark
	if !p.take(",") || !p.kwargs(out) {
		p.mark = m
	}
	return out
}

// positional: ','.arg+, appended to out.
func (p *peg) positional(out *tree) bool {
	for {
		m := p.mark
		if out.kids != nil && !p.take(",") {
			return true
		}
		t := p.arg()
		if t == nil {
			p.mark = m
			return out.kids != nil
		}
		out.kids = append(out.kids, t)
	}
}

func (p *peg) arg() *tree {
	m := p.mark
	if t := p.starred(p.expression); t != nil {
		return t
	}
	if t := p.assignmentOrExpression(); t != nil && !p.ahead("=") {
		return t
	}
	return p.back(m)
}

// kwargs: ','.kwarg_or_starred+ ',' ','.kwarg_or_double_starred+
// | ','.kwarg_or_starred+ | ','.kwarg_or_double_starred+, appended to out.
func (p *peg) kwargs(out *tree) bool {
	m := p.mark
	args, keys := out.kids, out.keywords
	if p.keywordRun(out, p.kwargOrStarred) {
		after := p.mark
		if p.take(",") && p.keywordRun(out, p.kwargOrDoubleStarred) {
			return true
		}
		p.mark = after
		// CPython tries the first run again, alone: the same result.
		return true
	}
	p.mark, out.kids, out.keywords = m, args, keys
	return p.keywordRun(out, p.kwargOrDoubleStarred)
}

// keywordRun: ','.one+
func (p *peg) keywordRun(out *tree, one func(out *tree) bool) bool {
	for any := false; ; any = true {
		m := p.mark
		if any && !p.take(",") {
			return true
		}
		if !one(out) {
			p.mark = m
			return any
		}
	}
}

// kwargOrStarred: invalid_kwarg | NAME '=' expression | starred_expression
func (p *peg) kwargOrStarred(out *tree) bool {
	if p.keyword(out) {
		return true
	}
	t := p.starred(p.expression)
	if t == nil {
		return false
	}
	out.kids = append(out.kids, t)
	return true
}

// kwargOrDoubleStarred: invalid_kwarg | NAME '=' expression | '**' expression
func (p *peg) kwargOrDoubleStarred(out *tree) bool {
	if p.keyword(out) {
		return true
	}
	m := p.mark
	if p.take("**") {
		if t := p.expression(); t != nil {
			out.keywords = append(out.keywords, argKey{"", t})
			return true
		}
	}
	p.mark = m
	return false
}

// keyword: invalid_kwarg | NAME '=' expression
func (p *peg) keyword(out *tree) bool {
	if p.invalid {
		p.invalidKwarg()
	}
	m := p.mark
	if name := p.takeName(); name != nil && p.take("=") {
		if t := p.expression(); t != nil {
			out.keywords = append(out.keywords, argKey{name.name, t})
			return true
		}
	}
	p.mark = m
	return false
}
