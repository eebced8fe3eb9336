package search

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// corpus makes documents as long and as varied as a shop's: a lognormal length
// of about 107 words, most drawn by Zipf's law from 200,000, a quarter from
// eight of the document's own; and for more than half of them two option names.
type corpus struct {
	r     *rand.Rand
	zipf  *rand.Zipf
	words []string
}

func newCorpus() *corpus {
	c := &corpus{r: rand.New(rand.NewPCG(5, 6))}
	c.words = make([]string, 200_000)
	for i := range c.words {
		c.words[i] = syllables(i * 7919 % 1_000_003)
	}
	c.zipf = rand.NewZipf(c.r, 1.07, 3, uint64(len(c.words)-1))
	return c
}

func (c *corpus) document() document {
	var topic [8]string
	for i := range topic {
		topic[i] = c.words[c.zipf.Uint64()]
	}
	var text strings.Builder
	for range max(5, min(1500, int(math.Exp(c.r.NormFloat64()*0.6+4.5)))) {
		if word := c.words[c.zipf.Uint64()]; c.r.IntN(4) > 0 {
			text.WriteString(word)
		} else {
			text.WriteString(topic[c.r.IntN(len(topic))])
		}
		text.WriteByte(' ')
	}
	if c.r.IntN(5) < 3 {
		text.WriteString("size: color:")
	}
	return document{fmt.Sprintf("B%09X", c.r.Uint64N(1<<36)), text.String()}
}

func BenchmarkSearch1k(b *testing.B) {
	c := newCorpus()
	var docs []document
	var queries []string
	for range 1000 {
		docs = append(docs, c.document())
		queries = append(queries, instruction(c.r, docs[len(docs)-1].Contents))
	}
	ix := build(b, docs)
	var scratch Scratch
	var hits []Hit
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		hits, _ = ix.SearchInto(hits[:0], queries[i%len(queries)], 50, &scratch)
		i++
	}
}

// The catalogue and the instructions of the original.
func BenchmarkSearchReal(b *testing.B) {
	docs := catalogue(b, "real")
	ix := build(b, docs)
	r := rand.New(rand.NewPCG(1, 1))
	var queries []string
	for range 1000 {
		queries = append(queries, instruction(r, docs[r.IntN(len(docs))].Contents))
	}
	var scratch Scratch
	var hits []Hit
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		hits, _ = ix.SearchInto(hits[:0], queries[i%len(queries)], 50, &scratch)
		i++
	}
}

func BenchmarkBuild1k(b *testing.B) {
	c := newCorpus()
	var docs []document
	for range 1000 {
		docs = append(docs, c.document())
	}
	b.ReportAllocs()
	for b.Loop() {
		build(b, docs)
	}
}

// BenchmarkSearch1M builds a million documents, checks some searches against
// ones that leave nothing out, and reports the median and the 99th percentile
// besides the mean.
func BenchmarkSearch1M(b *testing.B) {
	if testing.Short() {
		b.Skip("building a million documents takes most of a minute")
	}
	c := newCorpus()
	path := filepath.Join(b.TempDir(), "products.index")
	bd := &Builder{TempDir: b.TempDir()}
	var queries []string
	start := time.Now()
	for i := range 1_000_000 {
		d := c.document()
		bd.Add(d.ASIN, d.Contents)
		if i%1000 == 0 {
			queries = append(queries, instruction(c.r, d.Contents))
		}
	}
	if err := bd.WriteFile(path); err != nil {
		b.Fatal(err)
	}
	b.Logf("made and indexed in %v", time.Since(start).Round(time.Millisecond))
	start = time.Now()
	ix, err := Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer ix.Close()
	b.Logf("opened in %v", time.Since(start).Round(time.Millisecond))
	var scratch Scratch
	var hits []Hit
	for _, query := range queries[:50] {
		hits, _ = ix.SearchInto(hits[:0], query, 50, &scratch)
		if diff := cmp.Diff(hits, searchAll(ix, query, 50)); diff != "" {
			b.Fatalf("Search(%q) (-pruned +whole):\n%s", query, diff)
		}
	}
	var times []time.Duration
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		start := time.Now()
		hits, _ = ix.SearchInto(hits[:0], queries[i%len(queries)], 50, &scratch)
		times = append(times, time.Since(start))
		i++
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2])/1e6, "ms-p50")
	b.ReportMetric(float64(times[len(times)*99/100])/1e6, "ms-p99")
}

// searchAll searches a large index without leaving anything out.
func searchAll(ix *Index, query string, k int) []Hit {
	s := &Scratch{}
	if err := ix.parseQuery(query, s); err != nil {
		return nil
	}
	s.top.reset(k)
	ix.searchLarge(s, false)
	s.top.sort()
	return ix.hits(nil, s.top.keys)
}
