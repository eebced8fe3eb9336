package engine

import (
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// refusal answers what is no admissible command.
const refusal = "Nothing happens."

// State is a game being played, for one goroutine at a time.
type State struct {
	g     *Game
	bits  []uint64 // of fluents, then of not_p
	hash  [2]uint64
	place int32 // group
	won   bool

	reading *reading // what can be done, nil if not known
	buf     []byte   // for texts

	said    *said     // what the last command said, nil if it is not at hand
	touches []touched // in what the facts about entities differ from the start

	told    string // what describing entity telling-1 says
	telling int32  // 0: nothing is known
}

// begin makes the start.
func (l *loader) begin() {
	g := l.g
	g.start = State{g: g, bits: make([]uint64, (g.facts+63)/64+(g.denied+63)/64)}
	s := &g.start
	for _, p := range g.order {
		rel := g.rels[p]
		if rel.arity == 0 {
			if l.count[p] > 0 {
				s.set(rel.first)
			}
			continue
		}
		for f := range slices.Chunk(l.raw[p], rel.arity) {
			s.set(rel.first + rel.find(f))
		}
	}
}

// finish completes the game.
func (l *loader) finish() {
	g := l.g
	g.goals.mask = make([]uint64, (g.facts+63)/64)
	codeFacts(g.goals.code, func(f int) { g.goals.mask[f/64] |= 1 << (f % 64) })
	g.start.won, _ = g.start.holds(g.goals.code)
	for i := range g.places.n {
		if g.places.first >= 0 && g.start.is(g.places.first+i) {
			g.start.place = int32(i)
		}
	}
	for _, p := range g.order {
		g.spans = append(g.spans, span{g.rels[p].n, g.rels[p].arity, g.rels[p].args})
	}
	g.mixed()
	g.shrink()
	if !l.strangers {
		g.entities, g.types = g.entities[:g.known:g.known], slices.Clone(g.types[:g.known])
	}
}

// Start returns the state at the start.
func (g *Game) Start() *State { return g.start.Clone() }

// Clone returns an independent copy.
func (s *State) Clone() *State {
	c := *s
	c.bits = slices.Clone(s.bits)
	c.buf = nil
	c.touches = slices.Clone(s.touches)
	return &c
}

// Game returns the game that is played.
func (s *State) Game() *Game { return s.g }

// Won reports whether the goal holds.
func (s *State) Won() bool { return s.won }

// Key returns a short printable name of the true state: of all facts that
// something reads, with those that the grammar knows as deleted. Equal for equal
// states of one game and, but for a chance of 2^-128, for no others.
func (s *State) Key() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], s.hash[0])
	binary.BigEndian.PutUint64(b[8:], s.hash[1])
	var out [32]byte
	hex.Encode(out[:], b[:])
	return string(out[:])
}

// is reports whether a fluent is true.
func (s *State) is(f int) bool { return s.bits[f>>6]>>(f&63)&1 == 1 }

// meets reports whether a condition of an op holds.
func (s *State) meets(c uint16) bool { return uint16(s.bits[c>>7]>>(c>>1&63)&1) != c&1 }

// denies reports whether the grammar knows a fluent as deleted.
func (s *State) denies(f int) bool {
	if f >= s.g.denied {
		return false
	}
	f += (s.g.facts + 63) &^ 63
	return s.is(f)
}

// mix returns the hash of one bit of a state (splitmix64, two streams).
func mix(i int) (a, b uint64) {
	a = uint64(i+1) * 0x9e3779b97f4a7c15
	b = a + 0x6a09e667f3bcc909
	a = (a ^ a>>30) * 0xbf58476d1ce4e5b9
	a = (a ^ a>>27) * 0x94d049bb133111eb
	b = (b ^ b>>30) * 0xbf58476d1ce4e5b9
	b = (b ^ b>>27) * 0x94d049bb133111eb
	return a ^ a>>31, b ^ b>>31
}

// flip flips a bit.
func (s *State) flip(i int) {
	s.bits[i>>6] ^= 1 << (i & 63)
	a, b := mix(i)
	s.hash[0] ^= a
	s.hash[1] ^= b
	s.touch(i, a)
}

// set makes a fluent true.
func (s *State) set(f int) {
	if f >= s.g.live {
		s.bits[f>>6] |= 1 << (f & 63)
		return
	}
	if !s.is(f) {
		s.flip(f)
		s.forget()
		if f -= s.g.places.first; f >= 0 && f < s.g.places.n {
			s.place = int32(f)
		}
		f += s.g.places.first
	}
	if s.denies(f) {
		s.flip(f + (s.g.facts+63)&^63)
		s.forget()
	}
}

