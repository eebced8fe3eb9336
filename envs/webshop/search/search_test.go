package search

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stepgym/internal/testdata"
)

// The documents are from our own generator; hits and scores are Lucene's.
func TestSearchGolden(t *testing.T) {
	type hit struct {
		ASIN  string  `json:"asin"`
		Score float32 `json:"score"`
	}
	docs := readLines[document](t, "testdata/documents.jsonl")
	small := build(t, docs)
	for _, ix := range []*Index{small, asLarge(small)} {
		for _, c := range readLines[struct {
			Query string `json:"query"`
			Hits  []hit  `json:"hits"`
		}](t, "testdata/searches.jsonl") {
			hits, err := ix.Search(c.Query, 12)
			if err != nil {
				t.Fatal(err)
			}
			var got []hit
			for _, h := range hits {
				got = append(got, hit{docs[h.Doc].ASIN, h.Score})
			}
			if diff := cmp.Diff(got, c.Hits, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("Search(%q), scores kept: %v (-got +want):\n%s", c.Query, ix.scores != nil, diff)
			}
		}
	}
}

// catalogue returns the documents of a catalogue as the shop indexes them.
func catalogue(t testing.TB, set string) (docs []document) {
	t.Helper()
	p, err := os.ReadFile(testdata.Shared(t, "webshop/"+set+"/items_shuffle_1000.json"))
	if err != nil {
		t.Fatal(err)
	}
	var items []struct {
		ASIN        string          `json:"asin"`
		Name        string          `json:"name"`
		Description string          `json:"full_description"`
		Bullets     json.RawMessage `json:"small_description"`
		Options     json.RawMessage `json:"customization_options"`
	}
	if err := json.Unmarshal(p, &items); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, it := range items {
		if it.ASIN == "nan" || len(it.ASIN) > 10 || seen[it.ASIN] {
			continue
		}
		seen[it.ASIN] = true
		var bullet string
		var bullets []string
		if json.Unmarshal(it.Bullets, &bullets) == nil && len(bullets) > 0 {
			bullet = bullets[0]
		} else if bullets == nil {
			json.Unmarshal(it.Bullets, &bullet)
		}
		contents := it.Name + " " + it.Description + " " + bullet + " " + optionText(t, it.Options)
		docs = append(docs, document{it.ASIN, strings.ToLower(contents)})
	}
	return docs
}

// optionText returns "name: v1, v2, and name: v3" in the order of the file.
func optionText(t testing.TB, raw json.RawMessage) string {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	if tok, _ := dec.Token(); tok != json.Delim('{') {
		return ""
	}
	var options []string
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		var values []struct{ Value string }
		if err := dec.Decode(&values); err != nil {
			t.Fatal(err)
		}
		var text []string
		for _, v := range values {
			text = append(text, strings.ReplaceAll(strings.TrimSpace(v.Value), "/", " | "))
		}
		if values != nil {
			options = append(options, fmt.Sprintf("%s: %s", name, strings.Join(text, ", ")))
		}
	}
	return strings.Join(options, ", and ")
}

// shown returns the scores as the original's search front end shows them:
// rounded to four places, ties told apart by a millionth each.
func shown(hits []Hit) []float32 {
	out := make([]float32, len(hits))
	ties := 0
	for i, h := range hits {
		out[i] = float32(math.Floor(float64(h.Score)*1e4+0.5) / 1e4)
		if i == 0 || float64(out[i-1]-out[i]) > 1e-4 {
			ties = 0
			continue
		}
		ties++
		out[i] = float32(float64(out[i]) - 1e-6*float64(ties))
	}
	return out
}

