package choice

import (
	"context"
	"math"
	"slices"
	"testing"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/envs"
)

// train runs group-relative updates and returns the success of each iteration.
func train(t testing.TB, p *Policy, env envs.Env, from, iterations int) []float64 {
	t.Helper()
	tasks, err := policytest.Tasks(env, "train", 200)
	if err != nil {
		t.Fatal(err)
	}
	const groups, size = 16, 8
	var out []float64
	for it := from; it < from+iterations; it++ {
		var starts []policytest.Start
		for i := range groups * size {
			starts = append(starts, policytest.Start{Task: tasks[(it*groups+i/size)*7%len(tasks)], Seed: uint64(it*1000 + i)})
		}
		eps, err := policytest.Play(context.Background(), env, p, starts)
		if err != nil {
			t.Fatal(err)
		}
		b := agent.Batch{Seed: uint64(it), Progress: float64(it) / 100}
		success := 0.0
		for g := range groups {
			group := eps[g*size : (g+1)*size]
			mean := 0.0
			for _, e := range group {
				mean += e.Return / size
			}
			success += mean / groups
			for _, e := range group {
				for _, d := range e.Decisions {
					b.Samples = append(b.Samples, agent.Sample{Decision: d, Advantage: e.Return - mean, Return: e.Return})
				}
			}
		}
		normalise(b.Samples)
		if _, err := p.Update(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		out = append(out, success)
	}
	return out
}

// normalise divides advantages by their standard deviation.
func normalise(s []agent.Sample) {
	var sum float64
	for i := range s {
		sum += s[i].Advantage * s[i].Advantage
	}
	std := math.Sqrt(sum/float64(len(s))) + 1e-6
	for i := range s {
		s[i].Advantage /= std
	}
}

// success plays a split greedily.
func success(t testing.TB, p *Policy, env envs.Env, split string) float64 {
	t.Helper()
	tasks, err := policytest.Tasks(env, split, 50)
	if err != nil {
		t.Fatal(err)
	}
	var starts []policytest.Start
	for _, task := range tasks {
		starts = append(starts, policytest.Start{Task: task, Greedy: true})
	}
	eps, err := policytest.Play(context.Background(), env, p, starts)
	if err != nil {
		t.Fatal(err)
	}
	n := 0.0
	for _, e := range eps {
		n += e.Return / float64(len(eps))
	}
	return n
}

func TestLearns(t *testing.T) {
	for _, tt := range []struct {
		env        envs.Env
		iterations int
		most       float64 // success of the first iteration, about chance
	}{{policytest.Bandit(), 40, 0.35}, {policytest.Boxes(), 80, 0.5}} {
		t.Run(tt.env.Spec().Name, func(t *testing.T) {
			if testing.Short() && tt.iterations > 40 {
				t.Skip("learning to remember takes seconds: not with -short")
			}
			p := open(t, func(c *Config) {
				c.MaxTurns = tt.env.Spec().MaxTurns
				c.MinFamilies = 50
				c.Minibatch = 256
				c.LearnRate = 3e-3
			})
			if err := p.Fit(tt.env.Tasks("train")); err != nil {
				t.Fatal(err)
			}
			curve := train(t, p, tt.env, 0, tt.iterations)
			t.Logf("success while training: %.2f", curve)
			if curve[0] > tt.most {
				t.Errorf("the first iteration succeeds %.2f of the time, more than chance", curve[0])
			}
			if got := success(t, p, tt.env, "test"); got < 0.9 {
				t.Errorf("after %d iterations %.2f of the test tasks succeed, want 0.9", tt.iterations, got)
			}
		})
	}
}

func TestConformance(t *testing.T) {
	for name, change := range map[string]func(c *Config){"pages": nil, "things": withThings} {
		t.Run(name, func(t *testing.T) {
			policytest.Run(t, func(t testing.TB) agent.Policy {
				p := open(t, change)
				shake(t, p, 5)
				return p
			})
		})
	}
}

// withThings turns all parts of the net on.
func withThings(c *Config) { c.Things, c.Novelty, c.Kin = true, 1, 4 }

// TestResume checks that saving and loading half-way changes no bit.
func TestResume(t *testing.T) {
	t.Run("pages", func(t *testing.T) { testResume(t, func(*Config) {}) })
	t.Run("things", func(t *testing.T) { testResume(t, withThings) })
	t.Run("threads", func(t *testing.T) { testResume(t, func(c *Config) { c.Threads = 2 }) })
}

func testResume(t *testing.T, change func(c *Config)) {
	env := policytest.Boxes()
	conf := func(c *Config) { c.MaxTurns = 8; c.Minibatch = 128; c.Value = 0.5; c.RefKL = 0.01; change(c) }
	fit := func(p *Policy) {
		if err := p.Fit(env.Tasks("train")); err != nil {
			t.Fatal(err)
		}
	}
	whole := open(t, conf)
	fit(whole)
	want := train(t, whole, env, 0, 6)

	first := open(t, conf)
	fit(first)
	got := train(t, first, env, 0, 3)
	dir := t.TempDir()
	if err := first.Save(dir); err != nil {
		t.Fatal(err)
	}
	second := open(t, func(c *Config) { conf(c); c.Seed = 99 })
	if err := second.Load(dir); err != nil {
		t.Fatal(err)
	}
	fit(second) // does nothing: the words are those of the checkpoint
	got = append(got, train(t, second, env, 3, 3)...)
	if !slices.Equal(got, want) {
		t.Errorf("resumed %v, unbroken %v", got, want)
	}
	for _, name := range whole.params.Names() {
		a, err := whole.weights.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := second.weights.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(a, b) {
			t.Errorf("the weights %s differ", name)
		}
	}
	if second.Version() != 6 {
		t.Errorf("version %d, want 6", second.Version())
	}
}