// unset makes a fluent false.
func (s *State) unset(f int) {
	if f >= s.g.live {
		s.bits[f>>6] &^= 1 << (f & 63)
		return
	}
	if s.is(f) {
		s.flip(f)
		s.forget()
	}
	if f < s.g.denied && !s.denies(f) {
		s.flip(f + (s.g.facts+63)&^63)
		s.forget()
	}
}

// forget forgets what depends on fluents.
func (s *State) forget() {
	s.reading = nil
	s.telling = 0
}

// holds evaluates the condition that code begins with and returns what follows.
func (s *State) holds(code []uint32) (ok bool, rest []uint32) {
	w := code[0]
	if w < tagAnd {
		return s.meets(uint16(w)), code[1:]
	}
	and := w < tagOr
	body, rest := code[1:1+w&tagSize], code[1+w&tagSize:]
	for len(body) > 0 {
		if ok, body = s.holds(body); ok != and {
			return !and, rest
		}
	}
	return and, rest
}

// possible reports whether an op can be done.
func (s *State) possible(op uint32) bool {
	for _, c := range s.g.conditions(op) {
		if !s.meets(c) {
			return false
		}
	}
	if x := s.g.extra(op); x != nil && x.condition != nil {
		ok, _ := s.holds(x.condition)
		return ok
	}
	return true
}

// apply does an op.
func (s *State) apply(op uint32) {
	x := s.g.extra(op)
	if x != nil && x.effects != nil {
		s.applyExtra(op, x)
	} else {
		for _, e := range s.g.effects(op) {
			s.put(e)
		}
	}
	touched := false
	for _, e := range s.g.effects(op) {
		touched = touched || s.g.goals.mask[e>>7]>>(e>>1&63)&1 == 1
	}
	if touched || x != nil {
		s.won, _ = s.holds(s.g.goals.code)
	}
}

// put does an effect.
func (s *State) put(e uint16) {
	if e&1 == 1 {
		s.unset(int(e >> 1))
	} else {
		s.set(int(e >> 1))
	}
}

// applyExtra does the effects of an op of which some have conditions: those hold
// or not before the op. Additions win over deletions.
func (s *State) applyExtra(op uint32, x *extra) {
	fired := slices.Clone(s.g.effects(op))
	for _, c := range x.effects {
		if ok, _ := s.holds(c.condition); ok {
			fired = append(fired, c.effect)
		}
	}
	for _, e := range fired {
		if e&1 == 1 {
			s.put(e)
		}
	}
	for _, e := range fired {
		if e&1 == 0 {
			s.put(e)
		}
	}
}

// opOf returns the op that a command stands for now.
func (s *State) opOf(c Command) (op uint32, ok bool) {
	if c < 0 || int(c) >= len(s.g.commands) {
		return 0, false
	}
	for op = s.g.firstOp[c]; op < s.g.firstOp[c+1]; op = s.g.after(op) {
		if s.possible(op) {
			return op, true
		}
	}
	return 0, false
}

// Step does the command with this text, without white space around it. ok is
// false if no admissible command has it; the feedback is then "Nothing
// happens." and the state the same.
func (s *State) Step(text string) (feedback string, ok bool) {
	_, feedback, ok = s.Act(text)
	return feedback, ok
}

// Act is Step that also tells which command was meant. Of a text that is no
// command of the game c is -1.
func (s *State) Act(text string) (c Command, feedback string, ok bool) {
	if c, ok = s.g.lookup(trim(text)); !ok {
		return -1, refusal, false
	}
	op, ok := s.opOf(c)
	if !ok {
		return c, refusal, false
	}
	s.apply(op)
	return c, s.feedback(op), true
}

// Do does an admissible command and returns the feedback. Another command is
// answered by "Nothing happens.".
func (s *State) Do(c Command) string {
	op, ok := s.opOf(c)
	if !ok {
		return refusal
	}
	s.apply(op)
	return s.feedback(op)
}

// Try does the command if it is admissible, without a text.
func (s *State) Try(c Command) bool {
	op, ok := s.opOf(c)
	if ok {
		s.apply(op)
	}
	return ok
}

// Allowed reports whether c is admissible now.
func (s *State) Allowed(c Command) bool {
	_, ok := s.opOf(c)
	return ok
}

// trim drops white space around a text, as Python's strip does.
func trim(s string) string {
	if n := len(s); n > 0 && s[0] > ' ' && s[0] < 0x80 && s[n-1] > ' ' && s[n-1] < 0x80 {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f })
}
