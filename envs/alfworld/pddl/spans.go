package pddl

import (
	"bytes"

	"github.com/zeebo/xxh3"
)

// spans is a set of pieces of one text, numbered in the order in which they
// were added.
type spans struct {
	slots []slot // open addressing; a power of two
	all   []span
}

type slot struct {
	hash uint32
	next int32 // number of the piece plus one; 0 for none
}

type span struct{ at, end int32 }

// reset empties the set and keeps its memory.
func (s *spans) reset() {
	if s.slots == nil {
		s.slots = make([]slot, 1024)
	}
	clear(s.slots)
	s.all = s.all[:0]
}

// find returns the number of a piece that is equal to buf[at:end], or -1, and
// the hash to add it with.
func (s *spans) find(buf []byte, at, end int) (number int, hash uint32) {
	hash = uint32(xxh3.Hash(buf[at:end]))
	mask := uint32(len(s.slots) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		e := s.slots[i]
		if e.next == 0 {
			return -1, hash
		}
		if e.hash == hash {
			o := s.all[e.next-1]
			if bytes.Equal(buf[o.at:o.end], buf[at:end]) {
				return int(e.next - 1), hash
			}
		}
	}
}

// add puts a piece that was not found into the set and returns its number.
func (s *spans) add(at, end int, hash uint32) int {
	s.all = append(s.all, span{int32(at), int32(end)})
	if 2*len(s.all) > len(s.slots) {
		old := s.slots
		s.slots = make([]slot, 2*len(old))
		for _, e := range old {
			if e.next != 0 {
				s.put(e)
			}
		}
	}
	s.put(slot{hash, int32(len(s.all))})
	return len(s.all) - 1
}

func (s *spans) put(e slot) {
	mask := uint32(len(s.slots) - 1)
	i := e.hash & mask
	for s.slots[i].next != 0 {
		i = (i + 1) & mask
	}
	s.slots[i] = e
}