func TestSearchOfOriginal(t *testing.T) {
	for set, avgdl := range map[string]float64{"real": 107.608, "synth": 44.27783} {
		t.Run(set, func(t *testing.T) {
			docs := catalogue(t, set)
			small := build(t, docs)
			if got := float64(small.MeanLength()); math.Abs(got-avgdl) > 1e-4 {
				t.Errorf("MeanLength() = %v, want %v", got, avgdl)
			}
			cases := readLines[struct {
				Query  string    `json:"q"`
				ASINs  []string  `json:"asins"`
				Scores []float32 `json:"scores"`
			}](t, testdata.Shared(t, "webshop/"+set+"/search_cases.jsonl.gz"))
			for _, ix := range []*Index{small, asLarge(small)} {
				hitsSeen, ties := 0, 0
				for _, c := range cases {
					hits, err := ix.Search(c.Query, 50)
					if err != nil {
						t.Fatal(err)
					}
					asins := []string{}
					for i, h := range hits {
						asins = append(asins, docs[h.Doc].ASIN)
						if i > 0 && h.Score == hits[i-1].Score {
							ties++
						}
					}
					hitsSeen += len(hits)
					if diff := cmp.Diff(asins, c.ASINs); diff != "" {
						t.Errorf("Search(%q) (-got +want):\n%s", c.Query, diff)
					}
					if diff := cmp.Diff(shown(hits), c.Scores); diff != "" {
						t.Errorf("scores of %q (-got +want):\n%s", c.Query, diff)
					}
				}
				t.Logf("%d searches, %d hits, %d of them ties, scores kept: %v", len(cases), hitsSeen, ties, ix.scores != nil)
			}
		})
	}
}

// words draws a text of few distinct words, so that scores tie often.
func words(longest int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		var out []string
		for range rapid.IntRange(0, longest).Draw(t, "n") {
			out = append(out, syllables(rapid.IntRange(0, 12).Draw(t, "word")))
		}
		return strings.Join(out, " ")
	})
}

func TestSearchTwin(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		var docs []document
		for i := range rapid.IntRange(1, 60).Draw(t, "docs") {
			asin := fmt.Sprintf("%c%d", 'A'+rapid.IntRange(0, 2).Draw(t, "asin"), i)
			docs = append(docs, document{asin, words(12).Draw(t, "contents")})
		}
		query := words(20).Draw(t, "query")
		k := rapid.IntRange(1, 70).Draw(t, "k")
		want := newSlowIndex(docs).search(query, k)
		for name, ix := range variants(t, docs, dir) {
			got, err := ix.Search(query, k)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, want, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: Search(%q, %d) (-got +want):\n%s", name, query, k, diff)
			}
			ix.Close()
		}
	})
}

// variants builds the same index in all ways.
func variants(t *rapid.T, docs []document, dir string) map[string]*Index {
	bd, spilling := NewBuilder(), &Builder{TempDir: dir, Memory: 40 * 24}
	for _, d := range docs {
		bd.Add(d.ASIN, d.Contents)
		spilling.Add(d.ASIN, d.Contents)
	}
	small, err := bd.Build()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "index")
	if err := spilling.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	mapped, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]*Index{"small": small, "large": asLarge(small), "file": mapped}
}

// A corpus of several chunks and many windows, with terms of all frequencies.
func TestSearchManyDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("the slow twin takes seconds")
	}
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.2, 4, 3000)
	var docs []document
	for range 2*chunkDocs + 3*windowDocs + 5 {
		text := "all"
		for range r.IntN(6) {
			text += " " + syllables(int(zipf.Uint64()))
		}
		docs = append(docs, document{fmt.Sprintf("B%06d", r.IntN(1e6)), text})
	}
	docs[7].Contents = strings.Repeat("all ", 300) + strings.Repeat("kokok ", 70000)
	ix, slow := build(t, docs), newSlowIndex(docs)
	if ix.scores != nil {
		t.Fatal("the index is a small one")
	}
	queries := []string{"all", "all kokok kokok", "kokok"}
	// A frequent term of hardly any weight beside a rare one of very much: sums
	// depend on the order of their terms.
	queries = append(queries, "all "+strings.Repeat("kokok ", 3000))
	for range 40 {
		queries = append(queries, instruction(r, docs[r.IntN(len(docs))].Contents+" "+docs[r.IntN(len(docs))].Contents))
	}
	for _, query := range queries {
		got, err := ix.Search(query, 50)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, slow.search(query, 50), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("Search(%.80q) (-got +want):\n%s", query, diff)
		}
	}
}

