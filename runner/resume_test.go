package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// lines returns the metrics of a run without what depends on the machine, and
// the episodes' IDs, as they lie in its files.
func lines(t *testing.T, dir string) (metrics, episodes []string) {
	t.Helper()
	run, err := traces.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	maps, err := traces.ReadMetrics[map[string]any](run)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range maps {
		for _, key := range []string{"rollout_s", "credit_s", "update_s", "steps_per_s", "elapsed_s"} {
			delete(m, key)
		}
		b, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		metrics = append(metrics, string(b))
	}
	text, err := os.ReadFile(filepath.Join(dir, "episodes-000001.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var head struct{ ID string }
		if err := json.Unmarshal([]byte(line), &head); err != nil {
			t.Fatal(err)
		}
		episodes = append(episodes, head.ID)
	}
	return metrics, episodes
}

// trainFolder trains into the run in dir with a new learner.
func trainFolder(t *testing.T, run *traces.Run, resume bool, observe Observer) (*tabular, error) {
	t.Helper()
	l, c := newTabular(), toyConfig(7)
	c.RecordEvery = 1
	tr := &Trainer{Config: c, Env: toy.New(), Learner: l, Expert: guide{}, Folder: run, Checkpoints: run.Checkpoint(""), Resume: resume, Observer: observe}
	_, err := tr.Train(t.Context())
	return l, err
}

// TestKilledRunIsTheSameRun copies the folder of a run at many moments, as kills
// would leave it, goes on from each copy and finds the lines of the unbroken
// run, each of them once.
func TestKilledRunIsTheSameRun(t *testing.T) {
	dir, copies := filepath.Join(t.TempDir(), "whole"), t.TempDir()
	run, err := traces.Create(dir, traces.Manifest{Command: "train"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n, events := 0, 0
	whole, err := trainFolder(t, run, false, func(e Event) {
		if events++; e.Kind == EventRollout && e.Done > 1 || e.Kind == EventEval && e.Done > 1 {
			return
		}
		if err := os.CopyFS(filepath.Join(copies, fmt.Sprint(n)), os.DirFS(dir)); err != nil {
			t.Error(err)
		}
		n++
	})
	if err = errors.Join(err, run.Close()); err != nil {
		t.Fatal(err)
	}
	wantMetrics, wantEpisodes := lines(t, dir)
	rewound := 0
	for i := range n {
		at := filepath.Join(copies, fmt.Sprint(i))
		run, err := traces.OpenForAppend(at, traces.Options{})
		if err != nil {
			t.Fatal(err)
		}
		l, err := trainFolder(t, run, true, nil)
		rewound += len(run.Repairs())
		if err = errors.Join(err, run.Close()); err != nil {
			t.Fatalf("copy %d: %v", i, err)
		}
		gotMetrics, gotEpisodes := lines(t, at)
		if d := cmp.Diff(gotMetrics, wantMetrics) + cmp.Diff(gotEpisodes, wantEpisodes) + cmp.Diff(l.Weights, whole.Weights); d != "" {
			t.Errorf("copy %d of %d: (-got +want)\n%s", i, n, d)
		}
	}
	if n < 30 || rewound < 5 {
		t.Errorf("%d copies, %d of which had to be taken back", n, rewound)
	}
}

// TestDamagedCheckpointIsNoBeginning makes sure that a run whose checkpoint
// cannot be used is left as it is, instead of begun anew.
func TestDamagedCheckpointIsNoBeginning(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "whole")
	run, err := traces.Create(dir, traces.Manifest{Command: "train"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trainFolder(t, run, false, nil); err != nil {
		t.Fatal(err)
	}
	run.Close()
	state := filepath.Join("checkpoints", CheckpointLast, stateFile)
	edit := func(from, to string) func(string) error {
		return func(dir string) error {
			b, err := os.ReadFile(filepath.Join(dir, state))
			if err != nil || !strings.Contains(string(b), from) {
				return fmt.Errorf("no %q in %s: %v", from, b, err)
			}
			return os.WriteFile(filepath.Join(dir, state), []byte(strings.Replace(string(b), from, to, 1)), 0o666)
		}
	}
	for _, tt := range []struct {
		name   string
		damage func(dir string) error
		want   string
	}{
		{"no checkpoints", func(dir string) error { return os.RemoveAll(filepath.Join(dir, "checkpoints")) }, "there is none in"},
		{"no state", func(dir string) error { return os.Remove(filepath.Join(dir, state)) }, "no such file"},
		{"state cut", func(dir string) error { return os.Truncate(filepath.Join(dir, state), 20) }, "unexpected end of JSON"},
		{"state empty object", func(dir string) error { return os.WriteFile(filepath.Join(dir, state), []byte("{}"), 0o666) }, "is of update 0 and the weights are of update"},
		{"other tasks", edit(`"tasks": "`, `"tasks": "1`), "the training tasks are not those"},
		{"negative", edit(`"warm": `, `"warm": -`), "must not be negative"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := filepath.Join(t.TempDir(), "run")
			if err := os.CopyFS(at, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			if err := tt.damage(at); err != nil {
				t.Fatal(err)
			}
			beforeMetrics, beforeEpisodes := lines(t, at)
			run, err := traces.OpenForAppend(at, traces.Options{})
			if err != nil {
				t.Fatal(err)
			}
			_, err = trainFolder(t, run, true, nil)
			run.Close()
			if errors.Is(err, ErrCheckpoint) == errors.Is(err, ErrTasks) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want ErrCheckpoint or ErrTasks with %q", err, tt.want)
			}
			afterMetrics, afterEpisodes := lines(t, at)
			if d := cmp.Diff(beforeMetrics, afterMetrics) + cmp.Diff(beforeEpisodes, afterEpisodes); d != "" {
				t.Errorf("the run was changed: %s", d)
			}
		})
	}
}
