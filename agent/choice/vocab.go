package choice

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"slices"

	"stepgym/envs"
)

// A vocab holds the statistics of the goals that a policy is trained on: which
// words are frequent enough to be learned, and how rare each word is. It is
// immutable.
type vocab struct {
	families int
	count    map[token]int   // families whose goals have the token
	rows     map[token]int32 // rows of the embedding table, from 1
	words    []Word          // the tokens of count, for people and for Load
}

// A Word is one token of the goals with the number of families that use it.
type Word struct {
	Text     string `json:"text"` // lower-case stem
	Families int    `json:"families"`
}

// commonShare is the share of families from which on a word counts as
// boilerplate: part of the way tasks are put, not of what is asked.
const commonShare = 0.8

// newVocab makes the vocabulary of words, of which those in minFamilies
// families or more get a row of the embedding table, rows in all at most.
func newVocab(words []Word, families, minFamilies, rows int) *vocab {
	v := &vocab{families: families, words: words, count: make(map[token]int, len(words)), rows: map[token]int32{}}
	slices.SortFunc(v.words, func(a, b Word) int {
		return cmp.Or(cmp.Compare(b.Families, a.Families), cmp.Compare(a.Text, b.Text))
	})
	for _, w := range v.words {
		t := tokenOf(w.Text)
		v.count[t] = w.Families
		if w.Families >= minFamilies && len(v.rows) < rows {
			v.rows[t] = int32(len(v.rows) + 1)
		}
	}
	return v
}

// fitVocab counts the words of the tasks' goals.
func fitVocab(tasks iter.Seq2[envs.Task, error], minFamilies, rows int) (*vocab, error) {
	seen := map[string]map[string]bool{} // word -> families
	families := map[string]bool{}
	for task, err := range tasks {
		if err != nil {
			return nil, fmt.Errorf("choice: fit: %w", err)
		}
		family := cmp.Or(task.Family, task.ID)
		families[family] = true
		for _, w := range stems(task.Goal) {
			if seen[w] == nil {
				seen[w] = map[string]bool{}
			}
			seen[w][family] = true
		}
	}
	words := make([]Word, 0, len(seen))
	for w, in := range seen { // newVocab sorts
		words = append(words, Word{w, len(in)})
	}
	return newVocab(words, len(families), minFamilies, rows), nil
}

// stems returns the tokens of a goal as text, maxGoal at most.
func stems(text string) []string {
	var out []string
	for at := 0; len(out) < maxGoal; {
		t, start, end := scan(text, at)
		if t == 0 {
			break
		}
		at = end
		out = append(out, stemText(text[start:end], t))
	}
	return out
}

// idf is how rare a token is, from 1 (in no family) to 0 (in every one).
func (v *vocab) idf(t token) float32 {
	if v.families == 0 {
		return 1
	}
	n := float64(v.families + 1)
	return float32(math.Log(n/float64(v.count[t]+1)) / math.Log(n))
}

// common reports whether t is boilerplate.
func (v *vocab) common(t token) bool {
	return v.families > 1 && float64(v.count[t]) >= commonShare*float64(v.families)
}

// row is the token's row of the embedding table; 0 for words without one.
func (v *vocab) row(t token) int32 { return v.rows[t] }
