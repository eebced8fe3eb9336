package runner

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// memory is a Folder that keeps what it gets.
type memory struct {
	episodes []string
	metrics  []any
	err      error
}

func (m *memory) Append(t *traces.Trajectory) error {
	m.episodes = append(m.episodes, t.ID)
	return m.err
}

func (m *memory) AppendMetrics(v any) error {
	switch x := v.(type) {
	case *Metrics:
		v = *x
	}
	m.metrics = append(m.metrics, v)
	return m.err
}

// timeless drops what depends on the machine.
var timeless = cmp.Options{
	cmpopts.IgnoreFields(Metrics{}, "RolloutSeconds", "CreditSeconds", "UpdateSeconds", "StepsPerSecond", "Elapsed"),
	cmpopts.IgnoreFields(EvalLine{}, "Elapsed"),
	cmpopts.IgnoreFields(State{}, "Elapsed"),
}

func toyConfig(iterations int) Config {
	c := DefaultConfig()
	c.Iterations, c.Tasks, c.GroupSize = iterations, 4, 8
	c.Imitate, c.ImitateBatch, c.Dagger, c.DaggerBatch = 6, 4, 2, 5
	c.EvalEvery, c.CheckpointEvery, c.RecordEvery, c.RecordGroups = 3, 2, 4, 2
	return c
}

func TestTrainLearns(t *testing.T) {
	for _, name := range []string{"grpo/paper", "gigpo/paper", "hgpo/paper", "salt/paper", "rloo/paper"} {
		t.Run(name, func(t *testing.T) {
			c := DefaultConfig()
			c.Iterations, c.Tasks, c.Credit, c.EvalEvery = 60, 4, name, 0
			c.Grouping = traces.ByAnchor
			c.DevSplit, c.RecordEvery = "", 0
			m := &memory{}
			tr := &Trainer{Config: c, Env: toy.New(), Learner: newTabular(), Folder: m}
			if _, err := tr.Train(t.Context()); err != nil {
				t.Fatal(err)
			}
			first, last := m.metrics[0].(Metrics), m.metrics[len(m.metrics)-1].(Metrics)
			if first.Success > .6 || last.Success < .9 {
				t.Errorf("success went from %.2f to %.2f, want above 0.9", first.Success, last.Success)
			}
		})
	}
}

func TestImitation(t *testing.T) {
	c := DefaultConfig()
	c.Iterations, c.Imitate, c.Dagger, c.EvalEvery = 1, 130, 3, 0
	m := &memory{}
	l := newTabular()
	tr := &Trainer{Config: c, Env: toy.New(), Learner: l, Expert: guide{}, Folder: m}
	if _, err := tr.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	var rounds []Metrics
	for _, x := range m.metrics {
		if x := x.(Metrics); x.Kind == "imitate" {
			rounds = append(rounds, x)
		}
	}
	var episodes []int
	for _, r := range rounds {
		episodes = append(episodes, r.Episodes)
		if r.Labelled != r.Steps || r.Missed != 0 {
			t.Errorf("round %d: %d labelled of %d steps, %d missed", r.Iteration, r.Labelled, r.Steps, r.Missed)
		}
	}
	if d := cmp.Diff(episodes, []int{64, 64, 2, 128, 128, 128}); d != "" {
		t.Errorf("episodes a round: (-got +want)\n%s", d)
	}
	if rounds[0].Success != 1 {
		t.Errorf("the expert's success is %v", rounds[0].Success)
	}
	r, err := Evaluate(t.Context(), toy.New(), l, EvalConfig{Split: "train", Greedy: true})
	if err != nil || r.Success.Mean != 1 {
		t.Errorf("after imitation: success %v, error %v", r.Success.Mean, err)
	}
}

