package search

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A large index is searched window by window, a window being a few thousand
// documents in a row. In each, the query's terms are divided by the score that
// a document must exceed to be among the best so far (Turtle and Flood's
// MaxScore): terms whose largest possible scores add up to no more than that
// cannot make a hit by themselves. The postings of the other terms are added up
// document by document; only where the sum could still exceed the mark are the
// frequent terms looked up, one after the other, the weightiest first.
//
// Scores are sums of float32 in float64. They come out the same in any order,
// see [orderFree]; where that is not so, nothing is left out and the
// terms are added in the order of the query.

const (
	windowShift = 13
	windowDocs  = 1 << windowShift // divides chunkDocs

	tableRows = 4    // frequencies that have their scores in a table
	tableFrom = 2048 // postings that make a table worth its while
)

// windowScratch is what searchLarge works with.
type windowScratch struct {
	lists  []list
	cands  []candidate
	tables []*scoreTable
}

// scoreTable holds a term's scores by frequency less one and length code.
type scoreTable [tableRows << 8]float32

// list is a query term's postings.
type list struct {
	w     float32
	bound float64 // no score in the current chunk is larger
	sum   float64 // of the bounds of the lists before this one
	runs  []runRecord
	table *scoreTable

	at, end uint32 // the postings of the current chunk that are not behind us
}

// candidate is a document of the current window that may be a hit.
type candidate struct {
	low uint16
	sum float64 // of the scores that are known
}

// searchLarge fills s.top with the best documents. It leaves out what it can if
// the scores' order is free.
func (ix *Index) searchLarge(s *Scratch, free bool) {
	lists := ix.openLists(s)
	for chunk := range ix.h.chunks() {
		ix.enterChunk(lists, uint16(chunk))
		if free {
			slices.SortFunc(lists, func(x, y list) int { return cmp.Compare(x.bound, y.bound) })
		}
		total := 0.0
		for i := range lists {
			lists[i].sum = total
			total += lists[i].bound
		}
		w := window{ix: ix, s: s, lists: lists, acc: (*[windowDocs]float64)(s.accumulator(windowDocs))}
		base := uint32(chunk) << chunkShift
		for start := uint32(0); start < chunkDocs && base+start < ix.h.docs; start += windowDocs {
			s.top.shrink()
			w.mark = s.top.floor()
			for free && w.first < len(lists) && lists[w.first].sum+lists[w.first].bound <= w.mark {
				w.first++
			}
			if w.first == len(lists) {
				break
			}
			w.search(base+start, start)
		}
	}
}

// orderFree reports whether the scores of the terms have the same sum in any
// order. The score of a term of weight w is a multiple of a power of two that is
// at least w/2^25: of the unit in the last place of w/x if that is at least w/2
// (the difference is exact then), else of that of the score, which is at least
// w/2. A sum of such numbers that is below 2^53 times the smallest of the units
// is exact at every step.
func orderFree(terms []queryTerm) bool {
	least, total := math.Inf(1), 0.0
	for i := range terms {
		least = min(least, float64(terms[i].w))
		total += float64(terms[i].w)
	}
	return total < least*(1<<28)
}

// openLists returns the lists of the query's terms, in its order.
func (ix *Index) openLists(s *Scratch) []list {
	ws := &s.wide
	ws.lists = ws.lists[:0]
	for i := range s.terms {
		t := &s.terms[i]
		l := list{w: t.w, runs: ix.termRuns(t.id)}
		if n := len(l.runs); n > 0 && ix.frequency(l.runs) >= tableFrom {
			l.table = ws.table(i)
			for row := range uint32(tableRows) {
				for code := uint32(ix.shortest); code <= uint32(ix.longest); code++ {
					l.table[row<<8|code] = score(t.w, saturation(row+1, ix.inv[code]))
				}
			}
		}
		ws.lists = append(ws.lists, l)
	}
	return ws.lists
}

// table returns the i-th table. They stay where they are as more are added.
func (ws *windowScratch) table(i int) *scoreTable {
	for len(ws.tables) <= i {
		ws.tables = append(ws.tables, nil)
	}
	if ws.tables[i] == nil {
		ws.tables[i] = new(scoreTable)
	}
	return ws.tables[i]
}

