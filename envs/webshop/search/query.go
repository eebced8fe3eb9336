package search

import (
	"errors"
	"fmt"
	"slices"
)

// maxClauses is the largest number of distinct terms in a query.
const maxClauses = 1024

// ErrTooManyTerms is wrapped by searches for more than 1,024 distinct terms,
// counting those that no document has. Lucene refuses such queries too.
var ErrTooManyTerms = errors.New("search: the query has too many terms")

// Hit is a document found.
type Hit struct {
	Doc   int32   // its number: how many documents were added before it
	Score float32 // as Lucene's; more than 0
}

// Scratch is the memory that a search works in. The zero value is ready; it
// grows to what the searches need. It is used by one search at a time, of any
// index.
type Scratch struct {
	tok   Tokenizer
	terms []queryTerm
	index map[uint32]int // of the terms, when they are many
	top   topK
	tally tally
	acc   []float64 // by document of a chunk or window; zero between searches
	wide  windowScratch
}

// queryTerm is a term of the query that the index has.
type queryTerm struct {
	id    uint32
	boost uint32  // how often the query has it
	w     float32 // boost · idf
}

// Search returns the k best documents for the query, best first, of equal
// scores the one with the smaller ASIN first. Fewer are returned if fewer have
// any of the query's terms; a query without terms has no hits. The only error
// is [ErrTooManyTerms].
func (ix *Index) Search(query string, k int) ([]Hit, error) {
	s, _ := ix.scratch.Get().(*Scratch)
	if s == nil {
		s = &Scratch{}
	}
	defer ix.scratch.Put(s)
	return ix.SearchInto(nil, query, k, s)
}

// SearchInto is Search without allocations: it appends the hits to dst, which
// it returns, and works in scratch.
func (ix *Index) SearchInto(dst []Hit, query string, k int, scratch *Scratch) ([]Hit, error) {
	if err := ix.parseQuery(query, scratch); err != nil {
		return dst, err
	}
	k = min(k, ix.Len())
	if k <= 0 || len(scratch.terms) == 0 {
		return dst, nil
	}
	scratch.top.reset(k)
	if ix.scores != nil {
		ix.searchSmall(scratch)
	} else {
		ix.searchLarge(scratch, orderFree(scratch.terms))
		scratch.top.sort()
	}
	return ix.hits(dst, scratch.top.keys), nil
}

// parseQuery fills in s.terms, in the order of the query.
func (ix *Index) parseQuery(query string, s *Scratch) error {
	s.terms = s.terms[:0]
	clear(s.index)
	s.tok.Reset(query)
	n := 0
	for term, ok := s.tok.Next(); ok; term, ok = s.tok.Next() {
		n++
		if id, ok := ix.find(term); ok {
			s.add(id)
		}
	}
	if n > maxClauses {
		if distinct := countDistinct(query); distinct > maxClauses {
			return fmt.Errorf("%w: %d distinct ones, %d are allowed", ErrTooManyTerms, distinct, maxClauses)
		}
	}
	for i := range s.terms {
		t := &s.terms[i]
		t.w = float32(t.boost) * ix.terms[t.id].IDF
	}
	return nil
}

// add counts one more occurrence of a term.
func (s *Scratch) add(id uint32) {
	const few = 48 // up to here looking through all is faster than a map
	if len(s.terms) <= few {
		for i := range s.terms {
			if s.terms[i].id == id {
				s.terms[i].boost++
				return
			}
		}
	} else {
		if s.index == nil {
			s.index = map[uint32]int{}
		}
		if len(s.index) == 0 {
			for i := range s.terms {
				s.index[s.terms[i].id] = i
			}
		}
		if i, ok := s.index[id]; ok {
			s.terms[i].boost++
			return
		}
		s.index[id] = len(s.terms)
	}
	s.terms = append(s.terms, queryTerm{id: id, boost: 1})
}

// countDistinct returns the number of distinct terms of a very long query.
func countDistinct(query string) int {
	terms := Tokens(query)
	slices.Sort(terms)
	return len(slices.Compact(terms))
}

// hits appends the hits of the keys to dst.
func (ix *Index) hits(dst []Hit, keys []uint64) []Hit {
	for _, key := range keys {
		score, rank := splitKey(key)
		if int(rank) < len(ix.order) { // else the file is not sound
			dst = append(dst, Hit{Doc: ix.order[rank], Score: score})
		}
	}
	return dst
}
