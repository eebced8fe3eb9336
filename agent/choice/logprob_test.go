package choice

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/envs"
)

// episodes plays n training tasks of an environment.
func episodes(t *testing.T, p *Policy, env envs.Env, n int) []policytest.Episode {
	t.Helper()
	tasks, err := policytest.Tasks(env, "train", n)
	if err != nil {
		t.Fatal(err)
	}
	var starts []policytest.Start
	for i, task := range tasks {
		starts = append(starts, policytest.Start{Task: task, Seed: uint64(i)})
	}
	eps, err := policytest.Play(context.Background(), env, p, starts)
	if err != nil {
		t.Fatal(err)
	}
	return eps
}

// TestLogProbs rates decisions before and after updates: first what they were
// made with, to the bit, and then what the same players do by now.
func TestLogProbs(t *testing.T) {
	for _, things := range []bool{false, true} {
		env, ctx := policytest.Boxes(), context.Background()
		p := open(t, func(c *Config) { c.Things, c.Dropout, c.Value = things, 0, 0.5 })
		if err := p.Fit(env.Tasks("train")); err != nil {
			t.Fatal(err)
		}
		shake(t, p, 5)
		old := episodes(t, p, env, 200)
		var all []agent.Decision
		var first []int // of each episode
		for _, e := range old {
			first = append(first, len(all))
			all = append(all, e.Decisions...)
		}
		logs, err := p.LogProbs(ctx, all)
		if err != nil {
			t.Fatal(err)
		}
		var want []float64
		var batch agent.Batch
		for i, d := range all {
			want = append(want, d.LogProb)
			batch.Samples = append(batch.Samples, agent.Sample{Decision: d, Advantage: float64(i%3 - 1)})
		}
		if len(all) <= maxBatch || !slices.Equal(logs, want) {
			t.Fatalf("%d decisions: they are not rated as they were made", len(all))
		}
		for range 2 { // the decisions stay good
			if _, err := p.Update(ctx, batch); err != nil {
				t.Fatal(err)
			}
		}
		if logs, err = p.LogProbs(ctx, all); err != nil {
			t.Fatal(err)
		}
		moved := 0
		for i, e := range episodes(t, p, env, 200) {
			k, now := first[i], e.Decisions[0]
			j := slices.IndexFunc(now.Options, func(a envs.Action) bool { return a.Text == all[k].Action.Text })
			if rated := math.Exp(logs[k]); math.Abs(rated-float64(now.Probs[j])) > 1e-6 {
				t.Fatalf("episode %d: rated %v, the player gives %v", i, rated, now.Probs[j])
			}
			if logs[k] != all[k].LogProb {
				moved++
			}
		}
		if moved < 150 {
			t.Errorf("only %d of 200 decisions have become more or less likely", moved)
		}
	}
}

func TestLogProbsErrors(t *testing.T) {
	env, ctx := policytest.Bandit(), context.Background()
	p, q := open(t, nil), open(t, nil)
	ds := decisions(t, p, env, 3)
	if _, err := q.LogProbs(ctx, ds); !errors.Is(err, agent.ErrInput) {
		t.Errorf("decisions of another policy: %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.LogProbs(ended, ds); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	for _, name := range p.params.Names() {
		w, err := p.weights.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w {
			w[i] = float32(math.NaN())
		}
		if err := p.weights.Set(name, w); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := p.LogProbs(ctx, ds); err == nil {
		t.Error("broken weights are no error")
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.LogProbs(ctx, ds); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}
