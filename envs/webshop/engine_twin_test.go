package webshop

import (
	"math"
	"slices"
	"strings"

	"stepgym/envs/webshop/search"
)

// slowEngine is the search engine as its formula reads: a twin for tests.
type slowEngine struct {
	catalog *Catalog
	docs    []map[string]float64
	lengths []float64
	df      map[string]float64
	average float64
}

func newSlowEngine(c *Catalog) *slowEngine {
	e := &slowEngine{catalog: c, df: map[string]float64{}}
	total := 0.0
	for i := range c.Len() {
		tf := map[string]float64{}
		n := 0.0
		for _, t := range search.Tokens(contents(c.Product(i))) {
			tf[t]++
			n++
		}
		for t := range tf {
			e.df[t]++
		}
		total += n
		e.docs, e.lengths = append(e.docs, tf), append(e.lengths, n)
	}
	e.average = float64(float32(total / float64(c.Len())))
	return e
}

// byte4 is a length as Lucene stores it, in eight bits.
func byte4(n int) float64 {
	if n < 40 {
		return float64(n)
	}
	shift := max(0, 28-leadingZeros(uint32(n-24)))
	return float64(24 + ((n-24)>>shift)<<shift)
}

func leadingZeros(x uint32) int { // of 32 bits
	n := 0
	for ; x&(1<<31) == 0 && n < 32; x <<= 1 {
		n++
	}
	return n
}

// Find implements finder.
func (e *slowEngine) Find(query string, k int) ([]int32, error) {
	boost := map[string]float64{}
	var terms []string
	for _, t := range search.Tokens(query) {
		if boost[t] == 0 {
			terms = append(terms, t)
		}
		boost[t]++
	}
	n := float64(len(e.docs))
	type scored struct {
		id    int32
		score float32
	}
	var found []scored
	for i, tf := range e.docs {
		sum, any := 0.0, false
		for _, t := range terms {
			if tf[t] == 0 {
				continue
			}
			any = true
			idf := float32(math.Log(1 + (n-e.df[t]+.5)/(e.df[t]+.5)))
			inv := float32(1 / (.9 * ((1 - .4) + .4*byte4(int(e.lengths[i]))/e.average)))
			w := float32(boost[t]) * idf
			sum += float64(w - w/(1+float32(tf[t])*inv))
		}
		if any {
			found = append(found, scored{int32(i), float32(sum)})
		}
	}
	slices.SortFunc(found, func(a, b scored) int {
		if a.score != b.score {
			if a.score > b.score {
				return -1
			}
			return 1
		}
		return strings.Compare(e.catalog.Product(int(a.id)).ASIN, e.catalog.Product(int(b.id)).ASIN)
	})
	out := []int32{}
	for _, f := range found[:min(k, len(found))] {
		out = append(out, f.id)
	}
	return out, nil
}
