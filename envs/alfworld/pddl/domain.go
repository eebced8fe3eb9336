package pddl

// ParseDomain reads the text of a domain file. source names it in messages.
// Faults are of type *[Error].
func ParseDomain(source string, text []byte) (*Domain, error) {
	return NewNames().ParseDomain(source, text)
}

// ParseDomain is like the function of that name and keeps its names in n.
func (n *Names) ParseDomain(source string, text []byte) (*Domain, error) {
	r, err := n.open(source, text)
	if err != nil {
		return nil, err
	}
	defer r.close()
	r.places = true
	d := &Domain{Source: source}
	if d.Name, err = r.header("domain"); err != nil {
		return nil, err
	}
	seen := make(map[string]bool)
	err = r.sections(func(key token, word string) error {
		if seen[word] && word != ":action" {
			return r.fault(key.at, "a second section %q", word)
		}
		seen[word] = true
		return r.domainSection(d, key, word)
	})
	if err != nil {
		return nil, err
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	return d, nil
}

func (r *reader) domainSection(d *Domain, key token, word string) (err error) {
	switch word {
	case ":requirements", ":functions":
		err = r.skip()
	case ":types":
		d.Types, err = r.typed(nil, "a type", false)
	case ":constants":
		d.Constants, err = r.typed(nil, "a constant", false)
	case ":predicates":
		d.Predicates, err = r.predicates()
	case ":action":
		var a Action
		if a, err = r.action(key); err == nil {
			d.Actions = append(d.Actions, a)
		}
	case ":derived":
		err = r.fault(key.at, "\":derived\" is not supported: write the condition out where it is used")
	case ":durative-action":
		err = r.fault(key.at, "\":durative-action\" is not supported: actions here take no time, write \":action\"")
	default:
		err = r.fault(key.at, "section %q is not supported in a domain", word)
	}
	return err
}

func (r *reader) predicates() ([]Predicate, error) {
	var all []Predicate
	for {
		t := r.next()
		if t.kind == ')' {
			return all, nil
		}
		if t.kind != '(' {
			return nil, r.unexpected(t, "a predicate in parentheses")
		}
		head, err := r.want('a', "the name of a predicate")
		if err != nil {
			return nil, err
		}
		p := Predicate{Name: r.name(head), Pos: r.at(t.at)}
		switch p.Name {
		case "and", "or", "not", "imply", "exists", "forall", "when", "=":
			return nil, r.fault(head.at, "%q cannot be the name of a predicate", p.Name)
		}
		if p.Params, err = r.variables(t); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// action reads an action up to its closing parenthesis.
func (r *reader) action(key token) (Action, error) {
	a := Action{Pos: r.at(key.at - 1)}
	t, err := r.want('a', "the name of an action")
	if err != nil {
		return a, err
	}
	a.Name = r.name(t)
	if b := a.Name[0]; b == ':' || b == '?' {
		return a, r.unexpected(t, "the name of an action")
	}
	r.scope = r.scope[:0]
	seen := make(map[string]bool)
	for {
		t := r.next()
		if t.kind == ')' {
			return a, nil
		}
		if t.kind != 'a' {
			return a, r.unexpected(t, ":parameters, :precondition or :effect")
		}
		word := r.name(t)
		if seen[word] {
			return a, r.fault(t.at, "a second %q in action %q", word, a.Name)
		}
		seen[word] = true
		open, err := r.want('(', "an opening parenthesis after "+word)
		if err != nil {
			return a, err
		}
		if err := r.actionPart(&a, t, word, open, seen); err != nil {
			return a, err
		}
	}
}

func (r *reader) actionPart(a *Action, key token, word string, open token, seen map[string]bool) (err error) {
	switch word {
	case ":parameters":
		if seen[":precondition"] || seen[":effect"] {
			return r.fault(key.at, "\":parameters\" of action %q come after their use: put them first", a.Name)
		}
		a.Params, err = r.variables(open)
		r.scope = append(r.scope, a.Params)
	case ":precondition":
		a.Precondition, err = r.condition(open)
		if err == nil && a.Precondition.Op == And && len(a.Precondition.Subs) == 0 {
			a.Precondition = nil
		}
	case ":effect":
		a.Effect, err = r.effect(open)
		if err == nil && a.Effect.Op == All && len(a.Effect.Subs) == 0 {
			a.Effect = nil
		}
	default:
		err = r.fault(key.at, "%q is not supported in an action: it has :parameters, :precondition and :effect", word)
	}
	return err
}