// TestResumeEqualsUnbroken stops runs at every place where they can be stopped
// and goes on from the folder with a new learner.
func TestResumeEqualsUnbroken(t *testing.T) {
	whole, want := newTabular(), &memory{}
	tr := &Trainer{Config: toyConfig(7), Env: toy.New(), Learner: whole, Expert: guide{}, Folder: want, Checkpoints: t.TempDir()}
	wantSum, err := tr.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for stop := 1; stop < 40; stop += 2 {
		dir, got := t.TempDir(), &memory{}
		var sum Summary
		var l *tabular
		stops := 0
		for sessions := 0; sessions == 0 || sum.Stopped; sessions++ {
			ctx, cancel := context.WithCancel(t.Context())
			events := 0
			l = newTabular()
			tr := &Trainer{Config: toyConfig(7), Env: toy.New(), Learner: l, Expert: guide{}, Folder: got, Checkpoints: dir, Resume: true}
			tr.Observer = func(Event) {
				if events++; sessions < 3 && events == stop*(3+7*sessions) {
					cancel()
				}
			}
			if sum, err = tr.Train(ctx); err != nil {
				t.Fatal(err)
			}
			if sum.Stopped {
				stops++
			}
			cancel()
		}
		if stops == 0 && stop < 20 {
			t.Errorf("stop %d: the run was not interrupted", stop)
		}
		if d := cmp.Diff(l.Weights, whole.Weights); d != "" {
			t.Fatalf("stop %d: weights differ (-got +want)\n%s", stop, d)
		}
		if d := cmp.Diff(got, want, timeless, cmp.AllowUnexported(memory{})); d != "" {
			t.Fatalf("stop %d: records differ (-got +want)\n%s", stop, d)
		}
		if d := cmp.Diff(sum.State, wantSum.State, timeless); d != "" {
			t.Fatalf("stop %d: states differ (-got +want)\n%s", stop, d)
		}
	}
}

// TestResumeAfterKill goes on from older checkpoints, as after a kill: lines
// are then written again, with the same contents.
func TestResumeAfterKill(t *testing.T) {
	whole := newTabular()
	dir, kept := t.TempDir(), t.TempDir()
	tr := &Trainer{Config: toyConfig(7), Env: toy.New(), Learner: whole, Expert: guide{}, Checkpoints: dir}
	n := 0
	tr.Observer = func(e Event) {
		if e.Kind == EventCheckpoint && e.Path == CheckpointLast {
			if err := os.CopyFS(filepath.Join(kept, string(rune('a'+n)), CheckpointLast), os.DirFS(filepath.Join(dir, CheckpointLast))); err != nil {
				t.Error(err)
			}
			n++
		}
	}
	if _, err := tr.Train(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n < 4 {
		t.Fatalf("%d checkpoints", n)
	}
	for i := range n {
		l := newTabular()
		tr := &Trainer{Config: toyConfig(7), Env: toy.New(), Learner: l, Expert: guide{}, Checkpoints: filepath.Join(kept, string(rune('a'+i))), Resume: true}
		if _, err := tr.Train(t.Context()); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(l.Weights, whole.Weights); d != "" {
			t.Errorf("from checkpoint %d: (-got +want)\n%s", i, d)
		}
	}
}

func TestTrainErrors(t *testing.T) {
	full := errors.New("no space left on device")
	always := func(envs.Task, int) error { return errors.New("broken world") }
	for _, tt := range []struct {
		name string
		edit func(*Trainer)
		want string
	}{
		{"config", func(tr *Trainer) { tr.Config.Tasks = 0 }, "tasks is 0"},
		{"no expert", func(tr *Trainer) { tr.Expert = nil }, "needs an expert"},
		{"no split", func(tr *Trainer) { tr.Config.Split = "nowhere" }, "no such split"},
		{"no dev split", func(tr *Trainer) { tr.Config.DevSplit = "nowhere" }, "no such split"},
		{"all lost", func(tr *Trainer) { tr.Env = hooked{Env: toy.New(), step: always} }, "broken world"},
		{"disk full", func(tr *Trainer) { tr.Folder = &memory{err: full} }, "no space left"},
		{"checkpoint", func(tr *Trainer) { tr.Learner.(*tabular).fail = full }, "no space left"},
		{"expert without options", func(tr *Trainer) { tr.Expert = mute{} }, "none of the"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tr := &Trainer{Config: toyConfig(3), Env: toy.New(), Learner: newTabular(), Expert: guide{}, Checkpoints: t.TempDir()}
			tt.edit(tr)
			_, err := tr.Train(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got error %v, want one with %q", err, tt.want)
			}
		})
	}
}

