package grammar

import "strings"

// query reads "p(x:t, y:t) & q(x:t)". It is nil for an empty text.
func (p *parser) query(t text) (Query, error) {
	l := &lexer{text: t}
	if err := l.next("/'!"); err != nil {
		return nil, err
	}
	if l.tok == "" {
		return nil, nil
	}
	var out Query
	for {
		lit, err := l.literal()
		if err != nil {
			return nil, err
		}
		out = append(out, lit)
		if l.tok == "" {
			return out, nil
		}
		if l.tok != "&" {
			return nil, l.unexpected("\"&\" or the end of the query")
		}
		if err := l.next("/'!"); err != nil {
			return nil, err
		}
	}
}

// literal reads a predicate with its placeholders.
func (l *lexer) literal() (Literal, error) {
	lit := Literal{Predicate: l.tok}
	switch {
	case l.tok == "" || strings.IndexByte("&(),:", l.tok[0]) >= 0:
		return lit, l.unexpected("a predicate")
	case strings.Contains(l.tok, "!"):
		return lit, l.fault(l.start, "%q: a fact that was deleted is written not_%s", l.tok, strings.Trim(l.tok, "!"))
	case strings.ToLower(l.tok) != l.tok:
		return lit, l.fault(l.start, "facts are in lower case: write %q", strings.ToLower(l.tok))
	}
	if err := l.next(""); err != nil {
		return lit, err
	}
	if l.tok != "(" {
		return lit, l.unexpected("\"(\"")
	}
	if err := l.next("'"); err != nil {
		return lit, err
	}
	for l.tok != ")" {
		ph, err := l.placeholder()
		if err != nil {
			return lit, err
		}
		lit.Args = append(lit.Args, ph)
		if l.tok == ")" {
			break
		}
		if l.tok != "," {
			return lit, l.unexpected("\",\" or \")\"")
		}
		if err := l.next("'"); err != nil {
			return lit, err
		}
		if l.tok == ")" {
			return lit, l.unexpected("a placeholder")
		}
	}
	return lit, l.next("")
}

// placeholder reads name:type, or a name that is its own type.
func (l *lexer) placeholder() (Placeholder, error) {
	if l.tok == "" || !isName([]rune(l.tok)[0]) && l.tok[0] != '\'' {
		return Placeholder{}, l.unexpected("a placeholder such as o:object")
	}
	ph := Placeholder{Name: l.tok, Type: strings.TrimRight(l.tok, "'")}
	if err := l.next(""); err != nil {
		return ph, err
	}
	if l.tok != ":" {
		return ph, nil
	}
	if err := l.next("/-"); err != nil {
		return ph, err
	}
	if l.tok == "" || strings.IndexByte("&(),:", l.tok[0]) >= 0 {
		return ph, l.unexpected("a type")
	}
	ph.Type = l.tok
	return ph, l.next("")
}
