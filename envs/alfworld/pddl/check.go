package pddl

import "fmt"

// check looks at a domain as a whole: nothing is declared twice, predicates are
// declared and have their number of arguments, types have no circles.
func (d *Domain) check() error {
	if err := d.distinct("type", d.Types); err != nil {
		return err
	}
	if err := d.distinct("constant", d.Constants); err != nil {
		return err
	}
	if err := d.checkTypes(); err != nil {
		return err
	}
	arity := make(map[string]int, len(d.Predicates))
	for _, p := range d.Predicates {
		if _, ok := arity[p.Name]; ok {
			return d.fault(p.Pos, "predicate %q is declared twice", p.Name)
		}
		arity[p.Name] = len(p.Params)
	}
	actions := make(map[string]bool, len(d.Actions))
	for _, a := range d.Actions {
		if actions[a.Name] {
			return d.fault(a.Pos, "a second action %q", a.Name)
		}
		actions[a.Name] = true
		if err := d.checkFormula(a.Precondition, arity); err != nil {
			return err
		}
		if err := d.checkEffect(a.Effect, arity); err != nil {
			return err
		}
	}
	return nil
}

func (d *Domain) fault(at Pos, format string, args ...any) error {
	return &Error{Source: d.Source, Pos: at, Msg: fmt.Sprintf(format, args...)}
}

func (d *Domain) distinct(what string, list []Typed) error {
	seen := make(map[string]bool, len(list))
	for _, t := range list {
		if seen[t.Name] {
			return d.fault(t.Pos, "%s %q is declared twice", what, t.Name)
		}
		seen[t.Name] = true
	}
	return nil
}

// checkTypes follows every type to its root. That "object" may be declared,
// its own parent then, is usual.
func (d *Domain) checkTypes() error {
	parent := make(map[string]string, len(d.Types))
	for _, t := range d.Types {
		if t.Name == "object" && t.Type != "object" {
			return d.fault(t.Pos, "type \"object\" is the root of all types and cannot have the parent %q", t.Type)
		}
		parent[t.Name] = t.Type
	}
	rooted := map[string]bool{"object": true}
	for _, t := range d.Types {
		var path []string
		seen := make(map[string]bool)
		for name := t.Name; !rooted[name]; name = parent[name] {
			if seen[name] {
				return d.fault(t.Pos, "type %q is an ancestor of itself", name)
			}
			seen[name] = true
			path = append(path, name)
			if _, ok := parent[name]; !ok {
				break
			}
		}
		for _, name := range path {
			rooted[name] = true
		}
	}
	return nil
}

func (d *Domain) checkFormula(f *Formula, arity map[string]int) error {
	if f == nil {
		return nil
	}
	if f.Op == Atom {
		return d.checkAtom(f.Pos, f.Predicate, len(f.Args), arity)
	}
	for _, sub := range f.Subs {
		if err := d.checkFormula(sub, arity); err != nil {
			return err
		}
	}
	return nil
}

func (d *Domain) checkEffect(e *Effect, arity map[string]int) error {
	if e == nil {
		return nil
	}
	if e.Op == Add || e.Op == Delete {
		return d.checkAtom(e.Pos, e.Predicate, len(e.Args), arity)
	}
	if err := d.checkFormula(e.Condition, arity); err != nil {
		return err
	}
	for _, sub := range e.Subs {
		if err := d.checkEffect(sub, arity); err != nil {
			return err
		}
	}
	return nil
}

func (d *Domain) checkAtom(at Pos, predicate string, args int, arity map[string]int) error {
	n, ok := arity[predicate]
	switch {
	case ok && n != args:
		return d.fault(at, "predicate %q has %d argument(s) here and was declared with %d", predicate, args, n)
	case ok:
		return nil
	}
	for _, t := range d.Types {
		if t.Name == predicate {
			return d.fault(at, "type %q used as a predicate is not supported: give the variable that type", predicate)
		}
	}
	return d.fault(at, "predicate %q is not declared: add it to :predicates", predicate)
}
