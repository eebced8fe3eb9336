package search

import "github.com/zeebo/xxh3"

// dict numbers terms in the order in which they are first seen.
type dict struct {
	text    []byte
	names   []uint32 // where each term begins in text, and the end of the last
	buckets []uint32 // 1 + term, 0 if empty; a power of two of them
}

func newDict() *dict {
	return &dict{names: []uint32{0}, buckets: make([]uint32, 1024)}
}

// len returns the number of terms.
func (d *dict) len() int { return len(d.names) - 1 }

// name returns a term's bytes, which belong to d.
func (d *dict) name(term uint32) []byte { return d.text[d.names[term]:d.names[term+1]] }

// intern returns the number of term, adding it if it is new.
func (d *dict) intern(term []byte) uint32 {
	mask := uint32(len(d.buckets) - 1)
	i := uint32(xxh3.Hash(term)) & mask
	for ; d.buckets[i] != 0; i = (i + 1) & mask {
		if id := d.buckets[i] - 1; string(d.name(id)) == string(term) {
			return id
		}
	}
	id := uint32(d.len())
	d.text = append(d.text, term...)
	d.names = append(d.names, uint32(len(d.text)))
	d.buckets[i] = id + 1
	if 2*d.len() > len(d.buckets) {
		d.grow()
	}
	return id
}

// grow doubles the buckets.
func (d *dict) grow() {
	d.buckets = make([]uint32, 2*len(d.buckets))
	mask := uint32(len(d.buckets) - 1)
	for id := range uint32(d.len()) {
		i := uint32(xxh3.Hash(d.name(id))) & mask
		for d.buckets[i] != 0 {
			i = (i + 1) & mask
		}
		d.buckets[i] = id + 1
	}
}
