package engine

import (
	"fmt"
	"math/bits"
	"slices"

	"stepgym/envs"
)

// place says how the ops of a game are grouped. If of the facts of one predicate
// exactly one is true at any time (where the agent is), the ops that need such a
// fact are a group of that fact, and those that need none are in every group.
// Otherwise there is one group.
type place struct {
	first, n int // fluents of the predicate: the group is the number of the true one
	groups   []group

	common   []uint16       // commands that are fixed in half of the groups or more
	template []*envs.Choice // theirs, shared by all games that have the same ones
}

// group holds ops by a condition that rules most of them out. Those that can
// always be done here are fixed, always lists others with no positive condition
// but the place, and watch those with one, by one of their fluents.
type group struct {
	fixed  []uint16 // commands, in order, without repetitions
	hash   digest   // of the phrases of fixed
	always []uint32 // ops, in order of commands
	words  []word   // of all fluents that ops of the group have in conditions
	starts []uint16 // ops of the i-th of these fluents are watch[starts[i]:starts[i+1]]
	watch  []uint32
}

// word is a part of a mask of fluents.
type word struct {
	at   uint16 // in the state's bits
	rank uint16 // of the first one of the word among the fluents of the mask
	mask uint64
}

// place chooses the predicate and makes the groups.
func (l *loader) place() error {
	g := l.g
	g.places = place{first: -1}
	best := 0
	for _, p := range g.order {
		rel := g.rels[p]
		if n := l.single(rel.first, rel.n); n > best {
			best, g.places.first, g.places.n = n, rel.first, rel.n
		}
	}
	n := max(1, g.places.n)
	g.places.groups = make([]group, n)
	ops := l.ops[:0]
	for op := uint32(0); int(op) < len(g.code); op = g.after(op) {
		ops = append(ops, op)
	}
	l.ops = ops
	own, common := g.split(ops, n)
	m := &grouper{g: g, uses: make([]uint16, g.facts), mask: make([]uint64, (g.facts+63)/64), base: make([]uint16, (g.facts+63)/64)}
	for k := range g.places.groups {
		if len(own[k])+len(common) > maxFacts {
			return fmt.Errorf("more than %d ground actions in one place are not supported", maxFacts)
		}
		m.ops = m.ops[:0]
		rest := common
		for _, op := range own[k] {
			for len(rest) > 0 && rest[0] < op {
				m.ops, rest = append(m.ops, rest[0]), rest[1:]
			}
			m.ops = append(m.ops, op)
		}
		m.ops = append(m.ops, rest...)
		g.places.groups[k] = m.group()
	}
	g.places.share(g)
	return nil
}

// share finds the commands that most groups have.
func (p *place) share(g *Game) {
	uses := make([]int, len(g.commands))
	for i := range p.groups {
		for _, c := range p.groups[i].fixed {
			uses[c]++
		}
	}
	var h digest
	for c, n := range uses {
		if n > 0 && 2*n >= len(p.groups) {
			p.common = append(p.common, uint16(c))
			h.add(uint64(g.commands[c].index))
		}
	}
	p.common = slices.Clip(p.common)
	p.template = g.rules.intern.template(h, func() []*envs.Choice {
		out := make([]*envs.Choice, len(p.common))
		for i, c := range p.common {
			out[i] = &g.commands[c].choice
		}
		return out
	})
}

// split returns the ops of each of n groups and those that are in all of them.
func (g *Game) split(ops []uint32, n int) (own [][]uint32, common []uint32) {
	at := make([]int32, len(ops))
	size := make([]int, n)
	for i, op := range ops {
		if at[i] = int32(g.placeOf(op)); at[i] >= 0 {
			size[at[i]]++
		}
	}
	own = make([][]uint32, n)
	for k := range own {
		own[k] = make([]uint32, 0, size[k])
	}
	for i, op := range ops {
		if k := at[i]; k >= 0 {
			own[k] = append(own[k], op)
		} else {
			common = append(common, op)
		}
	}
	return own, common
}

// grouper arranges the ops of groups, one group after the other.
type grouper struct {
	g       *Game
	ops     []uint32
	uses    []uint16 // of fluents in conditions, zero between groups
	mask    []uint64 // zero between groups
	base    []uint16 // rank of the first fluent of each word of the mask
	watched []int32  // rank of the fluent that an op is listed by, -1 for none
	next    []uint16
	fixed   []uint16
}

// placeOf returns the group of an op, -1 if it is in all of several.
func (g *Game) placeOf(op uint32) int {
	if g.places.first < 0 {
		return 0
	}
	for _, c := range g.conditions(op) {
		if f := int(c>>1) - g.places.first; c&1 == 0 && f >= 0 && f < g.places.n {
			return f
		}
	}
	return -1
}

