package engine

import (
	"cmp"
	"fmt"
	"slices"
)

// maxOps bounds the ops of a game.
const maxOps = 1 << 20

// draft is an op before it has a command.
type draft struct {
	key uint64 // of its command's text: orders most texts
	at  uint32 // in code
}

// ground makes the ops of all schemas.
func (l *loader) ground() error {
	for _, s := range l.rules.schemas {
		for v := range s.variants {
			if err := l.groundVariant(s, &s.variants[v]); err != nil {
				return err
			}
		}
	}
	l.g.code = l.code
	l.sortDrafts()
	return nil
}

// sortDrafts sorts the ops by their commands' keys, then by their arguments.
func (l *loader) sortDrafts() {
	compare := func(a, b draft) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return l.compareArgs(a.at, b.at)
	}
	// Counting sorts, the last key first; ops of one schema are side by side.
	for shift := 16; shift <= 48; shift += 16 {
		l.spare = slices.Grow(l.spare[:0], len(l.drafts))[:len(l.drafts)]
		n := max(len(l.ids), len(l.rules.schemas)) + 1
		l.counts = slices.Grow(l.counts[:0], n)[:n]
		clear(l.counts)
		for _, d := range l.drafts {
			l.counts[d.key>>shift&0xffff+1]++
		}
		for i := 1; i < len(l.counts); i++ {
			l.counts[i] += l.counts[i-1]
		}
		for _, d := range l.drafts {
			at := &l.counts[d.key>>shift&0xffff]
			l.spare[*at] = d
			*at++
		}
		l.drafts, l.spare = l.spare, l.drafts
	}
	for from, i := 0, 1; i <= len(l.drafts); i++ {
		if i < len(l.drafts) && l.drafts[i].key == l.drafts[from].key {
			continue
		}
		if same := l.drafts[from:i]; len(same) > 1 && !slices.IsSortedFunc(same, compare) {
			slices.SortFunc(same, compare)
		}
		from = i
	}
}

// compareArgs orders ops of one schema by their arguments.
func (l *loader) compareArgs(a, b uint32) int {
	n := len(l.rules.schemas[l.g.code[a]].params)
	if c := slices.Compare(l.g.arguments(a, n), l.g.arguments(b, n)); c != 0 {
		return c
	}
	return cmp.Compare(a, b)
}

func (l *loader) groundVariant(s *schema, c *conj) error {
	needed := uint64(1)<<len(s.params) - 1
	for _, v := range c.vars {
		needed |= 1 << v
	}
	j, ok := l.g.joinOf(s.frame.types, c, 0, needed, func(int) bool { return true })
	if !ok {
		return nil
	}
	o := &opMaker{loader: l, join: j, schema: s, conj: c, same: make([]int, len(s.effects))}
	for i := range s.effects {
		o.same[i] = slices.IndexFunc(c.pos, func(a atom) bool {
			return a.pred == s.effects[i].atom.pred && slices.Equal(a.args, s.effects[i].atom.args)
		})
	}
	j.yield = o.op
	return j.run(0)
}

// opMaker writes the ops of a variant.
type opMaker struct {
	*loader
	*join
	schema *schema
	conj   *conj

	pre, eff []uint16
	out      []uint16 // room for eff
	extra    extra
	same     []int // positive atom that each effect's atom is, -1 if none
}

// op writes the op of the present binding, unless it can never be done or
// changes nothing.
func (o *opMaker) op() error {
	o.pre, o.eff, o.extra = o.pre[:0], o.eff[:0], extra{}
	for i, a := range o.conj.pos {
		if rel := o.join.g.rels[a.pred]; rel.fluent {
			o.pre = append(o.pre, uint16(rel.first+o.found[i])<<1)
		}
	}
	for _, a := range o.conj.neg {
		rel := o.join.g.rels[a.pred]
		if !rel.fluent {
			continue // the join has seen to it
		}
		if f := o.lookup(a); f >= 0 {
			o.pre = append(o.pre, uint16(rel.first+f)<<1|1)
		}
	}
	for _, p := range o.pre {
		if p&1 == 0 && slices.Contains(o.pre, p|1) {
			return nil
		}
	}
	if len(o.conj.rest) > 0 {
		n, err := o.join.ground(&form{op: formAnd, subs: o.conj.rest}, ^uint64(0))
		if err != nil || n.op == groundFalse {
			return err
		}
		o.extra.condition = n.encode()
	}
	if err := o.effects(); err != nil {
		return err
	}
	if len(o.eff) == 0 && !slices.ContainsFunc(o.extra.effects, func(c conditional) bool { return !slices.Contains(o.pre, c.effect) }) {
		return nil
	}
	return o.write()
}

