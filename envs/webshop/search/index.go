package search

import (
	"fmt"
	"sync"

	"github.com/zeebo/xxh3"
)

// Index answers queries over a fixed set of documents. It is safe for
// concurrent use. An Index that [Open] returned holds its file until Close.
type Index struct {
	h       *header
	inv     [256]float32 // by length code
	order   []int32      // document by rank
	lengths []byte       // length code by rank, whole chunks
	lows    []uint16     // by posting
	counts  []byte       // by posting
	large   []largeRecord
	names   []uint32
	text    []byte
	buckets []uint32
	terms   []termRecord
	runs    []runRecord
	label   string

	shortest, longest byte // the length codes that occur lie between these

	// scores has, for a small index, the score of each posting in a query
	// that has its term once; nil for a large one.
	scores []float32

	scratch sync.Pool    // of *Scratch
	release func() error // gives back the bytes; nil if they are the garbage collector's
}

// smallPostings is the largest number of postings for which an index keeps
// their scores, at four bytes each.
const smallPostings = 1 << 20

// Len returns the number of documents.
func (ix *Index) Len() int { return int(ix.h.docs) }

// Terms returns the number of distinct terms.
func (ix *Index) Terms() int { return int(ix.h.terms) }

// MeanLength returns the mean number of terms of the documents that have any,
// as the scores see it (avgdl); NaN if none has.
func (ix *Index) MeanLength() float32 { return ix.h.avgdl() }

// Label returns the Builder's label.
func (ix *Index) Label() string { return ix.label }

// Close gives back the file. The index must not be in use, and is of no use any
// more. Closing an index that Build returned, or closing twice, does nothing.
func (ix *Index) Close() error {
	release := ix.release
	ix.release = nil
	if release == nil {
		return nil
	}
	return release()
}

// parse returns the index that is encoded in p and keeps p. It checks all that
// a search relies on to stay within its bounds.
func parse(p []byte) (*Index, error) {
	h, err := decodeHeader(p[:min(len(p), headerBytes)], uint64(len(p)))
	if err != nil {
		return nil, err
	}
	part := func(i int) []byte {
		s := h.sections[i]
		return p[s.offset : s.offset+s.size : s.offset+s.size]
	}
	for i := range h.sections {
		if xxh3.Hash(part(i)) != h.sections[i].sum {
			return nil, fmt.Errorf("%w: the checksum of section %d does not match: the file is damaged, build it anew", ErrFormat, i)
		}
	}
	ix := &Index{
		h: h, inv: inverses(h.avgdl()), lengths: part(secLengths), counts: part(secCounts), text: part(secText),
		order: view[int32](part(secOrder)), lows: view[uint16](part(secLows)), large: view[largeRecord](part(secLarge)),
		names: view[uint32](part(secNames)), buckets: view[uint32](part(secBuckets)),
		terms: view[termRecord](part(secTerms)), runs: view[runRecord](part(secRuns)), label: string(part(secLabel)),
	}
	if err := ix.check(); err != nil {
		return nil, err
	}
	ix.shortest, ix.longest = 255, 0
	for _, code := range ix.lengths[:h.docs] {
		ix.shortest, ix.longest = min(ix.shortest, code), max(ix.longest, code)
	}
	if h.docs <= chunkDocs && h.postings <= smallPostings {
		if err := ix.precompute(); err != nil {
			return nil, err
		}
	}
	return ix, nil
}

// check reports references that lead out of their section.
func (ix *Index) check() error {
	for rank, doc := range ix.order {
		if uint32(doc) >= ix.h.docs {
			return fmt.Errorf("%w: rank %d is document %d of %d", ErrFormat, rank, doc, ix.h.docs)
		}
	}
	before := uint32(0)
	for i, at := range ix.names {
		if at < before || uint64(at) > uint64(len(ix.text)) {
			return fmt.Errorf("%w: term %d begins at byte %d of %d", ErrFormat, i, at, len(ix.text))
		}
		before = at
	}
	for i, id := range ix.buckets {
		if id > ix.h.terms {
			return fmt.Errorf("%w: bucket %d has term %d of %d", ErrFormat, i, id, ix.h.terms)
		}
	}
	before = 0
	for i := range ix.terms {
		t := &ix.terms[i]
		if t.Run < before || t.Run > ix.h.runs {
			return fmt.Errorf("%w: the runs of term %d begin at %d of %d", ErrFormat, i, t.Run, ix.h.runs)
		}
		before = t.Run
	}
	for i := range ix.runs {
		r := &ix.runs[i]
		if uint64(r.Chunk) >= ix.h.chunks() || uint64(r.Start)+uint64(r.Last) >= ix.h.postings {
			return fmt.Errorf("%w: run %d has %d postings from %d on, in chunk %d", ErrFormat, i, int(r.Last)+1, r.Start, r.Chunk)
		}
	}
	return nil
}

// precompute fills in ix.scores of an index of one chunk.
func (ix *Index) precompute() error {
	for p, low := range ix.lows {
		if uint32(low) >= ix.h.docs {
			return fmt.Errorf("%w: posting %d is document %d of %d", ErrFormat, p, low, ix.h.docs)
		}
	}
	ix.scores = make([]float32, ix.h.postings)
	for t := range ix.h.terms {
		w := ix.terms[t].IDF
		for _, r := range ix.termRuns(t) {
			for p := r.Start; p <= r.Start+uint32(r.Last); p++ {
				ix.scores[p] = score(w, ix.saturation(p, 0))
			}
		}
	}
	return nil
}

// saturation returns 1 + tf · inv(dl) of a posting in the chunk that begins at
// rank base.
func (ix *Index) saturation(p, base uint32) float32 {
	return saturation(ix.count(p), ix.inv[ix.lengths[base+uint32(ix.lows[p])]])
}

// count returns the term frequency of a posting.
func (ix *Index) count(p uint32) uint32 {
	c := ix.counts[p]
	if c < largeCount {
		return uint32(c)
	}
	lo, hi := 0, len(ix.large)
	for lo < hi {
		if m := int(uint(lo+hi) >> 1); ix.large[m].Posting < p {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo < len(ix.large) && ix.large[lo].Posting == p {
		return ix.large[lo].Count
	}
	return largeCount
}

// termRuns returns the runs of a term in the order of chunks.
func (ix *Index) termRuns(t uint32) []runRecord {
	return ix.runs[ix.terms[t].Run:ix.terms[t+1].Run]
}

// frequency returns how many postings the runs have.
func (ix *Index) frequency(runs []runRecord) int {
	first, last := &runs[0], &runs[len(runs)-1]
	return int(last.Start) + int(last.Last) + 1 - int(first.Start)
}

// find returns the number of a term, or false if no document has it.
func (ix *Index) find(term []byte) (uint32, bool) {
	mask := uint32(len(ix.buckets) - 1)
	i := uint32(xxh3.Hash(term)) & mask
	for range ix.buckets { // a sound table ends at an empty bucket
		b := ix.buckets[i]
		if b == 0 {
			break
		}
		if string(ix.text[ix.names[b-1]:ix.names[b]]) == string(term) {
			return b - 1, true
		}
		i = (i + 1) & mask
	}
	return 0, false
}
