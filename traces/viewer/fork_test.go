package viewer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/webshop"
	"stepgym/traces"
)

// worldsOf returns worlds with one policy, "lucky", which picks at random.
func worldsOf() Worlds {
	return Worlds{
		Players: func(string) []string { return []string{"lucky"} },
		Play: func(_ envs.Env, _ string, _ envs.Task, seed uint64, _ envs.Episode) (Player, error) {
			return &lucky{rng: rand.New(rand.NewPCG(seed, 0))}, nil
		},
	}
}

type lucky struct {
	rng  *rand.Rand
	seen []string // texts of what it was shown
}

func (l *lucky) Act(_ context.Context, o envs.Observation) (Decision, error) {
	l.seen = append(l.seen, o.Text())
	var all []envs.Action
	for _, c := range o.Admissible {
		all = append(all, c.Action)
	}
	for _, f := range o.Forms {
		for _, c := range f.Candidates {
			all = append(all, c.Action)
		}
	}
	if len(all) == 0 {
		return Decision{}, errors.New("nothing to choose from")
	}
	return Decision{Action: all[l.rng.IntN(len(all))], LogProb: -1, Entropy: 2, Tokens: 1}, nil
}

func (l *lucky) Close() {}

// record plays an episode at random, as a run would record it.
func record(t testing.TB, env envs.Env, task envs.Task, seed uint64) *traces.Trajectory {
	t.Helper()
	empty := &traces.Trajectory{ID: "seed", TaskID: task.ID, Goal: task.Goal, Family: task.Family, Env: env.Spec().ID(), EnvSeed: seed}
	r, err := play(t.Context(), env, worldsOf(), empty, ForkRequest{Policy: "lucky", Seed: seed, MaxTurns: 40})
	if err != nil {
		t.Fatal(err)
	}
	e := r.Trajectory
	e.ID, e.GroupID, e.Parent, e.EvalOnly = fmt.Sprintf("%s/%d", task.ID, seed), task.ID, "", ""
	return e
}