func TestOrderFree(t *testing.T) {
	for _, tt := range []struct {
		weights []float32
		want    bool
	}{
		{[]float32{1}, true},
		{[]float32{3, 0.5, 7.25}, true},
		{[]float32{1e-6, 200}, true},
		{[]float32{1e-6, 300}, false},
	} {
		var terms []queryTerm
		for _, w := range tt.weights {
			terms = append(terms, queryTerm{w: w})
		}
		if got := orderFree(terms); got != tt.want {
			t.Errorf("orderFree(%v) = %v", tt.weights, got)
		}
	}
}

func TestSearchEdges(t *testing.T) {
	docs := []document{{"B2", "red shoe"}, {"B1", "red shoe"}, {"B3", ""}, {"B1", "red shoe"}, {"B0", "the of and"}, {"B4", "blue boot red"}}
	many := func(n int) string {
		var out []string
		for i := range n {
			out = append(out, syllables(i))
		}
		return strings.Join(out, " ")
	}
	tests := []struct {
		name, query string
		k           int
		want        []int32
		err         error
	}{
		{"ties by ASIN, then order of Add", "red shoes", 10, []int32{1, 3, 0, 5}, nil},
		{"best k", "red shoes", 2, []int32{1, 3}, nil},
		{"no k", "red", 0, nil, nil},
		{"negative k", "red", -3, nil, nil},
		{"no terms", "the of and", 10, nil, nil},
		{"unknown term", "green", 10, nil, nil},
		{"as many terms as there may be", many(1023) + " red", 1, []int32{1}, nil},
		{"one more", many(1024) + " red", 1, nil, ErrTooManyTerms},
		{"very long, but few", strings.Repeat("boot ", 5000), 9, []int32{5}, nil},
	}
	small := build(t, docs)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, ix := range []*Index{small, asLarge(small)} {
				hits, err := ix.Search(tt.query, tt.k)
				if !errors.Is(err, tt.err) {
					t.Fatalf("error %v, want %v", err, tt.err)
				}
				var got []int32
				for _, h := range hits {
					got = append(got, h.Doc)
				}
				if diff := cmp.Diff(got, tt.want); diff != "" {
					t.Errorf("(-got +want):\n%s", diff)
				}
			}
		})
	}
}

func TestSearchEmptyIndex(t *testing.T) {
	for _, docs := range [][]document{nil, {{"B1", ""}}} {
		ix := build(t, docs)
		hits, err := ix.Search("red shoe", 10)
		if err != nil || len(hits) != 0 || ix.Len() != len(docs) || ix.Terms() != 0 {
			t.Errorf("%d documents: hits %v, error %v", len(docs), hits, err)
		}
	}
}

func TestSearchConcurrently(t *testing.T) {
	docs := readLines[document](t, "testdata/documents.jsonl")
	small := build(t, docs)
	for _, ix := range []*Index{small, asLarge(small)} {
		want, err := ix.Search(docs[3].Contents, 20)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i := range 50 {
					ix.Search(docs[i].Contents, 20)
					if got, _ := ix.Search(docs[3].Contents, 20); !cmp.Equal(got, want) {
						t.Error("another search changed the hits")
						return
					}
				}
			})
		}
		wg.Wait()
	}
}

func TestSearchIntoDoesNotAllocate(t *testing.T) {
	docs := readLines[document](t, "testdata/documents.jsonl")
	small := build(t, docs)
	for _, ix := range []*Index{small, asLarge(small)} {
		var scratch Scratch
		var hits []Hit
		i := 0
		search := func() {
			hits, _ = ix.SearchInto(hits[:0], docs[i%8].Contents, 50, &scratch)
			i++
		}
		for range 8 {
			search()
		}
		if n := testing.AllocsPerRun(100, search); n != 0 {
			t.Errorf("scores kept: %v: %v allocations", ix.scores != nil, n)
		}
	}
}
