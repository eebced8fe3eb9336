package engine

import (
	"errors"
	"math/bits"
)

// loadBudget bounds how many bindings loading a game tries; a published game
// takes some 6,000.
const loadBudget = 50_000_000

var errBudget = errors.New("its actions or goal have too many combinations of objects: restrict their variables by types or by predicates that do not change")

// stepOp is the sort of a step of a join.
type stepOp uint8

const (
	stepAll    stepOp = iota + 1 // every fact of the atom's predicate
	stepRow                      // those whose first argument is known
	stepColumn                   // those whose argument key is known
	stepFind                     // all arguments are known: is it a fact
	stepAbsent                   // the same, and it must not be one
	stepEqual                    // an equality
	stepType                     // every object of the slot's type
)

// step is one level of a join.
type step struct {
	op   stepOp
	at   int // of the atom in its conjunction, for found
	atom atom
	rel  *relation
	bind uint64 // arguments that get a value here, a bit each
	key  int
	slot int  // stepType
	not  bool // stepEqual
}

// join enumerates the bindings of a conjunction's slots that fit the facts.
type join struct {
	g     *Game
	types []int // of slots
	steps []step
	env   []uint16 // values of slots
	found []int    // fact of each positive atom, where it was looked up
	args  []uint16 // scratch
	yield func() error
}

// joinOf plans a join over the positive atoms of c that are usable, its static
// negative ones and its equalities. bound are slots with values, needed those
// that must get one. Without members of a slot's type, ok is false: there is no
// binding.
func (g *Game) joinOf(types []int, c *conj, bound, needed uint64, usable func(pred int) bool) (j *join, ok bool) {
	j = &join{g: g, types: types, env: make([]uint16, len(types)), found: make([]int, len(c.pos))}
	p := &planner{join: j, conj: c, bound: bound, needed: needed, usable: usable, done: make([]bool, len(c.pos)+len(c.neg)+len(c.eq))}
	for s, t := range types {
		if t == noType && needed&(1<<s) != 0 {
			return j, false
		}
	}
	p.plan()
	return j, true
}

// planner orders the steps of a join, the most selective first.
type planner struct {
	*join
	conj          *conj
	bound, needed uint64
	usable        func(pred int) bool
	done          []bool // positive atoms, negative atoms, equalities
}

func (p *planner) plan() {
	for {
		p.checks()
		best, cost := -1, 0.0
		for i, a := range p.conj.pos {
			if p.done[i] || !p.usable(a.pred) || !p.useful(a) {
				continue
			}
			if c := p.cost(a); best < 0 || c < cost {
				best, cost = i, c
			}
		}
		if best >= 0 {
			p.scan(best)
			continue
		}
		open := p.needed &^ p.bound
		if open == 0 {
			return
		}
		slot := bits.TrailingZeros64(open)
		p.steps = append(p.steps, step{op: stepType, slot: slot})
		p.bound |= 1 << slot
	}
}

// useful reports whether an atom has nothing but slots that are needed.
func (p *planner) useful(a atom) bool { return slotsOf(a)&^(p.needed|p.bound) == 0 }

// slotsOf returns the slots among the arguments of an atom.
func slotsOf(a atom) uint64 {
	var m uint64
	for _, t := range a.args {
		if t >= 0 {
			m |= 1 << t
		}
	}
	return m
}

func (p *planner) known(t term) bool { return t < 0 || p.bound&(1<<t) != 0 }

// cost estimates how many facts fit an atom.
func (p *planner) cost(a atom) float64 {
	rel := p.g.rels[a.pred]
	cost := float64(rel.n)
	for k, t := range a.args {
		if p.known(t) {
			cost = min(cost, float64(rel.n)/float64(rel.distinct(k)))
		}
	}
	return cost
}

// scan adds the step that goes through the facts of a positive atom.
func (p *planner) scan(i int) {
	a := p.conj.pos[i]
	s := step{op: stepAll, at: i, atom: a, rel: p.g.rels[a.pred]}
	best := 0.0
	for k, t := range a.args {
		if !p.known(t) {
			continue
		}
		if c := float64(s.rel.n) / float64(s.rel.distinct(k)); s.op == stepAll || c < best {
			best, s.op, s.key = c, stepColumn, k
		}
	}
	if s.op == stepColumn && s.key == 0 {
		s.op = stepRow
	}
	for k, t := range a.args {
		if !p.known(t) { // at its first place in the atom
			s.bind |= 1 << k
			p.bound |= 1 << t
		}
	}
	p.steps = append(p.steps, s)
	p.done[i] = true
}

