package engine

import (
	"errors"

	"stepgym/envs/alfworld/pddl"
)

// maxNodes bounds the size of a ground condition.
const maxNodes = 1 << 20

var errGoal = errors.New("a condition over that many objects is not supported: restrict its variables by predicates that do not change")

// goal is the compiled goal of a game.
type goal struct {
	code []uint32
	mask []uint64 // of the fluents in code
}

// goalReads calls yield with the predicates of a condition.
func goalReads(f *pddl.Formula, yield func(predicate string)) {
	if f == nil {
		return
	}
	if f.Op == pddl.Atom {
		yield(f.Predicate)
	}
	for _, s := range f.Subs {
		goalReads(s, yield)
	}
}

// groundGoal compiles the goal.
func (l *loader) groundGoal() error {
	fr := frame{rules: l.rules, known: l.rules.constants.clone(), source: l.problem.Source}
	f, err := fr.form(l.problem.Goal, false)
	if err != nil {
		return err
	}
	l.g.constants = l.resolve(fr.known)
	j := &join{g: l.g, types: fr.types, env: make([]uint16, maxSlots)}
	n, err := j.ground(f, 0)
	if err != nil {
		return err
	}
	l.g.goals.code = n.encode()
	return nil
}

// ground returns what a form says of the present binding of the bound slots.
func (j *join) ground(f *form, bound uint64) (*groundNode, error) {
	switch f.op {
	case formAtom:
		rel, at := j.g.rels[f.atom.pred], j.lookup(f.atom)
		switch {
		case at < 0:
			return constant(f.not), nil
		case !rel.fluent:
			return constant(!f.not), nil
		}
		return &groundNode{op: groundFact, fact: lit(rel.first+at, f.not)}, nil
	case formEqual:
		return constant(j.check(&step{op: stepEqual, atom: f.atom, not: f.not})), nil
	case formAnd, formOr:
		out := &groundNode{op: groundAnd}
		if f.op == formOr {
			out.op = groundOr
		}
		for _, s := range f.subs {
			n, err := j.ground(s, bound)
			if err != nil {
				return nil, err
			}
			if out.add(n); !out.open() {
				break
			}
		}
		return out.close(), nil
	case formExists:
		return j.exists(f, bound)
	}
	n, err := j.exists(f.negate(), bound)
	if err != nil {
		return nil, err
	}
	return n.negate(), nil
}

// lit returns the condition that a fluent is true, or false.
func lit(fluent int, not bool) uint16 {
	if not {
		return uint16(fluent)<<1 | 1
	}
	return uint16(fluent) << 1
}

// exists grounds an exists: one alternative for every binding that fits.
func (j *join) exists(f *form, bound uint64) (*groundNode, error) {
	alts, err := alternatives(f)
	if err != nil {
		return nil, err
	}
	out := &groundNode{op: groundOr}
	for i := range alts {
		c := &alts[i]
		var vars uint64
		for _, v := range c.vars {
			vars |= 1 << v
		}
		in, ok := j.g.joinOf(j.types, c, bound&^vars, vars, func(int) bool { return true })
		if !ok {
			continue
		}
		copy(in.env, j.env)
		in.yield = func() error {
			n, err := in.conjunction(c, bound|vars)
			if err != nil || !out.open() {
				return err
			}
			if out.add(n); len(out.subs) > maxNodes {
				return errGoal
			}
			return nil
		}
		if err := in.run(0); err != nil {
			return nil, err
		}
	}
	return out.close(), nil
}

// conjunction grounds a conjunction whose slots all have values, and whose
// static part the join has seen to.
func (j *join) conjunction(c *conj, bound uint64) (*groundNode, error) {
	out := &groundNode{op: groundAnd}
	for i, a := range c.pos {
		if rel := j.g.rels[a.pred]; rel.fluent {
			out.add(&groundNode{op: groundFact, fact: lit(rel.first+j.found[i], false)})
		}
	}
	for _, a := range c.neg {
		if rel := j.g.rels[a.pred]; rel.fluent {
			if f := j.lookup(a); f >= 0 {
				out.add(&groundNode{op: groundFact, fact: lit(rel.first+f, true)})
			}
		}
	}
	for _, f := range c.rest {
		n, err := j.ground(f, bound)
		if err != nil {
			return nil, err
		}
		if out.open() {
			out.add(n)
		}
	}
	return out.close(), nil
}
