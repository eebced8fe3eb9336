package session_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/session"
	"stepgym/envs/webshop"
	"stepgym/traces"
)

// worlds returns the environments that the server is for, on their defaults.
func worlds(t testing.TB) map[string]envs.Env {
	t.Helper()
	all := map[string]envs.Env{"toy": toy.New()}
	for name, open := range map[string]envs.Opener{"webshop": webshop.Open, "alfworld": alfworld.Open} {
		env, err := open(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := env.Close(); err != nil {
				t.Error(err)
			}
		})
		all[name] = env
	}
	return all
}

// choose picks one of the actions that an observation lists.
func choose(o envs.Observation, r *rand.Rand) envs.Action {
	var all []envs.Action
	for _, c := range o.Admissible {
		all = append(all, c.Action)
	}
	for _, f := range o.Forms {
		for _, c := range f.Candidates {
			all = append(all, c.Action)
		}
	}
	if len(all) == 0 || r.IntN(20) == 0 {
		return act("nonsense")
	}
	return all[r.IntN(len(all))]
}

// twin is an episode played without the Host, with the record that is to come
// of it.
type twin struct {
	ep      envs.Episode
	actions []envs.Action
	steps   []traces.Step
	total   float64
	over    bool
}

func newTwin(t *testing.T, env envs.Env, task envs.Task, seed uint64, actions ...envs.Action) *twin {
	t.Helper()
	ep, err := env.Reset(t.Context(), task, seed)
	if err != nil {
		t.Fatal(err)
	}
	w := &twin{ep: ep}
	for _, a := range actions {
		w.step(t, a)
	}
	return w
}

func (w *twin) step(t *testing.T, a envs.Action) envs.Result {
	t.Helper()
	seen := traces.Observe(w.ep.Observation())
	r, err := w.ep.Step(t.Context(), a)
	if err != nil {
		t.Fatal(err)
	}
	w.actions = append(w.actions, a)
	w.total += r.Reward
	w.steps = append(w.steps, traces.Step{
		Observation: seen, Action: a.String(), Reward: r.Reward, Terminated: r.Terminated, Truncated: r.Truncated, Invalid: r.Invalid, Metrics: r.Metrics,
	})
	return r
}

// same fails if the session is not where its twin is.
func (w *twin) same(t *testing.T, s *session.Session) {
	t.Helper()
	a, err := s.Observe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(a.Observation, w.ep.Observation()); d != "" || a.Step != len(w.actions) {
		t.Fatalf("after %d steps, want %d (-session +direct):\n%s", a.Step, len(w.actions), d)
	}
}

// both takes a step in both and compares what came of it.
func (w *twin) both(t *testing.T, s *session.Session, a envs.Action) envs.Result {
	t.Helper()
	got, err := s.Step(t.Context(), a, "")
	if err != nil {
		t.Fatal(err)
	}
	r := w.step(t, a)
	if d := cmp.Diff(got.Result, r); d != "" {
		t.Fatalf("step %d, %s (-session +direct):\n%s", got.Step, a, d)
	}
	if d := cmp.Diff(got.Observation, w.ep.Observation()); d != "" {
		t.Fatalf("step %d, %s (-session +direct):\n%s", got.Step, a, d)
	}
	return r
}

// play goes on in both until the end, or for at most n steps.
func (w *twin) play(t *testing.T, s *session.Session, r *rand.Rand, n int) (over bool) {
	t.Helper()
	for range n {
		if w.over = w.over || w.both(t, s, choose(w.ep.Observation(), r)).Done(); w.over {
			break
		}
	}
	return w.over
}