// checks adds the steps that need no more values.
func (p *planner) checks() {
	ready := func(a atom) bool { return slotsOf(a)&^p.bound == 0 }
	for i, a := range p.conj.pos {
		if !p.done[i] && p.usable(a.pred) && ready(a) {
			p.done[i] = true
			p.steps = append(p.steps, step{op: stepFind, at: i, atom: a, rel: p.g.rels[a.pred]})
		}
	}
	n := len(p.conj.pos)
	for i, a := range p.conj.neg {
		if !p.done[n+i] && !p.g.rules.predicates[a.pred].fluent && ready(a) {
			p.done[n+i] = true
			p.steps = append(p.steps, step{op: stepAbsent, atom: a, rel: p.g.rels[a.pred]})
		}
	}
	n += len(p.conj.neg)
	for i, e := range p.conj.eq {
		if !p.done[n+i] && ready(e.atom) {
			p.done[n+i] = true
			p.steps = append(p.steps, step{op: stepEqual, atom: e.atom, not: e.not})
		}
	}
}

// value returns the entity that a term is, false for a constant that the game
// does not have.
func (j *join) value(t term) (uint16, bool) {
	if t >= 0 {
		return j.env[t], true
	}
	e := j.g.constants[-1-t]
	return uint16(e), e >= 0
}

// values puts the arguments of an atom into args.
func (j *join) values(a atom) bool {
	j.args = j.args[:0]
	for _, t := range a.args {
		e, ok := j.value(t)
		if !ok {
			return false
		}
		j.args = append(j.args, e)
	}
	return true
}

// lookup returns the fact that an atom is, -1 if it is none.
func (j *join) lookup(a atom) int {
	if !j.values(a) {
		return -1
	}
	return j.g.rels[a.pred].find(j.args)
}

// run goes through all bindings from step i on.
func (j *join) run(i int) error {
	if j.g.budget--; j.g.budget < 0 {
		return errBudget
	}
	if i == len(j.steps) {
		return j.yield()
	}
	s := &j.steps[i]
	switch s.op {
	case stepAll:
		return j.scan(i, 0, s.rel.n)
	case stepRow:
		e, ok := j.value(s.atom.args[0])
		if !ok {
			return nil
		}
		from, to := s.rel.row(e)
		return j.scan(i, from, to)
	case stepColumn:
		e, ok := j.value(s.atom.args[s.key])
		if !ok {
			return nil
		}
		for _, f := range s.rel.column(s.key).row(e) {
			if err := j.scan(i, int(f), int(f)+1); err != nil {
				return err
			}
		}
		return nil
	case stepType:
		for e, t := range j.g.types {
			if j.g.rules.types.has(j.types[s.slot], t) {
				j.env[s.slot] = uint16(e)
				if err := j.run(i + 1); err != nil {
					return err
				}
			}
		}
		return nil
	}
	if !j.check(s) {
		return nil
	}
	return j.run(i + 1)
}

// check decides a step without choices.
func (j *join) check(s *step) bool {
	switch s.op {
	case stepEqual:
		a, okA := j.value(s.atom.args[0])
		b, okB := j.value(s.atom.args[1])
		if !okA || !okB { // an object that is nowhere is equal to itself only
			return (s.atom.args[0] == s.atom.args[1]) != s.not
		}
		return (a == b) != s.not
	case stepAbsent:
		return j.lookup(s.atom) < 0
	}
	f := j.lookup(s.atom)
	j.found[s.at] = f
	return f >= 0
}

// scan goes on with each of the facts from, ..., to-1 that fits.
func (j *join) scan(i, from, to int) error {
	s := &j.steps[i]
next:
	for f := from; f < to; f++ {
		for k, e := range s.rel.fact(f) {
			t := s.atom.args[k]
			if s.bind>>k&1 == 1 {
				if !j.g.rules.types.has(j.types[t], j.g.types[e]) {
					continue next
				}
				j.env[t] = e
			} else if v, ok := j.value(t); !ok || v != e {
				continue next
			}
		}
		j.found[s.at] = f
		if err := j.run(i + 1); err != nil {
			return err
		}
	}
	return nil
}
