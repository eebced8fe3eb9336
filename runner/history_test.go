package runner

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// TestRunFolder trains into a real folder, twice interrupted, and reads it back.
func TestRunFolder(t *testing.T) {
	want := &memory{}
	tr := &Trainer{Config: toyConfig(7), Env: toy.New(), Learner: newTabular(), Expert: guide{}, Folder: want}
	if _, err := tr.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	run, err := traces.Create(dir, traces.Manifest{Command: "train"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for session := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		tr := &Trainer{Config: toyConfig(7), Env: toy.New(), Learner: newTabular(), Expert: guide{}, Folder: run, Checkpoints: run.Checkpoint(""), Resume: true}
		tr.Observer = func(e Event) {
			if session < 2 && e.Kind == EventIteration && e.Iteration == 2*session+3 {
				cancel()
			}
		}
		sum, err := tr.Train(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if sum.Stopped != (session < 2) {
			t.Errorf("session %d: stopped %v at iteration %d", session, sum.Stopped, sum.Iteration)
		}
		cancel()
		if err := run.Close(); err != nil {
			t.Fatal(err)
		}
		if run, err = traces.OpenForAppend(dir, traces.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	defer run.Close()
	got, err := ReadHistory(run)
	if err != nil {
		t.Fatal(err)
	}
	var wantHistory History
	for _, m := range want.metrics {
		switch m := m.(type) {
		case Metrics:
			if m.Kind == "train" {
				wantHistory.Train = append(wantHistory.Train, m)
			} else {
				wantHistory.Imitate = append(wantHistory.Imitate, m)
			}
		case EvalLine:
			wantHistory.Evals = append(wantHistory.Evals, m)
		}
	}
	if d := cmp.Diff(got, wantHistory, timeless); d != "" {
		t.Errorf("(-got +want)\n%s", d)
	}
	first, err := run.Load(want.episodes[0])
	if err != nil {
		t.Fatal(err)
	}
	if first.Steps[0].Advantages["hgpo/paper"] == 0 && first.Steps[0].Options == nil {
		t.Errorf("the recorded episode lacks advantages or options: %+v", first.Steps[0])
	}
	var state State
	if state, err = LoadCheckpoint(run.Checkpoint(""), CheckpointBest, newTabular()); err != nil || state.Best == nil {
		t.Errorf("best checkpoint: %+v, %v", state, err)
	}
}

func TestHistoryKeepsTheLaterLine(t *testing.T) {
	var h History
	for _, line := range []string{
		`{"kind":"train","iteration":0,"steps":1}`, `{"kind":"train","iteration":1,"steps":2}`, `{"kind":"train","iteration":2,"steps":3}`,
		`{"kind":"other"}`, `{"kind":"eval","iteration":2}`,
		`{"kind":"train","iteration":1,"steps":20}`, `{"kind":"eval","iteration":2,"best":true}`,
	} {
		if err := h.add([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
	if len(h.Train) != 2 || h.Train[1].Steps != 20 || len(h.Evals) != 1 || !h.Evals[0].Best {
		t.Errorf("got %+v", h)
	}
	if err := h.add([]byte(`{"kind":"train","iteration":"x"}`)); err == nil {
		t.Error("no error for a bad line")
	}
}
