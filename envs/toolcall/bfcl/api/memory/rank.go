package memory

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
	"stepgym/internal/python"
)

// The parameters of BM25+ that package rank_bm25 takes where none are given.
const (
	k1    = 1.5
	b     = 0.75
	delta = 1.0
)

// rank orders keys by how well they answer a query and returns the first of
// them with their scores, as _similarity_search does with rank_bm25 0.2.2:
//
//	score(d) = Σ_q idf(q)·(δ + f(q,d)·(k1+1) / (k1·(1−b+b·|d|/avgdl) + f(q,d))),   idf(q) = ln((N+1)/n(q))
//
// Trotman, Puurula, Burgess: Improvements to BM25 and Language Models Examined,
// 2014. The operations are those of the original in its order, so that scores
// are equal to the bit; keys of equal score stay in their order.
func rank(query py.Value, keys []py.Value, k py.Value) py.Value {
	docs := make([][]string, len(keys))
	words := 0
	for i, key := range keys {
		docs[i] = tokens(py.StrAttr(key, "replace"))
		words += len(docs[i])
	}
	if len(docs) == 0 {
		py.Raise("ZeroDivisionError", "division by zero")
	}
	mean := float64(words) / float64(len(docs))
	scores := make([]float64, len(docs))
	for _, q := range tokens(py.StrAttr(query, "replace")) {
		score(scores, docs, q, mean)
	}
	order := make([]int, len(docs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case scores[i] > scores[j]:
			return -1
		case scores[i] < scores[j]:
			return 1
		}
		return 0
	})
	ranked := make([]py.Value, len(docs))
	for i, at := range order {
		ranked[i] = py.Tuple{py.Float(scores[at]), keys[at]}
	}
	return py.D("ranked_results", py.Slice(py.NewList(ranked...), py.None{}, k))
}

// score adds what word q contributes. The conversions keep a compiler from
// fusing two operations into one that rounds once.
func score(scores []float64, docs [][]string, q string, mean float64) {
	n := 0
	freq := make([]float64, len(docs))
	for i, d := range docs {
		for _, w := range d {
			if w == q {
				freq[i]++
			}
		}
		if freq[i] > 0 {
			n++
		}
	}
	var idf float64
	if n > 0 {
		idf = logarithm(float64(len(docs)+1) / float64(n))
	}
	for i := range docs {
		share := float64(b*float64(len(docs[i]))) / mean
		norm := float64(k1*float64((1-b)+share)) + freq[i]
		scores[i] += float64(idf * float64(delta+float64(freq[i]*(k1+1))/norm))
	}
}

// tokens are the words of a text in lower case; underscores separate as blanks do.
func tokens(s string) []string {
	return strings.FieldsFunc(python.Lower(strings.ReplaceAll(s, "_", " ")), python.IsSpace)
}
