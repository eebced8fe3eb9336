package engine

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/zeebo/xxh3"
)

// snapshotVersion is the first byte of a state in bytes.
const snapshotVersion = 1

// errSnapshot is the cause of what Unmarshal refuses.
var errSnapshot = errors.New("not a state of this game")

// MarshalBinary returns the state for Game.Unmarshal, a few hundred bytes: the
// version (1), the game's fingerprint (8), the words of the bits (8 each), and a
// hash of all that (8), in big-endian order.
func (s *State) MarshalBinary() ([]byte, error) {
	b := make([]byte, 0, 17+8*len(s.bits))
	b = append(b, snapshotVersion)
	b = binary.BigEndian.AppendUint64(b, s.g.fingerprint())
	for _, w := range s.bits {
		b = binary.BigEndian.AppendUint64(b, w)
	}
	return binary.BigEndian.AppendUint64(b, xxh3.Hash(b)), nil
}

// Unmarshal restores a state of this game from what MarshalBinary returned. The
// same problem loaded again, under the same rules and numbers, is the same game.
// Bytes that were changed, or come from another game, are an error.
func (g *Game) Unmarshal(b []byte) (*State, error) {
	n := len(g.start.bits)
	switch {
	case len(b) != 17+8*n:
		return nil, fmt.Errorf("engine: restore: %w: it has %d bytes instead of %d", errSnapshot, len(b), 17+8*n)
	case b[0] != snapshotVersion:
		return nil, fmt.Errorf("engine: restore: version %d is not known here (%d is)", b[0], snapshotVersion)
	case binary.BigEndian.Uint64(b[len(b)-8:]) != xxh3.Hash(b[:len(b)-8]):
		return nil, fmt.Errorf("engine: restore: %w: it is damaged", errSnapshot)
	case binary.BigEndian.Uint64(b[1:]) != g.fingerprint():
		return nil, fmt.Errorf("engine: restore: %w but of another one", errSnapshot)
	}
	s := g.Start()
	for i := range s.bits {
		s.bits[i] = binary.BigEndian.Uint64(b[9+8*i:])
	}
	if !s.sound() {
		return nil, fmt.Errorf("engine: restore: %w: it is none that can be", errSnapshot)
	}
	s.rehash()
	s.forget()
	s.won, _ = s.holds(g.goals.code)
	return s, nil
}

// sound reports whether the bits can be those of a state, and sets its place.
func (s *State) sound() bool {
	g := s.g
	half := (g.facts + 63) / 64
	if spare(s.bits[:half], g.facts) || spare(s.bits[half:], g.denied) {
		return false
	}
	for f := range g.denied {
		if s.is(f) && s.denies(f) {
			return false
		}
	}
	if g.places.first < 0 {
		return true
	}
	places := 0
	for i := range g.places.n {
		if s.is(g.places.first + i) {
			s.place = int32(i)
			places++
		}
	}
	return places == 1
}

// spare reports whether bits from n on are set.
func spare(words []uint64, n int) bool {
	return n%64 != 0 && words[len(words)-1]>>(n%64) != 0
}

// rehash computes the hash anew.
func (s *State) rehash() {
	s.hash, s.touches = [2]uint64{}, nil
	half := (s.g.facts + 63) &^ 63
	for i, w := range s.bits {
		for ; w != 0; w &= w - 1 {
			if b := i*64 + bits.TrailingZeros64(w); b < s.g.live || b >= half {
				x, y := mix(b)
				s.hash[0] ^= x
				s.hash[1] ^= y
			}
		}
		for w = s.bits[i] ^ s.g.start.bits[i]; w != 0; w &= w - 1 {
			if b := i*64 + bits.TrailingZeros64(w); b < s.g.live || b >= half {
				x, _ := mix(b)
				s.touch(b, x)
			}
		}
	}
}

// fingerprint tells games apart that are not the same: it covers entities and
// their names, facts, ops and commands. Never 0.
func (g *Game) fingerprint() uint64 {
	if p := g.print.Load(); p != 0 {
		return p
	}
	h := xxh3.New()
	words := func(list []uint16) {
		b := binary.BigEndian.AppendUint64(nil, uint64(len(list)))
		for _, w := range list {
			b = binary.BigEndian.AppendUint16(b, w)
		}
		_, _ = h.Write(b) // a hash takes everything
	}
	text := func(s string) {
		_, _ = h.WriteString(s)
		_, _ = h.Write([]byte{0})
	}
	for _, e := range g.entities {
		text(e.id)
		text(e.name.text)
	}
	for p, rel := range g.rels {
		text(g.rules.predicates[p].name)
		words([]uint16{uint16(rel.n)})
		words(rel.args)
	}
	words(g.code)
	for _, c := range g.commands {
		text(c.text)
	}
	for _, w := range append(g.start.bits, uint64(g.facts), uint64(g.live), uint64(g.denied)) {
		_, _ = h.Write(binary.BigEndian.AppendUint64(nil, w))
	}
	for _, w := range g.goals.code {
		_, _ = h.Write(binary.BigEndian.AppendUint32(nil, w))
	}
	p := max(h.Sum64(), 1)
	g.print.Store(p)
	return p
}
