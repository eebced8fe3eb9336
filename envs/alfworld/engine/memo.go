package engine

import (
	"slices"
	"sync/atomic"

	"stepgym/envs"
)

// said is a text that a command gave, or a description, which depends on nothing
// but the things it names and the facts about them. Immutable.
type said struct {
	hash     digest // of what it depends on
	tells    bool   // see speaker
	told     uint16
	from, to uint16
	messages [1]envs.Message // the text, as observations have it
}

// cachedTexts bounds the texts that the rules keep, each with some 200 bytes.
const cachedTexts = 1 << 18

// text returns the text.
func (m *said) text() string { return m.messages[0].Content }

// saidCache keeps texts, each in the one slot that its hash chooses.
type saidCache [cachedTexts]atomic.Pointer[said]

// touched says how the facts about an entity differ from those of the start: hash
// is that of the bits that were flipped, not 0.
type touched struct {
	hash   uint64
	entity uint16
}

// maxNamed bounds the things that a text names which is kept.
const maxNamed = 3

// touch notes that a bit was flipped.
func (s *State) touch(i int, hash uint64) {
	g := s.g
	if half := (g.facts + 63) &^ 63; i >= half {
		i -= half
	}
	for k := range g.spans {
		sp := &g.spans[k]
		if i -= sp.n; i >= 0 {
			continue
		}
		i += sp.n
		for _, e := range sp.args[i*sp.arity : (i+1)*sp.arity] {
			if g.describable(e) {
				s.touchEntity(e, hash)
			}
		}
		return
	}
}

// describable reports whether changes of the facts about an entity are noted.
func (g *Game) describable(e uint16) bool {
	return int(e) < len(g.types) && g.rules.described[g.types[e]]
}

func (s *State) touchEntity(e uint16, hash uint64) {
	for k := range s.touches {
		t := &s.touches[k]
		if t.entity != e {
			continue
		}
		if t.hash ^= hash; t.hash == 0 {
			last := len(s.touches) - 1
			*t = s.touches[last]
			s.touches = s.touches[:last]
		}
		return
	}
	s.touches = append(s.touches, touched{hash, e})
}

// touchOf returns the hash of what was flipped about an entity, 0 for nothing.
func (s *State) touchOf(e uint16) uint64 {
	for k := range s.touches {
		if s.touches[k].entity == e {
			return s.touches[k].hash
		}
	}
	return 0
}

// span is where a game has the facts of a predicate that can change: in the order
// of their numbers as fluents.
type span struct {
	n, arity int
	args     []uint16
}

// describeTypes notes the types of entities that commands describe.
func (r *Rules) describeTypes() {
	r.described = make([]bool, len(r.types.names))
	for t := range r.described {
		for i := range r.describe {
			r.described[t] = r.described[t] || r.types.has(r.describe[i].typ, uint16(t))
		}
	}
}

// nameThings finds the parameters that the schema's texts depend on; its texts
// are kept if they are few.
func (s *schema) nameThings() {
	for i := range s.params {
		if s.feedback.used[i] || slices.Contains(s.slotList, i) {
			s.named = append(s.named, i)
		} else {
			s.unnamed = append(s.unnamed, s.frame.types[i])
		}
	}
	s.kept = len(s.named) <= maxNamed && s.index < 1<<15
}

// Messages returns what the last command said as the one message of an
// observation, if it is at hand; otherwise nil. Shared, not to be modified.
func (s *State) Messages() []envs.Message {
	if s.said == nil {
		return nil
	}
	return s.said.messages[:]
}

// saying begins a hash for what a schema's command or description says.
func (s *State) saying(sc *schema, describes uint64, sp *speaker) digest {
	var d digest
	d.add(s.g.id)
	word := uint64(sc.index)<<1 | describes
	for i := range maxNamed { // always as many, so that no two words are the same
		word <<= 16
		if i < len(sc.named) {
			word |= uint64(sp.env[sc.named[i]])
		}
	}
	d.add(word)
	for _, slot := range sc.named {
		if t := s.touchOf(sp.env[slot]); t != 0 {
			d.add(uint64(slot))
			d.add(t)
		}
	}
	return d
}

// recall returns a text that is kept, nil if it is not. It looks for the reading
// of the present state at the same time, which will be asked for next: what is
// kept is far from the processor, and it can wait for both at once.
func (s *State) recall(h digest) *said {
	m := s.g.rules.said[h[0]%cachedTexts].Load()
	if s.reading == nil {
		at, slot := s.slot()
		if r := slot.Load(); r != nil && r.hash == at {
			s.reading = r
		}
	}
	if m == nil || m.hash != h {
		return nil
	}
	return m
}

// keep returns what the speaker said, and keeps it if it depends on no other
// facts.
func (sp *speaker) keep(h digest, text string) *said {
	short := len(text) < 1<<16
	m := &said{hash: h, tells: short && sp.told >= 0, told: uint16(max(sp.told, 0)), from: uint16(sp.toldFrom), to: uint16(sp.toldTo)}
	m.messages[0] = envs.Message{Role: "user", Content: text}
	if !sp.strays && short {
		sp.g.rules.said[h[0]%cachedTexts].Store(m)
	}
	return m
}

// watch notes whether the fact is about none of the things that the text names,
// so that changes of it are not noted with them.
func (sp *speaker) watch(fact []uint16) {
	for _, e := range fact {
		for _, slot := range sp.schema.named {
			if sp.env[slot] == e && sp.g.describable(e) {
				return
			}
		}
	}
	sp.strays = true
}

// meet notes whether a thing that a text looks for may be one that the action is
// about and the text does not name: queries leave those out.
func (sp *speaker) meet(e uint16) {
	for _, t := range sp.schema.unnamed {
		if sp.g.rules.types.has(t, sp.g.types[e]) {
			sp.strays = true
		}
	}
}
