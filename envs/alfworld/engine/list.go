package engine

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"stepgym/envs"
)

// list is what can be done in some states of a game. Immutable.
type list struct {
	hash     digest
	commands []Command
	choices  []envs.Choice
}

// reading says which list is that of the states of one group with equal fluents,
// as far as the group's ops have them in conditions. Immutable.
type reading struct {
	hash digest
	list *list
}

// digest is a 128-bit hash: two different things have the same one but for a
// chance of 2^-128.
type digest [2]uint64

// add adds a word (a multiplication folded, two streams).
func (d *digest) add(x uint64) {
	high, low := bits.Mul64(d[0]^x^0xa0761d6478bd642f, 0xe7037ed1a0b428db)
	d[0] = high ^ low
	high, low = bits.Mul64(d[1]^x^0x8ebc6af09c88c6e3, 0x589965cc75374cc3)
	d[1] = high ^ low
}

// Bounds on what the rules keep: readings have some 40 bytes, lists 5 kB.
const (
	cachedReadings = 1 << 16
	cachedLists    = 1 << 13
)

// listCache keeps lists and readings, each in the one slot that its hash
// chooses. Many states that differ allow the same commands: what an agent with
// full hands can do does not depend on what lies around it.
type listCache struct {
	readings [cachedReadings]atomic.Pointer[reading]
	lists    [cachedLists]atomic.Pointer[list]
}

// Admissible returns the admissible commands in order of their text, bytewise,
// without repetitions. The list is shared, valid for ever, and not to be
// modified.
func (s *State) Admissible() []Command { return s.admissible().commands }

// Choices returns the admissible commands, in the order of Admissible, as an
// observation lists them: Action.Text, Kind, Ref, With and Slot. The list is
// shared, valid for ever, and not to be modified.
func (s *State) Choices() []envs.Choice { return s.admissible().choices }

// admissible returns the list of the present state.
func (s *State) admissible() *list {
	if s.list != nil {
		return s.list
	}
	gr := &s.g.places.groups[s.place]
	h := s.digest()
	for _, w := range gr.words {
		h.add(s.bits[w.at] & w.mask)
	}
	slot := &s.g.rules.lists.readings[h[0]%cachedReadings]
	r := slot.Load()
	if r == nil || r.hash != h {
		r = &reading{hash: h, list: s.find(gr)}
		slot.Store(r)
	}
	s.list = r.list
	return s.list
}

// digest begins a hash for the game and group.
func (s *State) digest() digest {
	var d digest
	d.add(s.g.id)
	d.add(uint64(s.place))
	return d
}

// find returns the list of the present state from what can be done beyond what
// always can.
func (s *State) find(gr *group) *list {
	g := s.g
	var room [64]Command
	others := room[:0]
	for _, op := range gr.always {
		if s.possible(op) {
			others = append(others, Command(g.code[op+opCommand]))
		}
	}
	for _, w := range gr.words {
		for x := s.bits[w.at] & w.mask; x != 0; x &= x - 1 {
			rank := int(w.rank) + bits.OnesCount64(w.mask&(x&-x-1))
			for _, op := range gr.watch[gr.starts[rank]:gr.starts[rank+1]] {
				if s.possible(op) {
					others = append(others, Command(g.code[op+opCommand]))
				}
			}
		}
	}
	slices.Sort(others)
	h := s.digest()
	for _, c := range others {
		h.add(uint64(c))
	}
	slot := &g.rules.lists.lists[h[0]%cachedLists]
	if l := slot.Load(); l != nil && l.hash == h {
		return l
	}
	l := &list{hash: h, commands: merge(gr.fixed, others)}
	l.choices = make([]envs.Choice, len(l.commands))
	for i, c := range l.commands {
		l.choices[i] = g.commands[c].choice
	}
	slot.Store(l)
	return l
}

// merge returns the members of two sorted lists without repetitions.
func merge(a []uint16, b []Command) []Command {
	out := make([]Command, 0, len(a)+len(b))
	for _, c := range a {
		for len(b) > 0 && b[0] <= Command(c) {
			if n := len(out); b[0] < Command(c) && (n == 0 || out[n-1] != b[0]) {
				out = append(out, b[0])
			}
			b = b[1:]
		}
		out = append(out, Command(c))
	}
	for _, c := range b {
		if n := len(out); n == 0 || out[n-1] != c {
			out = append(out, c)
		}
	}
	return out
}
