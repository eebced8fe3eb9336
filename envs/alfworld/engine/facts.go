package engine

import "slices"

// Each calls yield with the arguments of each fact of the predicate that is
// true now, in order of the entities' IDs, until it returns false. args is
// valid during the call only.
func (s *State) Each(predicate string, yield func(args []int) bool) {
	p, ok := s.g.rules.preds[predicate]
	if !ok {
		return
	}
	rel := s.g.rels[p]
	args := make([]int, rel.arity)
	for f := range rel.n {
		if rel.fluent && !s.is(rel.first+f) {
			continue
		}
		for i, e := range rel.fact(f) {
			args[i] = int(e)
		}
		if !yield(args) {
			return
		}
	}
}

// Has reports whether the fact is true now.
func (s *State) Has(predicate string, args ...int) bool {
	return s.True(s.g.Fact(predicate, args...))
}

// Fact is a fact of a game, or one that it never has: for asking often whether it
// is true.
type Fact int32

const (
	neverFact  Fact = -1
	alwaysFact Fact = -2
)

// Fact returns the fact of a predicate about entities.
func (g *Game) Fact(predicate string, args ...int) Fact {
	p, ok := g.rules.preds[predicate]
	if !ok || len(args) != g.rules.predicates[p].arity {
		return neverFact
	}
	var room [8]uint16
	words := room[:0]
	for _, a := range args {
		if a < 0 || a >= len(g.entities) {
			return neverFact
		}
		words = append(words, uint16(a))
	}
	rel := g.rels[p]
	switch f := rel.find(words); {
	case f < 0:
		return neverFact
	case !rel.fluent:
		return alwaysFact
	default:
		return Fact(rel.first + f)
	}
}

// True reports whether a fact of the game is true now.
func (s *State) True(f Fact) bool { return f == alwaysFact || f >= 0 && s.is(int(f)) }

// shrink drops what only loading needs.
func (g *Game) shrink() {
	g.extras = slices.Clip(g.extras)
	g.constants = nil
	for p, rel := range g.rels {
		if rel.n == 0 { // it may be shared
			continue
		}
		rel.kinds = nil
		keys := g.rules.predicates[p].keys
		for k := 1; k < rel.arity; k++ {
			if keys != nil && keys[k] {
				rel.column(k)
			} else {
				rel.by[k] = nil
			}
		}
	}
}

// Bytes returns the memory that the game holds beyond what it shares through
// its Rules, about.
func (g *Game) Bytes() int {
	n := 1024 + len(g.task) + 10*len(g.entities) + 2*len(g.code) + 8*len(g.commands) +
		4*len(g.firstOp) + 2*len(g.table) + 24*len(g.many) + 2*len(g.places.common) + 4*len(g.goals.code) + 8*len(g.goals.mask) + 8*len(g.start.bits)
	for _, k := range g.many {
		n += 2 * len(k)
	}
	for i := range g.extras {
		n += 48 + 4*len(g.extras[i].condition)
		for _, c := range g.extras[i].effects {
			n += 32 + 4*len(c.condition)
		}
	}
	for i := range g.places.groups {
		gr := &g.places.groups[i]
		n += 136 + 2*len(gr.fixed) + 4*len(gr.always) + 16*len(gr.words) + 2*len(gr.starts) + 4*len(gr.watch)
	}
	for _, rel := range g.rels {
		n += 160 + 2*len(rel.args) + 2*len(rel.rows) + 2*len(rel.kinds)
		for _, c := range rel.by {
			if c != nil {
				n += 56 + 2*len(c.rows) + 2*len(c.facts)
			}
		}
	}
	if l := g.list.Load(); l != nil {
		n += 56 * len(*l)
	}
	if t := g.intro.Load(); t != nil {
		n += len(*t)
	}
	return n
}