// enterChunk points the lists at their postings in the chunk.
func (ix *Index) enterChunk(lists []list, chunk uint16) {
	for i := range lists {
		l := &lists[i]
		l.at, l.end, l.bound = 0, 0, 0
		for len(l.runs) > 0 && l.runs[0].Chunk < chunk {
			l.runs = l.runs[1:]
		}
		if len(l.runs) > 0 && l.runs[0].Chunk == chunk {
			r := l.runs[0]
			l.at, l.end, l.bound = r.Start, r.Start+uint32(r.Last)+1, float64(score(l.w, r.Top))
		}
	}
}

// window searches the windows of one chunk.
type window struct {
	ix    *Index
	s     *Scratch
	lists []list               // by bound, if their order is free
	first int                  // the first of them that can lead to a hit by itself
	mark  float64              // a hit has a score above this one
	acc   *[windowDocs]float64 // zero before and after each window, as is touched

	touched [windowDocs / 64]uint64 // the documents that have a sum, as bits
}

// search searches the window whose first document has rank base, and low in its
// chunk.
func (w *window) search(base, low uint32) {
	lengths := w.ix.lengths[base : base+windowDocs]
	for i := w.first; i < len(w.lists); i++ {
		l := &w.lists[i]
		at := w.ix.seek(l.at, l.end, low)
		l.at = w.ix.seek(at, l.end, low+windowDocs)
		w.add(l, at, l.at, lengths)
	}
	cands := w.candidates(uint16(low))
	for i := w.first - 1; i >= 0 && len(cands) > 0; i-- {
		cands = w.refine(cands, &w.lists[i], base-low)
	}
	for _, c := range cands {
		w.s.top.push(makeKey(float32(c.sum), base-low+uint32(c.low)))
	}
}

// candidates returns the documents of the window that may be hits, given the
// sums so far, in their order. The window's first document is low in its chunk.
func (w *window) candidates(low uint16) []candidate {
	rest := w.lists[w.first].sum
	cands := w.s.wide.cands[:0]
	for i, word := range w.touched {
		if word == 0 {
			continue
		}
		w.touched[i] = 0
		for ; word != 0; word &= word - 1 {
			d := uint(i<<6|bits.TrailingZeros64(word)) % windowDocs
			sum := w.acc[d]
			w.acc[d] = 0
			if sum+rest > w.mark {
				cands = append(cands, candidate{low: low + uint16(d), sum: sum})
			}
		}
	}
	w.s.wide.cands = cands
	return cands
}

// add adds the scores of postings at to end to the window.
func (w *window) add(l *list, at, end uint32, lengths []byte) {
	ix := w.ix
	lengths = lengths[:windowDocs]
	lows, counts := ix.lows[at:end], ix.counts[at:end]
	for i, low := range lows {
		d := low % windowDocs
		w.touched[d>>6] |= 1 << (d & 63)
		if row := uint32(counts[i]) - 1; row < tableRows && l.table != nil {
			w.acc[d] += float64(l.table[row<<8|uint32(lengths[d])])
		} else {
			w.acc[d] += float64(score(l.w, saturation(ix.count(at+uint32(i)), ix.inv[lengths[d]])))
		}
	}
}

// refine adds the scores of the list to the candidates, and drops those that
// cannot be hits any more. The chunk begins at rank base.
func (w *window) refine(cands []candidate, l *list, base uint32) []candidate {
	ix, kept := w.ix, 0
	for _, c := range cands {
		l.at = ix.seek(l.at, l.end, uint32(c.low))
		if l.at < l.end && ix.lows[l.at] == c.low {
			c.sum += float64(score(l.w, ix.saturation(l.at, base)))
		}
		if c.sum+l.sum > w.mark {
			cands[kept] = c
			kept++
		}
	}
	return cands[:kept]
}

// seek returns the first posting from at on, of those before end, whose low is
// at least low; end if there is none. It looks nearby first.
func (ix *Index) seek(at, end, low uint32) uint32 {
	step := uint32(1)
	lo, hi := at, at
	for hi < end && uint32(ix.lows[hi]) < low {
		lo = hi + 1
		hi += step
		step *= 2
	}
	hi = min(hi, end)
	for lo < hi {
		if m := lo + (hi-lo)/2; uint32(ix.lows[m]) < low {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}