// worlds opens environments with their defaults and yields some tasks of each.
func worlds(t testing.TB, tasks int, each func(env envs.Env, task envs.Task)) {
	t.Helper()
	for _, open := range []envs.Opener{
		webshop.Open, alfworld.Open,
		func(context.Context, json.RawMessage) (envs.Env, error) { return toy.New(), nil },
	} {
		env, err := open(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for task, err := range env.Tasks(env.Spec().Splits[0]) {
			if err != nil {
				t.Fatal(err)
			}
			if n++; n > tasks {
				break
			}
			each(env, task)
		}
		if err := env.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestForkAtEveryStep branches off at every step of episodes and takes the steps
// that were taken there anyway: the branch must be the episode.
func TestForkAtEveryStep(t *testing.T) {
	checked := 0
	worlds(t, 2, func(env envs.Env, task envs.Task) {
		parent := record(t, env, task, 7)
		for at := range len(parent.Steps) + 1 {
			var rest []string
			for _, s := range parent.Steps[at:] {
				rest = append(rest, s.Action)
			}
			got, err := play(t.Context(), env, worldsOf(), parent, ForkRequest{ID: parent.ID, Step: at, Actions: rest, MaxTurns: 40})
			if err != nil {
				t.Fatalf("%s at %d: %v", parent.ID, at, err)
			}
			want := *parent
			want.ID, want.Parent, want.ForkAt, want.EvalOnly, want.Policy, want.SampleSeed = "", parent.ID, at, branched, personPolicy, 0
			want.Steps = slices.Clone(parent.Steps)
			for i := at; i < len(want.Steps); i++ { // nobody decided these
				want.Steps[i].LogProb, want.Steps[i].Entropy, want.Steps[i].Tokens = 0, 0, 0
			}
			if at == len(parent.Steps) && !parent.Terminated && env.Spec().MaxTurns == 0 || got.Open {
				want.Truncated = true
			}
			if d := cmp.Diff(&want, got.Trajectory); d != "" {
				t.Fatalf("%s at %d (-want +got):\n%s", parent.ID, at, d)
			}
			if !got.Exact {
				t.Errorf("%s at %d is not exact", parent.ID, at)
			}
			checked++
		}
	})
	if checked < 60 {
		t.Errorf("%d branches", checked)
	}
}

func TestForkGoesOn(t *testing.T) {
	worlds(t, 1, func(env envs.Env, task envs.Task) {
		parent := record(t, env, task, 3)
		step := len(parent.Steps) / 2
		player := &lucky{rng: rand.New(rand.NewPCG(9, 0))}
		w := worldsOf()
		w.Play = func(envs.Env, string, envs.Task, uint64, envs.Episode) (Player, error) { return player, nil }
		own := parent.Steps[step].Action
		r, err := play(t.Context(), env, w, parent, ForkRequest{Step: step, Actions: []string{own}, Policy: "lucky", Seed: 9, MaxTurns: 40})
		if err != nil {
			t.Fatal(err)
		}
		b := r.Trajectory
		if r.Open || !b.Terminated && !b.Truncated || b.Policy != "lucky" || b.Parent != parent.ID || b.ForkAt != step || b.EvalOnly == "" {
			t.Errorf("branch %+v", b)
		}
		if b.Final == nil || b.Turns != len(b.Steps) || b.Turns <= step {
			t.Errorf("%d turns, %d steps, final %v", b.Turns, len(b.Steps), b.Final)
		}
		for i := range b.Steps { // the player saw every step from the beginning on, once
			if player.seen[i] != b.Steps[i].Observation.Text {
				t.Errorf("step %d: the player saw %q", i, player.seen[i])
			}
		}
		if len(player.seen) != len(b.Steps) {
			t.Errorf("the player saw %d of %d steps", len(player.seen), len(b.Steps))
		}
	})
}

// TestForkOfOtherWorld replays an episode where something else is seen: it is
// said, and the branch tells what is seen now.
func TestForkOfOtherWorld(t *testing.T) {
	worlds(t, 1, func(env envs.Env, task envs.Task) {
		parent := record(t, env, task, 3)
		was := parent.Steps[1].Observation.Text
		parent.Steps[1].Observation.Text = "another page"
		for step, exact := range []bool{true, false, false} {
			r, err := play(t.Context(), env, worldsOf(), parent, ForkRequest{Step: step})
			if err != nil {
				t.Fatal(err)
			}
			if r.Exact != exact {
				t.Errorf("%s: exact %v at step %d", env.Spec().ID(), r.Exact, step)
			}
			if step > 1 && r.Trajectory.Steps[1].Observation.Text != was {
				t.Errorf("the branch tells %q", r.Trajectory.Steps[1].Observation.Text)
			}
		}
	})
}

func TestForkFaults(t *testing.T) {
	env := toy.New()
	defer env.Close()
	var task envs.Task
	for task = range env.Tasks(env.Spec().Splits[0]) {
		break
	}
	parent := record(t, env, task, 1)
	n := len(parent.Steps)
	nowhere := *parent
	nowhere.TaskID = "no such task"
	longer := *parent
	longer.Steps = slices.Repeat(parent.Steps, 50)
	big := string(make([]byte, maxActionBytes+1))
	none := worldsOf()
	none.Play = nil
	for _, c := range []struct {
		name   string
		w      Worlds
		parent *traces.Trajectory
		r      ForkRequest
		status int
	}{
		{"before the start", worldsOf(), parent, ForkRequest{Step: -1}, http.StatusBadRequest},
		{"behind the end", worldsOf(), parent, ForkRequest{Step: n + 1}, http.StatusBadRequest},
		{"after the end", worldsOf(), parent, ForkRequest{Step: n, Actions: []string{"x"}}, http.StatusBadRequest},
		{"going on after the end", worldsOf(), parent, ForkRequest{Step: n, Policy: "lucky"}, http.StatusBadRequest},
		{"nothing to store", worldsOf(), parent, ForkRequest{Store: true}, http.StatusBadRequest},
		{"unknown policy", worldsOf(), parent, ForkRequest{Policy: "unlucky"}, http.StatusBadRequest},
		{"no policies", none, parent, ForkRequest{Policy: "lucky"}, http.StatusBadRequest},
		{"negative limit", worldsOf(), parent, ForkRequest{MaxTurns: -1}, http.StatusBadRequest},
		{"empty action", worldsOf(), parent, ForkRequest{Actions: []string{""}}, http.StatusBadRequest},
		{"huge action", worldsOf(), parent, ForkRequest{Actions: []string{big}}, http.StatusBadRequest},
		{"too many actions", worldsOf(), parent, ForkRequest{Actions: slices.Repeat([]string{"x"}, maxForkTurns+1)}, http.StatusBadRequest},
		{"unknown task", worldsOf(), &nowhere, ForkRequest{}, http.StatusConflict},
		{"ends too early", worldsOf(), &longer, ForkRequest{Step: 10 * n}, http.StatusConflict},
	} {
		_, err := play(t.Context(), env, c.w, c.parent, c.r)
		if err == nil || apiErrorOf(err).status != c.status {
			t.Errorf("%s: %v, want status %d", c.name, err, c.status)
		}
	}
}

func TestForkStopsAtLimit(t *testing.T) {
	env, err := alfworld.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	for task, err := range env.Tasks("dev") {
		if err != nil {
			t.Fatal(err)
		}
		parent := record(t, env, task, 1)
		r, err := play(t.Context(), env, worldsOf(), parent, ForkRequest{Step: 2, Policy: "lucky", MaxTurns: 5})
		if err != nil {
			t.Fatal(err)
		}
		if b := r.Trajectory; len(b.Steps) != 5 || !b.Truncated || !b.Steps[4].Truncated || b.Steps[3].Truncated || r.Open {
			t.Errorf("%d steps, truncated %v, open %v", len(b.Steps), b.Truncated, r.Open)
		}
		if _, err = play(t.Context(), env, worldsOf(), parent, ForkRequest{Step: 4, Actions: []string{"look", "look"}, MaxTurns: 5}); err == nil {
			t.Error("actions beyond the limit are accepted")
		}
		break
	}
}
