package credit

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"stepgym/internal/testdata"
	"stepgym/traces"
)

// vectors is a file of reference results, one case per input batch.
type vectors struct {
	Tolerance float64 `json:"tolerance"`
	Cases     []struct {
		Case       string          `json:"case"`
		Params     json.RawMessage `json:"params"`
		Advantages [][][]float64   `json:"advantages"`
	} `json:"cases"`
}

// batches is the file that the cases refer to.
type batches struct {
	Batches []struct {
		Case   string          `json:"case"`
		Groups []traces.Inputs `json:"groups"`
	} `json:"batches"`
}

// goldenFiles maps a file of vectors to the method that must reproduce it.
var goldenFiles = []struct{ file, method string }{
	{"grpo_std", "grpo"},
	{"grpo_nostd", "grpo"},
	{"rloo", "rloo"},
	{"gigpo", "gigpo"},
	{"hgpo_code", "hgpo"},
	{"hgpo_paper", "hgpo"},
	{"salt", "salt"},
	{"gae", "gae"},
	{"reinforce_pp_baseline", "reinforce++"},
	{"gigpo_similarity", "gigpo"},
	{"rtmc", "rtmc"},
	{"graphgpo", "graphgpo"},
	{"graft", "graft"},
}

// TestGolden compares with the reference vectors.
func TestGolden(t *testing.T) { bothDirs(t, golden) }

// bothDirs runs a test on the committed part of the vectors and on all of them.
func bothDirs(t *testing.T, test func(t *testing.T, dir string)) {
	t.Run("committed", func(t *testing.T) { test(t, "testdata") })
	t.Run("shared", func(t *testing.T) { test(t, filepath.Dir(testdata.Shared(t, "credit/inputs.json"))) })
}

// readGraphs returns the graphs of the batches in dir by case.
func readGraphs(t *testing.T, dir string) map[string][]*traces.Graph {
	var in batches
	readJSON(t, filepath.Join(dir, "inputs.json"), &in)
	graphs := map[string][]*traces.Graph{}
	for _, b := range in.Batches {
		for _, g := range b.Groups {
			graph, err := traces.FromInputs(g)
			if err != nil {
				t.Fatalf("%s: %v", b.Case, err)
			}
			graphs[b.Case] = append(graphs[b.Case], graph)
		}
	}
	return graphs
}

func golden(t *testing.T, dir string) {
	graphs := readGraphs(t, dir)
	for _, gf := range goldenFiles {
		t.Run(gf.file, func(t *testing.T) {
			var v vectors
			readJSON(t, filepath.Join(dir, gf.file+".json"), &v)
			worst := 0.0
			for _, c := range v.Cases {
				m, err := New(gf.method, c.Params)
				if err != nil {
					t.Fatalf("%s: %v", c.Case, err)
				}
				got, err := All(graphs[c.Case], m, 2)
				if err != nil {
					t.Fatalf("%s: %v", c.Case, err)
				}
				d := distance(got, c.Advantages)
				worst = max(worst, d)
				if !(d <= v.Tolerance) {
					t.Errorf("%s %s: off by %g", c.Case, c.Params, d)
				}
			}
			t.Logf("%d cases, largest difference %.2g", len(v.Cases), worst)
		})
	}
}

// TestGoldenDAPO compares the filter of groups.
func TestGoldenDAPO(t *testing.T) { bothDirs(t, goldenDAPO) }

func goldenDAPO(t *testing.T, dir string) {
	var v struct {
		Cases []struct {
			Case string `json:"case"`
			Keep []bool `json:"keep"`
		} `json:"cases"`
	}
	readJSON(t, filepath.Join(dir, "dapo_filter.json"), &v)
	graphs := readGraphs(t, dir)
	for _, c := range v.Cases {
		if got := FilterInformative(graphs[c.Case], false); !slices.Equal(got, c.Keep) {
			t.Errorf("%s: keeps %v, want %v", c.Case, got, c.Keep)
		}
	}
	if got := FilterInformative(graphs[v.Cases[0].Case], true); slices.Contains(got, false) {
		t.Errorf("the last try drops groups: %v", got)
	}
}

// TestGoldenRatio compares with difflib.
func TestGoldenRatio(t *testing.T) { bothDirs(t, goldenRatio) }

func goldenRatio(t *testing.T, dir string) {
	var v struct {
		Cases []struct {
			A        string  `json:"a"`
			B        string  `json:"b"`
			Ratio    float64 `json:"ratio"`
			Autojunk float64 `json:"ratio_autojunk"`
			Swapped  float64 `json:"ratio_ba_autojunk"`
		} `json:"cases"`
	}
	readJSON(t, filepath.Join(dir, "similarity.json"), &v)
	for i, c := range v.Cases {
		got := [3]float64{Ratio(c.A, c.B, false), Ratio(c.A, c.B, true), Ratio(c.B, c.A, true)}
		if want := [3]float64{c.Ratio, c.Autojunk, c.Swapped}; got != want {
			t.Errorf("case %d: %v, want %v", i, got, want)
		}
	}
}

