package traces

import (
	"slices"

	"github.com/zeebo/xxh3"
)

// interner gives equal strings equal small numbers, in order of appearance.
// The hash only finds candidates; strings are compared byte by byte.
type interner struct {
	slots []slot // open addressing, a power of two long; id is the number + 1
	texts []string
	keys  []string // the strings of the call that is running
	sums  []uint64 // their hashes
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

// number writes the numbers of the strings in in.keys to ids. All hashes are
// computed first: the loop over independent strings lets the processor fetch
// several of them at a time, and reading them is most of the work.
func (in *interner) number(ids []int32) {
	if cap(in.sums) < len(in.keys) {
		in.sums = make([]uint64, len(in.keys))
	}
	sums := in.sums[:len(in.keys)]
	for k, s := range in.keys {
		sums[k] = xxh3.HashString(s)
	}
	for k, s := range in.keys {
		ids[k] = in.find(s, sums[k])
	}
}

// id returns the number of s.
func (in *interner) id(s string) int32 { return in.find(s, xxh3.HashString(s)) }

// find returns the number of s, whose hash is h: a new one if s is new.
func (in *interner) find(s string, h uint64) int32 {
	mask := uint64(len(in.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch e := &in.slots[i]; {
		case e.id == 0:
			in.texts = append(in.texts, s)
			*e = slot{h, int32(len(in.texts))}
			if 2*len(in.texts) > len(in.slots) {
				in.grow()
			}
			return int32(len(in.texts)) - 1
		case e.hash == h && in.texts[e.id-1] == s:
			return e.id - 1
		}
	}
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
