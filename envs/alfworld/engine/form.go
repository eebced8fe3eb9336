package engine

import (
	"fmt"
	"maps"
	"slices"

	"stepgym/envs/alfworld/pddl"
)

// maxSlots bounds the variables of an action or a goal.
const maxSlots = 64

// term is an argument: a slot of a frame, or for c < 0 the constant -1-c.
type term int16

// constants are the objects that a domain or a goal names.
type constants struct {
	names []string
	index map[string]int
}

// term returns the term of an object, which is added if it is new.
func (c *constants) term(name string) term {
	i, ok := c.index[name]
	if !ok {
		i = len(c.names)
		c.index[name] = i
		c.names = append(c.names, name)
	}
	return term(-1 - i)
}

// clone returns a copy that can be added to.
func (c *constants) clone() *constants {
	return &constants{names: slices.Clone(c.names), index: maps.Clone(c.index)}
}

// atom is a predicate with its arguments.
type atom struct {
	pred int
	args []term
}

// formOp is the connective of a form.
type formOp uint8

const (
	formAnd formOp = iota + 1
	formOr
	formAtom
	formEqual
	formExists
	formForAll
)

// form is a condition with resolved names. Negation stands at atoms and
// equalities only; every quantifier has slots of its own.
type form struct {
	op   formOp
	not  bool // of an atom or equality
	atom atom // formEqual: the two terms are its args
	subs []*form
	vars []term
}

var (
	formTrue  = &form{op: formAnd}
	formFalse = &form{op: formOr}
)

// frame numbers the variables of an action or goal.
type frame struct {
	rules  *Rules
	known  *constants
	source string
	types  []int // of each slot
	names  []string
	scope  []int // visible slots, innermost last
}

// bind adds a variable.
func (f *frame) bind(v pddl.Typed) (term, error) {
	if len(f.types) == maxSlots {
		return 0, f.fault(v.Pos, "more than %d variables in one action or goal are not supported: split it", maxSlots)
	}
	slot := len(f.types)
	f.types = append(f.types, f.rules.types.find(v.Type))
	f.names = append(f.names, v.Name)
	f.scope = append(f.scope, slot)
	return term(slot), nil
}

func (f *frame) fault(at pddl.Pos, format string, args ...any) error {
	return &pddl.Error{Source: f.source, Pos: at, Msg: fmt.Sprintf(format, args...)}
}

// term resolves an argument.
func (f *frame) term(arg string, at pddl.Pos) (term, error) {
	if len(arg) == 0 || arg[0] != '?' {
		return f.known.term(arg), nil
	}
	for i := len(f.scope) - 1; i >= 0; i-- {
		if f.names[f.scope[i]] == arg {
			return term(f.scope[i]), nil
		}
	}
	return 0, f.fault(at, "variable %q is not bound by anything", arg)
}

// resolve returns the atom of a predicate and its arguments.
func (f *frame) resolve(predicate string, args []string, at pddl.Pos) (atom, error) {
	pred, ok := f.rules.preds[predicate]
	if !ok {
		return atom{}, f.fault(at, "predicate %q is not declared", predicate)
	}
	if want := f.rules.predicates[pred].arity; want != len(args) {
		return atom{}, f.fault(at, "predicate %q has %d argument(s) here and was declared with %d", predicate, len(args), want)
	}
	a := atom{pred: pred, args: make([]term, len(args))}
	var err error
	for i, arg := range args {
		if a.args[i], err = f.term(arg, at); err != nil {
			return a, err
		}
	}
	return a, nil
}

// form resolves a condition, negated if not is set. Nil holds.
func (f *frame) form(p *pddl.Formula, not bool) (*form, error) {
	if p == nil {
		return truth(!not), nil
	}
	switch p.Op {
	case pddl.Atom:
		a, err := f.resolve(p.Predicate, p.Args, p.Pos)
		return &form{op: formAtom, not: not, atom: a}, err
	case pddl.Equal:
		return f.equal(p, not)
	case pddl.Not:
		return f.form(p.Subs[0], !not)
	case pddl.And, pddl.Or:
		return f.join(p.Subs, (p.Op == pddl.And) != not, not)
	case pddl.Imply:
		a, err := f.form(p.Subs[0], !not)
		if err != nil {
			return nil, err
		}
		b, err := f.form(p.Subs[1], not)
		return &form{op: connective(not), subs: []*form{a, b}}, err
	case pddl.Exists, pddl.ForAll:
		return f.quantified(p, (p.Op == pddl.Exists) != not, not)
	}
	return nil, f.fault(p.Pos, "this condition is not supported")
}

// truth returns the form that is always v.
func truth(v bool) *form {
	if v {
		return formTrue
	}
	return formFalse
}

// connective returns the connective of a conjunction, or a disjunction.
func connective(and bool) formOp {
	if and {
		return formAnd
	}
	return formOr
}

func (f *frame) equal(p *pddl.Formula, not bool) (*form, error) {
	a, err := f.term(p.Args[0], p.Pos)
	if err != nil {
		return nil, err
	}
	b, err := f.term(p.Args[1], p.Pos)
	return &form{op: formEqual, not: not, atom: atom{args: []term{a, b}}}, err
}

func (f *frame) join(subs []*pddl.Formula, and, not bool) (*form, error) {
	out := &form{op: connective(and)}
	for _, s := range subs {
		sub, err := f.form(s, not)
		if err != nil {
			return nil, err
		}
		out.subs = append(out.subs, sub)
	}
	return out, nil
}

func (f *frame) quantified(p *pddl.Formula, exists, not bool) (*form, error) {
	out := &form{op: formForAll}
	if exists {
		out.op = formExists
	}
	visible := len(f.scope)
	for _, v := range p.Vars {
		slot, err := f.bind(v)
		if err != nil {
			return nil, err
		}
		out.vars = append(out.vars, slot)
	}
	sub, err := f.form(p.Subs[0], not)
	f.scope = f.scope[:visible]
	out.subs = []*form{sub}
	return out, err
}

// negate returns the opposite of a form.
func (f *form) negate() *form {
	switch f.op {
	case formAtom, formEqual:
		return &form{op: f.op, not: !f.not, atom: f.atom}
	}
	// Every connective has its opposite: and or, exists for all.
	opposite := [...]formOp{formAnd: formOr, formOr: formAnd, formExists: formForAll, formForAll: formExists}
	out := &form{op: opposite[f.op], vars: f.vars}
	for _, s := range f.subs {
		out.subs = append(out.subs, s.negate())
	}
	return out
}
