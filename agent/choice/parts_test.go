package choice

import (
	"context"
	"math"
	"slices"
	"testing"

	"stepgym/agent"
	"stepgym/agent/internal/nn"
	"stepgym/envs/envtest/toy"
)

func TestDivide(t *testing.T) {
	goals := []*goal{{}, {}, {}}
	for _, tt := range []struct{ samples, workers, want int }{
		{1, 4, 1}, {31, 4, 1}, {32, 4, 2}, {64, 4, 4}, {250, 3, 3}, {250, 1, 1}, {0, 2, 1},
	} {
		var part []sample
		for i := range tt.samples {
			r := &row{goal: goals[i%len(goals)], kinds: make([]*symbol, 1+i%20)}
			part = append(part, sample{row: r, weight: float32(i)})
		}
		got := divide(part, tt.workers)
		if len(got) != tt.want {
			t.Errorf("%d samples for %d workers: %d parts, want %d", tt.samples, tt.workers, len(got), tt.want)
		}
		all, costs := slices.Concat(got...), []int{}
		for _, p := range got {
			cost := 0
			for _, s := range p {
				cost += rowCost(s.row)
			}
			costs = append(costs, cost)
		}
		if most, least := slices.Max(costs), slices.Min(costs); most-least > 8 {
			t.Errorf("%d samples for %d workers: parts cost %v", tt.samples, tt.workers, costs)
		}
		for i := 1; i < len(all) && tt.want > 1; i++ {
			if all[i].row.goal != all[i-1].row.goal && all[i].row.goal == all[0].row.goal {
				t.Errorf("%d samples for %d workers: goals are mixed at %d", tt.samples, tt.workers, i)
			}
		}
		slices.SortFunc(all, func(a, b sample) int { return int(a.weight - b.weight) })
		if !slices.Equal(weights(all), weights(part)) {
			t.Errorf("%d samples for %d workers: others came out", tt.samples, tt.workers)
		}
	}
}

func weights(s []sample) (out []float32) {
	for i := range s {
		out = append(out, s[i].weight)
	}
	return out
}

// TestThreads learns from the same decisions with one, two and three threads:
// equal gradients up to rounding, and equal weights to the bit for equal numbers.
func TestThreads(t *testing.T) {
	grads, _, stats := learnWith(t, 1)
	for _, threads := range []int{2, 3} {
		g, w, s := learnWith(t, threads)
		_, again, _ := learnWith(t, threads)
		if math.Abs(s.Loss-stats.Loss) > 1e-4 || math.Abs(s.GradNorm-stats.GradNorm) > 1e-3*stats.GradNorm || s.Minibatch != stats.Minibatch {
			t.Errorf("%d threads: %+v, one: %+v", threads, s, stats)
		}
		for name := range w {
			if !slices.Equal(w[name], again[name]) {
				t.Errorf("%d threads: %s has other bits the second time", threads, name)
			}
		}
		for name := range grads {
			if d, _ := relative(g[name], grads[name]); d > 1e-5 {
				t.Errorf("%d threads: the gradient of %s differs by %v from one thread's", threads, name, d)
			}
		}
	}
}

// learnWith returns gradients of both losses at the first weights, then the
// weights and statistics after an update and an imitation.
func learnWith(t *testing.T, threads int) (grads, weights map[string][]float32, stats agent.UpdateStats) {
	t.Helper()
	env := toy.New()
	p := open(t, func(c *Config) {
		c.Threads, c.Value, c.RefKL, c.Minibatch, c.ImitateMinibatch = threads, 0.5, 0.1, 64, 64
	})
	shake(t, p, 3)
	var b agent.Batch
	var demos []agent.Demo
	var samples []sample
	for len(demos) < 128 {
		for _, d := range decisions(t, p, env, 10) {
			b.Samples = append(b.Samples, agent.Sample{Decision: d, Advantage: float64(len(demos)%3 - 1), Return: 0.5})
			demos = append(demos, agent.Demo{Decision: d, Good: []int{0}})
			samples = append(samples, sample{row: d.Input.(*row), adv: 1, old: -1, weight: 1, good: []int{0}})
		}
	}
	grads = map[string][]float32{}
	ppo := plan{loss: p.learner.update, feed: func(b *batch, f *nn.Feeds, part []sample) {
		feedUpdate(b, f, part, 0.1, newObjective(p.config, nil, nil))
	}}
	imitate := plan{loss: p.learner.imitate, feed: feedImitate}
	for what, pl := range map[string]plan{"ppo ": ppo, "imitate ": imitate} {
		if _, _, err := p.learner.gradients(pl, samples); err != nil {
			t.Fatal(err)
		}
		for _, name := range p.params.Names() {
			g, err := p.learner.opt.Grad(name)
			if err != nil {
				t.Fatal(err)
			}
			grads[what+name] = g
		}
		p.learner.opt.Drop()
	}
	stats, err := p.Update(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Imitate(context.Background(), demos); err != nil {
		t.Fatal(err)
	}
	weights = map[string][]float32{}
	for _, name := range p.params.Names() {
		if weights[name], err = p.weights.Get(name); err != nil {
			t.Fatal(err)
		}
	}
	return grads, weights, stats
}
