package alfworld_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/internal/testdata"
)

// trace is an episode of the original.
type trace struct {
	Game  string `json:"game"`
	Kind  string `json:"kind"`
	Steps []struct {
		Action     string   `json:"action"`
		Text       string   `json:"obs"`
		Admissible []string `json:"admissible"`
		Score      float64  `json:"score"` // null at the start
		Won        bool     `json:"won"`
		Done       bool     `json:"done"` // null at the start
	} `json:"steps"`
}

// actions returns the actions up to the one that wins: the original goes on
// after that, an episode does not.
func (tr *trace) actions() []string {
	var out []string
	for i, s := range tr.Steps {
		if i > 0 {
			out = append(out, s.Action)
		}
		if s.Done {
			break
		}
	}
	return out
}

func readTraces(t *testing.T, path string) []*trace {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []*trace
	for dec := json.NewDecoder(bufio.NewReader(z)); ; {
		var tr trace
		if err := dec.Decode(&tr); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, &tr)
	}
}

// TestTraces plays what the original played. Everything must be equal.
func TestTraces(t *testing.T) {
	root := testdata.Shared(t, "alfworld")
	for _, tt := range []struct{ traces, data string }{
		{"real", "real"},
		{"slice", "real"},
		{"gen", "games/gen"},
		{"oldformat_2.1.1", "games/old_2.1.1"},
		{"real", "."},
		{"slice", "."},
		{"gen", "."},
		{"oldformat_2.1.1", "."},
		{"gen", "games"},
		{"oldformat_2.1.1", "games"},
	} {
		if testing.Short() && (tt.data == "." || tt.data == "games") {
			continue
		}
		t.Run(tt.traces+" in "+tt.data, func(t *testing.T) {
			env := open(t, func(c *alfworld.Config) { c.Data, c.MaxTurns = filepath.Join(root, tt.data), 0 })
			records := 0
			for _, tr := range readTraces(t, filepath.Join(root, "traces", tt.traces+".jsonl.gz")) {
				err := envs.Play(t.Context(), env, envs.Task{ID: tr.Game}, 0, tr.actions(), func(l envs.PlayLine) error {
					records++
					return compare(tr, l)
				})
				if err != nil {
					t.Errorf("%s (%s): %v", tr.Game, tr.Kind, err)
				}
			}
			t.Logf("%d records", records)
		})
	}
}

// compare compares a line with the original's step of its number.
func compare(tr *trace, l envs.PlayLine) error {
	type record struct {
		Text       string
		Admissible []string
		Score      float64
		Won, Done  bool
		Refused    bool
	}
	s := tr.Steps[l.T]
	want := record{s.Text, s.Admissible, s.Score, s.Won, s.Done, s.Text == "Nothing happens."}
	got := record{l.Observation, l.Admissible, l.Metrics["score"], l.Success, l.Terminated, l.Invalid}
	if diff := cmp.Diff(got, want); diff != "" || got.Score != l.Reward {
		return fmt.Errorf("step %d, %q (-got +want):\n%s", l.T, l.Action, diff)
	}
	return nil
}

// open opens an environment that the test closes.
func open(t testing.TB, change func(*alfworld.Config)) *alfworld.Env {
	t.Helper()
	c := alfworld.DefaultConfig()
	if change != nil {
		change(&c)
	}
	env, err := alfworld.OpenConfig(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(); err != nil {
			t.Error(err)
		}
	})
	return env
}
