package webshop

import "sync/atomic"

// memoSize is the number of affinities that a catalogue remembers, a power of
// two. Each takes 8 bytes.
const memoSize = 1 << 15

// memo remembers affinities by goal kind and product. A slot holds both and the
// numbers in one word, so that it is read and written whole; pairs that share a
// slot take it from each other.
//
//	bit  63     used
//	bits 39-62  kind of the goal
//	bits 15-38  product
//	bit  14     category
//	bits 8-13   attributes
//	bits 0-7    nouns
type memo [memoSize]atomic.Uint64

// memoWord packs an affinity; ok is false if something is too great for it.
func memoWord(kind, product int, f affinity) (word uint64, ok bool) {
	if kind >= 1<<24 || product >= 1<<24 || f.attributes >= 1<<6 || f.nouns >= 1<<8 {
		return 0, false
	}
	word = 1<<63 | uint64(kind)<<39 | uint64(product)<<15 | uint64(f.attributes)<<8 | uint64(f.nouns)
	if f.category {
		word |= 1 << 14
	}
	return word, true
}

// slot is where the pair is remembered.
func (m *memo) slot(kind, product int) *atomic.Uint64 {
	h := (uint64(kind)<<24 | uint64(product)) * 0x9e3779b97f4a7c15
	return &m[h>>(64-15)]
}

// affinityOf returns the affinity of g and p, from memory if both belong to the
// catalogue and it was measured lately.
func (c *Catalog) affinityOf(g *Goal, p *Product) affinity {
	kind, product := c.kindOf(g), c.placeOf(p)
	if kind < 0 || product < 0 || kind >= 1<<24 || product >= 1<<24 {
		return measure(g, p)
	}
	slot := c.memo.slot(kind, product)
	if w := slot.Load(); w>>15 == 1<<48|uint64(kind)<<24|uint64(product) {
		return affinity{attributes: int(w >> 8 & 63), nouns: int(w & 255), category: w>>14&1 != 0}
	}
	f := measure(g, p)
	if w, ok := memoWord(kind, product, f); ok {
		slot.Store(w)
	}
	return f
}

// kindOf numbers the goals of the catalogue so that goals of one number have
// the same product and attributes: by product, or by goal if people wrote them.
// It is -1 for any other goal.
func (c *Catalog) kindOf(g *Goal) int {
	if g.Index < 0 || g.Index >= c.NumGoals() || c.Goal(g.Index) != g {
		return -1
	}
	if g.Human {
		return g.Index
	}
	return int(c.goalProduct(g.Index))
}

// placeOf returns the place of a product of the catalogue, or -1.
func (c *Catalog) placeOf(p *Product) int {
	if i, ok := c.ByASIN(p.ASIN); ok && c.Product(i) == p {
		return i
	}
	return -1
}
