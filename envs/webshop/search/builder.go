package search

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Builder collects documents and turns them into an index. A Builder is used by
// one goroutine, and once: after Build or WriteFile it is spent.
type Builder struct {
	// Label is kept in the index, for the caller to recognize it by; see
	// [Index.Label].
	Label string

	// TempDir is where postings wait that exceed Memory. If it is empty,
	// everything stays in memory, whatever Memory says.
	TempDir string

	// Memory bounds the postings kept in memory, in bytes; 0 means 128 MiB.
	// What grows with the number of documents and of distinct terms (about 30
	// bytes a document, 60 a term) comes on top.
	Memory int

	err      error
	tok      Tokenizer
	dict     *dict
	asins    []byte
	asinEnds []uint32
	lengths  []byte
	filled   int
	tokens   uint64
	postings uint64
	pending  []posting
	sorted   []posting // memory for byTerm
	last     []lastUse // by term
	spills   []*spill
}

// posting is one term in one document, by place of Add.
type posting struct {
	term, doc, count uint32
}

// lastUse says where the latest posting of a term is.
type lastUse struct {
	doc uint32 // 1 + document
	at  int32  // in pending
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder { return &Builder{} }

// Len returns the number of documents added.
func (bd *Builder) Len() int { return len(bd.asinEnds) }

// Add adds a document. Its number, which hits refer to, is the count of those
// added before. ASINs decide between equal scores; should two be the same, the
// one added first comes first. What goes wrong here is reported by Build or
// WriteFile.
func (bd *Builder) Add(asin, contents string) {
	if bd.err != nil {
		return
	}
	if bd.dict == nil {
		bd.dict = newDict()
		if bd.TempDir != "" { // once: growing would take twice the memory
			bd.pending = make([]posting, 0, bd.limit()+1024)
		}
	}
	if bd.Len() == maxDocs || uint64(len(bd.asins))+uint64(len(asin)) > math.MaxUint32 {
		bd.err = fmt.Errorf("search: more than %d documents", bd.Len())
		return
	}
	doc := uint32(bd.Len())
	bd.asins = append(bd.asins, asin...)
	bd.asinEnds = append(bd.asinEnds, uint32(len(bd.asins)))
	length := bd.addTerms(doc, contents)
	bd.lengths = append(bd.lengths, encodeLength(length))
	bd.tokens += uint64(length)
	if length > 0 {
		bd.filled++
	}
	if len(bd.dict.text) > math.MaxInt32 || bd.postings > math.MaxUint32 {
		bd.err = fmt.Errorf("search: the documents have too much text for one index: %d terms, %d postings",
			bd.dict.len(), bd.postings)
	}
	if bd.err == nil && bd.TempDir != "" && len(bd.pending) >= bd.limit() {
		bd.err = bd.spill()
	}
}

// limit returns how many postings may be pending.
func (bd *Builder) limit() int {
	memory := bd.Memory
	if memory <= 0 {
		memory = 128 << 20
	}
	return max(1, memory/(2*12)) // sorting them takes as much again
}

// addTerms adds the document's postings and returns its length in terms.
func (bd *Builder) addTerms(doc uint32, contents string) (length uint32) {
	bd.tok.Reset(contents)
	for term, ok := bd.tok.Next(); ok; term, ok = bd.tok.Next() {
		length++
		id := bd.dict.intern(term)
		if int(id) == len(bd.last) {
			bd.last = append(bd.last, lastUse{})
		}
		if last := &bd.last[id]; last.doc == doc+1 {
			bd.pending[last.at].count++
		} else {
			*last = lastUse{doc: doc + 1, at: int32(len(bd.pending))}
			bd.pending = append(bd.pending, posting{term: id, doc: doc, count: 1})
			bd.postings++
		}
	}
	return length
}

// byTerm returns the pending postings ordered by term, then document. They are
// valid until the next call.
func (bd *Builder) byTerm() []posting {
	next := make([]uint32, bd.dict.len()+1)
	for i := range bd.pending {
		next[bd.pending[i].term+1]++
	}
	for t := 1; t < len(next); t++ {
		next[t] += next[t-1]
	}
	if cap(bd.sorted) < len(bd.pending) {
		bd.sorted = make([]posting, cap(bd.pending))
	}
	sorted := bd.sorted[:len(bd.pending)]
	for _, p := range bd.pending {
		sorted[next[p.term]] = p
		next[p.term]++
	}
	return sorted
}

// asin returns the ASIN of a document.
func (bd *Builder) asin(doc int32) []byte {
	start := uint32(0)
	if doc > 0 {
		start = bd.asinEnds[doc-1]
	}
	return bd.asins[start:bd.asinEnds[doc]]
}

// order returns the documents by ASIN.
func (bd *Builder) order() []int32 {
	order := make([]int32, bd.Len())
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(x, y int32) int {
		return cmp.Or(slices.Compare(bd.asin(x), bd.asin(y)), cmp.Compare(x, y))
	})
	return order
}

// Build returns the index of the documents added, in memory.
func (bd *Builder) Build() (*Index, error) {
	image := &memory{}
	if err := bd.finish(image); err != nil {
		return nil, err
	}
	ix, err := parse(image.p)
	if err != nil {
		return nil, fmt.Errorf("search: build: %w", err)
	}
	return ix, nil
}

// Discard removes what the Builder has in TempDir. It is for giving up early:
// Build and WriteFile clean up by themselves.
func (bd *Builder) Discard() {
	for _, s := range bd.spills {
		s.close()
	}
	bd.spills = nil
	if bd.err == nil {
		bd.err = errors.New("search: the builder is spent")
	}
}

// memory is a growing buffer to write an index to.
type memory struct{ p []byte }

// WriteAt implements io.WriterAt.
func (m *memory) WriteAt(p []byte, off int64) (int, error) {
	if end := int(off) + len(p); end > len(m.p) {
		m.p = slices.Grow(m.p, end-len(m.p))[:end]
	}
	return copy(m.p[off:], p), nil
}
