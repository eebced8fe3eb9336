package webshop

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// eachRow calls f for every line of a compressed file of JSON lines, and
// returns how many there are.
func eachRow(t testing.TB, path string, f func(line []byte)) int {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		f(sc.Bytes())
		n++
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// eachSet runs a test on the file of this name in every set of recordings.
func eachSet(t *testing.T, name string, f func(t *testing.T, set, path string)) {
	for _, set := range recordedSets {
		t.Run(set, func(t *testing.T) { f(t, recorded(t, set, ""), recorded(t, set, name)) })
	}
}

func TestTokenSetRatioRecorded(t *testing.T) {
	eachSet(t, "fuzz_token_set_ratio_cases.jsonl.gz", func(t *testing.T, _, path string) {
		n := eachRow(t, path, func(line []byte) {
			var c struct {
				A, B  string
				Score int
			}
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			if got := TokenSetRatio(c.A, c.B); got != c.Score {
				t.Errorf("TokenSetRatio(%q, %q) = %d, want %d", c.A, c.B, got, c.Score)
			}
			if got := similar(c.A, c.B); got != (c.Score > 85) {
				t.Errorf("similar(%q, %q) = %v at score %d", c.A, c.B, got, c.Score)
			}
		})
		t.Logf("%d scores compared", n)
	})
}

func TestNormalizeColorRecorded(t *testing.T) {
	eachSet(t, "normalize_color_cases.jsonl.gz", func(t *testing.T, _, path string) {
		n := eachRow(t, path, func(line []byte) {
			var c struct{ In, Out string }
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			if got := normalizeColor(c.In); got != c.Out {
				t.Errorf("normalizeColor(%q) = %q, want %q", c.In, got, c.Out)
			}
		})
		t.Logf("%d values compared", n)
	})
}

func TestOptionsRecorded(t *testing.T) {
	eachSet(t, "option_cases.jsonl.gz", func(t *testing.T, _, path string) {
		n := eachRow(t, path, func(line []byte) {
			var c struct {
				Purchased   []string
				GoalOptions json.RawMessage `json:"goal_options"`
				DictForm    [2]float64      `json:"dict_form"`
				ListForm    [2]float64      `json:"list_form"`
			}
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			g := recordedGoal{Options: c.GoalOptions}.goal(t, 0)
			var chosen []Setting
			for _, v := range c.Purchased {
				chosen = append(chosen, Setting{Value: v})
			}
			for _, human := range []bool{false, true} {
				g.Human = human
				k := optionMatches(&g, chosen, true)
				got, want := [2]float64{float64(k) / float64(len(g.Options)), float64(k)}, c.DictForm
				if human {
					want = c.ListForm
				}
				if got != want {
					t.Errorf("%s, as list %v: got %v, want %v", line, human, got, want)
				}
			}
		})
		t.Logf("%d results compared", 2*n)
	})
}

func TestRewardRecorded(t *testing.T) {
	eachSet(t, "reward_cases.jsonl.gz", func(t *testing.T, set, path string) {
		c, err := LoadCatalog(set, DefaultCatalogOptions())
		if err != nil {
			t.Fatal(err)
		}
		if !c.NounsAreData() {
			t.Error("the nouns were not read")
		}
		n := eachRow(t, path, func(line []byte) {
			var want, got map[string]any
			if err := json.Unmarshal(line, &want); err != nil {
				t.Fatal(err)
			}
			for _, cut := range []string{"reward", "info", "num_attr_matches", "num_option_matches", "r_option"} {
				line = bytes.ReplaceAll(line, []byte(`"`+cut+`":`), []byte(`"`+cut+`_":`))
			}
			out, err := EvaluateRewardCase(c, line)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(out, &got); err != nil {
				t.Fatal(err)
			}
			for k := range got {
				if _, ok := want[k]; !ok {
					delete(got, k)
				}
			}
			if d := cmp.Diff(got, want); d != "" {
				t.Errorf("case %v: got - want +\n%s", want["id"], d)
			}
		})
		t.Logf("%d rewards compared", n)
	})
}

// TestRewardCeiling buys the wanted product with the wanted options for every
// goal. The original's faults keep some from the full reward; see optionMatches.
func TestRewardCeiling(t *testing.T) {
	for _, compat := range []bool{true, false} {
		o := DefaultCatalogOptions()
		o.Compat = compat
		c, err := LoadCatalog(recorded(t, "real", ""), o)
		if err != nil {
			t.Fatal(err)
		}
		below, least := 0, 1.0
		for i := range c.NumGoals() {
			g := c.Goal(i)
			at, _ := c.ByASIN(g.ASIN)
			if r := c.Reward(g, c.Product(at), g.Options, c.Product(at).Price); r.Score < 1 {
				below++
				least = min(least, r.Score)
			}
		}
		want := 0
		if compat {
			want = 458
		}
		if below != want {
			t.Errorf("compat %v: %d goals of %d are out of reach, want %d", compat, below, c.NumGoals(), want)
		}
		t.Logf("compat %v: %d of %d goals below 1, least %.3f", compat, below, c.NumGoals(), least)
	}
}

// TestRewardParts checks what the recordings hardly touch.
func TestRewardParts(t *testing.T) {
	for _, c := range []struct {
		match bool
		title float64
		want  float64
	}{{true, 0, 0}, {false, 0, 0}, {true, 0.05, 0.1}, {true, 0.1, 1}, {false, 0.1, 0.5}, {false, 0.2, 0.5}, {false, 0.21, 1}} {
		if got := typeReward(c.match, c.title); got != c.want {
			t.Errorf("typeReward(%v, %v) = %v, want %v", c.match, c.title, got, c.want)
		}
	}
	for _, c := range []struct {
		a, b string
		want int
	}{{"A › B › C", "C›A", 2}, {"A › A", "A", 1}, {"", "", 1}, {"A", "B", 0}, {"A › › B", "› A", 2}} {
		if got := commonCategories(c.a, c.b); got != c.want {
			t.Errorf("commonCategories(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
	c := &Catalog{shelf: new(memory), memo: new(memo)}
	p := &Product{Title: "Great Tea", Bullets: []string{"No", "Sugar"}, Description: "x", Attributes: []string{"tea tree"}}
	g := &Goal{Index: -1, Attributes: []string{"tree tea", "no sugar", "cheap"}, PriceUpper: 10}
	r := c.Reward(g, p, nil, 10)
	if r.AttrMatches != 2 || r.TitleScore != 0.2 || r.Type != 1 || r.HasOptions || r.Score != 0.75 {
		t.Errorf("%+v", r)
	}
	if r := c.Reward(&Goal{Index: -1, PriceUpper: 1}, p, nil, 10); r.Score != 0 || r.Attributes != 0 {
		t.Errorf("a goal that asks for nothing gives %+v", r)
	}
}

func TestMemoWord(t *testing.T) {
	f := affinity{attributes: 63, nouns: 255, category: true}
	if _, ok := memoWord(1<<24-1, 1<<24-1, f); !ok {
		t.Error("the greatest numbers do not fit")
	}
	for _, f := range []affinity{{attributes: 64}, {nouns: 256}} {
		if _, ok := memoWord(0, 0, f); ok {
			t.Errorf("%+v fits", f)
		}
	}
}

func TestEvaluateRewardCase(t *testing.T) {
	c, err := LoadCatalog(recorded(t, smallSet, ""), DefaultCatalogOptions())
	if err != nil {
		t.Fatal(err)
	}
	asin := c.Product(0).ASIN
	for _, bad := range []string{"", "[]", "{", `{"asin":"x"}`, `{"asin":"` + asin + `"}`, `{"asin":"` + asin + `","goal":{"asin":"y"}}`} {
		if _, err := EvaluateRewardCase(c, []byte(bad)); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
	out, err := EvaluateRewardCase(c, []byte(`{"asin":"`+asin+`","goal":{"asin":"`+asin+`"},"keep":[1]}`))
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(out) || !bytes.Contains(out, []byte(`"keep": [1]`)) || !bytes.Contains(out, []byte(`"reward": 1.0`)) {
		t.Errorf("got %s", out)
	}
	b, err := json.Marshal(Reward{Score: 0.5})
	if err != nil || !bytes.Contains(b, []byte(`"reward":0.5`)) {
		t.Errorf("%s, %v", b, err)
	}
}

func FuzzEvaluateRewardCase(f *testing.F) {
	c, err := LoadCatalog(recorded(f, smallSet, ""), DefaultCatalogOptions())
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"asin":"` + c.Product(0).ASIN + `","goal":{"asin":"` + c.Product(1).ASIN + `","attributes":["a"],"goal_options":{"a":"b"}},"options":{"a":"red"},"price":1e9}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		if len(line) > 4000 {
			return
		}
		if out, err := EvaluateRewardCase(c, line); err == nil && !json.Valid(out) {
			t.Errorf("%q gives %q, which is not JSON", line, out)
		}
	})
}
