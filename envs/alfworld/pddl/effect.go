package pddl

// effect reads an effect whose opening parenthesis is read.
func (r *reader) effect(open token) (*Effect, error) {
	if err := r.deeper(open.at); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	e := &Effect{Pos: r.at(open.at)}
	head := r.next()
	if head.kind == ')' {
		e.Op = All
		return e, nil
	}
	if head.kind != 'a' {
		return nil, r.unexpected(head, "\"and\", \"not\", \"when\", \"forall\" or a predicate")
	}
	switch word := r.name(head); word {
	case "and":
		e.Op = All
		return e, r.effects(e, word, -1)
	case "not":
		e.Op = Delete
		return e, r.deleted(e)
	case "when":
		e.Op = When
		var err error
		if e.Condition, err = r.formula(); err != nil {
			return nil, err
		}
		return e, r.effects(e, word, 1)
	case "forall":
		e.Op = ForEvery
		return e, r.quantified(word, &e.Vars, func() error { return r.effects(e, word, 1) })
	case "increase":
		e.Op = Increase
		return e, r.skip()
	case "decrease", "assign", "scale-up", "scale-down":
		return nil, r.fault(head.at, "%q: effects on numbers other than \"increase\" are not supported", word)
	case "or", "imply", "exists", "=":
		return nil, r.fault(head.at, "%q has no place in an effect", word)
	default:
		e.Op = Add
		return e, r.atom(head, &e.Predicate, &e.Args)
	}
}

// effects reads effects into e.Subs up to the closing parenthesis: n of them,
// or any number if n is negative.
func (r *reader) effects(e *Effect, word string, n int) error {
	for {
		t := r.next()
		switch {
		case t.kind == ')' && (n < 0 || len(e.Subs) == n):
			return nil
		case t.kind == ')':
			return r.fault(t.at, "%q needs %d effect(s) and has %d", word, n, len(e.Subs))
		case t.kind != '(':
			return r.unexpected(t, "an effect in parentheses")
		case len(e.Subs) == n:
			return r.fault(t.at, "%q takes %d effect(s), not more: put them into (and ...)", word, n)
		}
		sub, err := r.effect(t)
		if err != nil {
			return err
		}
		e.Subs = append(e.Subs, sub)
	}
}

// deleted reads the atom of a "not" effect.
func (r *reader) deleted(e *Effect) error {
	if _, err := r.want('(', "an atom in parentheses"); err != nil {
		return err
	}
	head, err := r.want('a', "a predicate")
	if err != nil {
		return err
	}
	switch word := r.name(head); word {
	case "and", "or", "not", "when", "forall", "exists", "imply", "=":
		return r.fault(head.at, "%q inside of a \"not\" effect: only an atom can become false", word)
	}
	if err := r.atom(head, &e.Predicate, &e.Args); err != nil {
		return err
	}
	_, err = r.want(')', "a closing parenthesis: \"not\" takes one atom")
	return err
}
