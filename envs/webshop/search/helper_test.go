package search

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// readLines reads a file of JSON lines, gzipped if its name says so.
func readLines[T any](t testing.TB, path string) []T {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(file); err != nil {
			t.Fatal(err)
		}
	}
	var out []T
	for s := bufio.NewReader(r); ; {
		line, err := s.ReadBytes('\n')
		if len(line) > 0 {
			var v T
			if err := json.Unmarshal(line, &v); err != nil {
				t.Fatalf("%s: line %d: %v", path, len(out)+1, err)
			}
			out = append(out, v)
		}
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// document is one document to add.
type document struct {
	ASIN     string `json:"asin"`
	Contents string `json:"contents"`
}

// build returns the index of docs.
func build(t testing.TB, docs []document) *Index {
	t.Helper()
	bd := NewBuilder()
	for _, d := range docs {
		bd.Add(d.ASIN, d.Contents)
	}
	ix, err := bd.Build()
	if err != nil {
		t.Fatal(err)
	}
	return ix
}

// asLarge returns an index that shares ix's data and searches as large ones do.
func asLarge(ix *Index) *Index {
	return &Index{
		h: ix.h, inv: ix.inv, order: ix.order, lengths: ix.lengths, lows: ix.lows, counts: ix.counts,
		large: ix.large, names: ix.names, text: ix.text, buckets: ix.buckets, terms: ix.terms, runs: ix.runs,
		label: ix.label, shortest: ix.shortest, longest: ix.longest,
	}
}

// slowIndex scores every document of a map of words, by the formula.
type slowIndex struct {
	docs   []document
	counts []map[string]int
	norms  []float32
	df     map[string]int
	filled int
}

func newSlowIndex(docs []document) *slowIndex {
	sl := &slowIndex{docs: docs, df: map[string]int{}}
	total := 0
	for _, d := range docs {
		counts := map[string]int{}
		terms := Tokens(d.Contents)
		for _, term := range terms {
			counts[term]++
		}
		for term := range counts {
			sl.df[term]++
		}
		if total += len(terms); len(terms) > 0 {
			sl.filled++
		}
		sl.counts = append(sl.counts, counts)
	}
	inv := inverses(float32(float64(total) / float64(sl.filled)))
	for _, d := range docs {
		sl.norms = append(sl.norms, inv[encodeLength(uint32(len(Tokens(d.Contents))))])
	}
	return sl
}

// search returns the k best documents.
func (sl *slowIndex) search(query string, k int) []Hit {
	var terms []string
	boost := map[string]int{}
	for _, term := range Tokens(query) {
		if boost[term]++; boost[term] == 1 {
			terms = append(terms, term)
		}
	}
	var hits []Hit
	for doc, counts := range sl.counts {
		sum := 0.0
		for _, term := range terms {
			if tf := counts[term]; tf > 0 {
				w := float32(boost[term]) * idf(sl.filled, sl.df[term])
				sum += float64(w - w/(1+float32(float32(tf)*sl.norms[doc])))
			}
		}
		if sum > 0 {
			hits = append(hits, Hit{Doc: int32(doc), Score: float32(sum)})
		}
	}
	slices.SortStableFunc(hits, func(x, y Hit) int {
		switch {
		case x.Score != y.Score && x.Score > y.Score:
			return -1
		case x.Score != y.Score:
			return 1
		}
		return strings.Compare(sl.docs[x.Doc].ASIN, sl.docs[y.Doc].ASIN)
	})
	return hits[:min(k, len(hits))]
}

// syllables makes the i-th of many made-up words, which the stemmer leaves
// alone.
func syllables(i int) string {
	const consonants, vowels = "bdfgkmnprtvz", "aou"
	var p []byte
	for i++; i > 0; i /= 36 {
		p = append(p, consonants[i%12], vowels[i/12%3])
	}
	return string(append(p, 'k'))
}

// instruction returns a query like those that shoppers give, about a document.
func instruction(r *rand.Rand, contents string) string {
	words := strings.Fields(contents)
	pick := func(n int) string {
		var out []string
		for range n {
			out = append(out, words[r.IntN(len(words))])
		}
		return strings.Join(out, " ")
	}
	return fmt.Sprintf("find me %s with %s, and size: %s, and price lower than %d.00 dollars",
		pick(3+r.IntN(5)), pick(2+r.IntN(4)), pick(1), 10+10*r.IntN(20))
}
