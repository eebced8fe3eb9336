package engine

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"stepgym/envs"
)

// list is what observations list in some states, of whatever games of the
// rules. Immutable.
type list struct {
	hash    digest // of the phrases
	choices []*envs.Choice
}

// reading says what can be done in the states of one game and group with equal
// fluents, as far as the group's ops have them in conditions. Immutable.
type reading struct {
	hash     digest                    // of game, group and fluents
	choices  []*envs.Choice            // of a list, here to be at hand
	commands atomic.Pointer[[]Command] // the same, once they were asked for
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

// Bounds on what the rules keep: readings have some 50 bytes, lists some 300. A
// reading keeps its list alive, but most readings share theirs.
const (
	cachedReadings = 1 << 18
	cachedLists    = 1 << 17
)

// listCache keeps lists and readings, each in the one slot that its hash
// chooses. Many states that differ allow the same commands: what an agent with
// full hands can do does not depend on what lies around it, and what lies around
// is the same in many games of one house.
type listCache struct {
	readings [cachedReadings]atomic.Pointer[reading]
	lists    [cachedLists]atomic.Pointer[list]
}

// Admissible returns the admissible commands in order of their text, bytewise,
// without repetitions. The list is shared, valid for ever, and not to be
// modified.
func (s *State) Admissible() []Command {
	r := s.admissible()
	if all := r.commands.Load(); all != nil {
		return *all
	}
	gr := &s.g.places.groups[s.place]
	var room [64]Command
	others := s.others(gr, room[:0])
	all := merge(make([]Command, 0, len(gr.fixed)+len(others)), gr.fixed, others)
	r.commands.Store(&all)
	return all
}

// Choices returns the admissible commands, in the order of Admissible, as an
// observation lists them: Action.Text, Kind, Ref, With and Slot. The list is
// shared, valid for ever, and not to be modified.
func (s *State) Choices() []*envs.Choice { return s.admissible().choices }

// admissible returns the reading of the present state.
func (s *State) admissible() *reading {
	if s.reading != nil {
		return s.reading
	}
	h, slot := s.slot()
	r := slot.Load()
	if r == nil || r.hash != h {
		r = s.read(&s.g.places.groups[s.place])
		r.hash = h
		slot.Store(r)
	}
	s.reading = r
	return r
}

// slot returns the hash of what the reading of the present state depends on, and
// where that is kept.
func (s *State) slot() (digest, *atomic.Pointer[reading]) {
	var h digest
	h.add(s.g.id<<16 ^ uint64(s.place))
	for _, w := range s.g.places.groups[s.place].words {
		h.add(s.bits[w.at] & w.mask)
	}
	return h, &s.g.rules.lists.readings[h[0]%cachedReadings]
}

// read finds out what can be done in the present state.
func (s *State) read(gr *group) *reading {
	g := s.g
	var room [64]Command
	others := s.others(gr, room[:0])
	h := gr.hash
	for _, c := range others {
		h.add(uint64(g.commands[c].index))
	}
	slot := &g.rules.lists.lists[h[0]%cachedLists]
	l := slot.Load()
	if l == nil || l.hash != h {
		var room [192]Command
		l = &list{hash: h, choices: g.choices(merge(room[:0], gr.fixed, others))}
		slot.Store(l)
	}
	return &reading{choices: l.choices}
}

// others appends the commands that can be done now beyond those that always can
// in this place, in order.
func (s *State) others(gr *group, others []Command) []Command {
	g := s.g
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
	return others
}

// choices returns what observations list for commands, which are in order. Most
// of them stand side by side in the template.
func (g *Game) choices(commands []Command) []*envs.Choice {
	out := make([]*envs.Choice, len(commands))
	base := g.places.common
	for i := 0; i < len(commands); {
		for len(base) > 0 && Command(base[0]) < commands[i] {
			base = base[1:]
		}
		n := 0
		for n < len(base) && i+n < len(commands) && Command(base[n]) == commands[i+n] {
			n++
		}
		if n == 0 {
			out[i] = &g.commands[commands[i]].choice
			i++
			continue
		}
		copy(out[i:i+n], g.places.template[len(g.places.template)-len(base):])
		i += n
	}
	return out
}

// merge appends the members of two sorted lists to out, which is empty, without
// repetitions.
func merge(out []Command, a []uint16, b []Command) []Command {
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
