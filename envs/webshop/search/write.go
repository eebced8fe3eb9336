package search

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/zeebo/xxh3"
)

// finish writes the index of the documents added to w and spends the builder.
func (bd *Builder) finish(w io.WriterAt) error {
	defer bd.Discard()
	if bd.err != nil {
		return bd.err
	}
	if bd.dict == nil {
		bd.dict = newDict()
	}
	wr := &writer{bd: bd, w: w, order: bd.order(), rest: bd.byTerm()}
	bd.pending, bd.sorted = nil, nil
	for _, s := range bd.spills {
		if err := s.rewind(); err != nil {
			return fmt.Errorf("search: read spilled postings: %w", err)
		}
	}
	if err := wr.write(); err != nil {
		return fmt.Errorf("search: write index: %w", err)
	}
	return nil
}

// writer writes the index of a Builder, one term after the other.
type writer struct {
	bd    *Builder
	w     io.WriterAt
	h     header
	order []int32   // document by rank
	rank  []uint32  // rank by document
	rest  []posting // in memory, ordered by term
	end   uint64    // of what is laid out so far

	inv     [256]float32
	lengths []byte   // by rank
	dense   []uint32 // by rank: frequency of the current term, where it is frequent
	lows    *stream
	counts  *stream
	written uint32 // postings written
	terms   []termRecord
	runs    []runRecord
	large   []largeRecord
}

// write lays out and writes all sections, and the header last.
func (wr *writer) write() error {
	bd := wr.bd
	wr.h = header{
		docs: uint32(bd.Len()), filled: uint32(bd.filled), terms: uint32(bd.dict.len()),
		buckets: uint32(len(bd.dict.buckets)), postings: bd.postings, tokens: bd.tokens,
	}
	wr.end = headerBytes
	wr.inv = inverses(wr.h.avgdl())
	wr.rank = make([]uint32, len(wr.order))
	wr.lengths = make([]byte, wr.h.chunks()<<chunkShift)
	for rank, doc := range wr.order {
		wr.rank[doc] = uint32(rank)
		wr.lengths[rank] = bd.lengths[doc]
	}
	size := wr.h.sizes()
	wr.lows, wr.counts = wr.stream(secLows, size[secLows]), wr.stream(secCounts, size[secCounts])
	for term := range wr.h.terms {
		if err := wr.term(term); err != nil {
			return err
		}
	}
	wr.terms = append(wr.terms, termRecord{Run: uint32(len(wr.runs))})
	wr.h.runs, wr.h.large = uint32(len(wr.runs)), uint32(len(wr.large))
	if err := wr.lows.close(); err != nil {
		return err
	}
	if err := wr.counts.close(); err != nil {
		return err
	}
	for _, s := range []struct {
		id int
		p  []byte
	}{
		{secOrder, bytesOf(wr.order)}, {secLengths, wr.lengths}, {secLarge, bytesOf(wr.large)},
		{secNames, bytesOf(bd.dict.names)}, {secText, bd.dict.text}, {secBuckets, bytesOf(bd.dict.buckets)},
		{secTerms, bytesOf(wr.terms)}, {secRuns, bytesOf(wr.runs)}, {secLabel, []byte(bd.Label)},
	} {
		st := wr.stream(s.id, uint64(len(s.p)))
		st.Write(s.p)
		if err := st.close(); err != nil {
			return err
		}
	}
	_, err := wr.w.WriteAt(wr.h.encode(), 0)
	return err
}

// term writes the postings of one term.
func (wr *writer) term(term uint32) error {
	ps, err := wr.collect(term)
	if err != nil {
		return err
	}
	wr.terms = append(wr.terms, termRecord{Run: uint32(len(wr.runs)), IDF: idf(wr.bd.filled, len(ps))})
	for i, p := range ps {
		chunk := uint16(p.doc >> chunkShift)
		if i == 0 || chunk != wr.runs[len(wr.runs)-1].Chunk {
			wr.runs = append(wr.runs, runRecord{Start: wr.written, Chunk: chunk})
		} else {
			wr.runs[len(wr.runs)-1].Last++
		}
		run := &wr.runs[len(wr.runs)-1]
		run.Top = max(run.Top, saturation(p.count, wr.inv[wr.lengths[p.doc]]))
		wr.lows.WriteByte(byte(p.doc))
		wr.lows.WriteByte(byte(p.doc >> 8))
		if p.count >= largeCount {
			wr.large = append(wr.large, largeRecord{Posting: wr.written, Count: p.count})
		}
		wr.counts.WriteByte(byte(min(p.count, largeCount)))
		wr.written++
	}
	return nil
}

// collect returns the postings of a term, doc being the rank, in its order.
func (wr *writer) collect(term uint32) ([]posting, error) {
	n := 0
	for n < len(wr.rest) && wr.rest[n].term == term {
		n++
	}
	ps := wr.rest[:n:n]
	wr.rest = wr.rest[n:]
	if len(wr.bd.spills) > 0 {
		all := []posting(nil)
		var err error
		for _, s := range wr.bd.spills {
			if all, err = s.take(term, all); err != nil {
				return nil, fmt.Errorf("read spilled postings: %w", err)
			}
		}
		ps = append(all, ps...)
	}
	if len(ps) > len(wr.order)/16 {
		return wr.scatter(term, ps), nil
	}
	for i := range ps {
		ps[i].doc = wr.rank[ps[i].doc]
	}
	slices.SortFunc(ps, func(x, y posting) int { return cmp.Compare(x.doc, y.doc) })
	return ps, nil
}

// scatter orders the postings of a frequent term by rank in linear time.
func (wr *writer) scatter(term uint32, ps []posting) []posting {
	if wr.dense == nil {
		wr.dense = make([]uint32, len(wr.order))
	}
	for _, p := range ps {
		wr.dense[wr.rank[p.doc]] = p.count
	}
	ps = ps[:0]
	for rank, count := range wr.dense {
		if count > 0 {
			ps = append(ps, posting{term: term, doc: uint32(rank), count: count})
			wr.dense[rank] = 0
		}
	}
	return ps
}

// avgdl returns the mean length of the documents that have a term.
func (h *header) avgdl() float32 { return float32(float64(h.tokens) / float64(h.filled)) }

// stream writes one section; its errors wait for close.
type stream struct {
	*bufio.Writer
	at  io.Writer
	sum *xxh3.Hasher
	to  *section
}

// stream begins a section of size bytes at the end of the layout.
func (wr *writer) stream(id int, size uint64) *stream {
	s := &stream{sum: xxh3.New(), to: &wr.h.sections[id]}
	*s.to = section{offset: wr.end, size: size}
	s.at = io.NewOffsetWriter(wr.w, int64(wr.end))
	s.Writer = bufio.NewWriterSize(io.MultiWriter(s.at, s.sum), 1<<16)
	wr.end += (size + 7) &^ 7
	return s
}

// close ends the section and fills it up to the place of the next.
func (s *stream) close() error {
	if err := s.Flush(); err != nil {
		return err
	}
	s.to.sum = s.sum.Sum64()
	_, err := s.at.Write(make([]byte, -s.to.size&7))
	return err
}
