package pddl

// formula reads a condition.
func (r *reader) formula() (*Formula, error) {
	t, err := r.want('(', "a condition in parentheses")
	if err != nil {
		return nil, err
	}
	return r.condition(t)
}

// condition reads a condition whose opening parenthesis is read.
func (r *reader) condition(open token) (*Formula, error) {
	if err := r.deeper(open.at); err != nil {
		return nil, err
	}
	defer func() { r.depth-- }()
	f := &Formula{Pos: r.at(open.at)}
	head := r.next()
	if head.kind == ')' {
		f.Op = And
		return f, nil
	}
	if head.kind != 'a' {
		return nil, r.unexpected(head, "a connective or a predicate")
	}
	switch word := r.name(head); word {
	case "and", "or":
		f.Op = And
		if word == "or" {
			f.Op = Or
		}
		return f, r.conditions(f, word, -1)
	case "not":
		f.Op = Not
		return f, r.conditions(f, word, 1)
	case "imply":
		f.Op = Imply
		return f, r.conditions(f, word, 2)
	case "exists", "forall":
		f.Op = Exists
		if word == "forall" {
			f.Op = ForAll
		}
		return f, r.quantified(word, &f.Vars, func() error { return r.conditions(f, word, 1) })
	case "=":
		f.Op = Equal
		return f, r.equal(f, head)
	case "<", ">", "<=", ">=":
		return nil, r.fault(head.at, "%q: conditions on numbers are not supported", word)
	default:
		f.Op = Atom
		return f, r.atom(head, &f.Predicate, &f.Args)
	}
}

// conditions reads conditions into f.Subs up to the closing parenthesis: n of
// them, or any number if n is negative.
func (r *reader) conditions(f *Formula, word string, n int) error {
	for {
		t := r.next()
		switch {
		case t.kind == ')' && (n < 0 || len(f.Subs) == n):
			return nil
		case t.kind == ')':
			return r.fault(t.at, "%q needs %d condition(s) and has %d", word, n, len(f.Subs))
		case t.kind != '(':
			return r.unexpected(t, "a condition in parentheses")
		case len(f.Subs) == n:
			return r.fault(t.at, "%q takes %d condition(s), not more", word, n)
		}
		sub, err := r.condition(t)
		if err != nil {
			return err
		}
		f.Subs = append(f.Subs, sub)
	}
}

// quantified reads the variables of a quantifier, and what it quantifies with
// those variables in scope.
func (r *reader) quantified(word string, vars *[]Typed, body func() error) error {
	t, err := r.want('(', "the list of variables of "+word)
	if err != nil {
		return err
	}
	if *vars, err = r.variables(t); err != nil {
		return err
	}
	r.scope = append(r.scope, *vars)
	defer func() { r.scope = r.scope[:len(r.scope)-1] }()
	return body()
}

// variables reads a list of typed variables, each with a name of its own.
func (r *reader) variables(open token) ([]Typed, error) {
	vars, err := r.typed(nil, "a variable", true)
	if err != nil {
		return nil, err
	}
	for i, v := range vars {
		for _, w := range vars[:i] {
			if v.Name == w.Name {
				return nil, r.fault(open.at, "variable %q is listed twice", v.Name)
			}
		}
	}
	return vars, nil
}

func (r *reader) equal(f *Formula, head token) error {
	at := r.pos
	if t := r.next(); t.kind == '(' {
		return r.fault(t.at, "\"=\" of numbers: conditions on numbers are not supported")
	}
	r.pos = at
	if err := r.arguments(&f.Args); err != nil {
		return err
	}
	if len(f.Args) != 2 {
		return r.fault(head.at, "\"=\" compares 2 things, not %d", len(f.Args))
	}
	return nil
}

// atom reads the arguments of a predicate.
func (r *reader) atom(head token, predicate *string, args *[]string) error {
	if b := r.scanner.buf[head.at]; b == '?' || b == ':' {
		return r.unexpected(head, "a connective or a predicate")
	}
	*predicate = r.name(head)
	return r.arguments(args)
}

// arguments reads names and variables up to the closing parenthesis. Variables
// must be in scope.
func (r *reader) arguments(args *[]string) error {
	for {
		t := r.next()
		if t.kind == ')' {
			return nil
		}
		if t.kind != 'a' {
			return r.unexpected(t, "an argument: the name of an object or a variable")
		}
		name := r.name(t)
		if name[0] == '?' && !r.bound(name) {
			return r.fault(t.at, "variable %q is not bound here: it is no parameter and no variable of exists or forall", name)
		}
		*args = append(*args, name)
	}
}

func (r *reader) bound(name string) bool {
	for _, vars := range r.scope {
		for _, v := range vars {
			if v.Name == name {
				return true
			}
		}
	}
	return false
}
