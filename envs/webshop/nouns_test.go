package webshop

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTitleNouns(t *testing.T) {
	for _, c := range []struct {
		title string
		want  []string
	}{
		{"Women's Slim-Fit Jeans for the Office", []string{"women", "slim", "fit", "jeans", "office"}},
		{"Set of 2 Lamps, 40mm (Black/White)", []string{"set", "lamps", "mm", "black", "white"}},
		{"", nil}, {"100 -- 5", nil}, {"Extremely Soft Family Blanket", []string{"soft", "family", "blanket"}},
	} {
		if d := cmp.Diff(titleNouns(c.title), c.want); d != "" {
			t.Errorf("%q: got - want +\n%s", c.title, d)
		}
	}
}

// TestTitleNounsAgree measures how well the guess replaces the tagger: the
// share of products whose noun list is the same, and how often the type reward
// of a pair (bought, wanted) is. The tagger's versions 3.6 and 3.8 differ in
// 1.3 % of all pairs and in 2.8 % of those of one query.
func TestTitleNounsAgree(t *testing.T) {
	for _, set := range []string{"real", "synth"} {
		c, err := LoadCatalog(recorded(t, set, ""), DefaultCatalogOptions())
		if err != nil {
			t.Fatal(err)
		}
		guess := make([][]string, c.Len())
		same, hit, guessed, wanted := 0, 0, 0, 0
		for i := range guess {
			p := c.Product(i)
			guess[i] = titleNouns(p.Title)
			if cmp.Equal(guess[i], p.Nouns) {
				same++
			}
			hit += commonNouns(guess[i], p.Nouns)
			guessed += commonNouns(guess[i], guess[i])
			wanted += commonNouns(p.Nouns, p.Nouns)
		}
		all, query := disagreement(c, guess)
		t.Logf("%s: %d of %d lists equal, precision %.3f, recall %.3f, r_type differs for %.2f %% of pairs, %.2f %% of one query",
			set, same, c.Len(), float64(hit)/float64(guessed), float64(hit)/float64(wanted), 100*all, 100*query)
		if all > 0.03 || query > 0.06 {
			t.Errorf("%s: the guess is too far off", set)
		}
	}
}

// disagreement is the share of pairs of products, all and of one query, whose
// type reward changes with the guessed nouns.
func disagreement(c *Catalog, guess [][]string) (all, query float64) {
	var n, bad [2]float64
	for i := range c.Len() {
		bought := c.Product(i)
		for j := range c.Len() {
			if (i+j)%16 != 0 { // a part of the pairs will do
				continue
			}
			wanted := c.Product(j)
			sameQuery := bought.Query == wanted.Query
			match := sameQuery || commonCategories(bought.Path, wanted.Path) >= 2
			title := func(a, b []string) float64 {
				if len(b) == 0 {
					return 0.2
				}
				return float64(commonNouns(a, b)) / float64(len(b))
			}
			differs := typeReward(match, title(bought.Nouns, wanted.Nouns)) != typeReward(match, title(guess[i], guess[j]))
			for k, in := range []bool{true, sameQuery} {
				if in {
					n[k]++
					if differs {
						bad[k]++
					}
				}
			}
		}
	}
	return bad[0] / n[0], bad[1] / n[1]
}