func (o *opMaker) effects() error {
	for i := range o.schema.effects {
		e := &o.schema.effects[i]
		if e.vars == nil {
			if err := o.effect(e, o.same[i]); err != nil {
				return err
			}
			continue
		}
		var all uint64
		for _, v := range e.vars {
			all |= 1 << v
		}
		var before uint64 = 1<<len(o.schema.params) - 1
		j, ok := o.join.g.joinOf(o.schema.frame.types, &conj{}, before, all, func(int) bool { return false })
		if !ok {
			continue
		}
		copy(j.env, o.env)
		outer := o.join
		j.yield = func() error {
			o.join = j
			err := o.effect(e, -1)
			o.join = outer
			return err
		}
		if err := j.run(0); err != nil {
			return err
		}
	}
	o.settle()
	return nil
}

// effect adds an effect of the present binding. same is the positive atom that
// its atom is, -1 if none is known.
func (o *opMaker) effect(e *effect, same int) error {
	var f int
	if same >= 0 {
		f = o.found[same]
	} else {
		f = o.lookup(e.atom)
	}
	if f < 0 {
		return nil // it is never true: nothing to delete
	}
	lit := uint16(o.join.g.rels[e.atom.pred].first+f) << 1
	if e.del {
		lit |= 1
	}
	if e.when == nil {
		o.eff = append(o.eff, lit)
		return nil
	}
	n, err := o.join.ground(e.when, ^uint64(0))
	if err != nil {
		return err
	}
	n = n.assume(o.pre)
	switch n.op {
	case groundFalse:
	case groundTrue:
		o.eff = append(o.eff, lit)
	default:
		o.extra.effects = append(o.extra.effects, conditional{n.encode(), lit})
	}
	return nil
}

// settle lets additions win over deletions and drops repetitions and effects
// that the conditions make true beforehand.
func (o *opMaker) settle() {
	all := o.eff
	if len(o.extra.effects) > 0 {
		o.extra.effects = slices.DeleteFunc(o.extra.effects, func(c conditional) bool {
			return c.effect&1 == 1 && slices.Contains(all, c.effect&^1)
		})
	}
	if len(all) > 32 { // of a forall
		slices.Sort(all)
		all = slices.Compact(all)
	}
	kept := o.out[:0]
	for i, e := range all {
		if e&1 == 1 && o.adds(all, e&^1) || slices.Contains(o.pre, e) || len(all) <= 32 && slices.Contains(all[:i], e) {
			continue
		}
		kept = append(kept, e)
	}
	o.eff, o.out = kept, all
}

// adds reports whether effects, sorted if they are many, have one.
func (o *opMaker) adds(effects []uint16, e uint16) bool {
	if len(effects) <= 32 {
		return slices.Contains(effects, e)
	}
	_, ok := slices.BinarySearch(effects, e)
	return ok
}

// write appends the op.
func (o *opMaker) write() error {
	g := o.join.g
	if len(o.drafts) == maxOps {
		return fmt.Errorf("more than %d ground actions are not supported", maxOps)
	}
	d := draft{at: uint32(len(o.code)), key: uint64(o.schema.order)<<48 | uint64(o.schema.index)}
	for i, slot := range o.schema.slotList {
		if i < 2 {
			d.key |= uint64(o.rankOf(o.env[slot])) << (32 - 16*i)
		}
	}
	for _, e := range o.env[:len(o.schema.params)] {
		o.strangers = o.strangers || int(e) >= g.known
	}
	o.overflow()
	counts := uint16(len(o.pre)<<10 | len(o.eff))
	if o.extra.condition != nil || o.extra.effects != nil {
		if len(g.extras) == maxFacts {
			return fmt.Errorf("more than %d actions with conditional effects are not supported", maxFacts)
		}
		o.extra.effects = slices.Clip(o.extra.effects)
		g.extras = append(g.extras, o.extra)
		counts |= hasExtra
	}
	code := append(o.code, uint16(o.schema.index), counts, 0)
	code = append(code, o.pre...)
	code = append(code, o.eff...)
	if counts&hasExtra != 0 {
		code = append(code, uint16(len(g.extras)-1))
	}
	o.code = append(code, o.env[:len(o.schema.params)]...)
	o.drafts = append(o.drafts, d)
	return nil
}

// overflow moves what an op has too much of to its extra.
func (o *opMaker) overflow() {
	if n := len(o.eff); n > maxEffects {
		for _, e := range o.eff[maxEffects:] {
			o.extra.effects = append(o.extra.effects, conditional{nodeTrue.encode(), e})
		}
		o.eff = o.eff[:maxEffects]
	}
	if n := len(o.pre); n > maxConditions {
		all := []uint32{0}
		for _, c := range o.pre[maxConditions:] {
			all = append(all, uint32(c))
		}
		all = append(all, o.extra.condition...)
		all[0] = tagAnd | uint32(len(all)-1)
		o.extra.condition = all
		o.pre = o.pre[:maxConditions]
	}
}