// single returns how many ops have one of the fluents from first to first+n-1 as
// a condition, 0 if there is not always exactly one of them true.
func (l *loader) single(first, n int) int {
	g, ops := l.g, 0
	trues := 0
	for f := first; f < first+n; f++ {
		if g.start.is(f) {
			trues++
		}
	}
	if trues != 1 {
		return 0
	}
	in := func(c uint16) bool { return int(c>>1) >= first && int(c>>1) < first+n }
	for op := uint32(0); int(op) < len(g.code); op = g.after(op) {
		needs, adds, dels := -1, -1, -1
		for _, c := range g.conditions(op) {
			if c&1 == 0 && in(c) {
				if needs >= 0 && needs != int(c>>1) {
					return 0
				}
				needs = int(c >> 1)
			}
		}
		for _, e := range g.effects(op) {
			switch {
			case !in(e):
			case e&1 == 1 && dels < 0:
				dels = int(e >> 1)
			case e&1 == 0 && adds < 0:
				adds = int(e >> 1)
			default:
				return 0
			}
		}
		if x := g.extra(op); x != nil && slices.ContainsFunc(x.effects, func(c conditional) bool { return in(c.effect) }) {
			return 0
		}
		if (adds < 0) != (dels < 0) || dels >= 0 && dels != needs {
			return 0
		}
		if needs >= 0 {
			ops++
		}
	}
	return ops
}

// group arranges ops.
func (m *grouper) group() group {
	out := group{fixed: m.fixed[:0]}
	g := m.g
	for _, op := range m.ops {
		for _, c := range g.conditions(op) {
			if !g.places.has(c) {
				m.mask[c>>7] |= 1 << (c >> 1 & 63)
				if c&1 == 0 && m.uses[c>>1] < 1<<16-1 {
					m.uses[c>>1]++
				}
			}
		}
		if x := g.extra(op); x != nil {
			codeFacts(x.condition, func(f int) { m.mask[f/64] |= 1 << (f % 64) })
		}
	}
	total := out.setWords(m.mask)
	for _, w := range out.words {
		m.base[w.at] = w.rank
	}
	out.starts = make([]uint16, total+1)
	m.watched = m.watched[:0]
	for _, op := range m.ops {
		best := -1
		for _, c := range g.conditions(op) {
			if c&1 == 0 && !g.places.has(c) && (best < 0 || m.uses[c>>1] < m.uses[best]) {
				best = int(c >> 1)
			}
		}
		if best < 0 {
			out.other(g, op)
			m.watched = append(m.watched, -1)
			continue
		}
		rank := int(m.base[best/64]) + bits.OnesCount64(m.mask[best/64]&(1<<(best%64)-1))
		m.watched = append(m.watched, int32(rank))
		out.starts[rank+1]++
	}
	out.fixed, m.fixed = slices.Clone(out.fixed), out.fixed
	out.always = slices.Clone(out.always)
	out.hash.add(uint64(len(out.fixed)))
	for _, c := range out.fixed {
		out.hash.add(uint64(g.commands[c].index))
	}
	for i := 1; i <= total; i++ {
		out.starts[i] += out.starts[i-1]
	}
	out.watch = make([]uint32, out.starts[total])
	m.next = append(m.next[:0], out.starts...)
	for i, op := range m.ops {
		if w := m.watched[i]; w >= 0 {
			out.watch[m.next[w]] = op
			m.next[w]++
		}
	}
	clear(m.uses)
	clear(m.mask)
	return out
}

// setWords makes the words of a mask and returns how many fluents it has.
func (gr *group) setWords(mask []uint64) (total int) {
	n := 0
	for _, m := range mask {
		if m != 0 {
			n++
		}
	}
	gr.words = make([]word, 0, n)
	for i, m := range mask {
		if m != 0 {
			gr.words = append(gr.words, word{at: uint16(i), rank: uint16(total), mask: m})
			total += bits.OnesCount64(m)
		}
	}
	return total
}

// other adds an op without a positive condition but the place.
func (gr *group) other(g *Game, op uint32) {
	free := g.extra(op) == nil || g.extra(op).condition == nil
	for _, c := range g.conditions(op) {
		free = free && c&1 == 0
	}
	if !free {
		gr.always = append(gr.always, op)
		return
	}
	if c, n := g.code[op+opCommand], len(gr.fixed); n == 0 || gr.fixed[n-1] != c {
		gr.fixed = append(gr.fixed, c)
	}
}

// has reports whether a condition is about the place.
func (p *place) has(c uint16) bool {
	f := int(c>>1) - p.first
	return p.first >= 0 && f >= 0 && f < p.n
}