// TestWorlds plays episodes of every environment through the Host and beside
// it, branches them by forks and snapshots, and compares all that is seen and
// recorded.
func TestWorlds(t *testing.T) {
	var rec memory
	all := worlds(t)
	h, err := session.New(all, session.Options{Recorder: &rec, Default: "toy"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	for name, env := range all {
		t.Run(name, func(t *testing.T) {
			tasks, err := h.Tasks(name, "train")
			if err != nil {
				t.Fatal(err)
			}
			episodes := 40
			if testing.Short() {
				episodes = 8
			}
			for i := range episodes {
				r := rand.New(rand.NewPCG(uint64(i), 7))
				task, seed := tasks[r.IntN(len(tasks))], r.Uint64N(100)
				playBranches(t, h, &rec, env, session.Start{Env: name, Task: task.ID, Seed: &seed}, task, r)
			}
		})
	}
}

// playBranches plays an episode, forks it at its present and at an earlier step,
// goes on from a snapshot, and plays all of them to their ends.
func playBranches(t *testing.T, h *session.Host, rec *memory, env envs.Env, start session.Start, task envs.Task, r *rand.Rand) {
	t.Helper()
	s := create(t, h, session.Request{Start: &start})
	w := newTwin(t, env, task, *start.Seed)
	w.same(t, s)
	before := len(rec.list())
	branches := map[*session.Session]*twin{s: w}
	var forked []*session.Session
	at := 0
	if !w.play(t, s, r, 1+r.IntN(6)) {
		n := len(w.actions)
		at = r.IntN(n + 1)
		now, err := s.Fork(t.Context(), 2, session.AtEnd)
		if err != nil {
			t.Fatal(err)
		}
		then, err := s.Fork(t.Context(), 1, at)
		if err != nil {
			t.Fatal(err)
		}
		k, err := s.Snapshot(t.Context())
		if err != nil || k.Step != n || k.Bytes == 0 {
			t.Fatalf("snapshot: %+v, %v", k, err)
		}
		back := create(t, h, session.Request{Snapshot: k.ID})
		for _, f := range append(now, back) {
			branches[f] = newTwin(t, env, task, *start.Seed, w.actions...)
		}
		branches[then[0]] = newTwin(t, env, task, *start.Seed, w.actions[:at]...)
		forked = append(append(now, then...), back)
	}
	for _, f := range append(forked, s) {
		b := branches[f]
		b.same(t, f)
		b.play(t, f, r, 200)
		if err := f.Close(t.Context(), session.ReasonClosed); err != nil {
			t.Fatal(err)
		}
	}
	for _, got := range rec.list()[before:] {
		checkRecord(t, got, branches, s, task, *start.Seed)
	}
	if n := len(rec.list()) - before; n != len(branches) {
		t.Errorf("%d trajectories of %d episodes", n, len(branches))
	}
}

// checkRecord compares a trajectory with the twin of its session.
func checkRecord(t *testing.T, got *traces.Trajectory, branches map[*session.Session]*twin, root *session.Session, task envs.Task, seed uint64) {
	t.Helper()
	for s, w := range branches {
		if s.ID() != got.ID {
			continue
		}
		last := &w.steps[len(w.steps)-1]
		if !last.Terminated {
			last.Truncated = true // closed, if not out of turns
		}
		if d := cmp.Diff(got.Steps, w.steps); d != "" {
			t.Fatalf("steps of %s (-recorded +direct):\n%s", got.ID, d)
		}
		if final := traces.Observe(w.ep.Observation()); cmp.Diff(*got.Final, final) != "" {
			t.Fatalf("final observation of %s: %+v, want %+v", got.ID, got.Final, final)
		}
		parent := ""
		if s != root {
			parent = root.ID()
		}
		if got.Parent != parent || got.Goal != task.Goal || got.TaskID != task.ID || got.EnvSeed != seed || got.Return != w.total || got.Split != "train" {
			t.Errorf("head of %s: %+v", got.ID, got)
		}
		return
	}
	t.Errorf("trajectory %s is of no session", got.ID)
}

// TestForkAfterEnd forks an episode that has ended and was written.
func TestForkAfterEnd(t *testing.T) {
	var rec memory
	h := newHost(t, session.Options{Recorder: &rec})
	s := create(t, h, session.Request{Start: &session.Start{Task: "2"}})
	mustStep(t, s, "right", "")
	mustStep(t, s, "left", "")
	mustStep(t, s, "stop", "")
	_, err := s.Fork(t.Context(), 1, session.AtEnd)
	want(t, "fork at the end", err, session.ErrDone)
	_, err = s.Fork(t.Context(), 1, 4)
	want(t, "fork behind the end", err, session.ErrInvalid)
	_, err = s.Snapshot(t.Context())
	want(t, "snapshot at the end", err, session.ErrDone)
	f, err := s.Fork(t.Context(), 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	mustStep(t, f[1], "stop", "")
	got := rec.list()
	if len(got) != 2 || got[1].Parent != s.ID() || got[1].ForkAt != 1 || got[1].Turns != 2 || got[1].Steps[0].Action != "right" {
		t.Errorf("recorded: %+v", got[len(got)-1])
	}
	if i := f[0].Info(); i.Parent != s.ID() || i.ForkStep != 1 || i.Steps != 1 {
		t.Errorf("info: %+v", i)
	}
}

// TestForkBroken has an environment that can only be replayed.
func TestForkBroken(t *testing.T) {
	h, b := brokenHost(t, session.Options{})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	_, err := create(t, h, session.Request{}).Fork(t.Context(), 1, 0)
	want(t, "fork before reset", err, session.ErrNotReset)
	mustStep(t, s, "go", "a")
	f, err := s.Fork(t.Context(), 3, session.AtEnd)
	if err != nil || len(f) != 3 || b.open.Load() != 4 {
		t.Fatalf("fork: %v, %v, %d open", f, err, b.open.Load())
	}
	if a := mustStep(t, f[0], "other", "a"); a.Replayed || a.Step != 2 { // step IDs are of an episode
		t.Errorf("step of a fork: %+v", a)
	}
	k, err := s.Snapshot(t.Context())
	if err != nil || k.Bytes != len("go") {
		t.Fatalf("snapshot: %+v, %v", k, err)
	}
	back := create(t, h, session.Request{Snapshot: k.ID})
	if a, err := back.Observe(t.Context()); err != nil || a.Step != 1 {
		t.Errorf("restored: %+v, %v", a, err)
	}
	want(t, "another owner deletes it", h.DeleteSnapshot("bob", k.ID), session.ErrNotFound)
	want(t, "delete", h.DeleteSnapshot("", k.ID), nil)
	want(t, "delete again", h.DeleteSnapshot("", k.ID), session.ErrNotFound)
}
