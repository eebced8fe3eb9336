package runner

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

// resampleTwin goes through the groups of an iteration in the order in which they
// were played, and says the slow way which of them are learned from.
func resampleTwin(all []*traces.Trajectory, c Config) (kept map[string]bool, want Resampled) {
	kept = map[string]bool{}
	missing := c.Tasks
	for len(all) > 0 {
		last := want.Rounds == c.Resample
		want.Rounds++
		for range missing {
			group := all[:c.GroupSize]
			all = all[c.GroupSize:]
			want.Groups++
			uniform, lost := true, true
			var first *traces.Trajectory
			for _, t := range group {
				if t.Err != "" {
					continue
				}
				if lost = false; first == nil {
					first = t
				}
				uniform = uniform && t.Return == first.Return
			}
			switch {
			case lost:
			case uniform && !last:
				want.Dropped++
			default:
				if kept[group[0].GroupID] = true; uniform {
					want.Uniform++
				}
			}
		}
		missing = c.Tasks - len(kept)
		if missing == 0 || last {
			break
		}
	}
	if len(all) > 0 {
		want.Groups += len(all) / c.GroupSize // too many were played
	}
	return kept, want
}

// TestResample has uniform groups replaced and looks at everything that was
// played, and at what is learned from.
func TestResample(t *testing.T) {
	lose := func(task envs.Task, _ int) error {
		if task.ID == "2" {
			return errors.New("lost")
		}
		return nil
	}
	full, bound, lost := 0, 0, 0
	for seed := range uint64(12) {
		c := DefaultConfig()
		c.Seed, c.Iterations, c.Tasks, c.GroupSize, c.Resample = seed, 1, 3, 3, 3
		c.EvalEvery, c.RecordEvery, c.RecordGroups, c.KeepZero, c.Update, c.Credit = 0, 1, 0, true, UpdateJoint, "grpo"
		env := hooked{Env: families{toy.New()}}
		if seed%3 == 0 {
			env.step = lose
		}
		c.Split, c.Sampler = "all", ByTask
		l, folder := &recorder{tabular: newTabular(), rated: map[stamp]bool{}}, &keeper{}
		var m *Metrics
		tr := &Trainer{Config: c, Env: env, Learner: l, Folder: folder, Observer: func(e Event) {
			if e.Kind == EventIteration {
				m = e.Metrics
			}
		}}
		sum, err := tr.Train(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		kept, want := resampleTwin(folder.all, c)
		if d := cmp.Diff(*m.Resampled, want); d != "" {
			t.Errorf("seed %d: (-got +want)\n%s", seed, d)
		}
		steps, episodes, tasks := 0, 0, map[string]int{}
		for i, x := range folder.all {
			if x.Err == "" {
				steps, episodes = steps+x.Turns, episodes+1
			}
			if i%c.GroupSize == 0 {
				tasks[x.TaskID]++
			}
			for k := range x.Steps {
				_, used := l.updates[0][stamp{x.SampleSeed, k}]
				if used != (kept[x.GroupID] && x.Err == "") || (x.Steps[k].Advantages != nil) != used {
					t.Errorf("seed %d: step %d of %s is used: %v, its group is kept: %v", seed, k, x.ID, used, kept[x.GroupID])
				}
			}
		}
		if m.Steps != steps || sum.TotalSteps != steps || sum.TotalEpisodes != episodes || len(folder.all) != want.Groups*c.GroupSize {
			t.Errorf("seed %d: %d steps, %d in all, %d episodes of %d recorded; want %d, %d of %d", seed, m.Steps, sum.TotalSteps, sum.TotalEpisodes, len(folder.all), steps, episodes, want.Groups*c.GroupSize)
		}
		for id, n := range tasks {
			if n > 1 && len(tasks) < 8 { // there are 8
				t.Errorf("seed %d: task %s was drawn %d times, and others never", seed, id, n)
			}
		}
		if want.Rounds == c.Resample+1 {
			bound++
		}
		if len(kept) == c.Tasks {
			full++
		}
		lost += m.Lost
	}
	if full == 0 || bound == 0 || lost == 0 {
		t.Errorf("%d batches became full, %d ran out of rounds, %d episodes were lost: some case is not tested", full, bound, lost)
	}
}

// TestMore checks that what replaces groups is new as long as there is something
// new, and follows from its arguments.
func TestMore(t *testing.T) {
	for _, mode := range []string{ByFamily, ByTask} {
		s, err := NewSampler(families{toy.New()}, "all", mode, 5)
		if err != nil {
			t.Fatal(err)
		}
		drawn := map[string]int{"0": 1, "4": 2}
		units := s.Families()
		counts := map[string]int{}
		for it := range 200 {
			got := s.More(it, 1, units-2, drawn)
			if d := cmp.Diff(s.More(it, 1, units-2, drawn), got); d != "" {
				t.Fatalf("%s: the second time: %s", mode, d)
			}
			for _, task := range got {
				counts[task.ID]++
			}
			if n := len(s.More(it, 2, 3*units, drawn)); n != 3*units {
				t.Fatalf("%s: %d tasks, want %d", mode, n, 3*units)
			}
		}
		if mode == ByTask && counts["0"]+counts["4"] != 0 {
			t.Errorf("tasks that were drawn before come again: %v", counts)
		}
		if mode == ByFamily && counts["7"] < 50 || counts["1"] == 0 {
			t.Errorf("%s: %v", mode, counts)
		}
		all := map[string]int{}
		for i := range 8 {
			all[string(rune('0'+i))] = 1
		}
		if got := s.More(0, 1, 5, all); len(got) != 5 {
			t.Errorf("%s: where all were drawn there are %d tasks, want 5", mode, len(got))
		}
	}
}

// TestResampledRunsResume stops runs that replace groups and goes on with new
// learners.
func TestResampledRunsResume(t *testing.T) {
	for _, update := range []string{UpdateJoint, UpdateSeeUPO} {
		c := toyConfig(6)
		c.Resample, c.Update, c.RecordEvery, c.RecordGroups = 2, update, 1, 0
		if update == UpdateSeeUPO {
			c.Credit = "seeupo/released"
		}
		whole, want := newTabular(), &memory{}
		tr := &Trainer{Config: c, Env: toy.New(), Learner: whole, Expert: guide{}, Folder: want, Checkpoints: t.TempDir()}
		if _, err := tr.Train(t.Context()); err != nil {
			t.Fatal(err)
		}
		replaced := 0
		for _, x := range want.metrics {
			if x, ok := x.(Metrics); ok && x.Kind == "train" {
				replaced += x.Resampled.Dropped
			}
		}
		if replaced == 0 {
			t.Error("no group was replaced")
		}
		for _, stop := range []int{5, 60, 120, 200} {
			dir, got := t.TempDir(), &memory{}
			var l *tabular
			var sum Summary
			var err error
			for n := 0; n == 0 || sum.Stopped; n++ {
				ctx, cancel := context.WithCancel(t.Context())
				l = newTabular()
				events := 0
				tr := &Trainer{Config: c, Env: toy.New(), Learner: l, Expert: guide{}, Folder: got, Checkpoints: dir, Resume: true, Observer: func(Event) {
					if events++; n == 0 && events == stop {
						cancel()
					}
				}}
				if sum, err = tr.Train(ctx); err != nil {
					t.Fatal(err)
				}
				cancel()
			}
			if d := cmp.Diff(l.Weights, whole.Weights) + cmp.Diff(got, want, timeless, cmp.AllowUnexported(memory{})); d != "" {
				t.Errorf("%s, stop %d: (-got +want)\n%s", update, stop, d)
			}
		}
	}
}

func TestResampleConfig(t *testing.T) {
	for n, want := range map[int]string{-1: "resample is -1", 1 << 20: "in 1.048577e+06 rounds of resample"} {
		c := DefaultConfig()
		c.Iterations, c.Resample = 1, n
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%d: %v, want %s", n, err, want)
		}
	}
}
