package pycall

// lambda: 'lambda' [lambda_params] ':' expression. Its kids are the defaults of
// parameters and the body.
//
// Differs: CPython's messages about parameters (invalid_lambda_*) are not given.
func (p *peg) lambda() *tree {
	m := p.mark
	if !p.take("lambda") {
		return nil
	}
	out := &tree{class: "Lambda", line: p.tokens[m].line}
	if !p.lambdaParams(out) || !p.take(":") {
		return p.back(m)
	}
	body := p.expression()
	if body == nil {
		return p.back(m)
	}
	out.kids = append(out.kids, body)
	return out
}

// lambdaParams reads parameters up to the colon: those without a default first,
// at most one "/", which is not the first, at most one "*", "**" at the end.
func (p *peg) lambdaParams(out *tree) bool {
	n, slash, star, defaults, bare := 0, false, false, false, false
	for ; !p.ahead(":"); n++ {
		if n > 0 && !p.take(",") {
			return false
		}
		switch {
		case p.ahead(":"):
			return !bare
		case p.take("**"):
			if !p.param(out) || bare {
				return false
			}
			p.take(",")
			return p.ahead(":")
		case p.take("/"):
			if n == 0 || slash || star {
				return false
			}
			slash = true
			continue
		case p.take("*"):
			if star {
				return false
			}
			star = true
			bare = !p.param(out)
			continue
		}
		if !p.param(out) {
			return false
		}
		bare = false
		switch {
		case p.take("="):
			t := p.expression()
			if t == nil {
				return false
			}
			out.kids = append(out.kids, t)
			defaults = true
		case defaults && !star:
			return false
		}
	}
	return !bare
}

// param reads the name of a parameter.
func (p *peg) param(out *tree) bool {
	name := p.takeName()
	if name != nil {
		out.params = append(out.params, name.name)
	}
	return name != nil
}
