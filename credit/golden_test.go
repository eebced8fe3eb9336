package credit

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
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
}

// TestGolden compares with the committed part of the reference vectors.
func TestGolden(t *testing.T) { golden(t, "testdata") }

// TestGoldenShared compares with all of them.
func TestGoldenShared(t *testing.T) {
	golden(t, filepath.Dir(testdata.Shared(t, "credit/inputs.json")))
}

func golden(t *testing.T, dir string) {
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
