package search

import (
	"math/bits"
	"slices"
)

// searchSmall scores every document that has a term of the query and fills
// s.top with the best. In an index of a few thousand documents that takes a few
// microseconds.
func (ix *Index) searchSmall(s *Scratch) {
	acc := s.accumulator(len(ix.order))
	bound := float32(0) // of the scores
	for i := range s.terms {
		t := &s.terms[i]
		bound += t.w
		for _, r := range ix.termRuns(t.id) {
			ix.accumulate(acc, t, r)
		}
	}
	s.tally.best(acc, bound, &s.top)
	clear(acc)
}

// accumulator returns n zeros, to be zero again afterwards.
func (s *Scratch) accumulator(n int) []float64 {
	if len(s.acc) < n {
		s.acc = slices.Grow(s.acc, n)[:n]
	}
	return s.acc[:n]
}

// accumulate adds the scores of a run.
func (ix *Index) accumulate(acc []float64, t *queryTerm, r runRecord) {
	end := r.Start + uint32(r.Last) + 1
	lows, scores := ix.lows[r.Start:end], ix.scores[r.Start:end]
	switch {
	case t.boost == 1:
		for i, d := range lows {
			acc[d] += float64(scores[i])
		}
	case bits.OnesCount32(t.boost) == 1: // scaling by a power of two is exact
		boost := float32(t.boost)
		for i, d := range lows {
			acc[d] += float64(boost * scores[i])
		}
	default:
		for i, d := range lows {
			acc[d] += float64(score(t.w, ix.saturation(r.Start+uint32(i), 0)))
		}
	}
}

// tally sorts scores into buckets of equal width, to find the best without
// comparing all of them.
type tally [1024]uint32

// best puts the top.k best of the documents with a positive sum into top, best
// first. No score exceeds bound.
func (t *tally) best(acc []float64, bound float32, top *topK) {
	clear(t[:])
	scale := float32(len(t)-1) / bound
	for _, sum := range acc {
		t[bucketOf(float32(sum)*scale)]++
	}
	// The lowest bucket that is needed, and where each begins in the output.
	bucket, n, widest := len(t), uint32(0), uint32(0)
	for bucket > 0 && n < uint32(top.k) {
		bucket--
		count := t[bucket]
		t[bucket] = n
		n += count
		widest = max(widest, count)
	}
	top.keys = slices.Grow(top.keys[:0], int(n))[:n]
	n = 0
	limit := float32(bucket) // a scaled score of this or more is in a bucket that is needed
	for rank, sum := range acc {
		if x := float32(sum) * scale; x >= limit && x > 0 {
			at := &t[bucketOf(x)]
			top.keys[*at] = makeKey(float32(sum), uint32(rank))
			*at++
			n++
		}
	}
	top.keys = top.keys[:n] // without those that have no term, at the end of bucket 0
	if widest > 32 {
		slices.Sort(top.keys)
		slices.Reverse(top.keys)
	} else {
		sortAlmost(top.keys)
	}
	top.keys = top.keys[:min(top.k, len(top.keys))]
}

// bucketOf returns the bucket of a scaled score.
func bucketOf(x float32) uint32 { return min(uint32(int32(x)), uint32(len(tally{})-1)) }

// sortAlmost sorts keys that are nearly in order, largest first.
func sortAlmost(keys []uint64) {
	for i := 1; i < len(keys); i++ {
		key, j := keys[i], i
		for ; j > 0 && keys[j-1] < key; j-- {
			keys[j] = keys[j-1]
		}
		keys[j] = key
	}
}
