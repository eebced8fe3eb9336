package engine

// walk goes through the matches of a query from literal i on, in order. Without
// an enumeration it stops at the first one. It reports whether to go on.
func (sp *speaker) walk(q *query, i int, e *enumeration) bool {
	if i == len(q.literals) {
		if e == nil {
			return false
		}
		sp.member(e)
		return true
	}
	l := q.literals[i]
	if l.pred < 0 {
		return true
	}
	rel := sp.g.rels[l.pred]
	if kinds := sp.g.kindsOf(l); kinds != nil {
		for at := 0; at < len(kinds); at += rel.arity {
			if !sp.pass(q, i, e, rel, kinds[at:at+rel.arity]) {
				return false
			}
		}
		return true
	}
	return sp.pass(q, i, e, rel, nil)
}

// pass goes through the facts of literal i whose arguments are of the types
// kind, or of any if that is nil.
func (sp *speaker) pass(q *query, i int, e *enumeration, rel *relation, kind []uint16) bool {
	l := q.literals[i]
	switch {
	case l.closed:
		var args [maxTextSlots]uint16
		for k, slot := range l.slots {
			args[k] = sp.env[slot]
		}
		f := rel.find(args[:len(l.slots)])
		return f < 0 || sp.try(q, i, e, rel, f, kind)
	case l.key == 0:
		from, to := rel.row(sp.env[l.slots[0]])
		for f := from; f < to; f++ {
			if !sp.try(q, i, e, rel, f, kind) {
				return false
			}
		}
	case l.key > 0:
		for _, f := range rel.by[l.key].row(sp.env[l.slots[l.key]]) {
			if !sp.try(q, i, e, rel, int(f), kind) {
				return false
			}
		}
	default:
		for f := range rel.n {
			if !sp.try(q, i, e, rel, f, kind) {
				return false
			}
		}
	}
	return true
}

// try goes on with one fact, if it is one now and fits.
func (sp *speaker) try(q *query, i int, e *enumeration, rel *relation, f int, kind []uint16) bool {
	l := q.literals[i]
	if rel.fluent {
		if sp.schema != nil && !sp.strays {
			sp.watch(rel.fact(f))
		}
		if l.denied {
			if !sp.denies(rel.first + f) {
				return true
			}
		} else if !sp.is(rel.first + f) {
			return true
		}
	}
	for k, v := range rel.fact(f) {
		if kind != nil && sp.g.types[v] != kind[k] {
			return true
		}
		slot := l.slots[k]
		if !l.fresh[k] {
			if sp.env[slot] != v {
				return true
			}
			continue
		}
		if sp.schema != nil {
			sp.meet(v)
		}
		for _, other := range sp.env[:slot] {
			if other == v {
				return true
			}
		}
		sp.env[slot] = v
	}
	return sp.walk(q, i+1, e)
}

// mixed notes the literals of the grammar whose predicate has facts with
// arguments of several types, or of types that the literal does not ask for:
// they go through one combination of types after the other.
func (g *Game) mixed() {
	for _, l := range g.rules.literals {
		if l.pred < 0 {
			continue
		}
		rel := g.rels[l.pred]
		if rel.arity == 0 || rel.n == 0 {
			continue
		}
		if rel.kinds == nil {
			rel.sortKinds(g.types)
		}
		if kinds := g.rules.types.matching(l.asked, rel.kinds); kinds != nil {
			if g.many == nil {
				g.many = make([][]uint16, len(g.rules.literals))
			}
			g.many[l.id] = kinds
		}
	}
}

// kindsOf returns the combinations of types that a literal goes through, nil
// for all at once.
func (g *Game) kindsOf(l *literal) []uint16 {
	if g.many == nil {
		return nil
	}
	return g.many[l.id]
}