// seeUPOCase is a batch whose turns were updated one after the other.
type seeUPOCase struct {
	Scores   [][]float64     `json:"scores_by_group"`
	LogRatio [][]float64     `json:"logratio"` // by turn and rollout, as the next
	Tokens   [][]int         `json:"n_tokens"`
	T        int             `json:"T"`
	Params   json.RawMessage `json:"params"`
	Want     [][]float64     `json:"advantage_used_by_turn"`
}

// TestGoldenSeeUPO compares M, both turn by turn and on finished graphs.
func TestGoldenSeeUPO(t *testing.T) { bothDirs(t, goldenSeeUPO) }

func goldenSeeUPO(t *testing.T, dir string) {
	var v struct {
		Cases []seeUPOCase `json:"cases"`
	}
	readJSON(t, filepath.Join(dir, "seeupo.json"), &v)
	worst := 0.0
	for i, c := range v.Cases {
		p := DefaultSeeUPO()
		if err := overlay(&p, c.Params); err != nil {
			t.Fatal(err)
		}
		for name, got := range map[string][][]float64{"multiplier": c.multiplier(t, p), "graph": c.graph(t)} {
			d := 0.0
			for turn := range c.Want {
				for n, want := range c.Want[turn] {
					d = max(d, math.Abs(got[turn][n]-want))
				}
			}
			worst = max(worst, d)
			if !(d <= 1e-9) {
				t.Errorf("case %d, %s: off by %g", i, name, d)
			}
		}
	}
	t.Logf("%d cases, largest difference %.2g", len(v.Cases), worst)
}

func (c seeUPOCase) multiplier(t *testing.T, p SeeUPOParams) [][]float64 {
	var batch []Scored
	for g, scores := range c.Scores {
		for _, s := range scores {
			batch = append(batch, Scored{ID: fmt.Sprint("r", len(batch)), Group: fmt.Sprint(g), Score: s})
		}
	}
	m, err := NewMultiplier(batch, c.T, p)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, c.T)
	for turn, ok := m.Turn(); ok; turn, ok = m.Turn() {
		var ratios []TurnRatio
		for n, r := range batch {
			a, err := m.Advantage(r.ID)
			if err != nil {
				t.Fatal(err)
			}
			out[turn] = append(out[turn], a)
			ratios = append(ratios, TurnRatio{r.ID, turn, c.LogRatio[turn][n], c.Tokens[turn][n]})
		}
		slices.Reverse(ratios) // their order says nothing
		if err := m.Close(turn, ratios); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func (c seeUPOCase) graph(t *testing.T) [][]float64 {
	var groups []*traces.Graph
	n := 0
	for g, scores := range c.Scores {
		in := traces.Inputs{ID: fmt.Sprint(g)}
		for _, s := range scores {
			tr := traces.Input{Obs: make([]string, c.T), Actions: make([]string, c.T), Rewards: make([]float64, c.T)}
			tr.Rewards[0] = s
			for turn := range c.T {
				tr.LogRatios, tr.NTokens = append(tr.LogRatios, c.LogRatio[turn][n]), append(tr.NTokens, c.Tokens[turn][n])
			}
			in.Trajectories = append(in.Trajectories, tr)
			n++
		}
		graph, err := traces.FromInputs(in)
		if err != nil {
			t.Fatal(err)
		}
		groups = append(groups, graph)
	}
	m, err := New("seeupo", c.Params)
	if err != nil {
		t.Fatal(err)
	}
	adv, err := All(groups, m, 2)
	if err != nil {
		t.Fatal(err)
	}
	out := make([][]float64, c.T)
	for turn := range out {
		for _, g := range adv {
			for _, row := range g {
				out[turn] = append(out[turn], row[turn])
			}
		}
	}
	return out
}

// distance returns the largest difference of two results, infinite if their
// shapes differ.
func distance(got, want [][][]float64) float64 {
	d := 0.0
	if len(got) != len(want) {
		return math.Inf(1)
	}
	for n := range want {
		if len(got[n]) != len(want[n]) {
			return math.Inf(1)
		}
		for i := range want[n] {
			if len(got[n][i]) != len(want[n][i]) {
				return math.Inf(1)
			}
			for t := range want[n][i] {
				d = max(d, math.Abs(got[n][i][t]-want[n][i][t])) // max keeps a NaN
			}
		}
	}
	return d
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
