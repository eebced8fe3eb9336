package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"stepgym/credit"
	"stepgym/internal/testdata"
	"stepgym/traces"
)

// goldenFiles maps a file of reference results to the method that must
// reproduce it.
var goldenFiles = []struct{ file, method string }{
	{"grpo_std", "grpo"},
	{"grpo_nostd", "grpo"},
	{"rloo", "rloo"},
	{"reinforce_pp_baseline", "reinforce++"},
	{"gae", "gae"},
	{"gigpo", "gigpo"},
	{"gigpo_similarity", "gigpo"},
	{"hgpo_code", "hgpo"},
	{"hgpo_paper", "hgpo"},
	{"salt", "salt"},
	{"rtmc", "rtmc"},
	{"graphgpo", "graphgpo"},
	{"graft", "graft"},
}

// TestGolden takes every reference case through the door, as lines and as a
// batch, and one in ten as a table too.
func TestGolden(t *testing.T) {
	dir := filepath.Dir(testdata.Shared(t, "credit/inputs.json"))
	var in struct {
		Batches []json.RawMessage `json:"batches"`
	}
	readJSON(t, filepath.Join(dir, "inputs.json"), &in)
	batches := map[string][]byte{}
	for _, b := range in.Batches {
		var name struct {
			Case string `json:"case"`
		}
		if err := json.Unmarshal(b, &name); err != nil {
			t.Fatal(err)
		}
		batches[name.Case] = b
	}
	for _, gf := range goldenFiles {
		t.Run(gf.file, func(t *testing.T) {
			t.Parallel()
			var v struct {
				Cases []struct {
					Case       string          `json:"case"`
					Params     json.RawMessage `json:"params"`
					Advantages [][][]float64   `json:"advantages"`
				} `json:"cases"`
			}
			readJSON(t, filepath.Join(dir, gf.file+".json"), &v)
			for i, c := range v.Cases {
				m, err := credit.New(gf.method, c.Params)
				if err != nil {
					t.Fatalf("%s: %v", c.Case, err)
				}
				batch := batches[c.Case]
				got := answers(t, "batch", batch, m)
				compare(t, c.Case+" as a batch", got, c.Advantages)
				compare(t, c.Case+" as lines", answers(t, "lines", lines(t, batch), m), c.Advantages)
				if i%10 == 0 {
					compare(t, c.Case+" as a table", answers(t, "table", asTable(t, batch), m), c.Advantages)
				}
			}
			t.Logf("%d cases", len(v.Cases))
		})
	}
}

// TestGoldenSeeUPO does the same for the cases that bring their own inputs.
func TestGoldenSeeUPO(t *testing.T) {
	var v struct {
		Cases []struct {
			Scores    [][]float64     `json:"scores_by_group"`
			LogRatio  [][]float64     `json:"logratio"`
			NTokens   [][]int         `json:"n_tokens"`
			T         int             `json:"T"`
			Params    json.RawMessage `json:"params"`
			Advantage [][]float64     `json:"advantage_used_by_turn"`
		} `json:"cases"`
	}
	readJSON(t, testdata.Shared(t, "credit/seeupo.json"), &v)
	for n, c := range v.Cases {
		batch := struct {
			Groups []traces.Inputs `json:"groups"`
		}{}
		var want [][][]float64
		k := 0
		for gi, scores := range c.Scores {
			g := traces.Inputs{ID: fmt.Sprint("g", gi)}
			var rows [][]float64
			for i, score := range scores {
				tr := traces.Input{ID: fmt.Sprint("t", i)}
				var row []float64
				for turn := range c.T {
					tr.Obs, tr.Actions = append(tr.Obs, fmt.Sprint("turn ", turn)), append(tr.Actions, "act")
					tr.Rewards = append(tr.Rewards, 0)
					tr.NTokens, tr.LogRatios = append(tr.NTokens, c.NTokens[turn][k]), append(tr.LogRatios, c.LogRatio[turn][k])
					row = append(row, c.Advantage[turn][k])
				}
				tr.Rewards[c.T-1] = score
				g.Trajectories, rows = append(g.Trajectories, tr), append(rows, row)
				k++
			}
			batch.Groups, want = append(batch.Groups, g), append(want, rows)
		}
		m, err := credit.New("seeupo", c.Params)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, fmt.Sprint("case ", n), answers(t, "batch", text, m), want)
		compare(t, fmt.Sprint("case ", n, " as a table"), answers(t, "table", asTable(t, text), m), want)
	}
	t.Logf("%d cases", len(v.Cases))
}

// answers runs m over an input of the given form.
func answers(t *testing.T, form string, input []byte, m credit.Method) [][][]float64 {
	t.Helper()
	o := Options{Method: m, Batch: form == "batch" || m.Batchwise(), Workers: 2}
	r := bytes.NewReader(input)
	source := Lines(r)
	switch form {
	case "batch":
		source = Batch(r)
	case "table":
		source = Table(r, r.Size())
	}
	var out bytes.Buffer
	if _, err := Run(t.Context(), source, NewLines(&out), o); err != nil {
		t.Fatalf("%s: %v", form, err)
	}
	var all [][][]float64
	for line := range strings.Lines(out.String()) {
		var a Answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		all = append(all, a.Advantages)
	}
	return all
}

// lines writes the groups of a batch one a line.
func lines(t *testing.T, batch []byte) []byte {
	t.Helper()
	var b struct {
		Groups []json.RawMessage `json:"groups"`
	}
	if err := json.Unmarshal(batch, &b); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, g := range b.Groups {
		out = append(append(out, g...), '\n')
	}
	return out
}

func compare(t *testing.T, what string, got, want [][][]float64) {
	t.Helper()
	same := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9 }
	if !slices.EqualFunc(got, want, func(a, b [][]float64) bool {
		return slices.EqualFunc(a, b, func(a, b []float64) bool { return slices.EqualFunc(a, b, same) })
	}) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
