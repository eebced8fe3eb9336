package traces

import (
	"math/bits"
	"slices"

	"github.com/zeebo/xxh3"
)

// interner gives equal strings equal small numbers, in order of appearance.
// Hashes only find candidates; strings are compared byte by byte.
type interner struct {
	slots []slot // open addressing, a power of two long; id is the number + 1
	texts []string
	sums  []uint64 // scratch: sketches of the strings of a rollout
}

type slot struct {
	hash uint64
	id   int32
}

// reset forgets all strings and makes room for some n of them before the table
// grows. Unless recycle is set the list of texts is left to the last graph.
func (in *interner) reset(n int, recycle bool) {
	if size := tableSize(n); size > len(in.slots) {
		in.slots = make([]slot, size)
	} else {
		clear(in.slots)
	}
	if recycle {
		in.texts = slices.Grow(in.texts[:0], n)
	} else {
		in.texts = make([]string, 0, n)
	}
}

// tableSize returns the length of a table that is at most half full with n
// entries.
func tableSize(n int) int {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return size
}

// room returns memory for the sketches of n strings, until the next call. To
// take the sketches of many strings first, and to look them up then, lets the
// processor wait for many texts at once.
func (in *interner) room(n int) []uint64 {
	in.sums = slices.Grow(in.sums[:0], n)[:n]
	return in.sums
}

// number writes the numbers of some strings to ids.
func (in *interner) number(ids []int32, texts []string) {
	sums := in.room(len(texts))
	for k, s := range texts {
		sums[k] = sketch(s)
	}
	for k, s := range texts {
		ids[k] = in.find(s, sums[k])
	}
}

// id returns the number of s.
func (in *interner) id(s string) int32 { return in.find(s, sketch(s)) }

// sketch hashes the length of s and eight bytes of every cache line of it, its
// last ones included. That is a fraction of what a hash of all bytes costs, and
// fetches the text for the comparison with the one in the table, which reads
// all of it anyway.
func sketch(s string) uint64 {
	n := len(s)
	h := uint64(n)
	if n < 8 {
		for i := range n {
			h = h<<8 | uint64(s[i])
		}
		return fold(h)
	}
	for i := 0; i < n-8; i += 64 {
		h = fold(h ^ word(s, i))
	}
	return fold(h ^ word(s, n-8))
}

// fold mixes all bits of h: both halves of its product with 2^64 / golden ratio.
func fold(h uint64) uint64 {
	hi, lo := bits.Mul64(h, 0x9e3779b97f4a7c15)
	return hi ^ lo
}

// word reads eight bytes of s from i on.
func word(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// find returns the number of s, whose sketch is h: a new one if s is new. Of
// texts that differ but not in their sketches the first has its place by the
// sketch, the others theirs by the hash of all their bytes.
func (in *interner) find(s string, h uint64) int32 {
	sketched := true
	mask := uint64(len(in.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch e := &in.slots[i]; {
		case e.id == 0:
			return in.add(e, s, h)
		case e.hash != h:
		case in.texts[e.id-1] == s:
			return e.id - 1
		case sketched:
			sketched, h = false, xxh3.HashString(s)
			i = h - 1 // the loop goes on at h
		}
	}
}

// add gives s the next number, in the empty place e.
func (in *interner) add(e *slot, s string, h uint64) int32 {
	in.texts = append(in.texts, s)
	*e = slot{h, int32(len(in.texts))}
	if 2*len(in.texts) > len(in.slots) {
		in.grow()
	}
	return int32(len(in.texts)) - 1
}

func (in *interner) grow() {
	old := in.slots
	in.slots = make([]slot, 2*len(old))
	mask := uint64(len(in.slots) - 1)
	for _, e := range old {
		if e.id == 0 {
			continue
		}
		i := e.hash & mask
		for in.slots[i].id != 0 {
			i = (i + 1) & mask
		}
		in.slots[i] = e
	}
}

// pairs gives equal pairs of numbers equal small numbers, in order of
// appearance. The key is the pair itself, so no two pairs can be confused.
type pairs struct {
	slots []pairSlot
	n     int32
}

type pairSlot struct {
	a, b int32
	id   int32 // number + 1; 0 marks an empty place
}

// newPairs returns a table for at most n pairs. It does not grow.
func newPairs(n int) pairs { return pairs{slots: make([]pairSlot, tableSize(n))} }

// reset forgets all pairs and makes room for at most n.
func (p *pairs) reset(n int) {
	if size := tableSize(n); size > len(p.slots) {
		p.slots = make([]pairSlot, size)
	} else {
		clear(p.slots)
	}
	p.n = 0
}

// id returns the number of the pair (a, b), a new one if it has not been seen.
func (p *pairs) id(a, b int32) int32 {
	h := (uint64(uint32(a))<<32 | uint64(uint32(b))) * 0x9e3779b97f4a7c15 // 2^64 / golden ratio
	mask := uint64(len(p.slots) - 1)
	for i := h >> 32 & mask; ; i = (i + 1) & mask {
		e := &p.slots[i]
		if e.id == 0 {
			p.n++
			*e = pairSlot{a, b, p.n}
			return p.n - 1
		}
		if e.a == a && e.b == b {
			return e.id - 1
		}
	}
}