// mute is an expert that does what is no option of the learner.
type mute struct{ guide }

func (mute) Name() string { return "mute" }

func TestMinutesBudget(t *testing.T) {
	c := toyConfig(0)
	c.Minutes = 2
	at := time.Unix(0, 0)
	var progress []float64
	tr := &Trainer{Config: c, Env: toy.New(), Learner: newTabular(), Expert: guide{}}
	tr.now = func() time.Time { at = at.Add(time.Second); return at }
	tr.Observer = func(e Event) {
		if e.Kind == EventIteration {
			progress = append(progress, e.Metrics.Progress)
		}
	}
	sum, err := tr.Train(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if sum.Elapsed < 120 || len(progress) < 5 || sum.Last == nil {
		t.Errorf("elapsed %v s, %d iterations, last report %v", sum.Elapsed, len(progress), sum.Last)
	}
	for i := 1; i < len(progress); i++ {
		if progress[i] <= progress[i-1] || progress[i] >= 1 {
			t.Errorf("progress %v after %v", progress[i], progress[i-1])
		}
	}
}

// TestFailedSaveKeepsTheOldCheckpoint saves with no room left on the disk.
func TestFailedSaveKeepsTheOldCheckpoint(t *testing.T) {
	dir, l := t.TempDir(), newTabular()
	if err := SaveCheckpoint(dir, CheckpointLast, l, State{Iteration: 1}); err != nil {
		t.Fatal(err)
	}
	l.fail = errors.New("no space left on device")
	err := SaveCheckpoint(dir, CheckpointLast, l, State{Iteration: 2})
	if !errors.Is(err, l.fail) || !strings.Contains(err.Error(), filepath.Join(dir, CheckpointLast)) {
		t.Errorf("got %v", err)
	}
	if s, err := LoadCheckpoint(dir, CheckpointLast, newTabular()); err != nil || s.Iteration != 1 {
		t.Errorf("loaded %+v, %v", s, err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCheckpointSurvivesEveryCut(t *testing.T) {
	old, fresh := newTabular(), newTabular()
	old.step("a", []int{1}, 1)
	fresh.step("a", []int{2}, 1)
	// The folders as they are after each step of the swap.
	for _, tt := range []struct {
		name          string
		at, new, prev bool
		newDone       bool
		want          *tabular
	}{
		{"before", true, false, false, false, old},
		{"writing", true, true, false, false, old},
		{"written", true, true, false, true, old},
		{"moved away", false, true, true, true, fresh},
		{"moved there", true, false, true, true, fresh},
		{"first, writing", false, true, false, false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			put := func(name string, l *tabular, whole bool) {
				if err := SaveCheckpoint(filepath.Join(dir, "tmp"), "x", l, State{Iteration: 1}); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(filepath.Join(dir, "tmp", "x"), filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				if !whole {
					os.Remove(filepath.Join(dir, name, stateFile))
				}
			}
			if tt.at {
				put("last", map[bool]*tabular{true: old, false: fresh}[!tt.prev], true)
			}
			if tt.new {
				put("last.new", fresh, tt.newDone)
			}
			if tt.prev {
				put("last.old", old, true)
			}
			check := func(when string, want *tabular) {
				got := newTabular()
				_, err := LoadCheckpoint(dir, "last", got)
				if want == nil {
					if !errors.Is(err, fs.ErrNotExist) {
						t.Errorf("%s: error %v, want not exist", when, err)
					}
					return
				}
				if err != nil {
					t.Fatalf("%s: %v", when, err)
				}
				if d := cmp.Diff(got.Weights, want.Weights); d != "" {
					t.Errorf("%s: (-got +want)\n%s", when, d)
				}
			}
			check("after the cut", tt.want)
			newest := newTabular()
			newest.step("b", []int{3}, 1)
			if err := SaveCheckpoint(dir, "last", newest, State{}); err != nil {
				t.Fatal(err)
			}
			check("after the next save", newest)
			left, _ := os.ReadDir(dir)
			for _, e := range left {
				if e.Name() != "last" && e.Name() != "tmp" {
					t.Errorf("%s is left behind", e.Name())
				}
			}
		})
	}
}
