package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stepgym/credit/wire"
	"stepgym/internal/testdata"
	"stepgym/traces"
)

// TestCreditGolden runs "gym credit" on every reference case, with method and
// parameters as the reference file names them.
func TestCreditGolden(t *testing.T) {
	dir := filepath.Dir(testdata.Shared(t, "credit/inputs.json"))
	var in struct {
		Batches []json.RawMessage `json:"batches"`
	}
	decodeFile(t, filepath.Join(dir, "inputs.json"), &in)
	batches := map[string]json.RawMessage{}
	for _, b := range in.Batches {
		var name struct {
			Case string `json:"case"`
		}
		if err := json.Unmarshal(b, &name); err != nil {
			t.Fatal(err)
		}
		batches[name.Case] = b
	}
	for _, file := range []string{
		"grpo_std", "grpo_nostd", "rloo", "reinforce_pp_baseline", "gae", "gigpo", "gigpo_similarity",
		"hgpo_code", "hgpo_paper", "salt", "rtmc", "graphgpo", "graft",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			var v struct {
				Algorithm string `json:"algorithm"`
				Cases     []struct {
					Case       string          `json:"case"`
					Params     json.RawMessage `json:"params"`
					Advantages [][][]float64   `json:"advantages"`
				} `json:"cases"`
			}
			decodeFile(t, filepath.Join(dir, file+".json"), &v)
			for _, c := range v.Cases {
				got := creditCommand(t, batches[c.Case], "--batch", "--threads", "1", "--method", v.Algorithm, "--params", string(c.Params))
				if len(got) != len(c.Advantages) {
					t.Fatalf("%s: %d answers, want %d", c.Case, len(got), len(c.Advantages))
				}
				for g, a := range got {
					same(t, c.Case, a.Advantages, c.Advantages[g])
				}
			}
		})
	}
}

// creditCommand runs the command on an input.
func creditCommand(t *testing.T, in []byte, args ...string) []wire.Answer {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetIn(bytes.NewReader(in))
	root.SetOut(&out)
	root.SetArgs(append([]string{"credit"}, args...))
	if err := root.ExecuteContext(t.Context()); err != nil {
		t.Fatalf("gym credit %s: %v", strings.Join(args, " "), err)
	}
	var answers []wire.Answer
	for line := range bytes.Lines(out.Bytes()) {
		var a wire.Answer
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	return answers
}

func same(t *testing.T, name string, got, want [][]float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s: %d trajectories, want %d", name, len(got), len(want))
	}
	for i := range want {
		if len(got[i]) != len(want[i]) {
			t.Fatalf("%s: %d steps, want %d", name, len(got[i]), len(want[i]))
		}
		for k := range want[i] {
			if d := math.Abs(got[i][k] - want[i][k]); !(d <= 1e-9) {
				t.Errorf("%s, trajectory %d, step %d: %v, want %v", name, i, k, got[i][k], want[i][k])
			}
		}
	}
}

func decodeFile(t *testing.T, path string, v any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// TestCreditExplainRun explains a group of a run, by the run's own method and by
// one that takes the iteration for its batch.
func TestCreditExplainRun(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	config, err := json.Marshal(map[string]any{"env": "webshop", "train": map[string]any{"credit": "rloo/paper"}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := traces.Create(dir, traces.Manifest{Command: "train", Config: config}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, reward := range []float64{1, 0, 5, 1} {
		see := traces.Observation{Text: "search", State: "s"}
		tr := &traces.Trajectory{
			ID: fmt.Sprint("it0/", i), GroupID: fmt.Sprint("it0/g", i/2), Index: i % 2, TaskID: "goal",
			Steps: []traces.Step{{Observation: see, Action: "find", Reward: reward}}, Final: &see,
		}
		if err := run.Append(tr); err != nil {
			t.Fatal(err)
		}
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		args string
		want []string
	}{
		{"", []string{"it0/g0\nit0/g1\n"}},
		{"--group it0/g0", []string{`group "it0/g0" by rloo/paper`, `+1.0000    +1.0000 episode: score 1 less`}},
		{"--group it0/g0 --method reinforce++", []string{`by reinforce++/paper`, `+0.2970 batch: score 1`}},
		{"--group it0/g1 --method gigpo --grouping state --json", []string{`"grouping_key": "state"`}},
	}
	for _, tt := range tests {
		root := newRoot()
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetArgs(append([]string{"credit", "explain", "--run", dir}, strings.Fields(tt.args)...))
		if err := root.ExecuteContext(t.Context()); err != nil {
			t.Errorf("%s: %v", tt.args, err)
		}
		for _, want := range tt.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: got\n%swant %s", tt.args, out.String(), want)
			}
		}
	}
}
