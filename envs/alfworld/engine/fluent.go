package engine

import (
	"fmt"
	"slices"
)

// maxFluents bounds the facts of a game that can change: a literal is a number
// of 16 bits, one of them for its sign.
const maxFluents = 1 << 15

// relate makes the relations: of static predicates what the problem says, of
// others that and whatever an effect can add.
func (l *loader) relate() error {
	g, preds := l.g, l.rules.predicates
	g.rels = make([]*relation, len(preds))
	ready := make([]bool, len(preds))
	for p := range preds {
		if l.count[p] == 0 && !preds[p].fluent {
			g.rels[p], ready[p] = l.rules.none[preds[p].arity], true
			continue
		}
		if l.count[p] > maxFacts {
			return fmt.Errorf("more than %d facts %s are not supported", maxFacts, preds[p].name)
		}
		g.rels[p] = l.relation(preds[p].arity, l.raw[p], l.count[p])
		ready[p] = !preds[p].fluent
	}
	for {
		p := l.nextFluent(ready)
		if p < 0 {
			break
		}
		together := l.together(p, ready)
		if err := l.addable(together, ready); err != nil {
			return err
		}
		for _, q := range together {
			ready[q] = true
		}
	}
	for _, rel := range l.g.rels {
		for _, e := range rel.args {
			l.strangers = l.strangers || int(e) >= l.g.known
		}
	}
	return l.numberFluents()
}

// nextFluent chooses the predicate whose facts are to be found next: one whose
// effects have arguments that ready predicates restrict, if there is one.
func (l *loader) nextFluent(ready []bool) int {
	best, bestOpen := -1, 0
	for p := range l.rules.predicates {
		if ready[p] {
			continue
		}
		open := 0
		for _, s := range l.rules.schemas {
			for i := range s.effects {
				if e := &s.effects[i]; e.atom.pred == p && !e.del {
					open += s.unrestricted(e, ready)
				}
			}
		}
		if best < 0 || open < bestOpen {
			best, bestOpen = p, open
		}
	}
	return best
}

// unrestricted counts the slots of an effect that no ready predicate of the
// precondition restricts.
func (s *schema) unrestricted(e *effect, ready []bool) int {
	open := 0
	for i := range s.variants {
		m := slotsOf(e.atom)
		for _, a := range s.variants[i].pos {
			if ready[a.pred] {
				m &^= slotsOf(a)
			}
		}
		for ; m != 0; m &= m - 1 {
			open++
		}
	}
	return open
}

// together returns p and other predicates whose facts can be found along with
// those of p, from the same schemas.
func (l *loader) together(p int, ready []bool) []int {
	out := []int{p}
	by := l.rules.predicates[p].adders
	for q := range l.rules.predicates {
		if of := l.rules.predicates[q].adders; q != p && !ready[q] && len(of) > 0 && !slices.ContainsFunc(of, func(s int) bool { return !slices.Contains(by, s) }) {
			out = append(out, q)
		}
	}
	return out
}

// addable adds to the facts of predicates those that effects can add: for
// whatever bindings fit the facts of ready predicates that the effects' slots are
// connected by. That is more than can ever be reached, and little more.
func (l *loader) addable(preds []int, ready []bool) error {
	facts := l.added
	for len(facts) < len(preds) {
		facts = append(facts, nil)
	}
	l.added = facts
	counts := make([]int, len(preds))
	for i, p := range preds {
		facts[i], counts[i] = append(facts[i][:0], l.raw[p]...), l.count[p]
	}
	usable := func(pred int) bool { return ready[pred] }
	for _, n := range l.rules.predicates[preds[0]].adders {
		s := l.rules.schemas[n]
		for v := range s.variants {
			c := &s.variants[v]
			var needed uint64
			for i := range s.effects {
				if e := &s.effects[i]; !e.del && slices.Contains(preds, e.atom.pred) {
					needed |= around(c, e, ready)
				}
			}
			j, ok := l.g.joinOf(s.frame.types, c, 0, needed, usable)
			if !ok {
				continue
			}
			j.yield = func() error {
				for i := range s.effects {
					e := &s.effects[i]
					k := slices.Index(preds, e.atom.pred)
					if k < 0 || e.del || !j.values(e.atom) {
						continue
					}
					if counts[k]++; counts[k] > 64*maxFacts {
						return fmt.Errorf("too many facts %s can be made true", l.rules.predicates[preds[k]].name)
					}
					facts[k] = append(facts[k], j.args...)
				}
				return nil
			}
			if err := j.run(0); err != nil {
				return err
			}
		}
	}
	for i, p := range preds {
		rel := l.relation(l.rules.predicates[p].arity, facts[i], counts[i])
		if rel.n > maxFacts {
			return fmt.Errorf("more than %d facts %s can be made true, which is not supported", maxFacts, l.rules.predicates[p].name)
		}
		l.g.rels[p] = rel
	}
	return nil
}

// around returns the slots of an effect and those that ready atoms connect with
// them.
func around(c *conj, e *effect, ready []bool) uint64 {
	needed := slotsOf(e.atom)
	for last := uint64(0); last != needed; {
		last = needed
		for _, a := range c.pos {
			if m := slotsOf(a); ready[a.pred] && m&needed != 0 {
				needed |= m
			}
		}
	}
	return needed
}

// numberFluents numbers the facts that can change: first those of predicates
// that the grammar asks about as not_p, last those that nothing reads.
func (l *loader) numberFluents() error {
	g := l.g
	reads := make([]bool, len(l.rules.predicates))
	for p := range l.rules.predicates {
		reads[p] = l.rules.predicates[p].read
	}
	goalReads(l.problem.Goal, func(name string) {
		if p, ok := l.rules.preds[name]; ok {
			reads[p] = true
		}
	})
	class := func(p int) int {
		switch {
		case l.rules.predicates[p].denied:
			return 0
		case reads[p]:
			return 1
		}
		return 2
	}
	for c := range 3 {
		for p := range l.rules.predicates {
			if rel := g.rels[p]; l.rules.predicates[p].fluent && class(p) == c {
				rel.fluent, rel.first = true, g.facts
				g.facts += rel.n
				g.order = append(g.order, p)
			}
		}
		switch c {
		case 0:
			g.denied = g.facts
		case 1:
			g.live = g.facts
		}
	}
	if g.facts > maxFluents {
		return fmt.Errorf("%d facts can change, more than %d are not supported", g.facts, maxFluents)
	}
	return nil
}
