package viewertest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"stepgym/agent"
	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/webshop"
	"stepgym/runner"
	"stepgym/traces"
	"stepgym/traces/viewer"
	"stepgym/traces/viewer/viewertest"
)

// maker makes the run of a test in a folder of that name.
type maker struct {
	name string
	make func(t testing.TB, dir string)
}

// Runs that are really played, by the baselines, in the data that the program
// brings along.
var (
	shop = maker{"shop", func(t testing.TB, dir string) {
		played(t, dir, plan{env: "webshop", seed: 1, iterations: 10, weak: "random", strong: "reader", turns: 12})
	}}
	second = maker{"second", func(t testing.TB, dir string) {
		played(t, dir, plan{env: "webshop", seed: 2, iterations: 4, weak: "rule", strong: "reader", turns: 9})
	}}
	house = maker{"house", func(t testing.TB, dir string) {
		played(t, dir, plan{env: "alfworld", seed: 1, iterations: 3, weak: "random", strong: "expert", turns: 24})
	}}
)

// site is a viewer of runs, served.
type site struct {
	url  string
	dirs map[string]string
}

// newSite makes the runs and serves them until the test ends.
func newSite(t testing.TB, makers ...maker) *site {
	t.Helper()
	s := &site{dirs: map[string]string{}}
	var dirs []string
	root := t.TempDir()
	for _, m := range makers {
		dir := filepath.Join(root, m.name)
		m.make(t, dir)
		s.dirs[m.name] = dir
		dirs = append(dirs, dir)
	}
	v, err := viewer.New(dirs, viewer.Options{Worlds: worlds(), Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(v)
	t.Cleanup(func() {
		server.Close()
		if err := v.Close(); err != nil {
			t.Error(err)
		}
	})
	s.url = server.URL
	return s
}

// at returns the address of a place in the viewer, such as "#/runs".
func (s *site) at(place string) string { return s.url + "/" + place }

// page opens a page. At the end of the test it must be without faults.
func page(t testing.TB, b *viewertest.Browser, v viewertest.View) *viewertest.Page {
	t.Helper()
	p := b.Page(t, v)
	t.Cleanup(func() {
		for _, f := range p.Faults() {
			t.Error("fault of the page:", f)
		}
	})
	return p
}

func opener(name string) envs.Opener {
	switch name {
	case "webshop":
		return webshop.Open
	case "alfworld":
		return alfworld.Open
	}
	return func(context.Context, json.RawMessage) (envs.Env, error) {
		return nil, fmt.Errorf("no environment %q", name)
	}
}

// worlds is what the viewer is told of the environments.
func worlds() viewer.Worlds {
	return viewer.Worlds{
		Classifier: func(env string) envs.Classifier {
			switch viewer.EnvName(env) {
			case "webshop":
				return webshop.Failures{}
			case "alfworld":
				return alfworld.Failures{}
			}
			return nil
		},
		Open: func(ctx context.Context, _ traces.Manifest, env string) (envs.Env, error) {
			return opener(viewer.EnvName(env))(ctx, nil)
		},
		Players: func(env string) []string { return []string{"random", "expert"} },
		Play: func(env envs.Env, name string, task envs.Task, seed uint64, ep envs.Episode) (viewer.Player, error) {
			p, err := scripted.New(name, scripted.Options{Env: env.Spec().Name, MaxTurns: env.Spec().MaxTurns})
			if err != nil {
				return nil, err
			}
			player, err := p.Play(task, seed, false)
			if err != nil {
				return nil, err
			}
			if h, ok := player.(agent.Hinted); ok {
				if hinter, ok := ep.(envs.Hinter); ok {
					h.TakeHints(hinter)
				}
			}
			return decider{player}, nil
		},
	}
}

type decider struct{ agent.Player }

// Act implements viewer.Player.
func (d decider) Act(ctx context.Context, o envs.Observation) (viewer.Decision, error) {
	x, err := d.Player.Act(ctx, o)
	return viewer.Decision{Action: x.Action, LogProb: x.LogProb, Entropy: x.Entropy, Options: x.Options, Probs: x.Probs, Tokens: x.Tokens, Raw: x.Raw}, err
}

// plan is a run in which a weak policy gives way to a strong one, as a learner
// would.
type plan struct {
	env          string
	seed         uint64
	iterations   int
	weak, strong string
	turns        int
}

const groupSize = 8

// played plays a run and writes what a training run writes.
func played(t testing.TB, dir string, p plan) {
	t.Helper()
	env, err := opener(p.env)(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	run, err := traces.Create(dir, traces.Manifest{
		Command: "train", Version: "test", Env: env.Spec().ID(), Policy: "mixed", Seed: p.seed, Created: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Config: fmt.Appendf(nil, `{"env":%q,"train":{"credit":"gigpo","grouping":"state","gamma":0.95,"iterations":%d,"max_turns":%d}}`, p.env, p.iterations, p.turns),
	}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	policies := map[string]agent.Policy{}
	for _, name := range []string{p.weak, p.strong} {
		if policies[name], err = scripted.New(name, scripted.Options{Env: p.env, MaxTurns: p.turns}); err != nil {
			t.Fatal(err)
		}
	}
	tasks := some(t, env, 5)
	rng := rand.New(rand.NewPCG(p.seed, 1))
	steps := 0
	for it := range p.iterations {
		m := runner.Metrics{Kind: "train", Iteration: it, Version: it + 1, Episodes: 2 * groupSize}
		for k := range 2 {
			task := tasks[(2*it+k)%len(tasks)]
			group := fmt.Sprintf("it%d/%s", it, task.ID)
			for i := range groupSize {
				policy := policies[p.weak]
				if rng.Float64() < float64(it+1)/float64(p.iterations+1) {
					policy = policies[p.strong]
				}
				out := runner.Rollout(t.Context(), env, policy, runner.Spec{
					Task: task, EnvSeed: 7, SampleSeed: rng.Uint64(), MaxTurns: p.turns, Full: true,
					ID: fmt.Sprintf("%s/%d", group, i), GroupID: group, Split: "train", Iteration: it, Index: i,
				})
				tr := out.Trajectory
				count(&m, tr)
				if err := run.Append(tr); err != nil {
					t.Fatal(err)
				}
			}
		}
		steps += m.Steps
		m.TotalSteps, m.TotalEpisodes, m.Elapsed = steps, (it+1)*m.Episodes, float64(it+1)
		if err := run.AppendMetrics(m); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, run)
}

// finish closes a run as a process that ends does. Without the lock, which names
// this process, it does not count as being written.
func finish(t testing.TB, run *traces.Run) {
	t.Helper()
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(run.Dir(), "lock")); err != nil {
		t.Fatal(err)
	}
}

// count adds an episode to the means of an iteration.
func count(m *runner.Metrics, tr *traces.Trajectory) {
	n := float64(m.Episodes)
	if tr.Success {
		m.Success += 1 / n
	}
	m.Score += tr.Score / n
	m.Return += tr.Return / n
	m.Turns += float64(tr.Turns) / n
	m.Steps += tr.Turns
	for _, s := range tr.Steps {
		m.Entropy += s.Entropy / float64(max(1, tr.Turns)) / n
	}
}

// some returns n tasks of the training split that differ in family.
func some(t testing.TB, env envs.Env, n int) []envs.Task {
	t.Helper()
	var out []envs.Task
	families := map[string]bool{}
	for task, err := range env.Tasks("train") {
		if err != nil {
			t.Fatal(err)
		}
		if family := cmp.Or(task.Family, task.ID); !families[family] {
			families[family] = true
			out = append(out, task)
		}
		if len(out) == n {
			break
		}
	}
	return out
}
