package webshop

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/internal/testdata"
)

// recordedGoals is what the original had after its start.
type recordedGoals struct {
	Config string
	Seed   uint64
	Kwargs struct {
		HumanGoals int `json:"human_goals"`
		LimitGoals int `json:"limit_goals"`
	}
	N       int                `json:"n_goals"`
	Goals   []recordedGoal     `json:"goals"`
	Prices  map[string]float64 `json:"product_prices"`
	CumTail []float64          `json:"cum_weights_tail"`
	RandSHA string             `json:"rng_state_sha_after_init"`
}

// recordedGoal is a goal of the original as JSON, options as they came.
type recordedGoal struct {
	ASIN        string          `json:"asin"`
	Category    string          `json:"category"`
	Query       string          `json:"query"`
	Name        string          `json:"name"`
	Path        string          `json:"product_category"`
	Instruction string          `json:"instruction_text"`
	Attributes  []string        `json:"attributes"`
	PriceUpper  float64         `json:"price_upper"`
	Options     json.RawMessage `json:"goal_options"`
	Weight      float64         `json:"weight"`
}

// goal is the recorded goal in our form.
func (r recordedGoal) goal(t testing.TB, index int) Goal {
	t.Helper()
	g := Goal{
		Index: index, ASIN: r.ASIN, Category: r.Category, Query: r.Query, Name: r.Name, Path: r.Path,
		Instruction: r.Instruction, Attributes: r.Attributes, PriceUpper: r.PriceUpper, Weight: r.Weight,
	}
	d := json.NewDecoder(strings.NewReader(string(r.Options)))
	var words []string
	for {
		tok, err := d.Token()
		if err != nil {
			break
		}
		if delim, ok := tok.(json.Delim); ok {
			g.Human = g.Human || delim == '['
			continue
		}
		words = append(words, tok.(string))
	}
	if g.Human {
		g.Options = make([]Setting, 0, len(words))
		for _, w := range words {
			g.Options = append(g.Options, Setting{Value: w})
		}
		return g
	}
	for i := 0; i+1 < len(words); i += 2 {
		g.Options = append(g.Options, Setting{words[i], words[i+1]})
	}
	return g
}

// readJSON decodes a JSON file that may be compressed.
func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := json.NewDecoder(f)
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		d = json.NewDecoder(z)
	}
	if err := d.Decode(v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// TestGoalsRecorded compares goals, prices, weights and the state of the random
// generator with the original's in all recorded configurations.
func TestGoalsRecorded(t *testing.T) {
	for _, set := range recordedSets {
		for _, config := range []string{"synthetic", "show_attrs", "hist", "human", "limit"} {
			t.Run(set+"/"+config, func(t *testing.T) {
				if set == smallSet && (config == "show_attrs" || config == "hist") {
					t.Skip("only recorded for the full sets")
				}
				var want recordedGoals
				readJSON(t, recorded(t, set, "goals_"+config+".json.gz"), &want)
				checkGoals(t, recorded(t, set, ""), want)
			})
		}
	}
}

// smallSet is the part of the recordings that is committed: 59 rows of the
// synthetic set with the odd ones among them. Its goals are those of CPython's
// random module with the original's order of draws; all else is the original's
// own output.
const smallSet = "synth59"

// recordedSets are the sets of recordings.
var recordedSets = []string{"real", "synth", smallSet}

// recorded returns the path of a file of a set of recordings.
func recorded(t testing.TB, set, name string) string {
	t.Helper()
	if set == smallSet {
		return filepath.Join("testdata", smallSet, name)
	}
	return testdata.Shared(t, path.Join("webshop", set, name))
}

// checkGoals loads the catalogue at path as want was made and compares.
func checkGoals(t *testing.T, path string, want recordedGoals) {
	t.Helper()
	o := DefaultCatalogOptions()
	o.Seed = want.Seed
	o.LimitGoals = want.Kwargs.LimitGoals
	if want.Kwargs.HumanGoals != 0 {
		o.Goals = "human"
	}
	c, err := LoadCatalog(path, o)
	if err != nil {
		t.Fatal(err)
	}
	if c.NumGoals() != want.N || c.Len() != len(want.Prices) {
		t.Fatalf("%d goals and %d products, want %d and %d", c.NumGoals(), c.Len(), want.N, len(want.Prices))
	}
	for i := range c.Len() {
		if p := c.Product(i); p.Price != want.Prices[p.ASIN] {
			t.Errorf("%s costs %v, want %v", p.ASIN, p.Price, want.Prices[p.ASIN])
		}
	}
	bad := 0
	for i := range want.Goals {
		got := *c.Goal(i)
		got.Nouns = nil
		if d := cmp.Diff(got, want.Goals[i].goal(t, i)); d != "" && bad < 5 {
			bad++
			t.Errorf("goal %d: got - want +\n%s", i, d)
		}
	}
	sums := c.CumWeights()
	if d := cmp.Diff(sums[len(sums)-len(want.CumTail):], want.CumTail); d != "" {
		t.Errorf("sums of weights: got - want +\n%s", d)
	}
	if got := randSHA(c); got != want.RandSHA {
		t.Errorf("the random generator is in another state: %s, want %s", got, want.RandSHA)
	}
}

// randSHA is the hash of repr(random.getstate()) after the constructor of the
// original's environment, which ends with the start of a session without name.
func randSHA(c *Catalog) string {
	r := c.Rand()
	r.Choices(26, 10)
	c.RandomGoal(&r)
	state, at := r.State()
	var b strings.Builder
	b.WriteString("(3, (")
	for _, w := range state {
		fmt.Fprintf(&b, "%d, ", w)
	}
	fmt.Fprintf(&b, "%d), None)", at)
	h := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(h[:])
}

// TestGoalOrderVerlAgent compares the order of goals under its seeds, which
// seed prices and shuffle alike.
func TestGoalOrderVerlAgent(t *testing.T) {
	for set, file := range map[string]string{"real": "verl_agent_goal_order.json", "synth": "verl_agent_goal_order.json.gz"} {
		var want map[uint64]struct {
			N       int
			First20 []recordedGoal
		}
		readJSON(t, testdata.Shared(t, "webshop/"+set+"/"+file), &want)
		for seed, w := range want {
			o := DefaultCatalogOptions()
			o.Seed, o.ShuffleSeed = seed, seed
			c, err := LoadCatalog(testdata.Shared(t, "webshop/"+set), o)
			if err != nil {
				t.Fatal(err)
			}
			if c.NumGoals() != w.N {
				t.Errorf("%s, seed %d: %d goals, want %d", set, seed, c.NumGoals(), w.N)
			}
			for i := range w.First20 {
				got := *c.Goal(i)
				got.Nouns = nil
				if d := cmp.Diff(got, w.First20[i].goal(t, i)); d != "" {
					t.Errorf("%s, seed %d, goal %d: got - want +\n%s", set, seed, i, d)
				}
			}
		}
	}
}
