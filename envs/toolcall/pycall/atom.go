package pycall

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// atom: names, constants and whatever is in brackets.
func (p *peg) atom() *tree {
	p.enter()
	defer p.leave()
	t := p.peek()
	line := t.line
	switch t.kind {
	case nameToken:
		return p.takeName()
	case stringToken:
		return p.remember(ruleStrings, p.strings)
	case numberToken:
		v, wrong := number(t.text)
		if wrong != "" {
			p.throw(line, wrong)
		}
		p.mark++
		return constant(line, v)
	}
	switch {
	case p.take("True"):
		return constant(line, py.Bool(true))
	case p.take("False"):
		return constant(line, py.Bool(false))
	case p.take("None"):
		return constant(line, py.None{})
	case p.take("..."):
		return constant(line, py.Ellipsis{})
	case p.ahead("("):
		return first(p.tuple, p.group, p.generator)
	case p.ahead("["):
		return first(p.list, p.listComprehension)
	case p.ahead("{"):
		if t := p.dict(); t != nil {
			return t
		}
		defer func(before bool) { p.invalid = before }(p.invalid)
		p.invalid = p.second // found by trying: CPython gives messages in sets even where it tries without
		return first(p.set, p.dictComprehension, p.setComprehension)
	}
	return nil
}

func constant(line int, v Node) *tree { return &tree{class: "Constant", line: line, value: v} }

// first returns the result of the first alternative that fits.
func first(alternatives ...func() *tree) *tree {
	for _, alternative := range alternatives {
		if t := alternative(); t != nil {
			return t
		}
	}
	return nil
}

// strings: STRING+
func (p *peg) strings() *tree {
	line := p.peek().line
	start := p.mark
	for p.peek().kind == stringToken {
		p.mark++
	}
	var kinds prefix
	var out []byte
	special := ""
	for i, t := range p.tokens[start:p.mark] {
		kind, body := split(t.text)
		if kind.bytes && strings.ContainsFunc(body, func(r rune) bool { return r >= 0x80 }) {
			p.throw(t.line, "bytes can only contain ASCII literal characters")
		}
		wrong := ""
		if kind.raw || kind.bytes || kind.format {
			out = append(out, body...)
		} else if out, wrong = unescape(out, body); wrong == namedCharacter {
			special = wrong
		} else if wrong != "" {
			p.throw(p.tokens[len(p.tokens)-1].line, wrong)
		}
		if i > 0 && kind.bytes != kinds.bytes {
			p.throw(p.tokens[len(p.tokens)-1].line, "cannot mix bytes and nonbytes literals")
		}
		kinds.bytes = kind.bytes
		kinds.format = kinds.format || kind.format
	}
	switch {
	case kinds.format:
		return &tree{class: "JoinedStr", line: line}
	case kinds.bytes:
		special = "bytes"
	case special == "":
		return constant(line, py.Str(out))
	}
	return constant(line, &Unsupported{What: special})
}

// tuple: '(' [star_named_expression ',' [star_named_expressions]] ')'
func (p *peg) tuple() *tree {
	m := p.mark
	line := p.peek().line
	p.mark++
	after := p.mark
	var kids []*tree
	if t := p.starNamedExpression(); t != nil && p.take(",") {
		kids = append([]*tree{t}, p.starNamedExpressions()...)
	} else {
		p.mark = after
	}
	if !p.take(")") {
		return p.back(m)
	}
	return &tree{class: "Tuple", line: line, kids: kids}
}

// group: '(' (yield_expr | named_expression) ')' | invalid_group
func (p *peg) group() *tree {
	m := p.mark
	p.mark++
	t := p.yield()
	if t == nil {
		t = p.namedExpression()
	}
	if t != nil && p.take(")") {
		return t
	}
	p.mark = m
	if p.invalid {
		p.invalidGroup()
	}
	return nil
}

// yield: 'yield' 'from' expression | 'yield' [star_expressions]
func (p *peg) yield() *tree {
	m := p.mark
	if !p.take("yield") {
		return nil
	}
	line := p.tokens[m].line
	if p.take("from") {
		if t := p.expression(); t != nil {
			return &tree{class: "YieldFrom", line: line, kids: []*tree{t}}
		}
		p.mark = m + 1
	}
	return &tree{class: "Yield", line: line, kids: []*tree{p.starExpressions()}}
}

// list: '[' [star_named_expressions] ']'
func (p *peg) list() *tree {
	m := p.mark
	line := p.peek().line
	p.mark++
	kids := p.starNamedExpressions()
	if !p.take("]") {
		return p.back(m)
	}
	return &tree{class: "List", line: line, kids: kids}
}

// set: '{' star_named_expressions '}'
func (p *peg) set() *tree {
	m := p.mark
	line := p.peek().line
	p.mark++
	kids := p.starNamedExpressions()
	if kids == nil || !p.take("}") {
		return p.back(m)
	}
	return &tree{class: "Set", line: line, kids: kids}
}

// dict: '{' [double_starred_kvpairs] '}' | '{' invalid_double_starred_kvpairs '}'
// Its kids are keys and values in turn; a key of nil stands for **value.
func (p *peg) dict() *tree {
	m := p.mark
	line := p.peek().line
	p.mark++
	kids := p.pairs()
	if kids != nil {
		p.take(",")
	}
	if p.take("}") {
		return &tree{class: "Dict", line: line, kids: kids}
	}
	p.mark = m + 1
	p.invalidPairs() // in the first pass too
	return p.back(m)
}

// pairs: ','.double_starred_kvpair+
func (p *peg) pairs() (kids []*tree) {
	for {
		m := p.mark
		if kids != nil && !p.take(",") {
			return kids
		}
		key, value := p.doubleStarredPair()
		if value == nil {
			p.mark = m
			return kids
		}
		kids = append(kids, key, value)
	}
}

// doubleStarredPair: '**' bitwise_or | kvpair
func (p *peg) doubleStarredPair() (key, value *tree) {
	m := p.mark
	if p.take("**") {
		if value = p.bitOr(); value != nil {
			return nil, value
		}
		p.mark = m
	}
	return p.pair()
}

// pair: expression ':' expression
func (p *peg) pair() (key, value *tree) {
	m := p.mark
	if key = p.expression(); key != nil && p.take(":") {
		if value = p.expression(); value != nil {
			return key, value
		}
	}
	p.mark = m
	return nil, nil
}
