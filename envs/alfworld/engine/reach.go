package engine

import "slices"

// reach drops the ops that can never be done, as the original does: where facts
// only ever become true, and conditions that something is false always hold, it
// finds which facts can be true at all. A deletion of another fact is dropped,
// and an op that is left without effects.
func (l *loader) reach() {
	g := l.g
	r := &reached{bits: slices.Clone(g.start.bits[:(g.facts+63)/64])}
	pending := l.ops[:0]
	for _, d := range l.drafts {
		pending = append(pending, d.at)
	}
	l.ops = pending
	for r.grew = true; r.grew; {
		r.grew = false
		left := pending[:0]
		for _, op := range pending {
			if !r.do(g, op) {
				left = append(left, op)
			}
		}
		pending = left
	}
	if len(pending) == 0 && r.all(g.facts) {
		return
	}
	l.prune(r)
}

// reached are the facts that can be true.
type reached struct {
	bits []uint64
	grew bool
}

func (r *reached) is(f int) bool { return r.bits[f>>6]>>(f&63)&1 == 1 }

func (r *reached) add(effect uint16) {
	if f := int(effect >> 1); effect&1 == 0 && !r.is(f) {
		r.bits[f>>6] |= 1 << (f & 63)
		r.grew = true
	}
}

// all reports whether every fact can be true.
func (r *reached) all(n int) bool {
	for f := range n {
		if !r.is(f) {
			return false
		}
	}
	return true
}

// possible reports whether an op can be done.
func (r *reached) possible(g *Game, op uint32) bool {
	for _, c := range g.conditions(op) {
		if c&1 == 0 && !r.is(int(c>>1)) {
			return false
		}
	}
	if x := g.extra(op); x != nil && x.condition != nil {
		ok, _ := r.holds(x.condition)
		return ok
	}
	return true
}

// do adds what an op makes true, if it is possible, and reports whether that is
// all that it can ever add.
func (r *reached) do(g *Game, op uint32) bool {
	if !r.possible(g, op) {
		return false
	}
	for _, e := range g.effects(op) {
		r.add(e)
	}
	all := true
	if x := g.extra(op); x != nil {
		for _, c := range x.effects {
			ok, _ := r.holds(c.condition)
			if all = all && ok; ok {
				r.add(c.effect)
			}
		}
	}
	return all
}

// holds evaluates a condition.
func (r *reached) holds(code []uint32) (ok bool, rest []uint32) {
	w := code[0]
	if w < tagAnd {
		return w&1 == 1 || r.is(int(w>>1)), code[1:]
	}
	and := w < tagOr
	body, rest := code[1:1+w&tagSize], code[1+w&tagSize:]
	for len(body) > 0 {
		if ok, body = r.holds(body); ok != and {
			return !and, rest
		}
	}
	return and, rest
}

// prune rewrites the ops without what cannot be.
func (l *loader) prune(r *reached) {
	g := l.g
	before := &Game{rules: g.rules, code: g.code, extras: g.extras}
	gone := func(e uint16) bool { return e&1 == 1 && !r.is(int(e>>1)) }
	code, drafts := l.pruned[:0], l.drafts[:0]
	for _, d := range l.drafts {
		if !r.possible(before, d.at) {
			continue
		}
		all := before.opWords(d.at, len(g.rules.schemas[before.code[d.at]].params))
		tail := all[before.tail(d.at)-d.at:]
		at := len(code)
		code = append(append(code, all[:opHead]...), before.conditions(d.at)...)
		n := len(code)
		for _, e := range before.effects(d.at) {
			if !gone(e) {
				code = append(code, e)
			}
		}
		n = len(code) - n
		x := before.extra(d.at)
		if x != nil {
			x.effects = slices.DeleteFunc(x.effects, func(c conditional) bool {
				ok, _ := r.holds(c.condition)
				return !ok || gone(c.effect)
			})
		}
		if n == 0 && (x == nil || len(x.effects) == 0) {
			code = code[:at]
			continue
		}
		code[at+1] = code[at+1]&^maxEffects | uint16(n)
		code = append(code, tail...)
		drafts = append(drafts, draft{key: d.key, at: uint32(at)})
	}
	l.drafts, l.pruned, g.code = drafts, code, code
}
