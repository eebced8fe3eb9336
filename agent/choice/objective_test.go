package choice

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stepgym/agent"
	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/nn"
	"stepgym/agent/policytest"
	"stepgym/credit/loss"
)

// A lossRig is a policy that has moved away from the one that made a batch of
// decisions, of 1 to 9 in a sequence.
type lossRig struct {
	p       *Policy
	samples []sample
}

func newLossRig(t *testing.T, n int, change func(c *Config)) *lossRig {
	t.Helper()
	p := open(t, func(c *Config) {
		c.Entropy, c.EntropyEnd, c.ZeroShare = 0, 0, 1
		change(c)
	})
	shake(t, p, 3)
	rng := rand.New(rand.NewPCG(9, 9))
	r := &lossRig{p: p}
	var pool []agent.Decision
	for len(pool) < n {
		pool = append(pool, decisions(t, p, policytest.Boxes(), 100)...)
	}
	for sequence := 1; len(r.samples) < n; sequence++ {
		for range min(1+rng.IntN(9), n-len(r.samples)) {
			d, adv, number := pool[len(r.samples)], rng.NormFloat64(), sequence
			if rng.IntN(4) == 0 {
				adv = 0
			}
			if sequence%5 == 0 {
				number = 0 // sequences of their own
			}
			p.learnSymbols(d.Input.(*row))
			r.samples = append(r.samples, sample{
				row: d.Input.(*row), weight: 1, adv: float32(adv),
				old: float32(d.LogProb + 0.4*rng.NormFloat64()), sequence: number,
			})
		}
	}
	rng.Shuffle(n, func(i, j int) { r.samples[i], r.samples[j] = r.samples[j], r.samples[i] })
	return r
}

// reference computes the loss of the batch as package credit/loss does, and the
// derivative by each decision's log-probability.
func (r *lossRig) reference(t *testing.T) (loss.Result, []float64) {
	t.Helper()
	l, rows := r.p.config.Loss, make([]*row, len(r.samples))
	for i := range r.samples {
		rows[i] = r.samples[i].row
	}
	now, err := r.p.rate(context.Background(), rows)
	if err != nil {
		t.Fatal(err)
	}
	var sequences [][]int
	known := map[int]int{}
	for i, s := range r.samples {
		k, ok := known[s.sequence]
		if !ok || s.sequence == 0 || l.Sequence == agent.Turn {
			k = len(sequences)
			known[s.sequence] = k
			sequences = append(sequences, nil)
		}
		sequences[k] = append(sequences[k], i)
	}
	width := 0
	for _, s := range sequences {
		width = max(width, len(s))
	}
	var b loss.Batch
	for _, s := range sequences {
		old, logp, adv, mask := make([]float64, width), make([]float64, width), make([]float64, width), make([]float64, width)
		for k, i := range s {
			old[k], logp[k], adv[k], mask[k] = float64(r.samples[i].old), now[i], float64(r.samples[i].adv), 1
		}
		b.Old, b.New, b.Advantage, b.Mask = append(b.Old, old), append(b.New, logp), append(b.Advantage, adv), append(b.Mask, mask)
	}
	p := loss.Params{Kind: loss.Kind(l.Name), Low: l.Low, High: l.High, Dual: l.Dual, Agg: loss.Aggregate(l.Aggregate), Length: l.Length}
	if a := l.Adapt; l.Name == agent.LossBAPO {
		p.Adaptive = loss.Adaptive{Low: a.Low, LowMax: a.LowMax, High: a.High, HighMax: a.HighMax, LowStep: a.LowStep, HighStep: a.HighStep, Target: a.Target, LowFirst: a.LowFirst}
	}
	want, err := loss.Compute(b, p)
	if err != nil {
		t.Fatal(err)
	}
	by := make([]float64, len(r.samples))
	for n, s := range sequences {
		for k, i := range s {
			by[i] = want.Gradient[n][k]
		}
	}
	return want, by
}

// descend computes the loss and its gradients as an update does, minibatch after
// minibatch, without a step in between, and returns the means over them.
func (r *lossRig) descend(t *testing.T) (agent.UpdateStats, map[string][]float32) {
	t.Helper()
	c := r.p.config
	o := newObjective(c, slices.Clone(r.samples), r.p.rate)
	pl := plan{
		loss: r.p.learner.update, size: c.Minibatch, share: c.ZeroShare, rng: rand.New(rand.NewPCG(1, 2)), objective: o,
		feed: func(b *batch, f *nn.Feeds, part []sample) { feedUpdate(b, f, part, 0, o) },
	}
	parts, err := o.begin(pl, pl.choose(nil, o.samples))
	if err != nil {
		t.Fatal(err)
	}
	var stats agent.UpdateStats
	sum, policy := tally{stats: &stats, objective: o}, 0.0
	for _, part := range parts {
		if err := o.look(part); err != nil {
			t.Fatal(err)
		}
		outs, cut, err := r.p.learner.gradients(pl, part)
		if err != nil {
			t.Fatal(err)
		}
		if want := min(c.Threads, len(part)/minPart); len(outs) != want {
			t.Errorf("%d decisions in %d parts, want %d", len(part), len(outs), want)
		}
		sum.add(outs, cut, weightOf(part), 0)
		for _, out := range outs {
			policy += out.Scalar("policy_loss") / float64(len(parts))
		}
	}
	sum.finish()
	stats.PolicyLoss = policy
	return stats, r.take(t, 1/float64(len(parts)))
}

// take takes the gradients, times scale.
func (r *lossRig) take(t *testing.T, scale float64) map[string][]float32 {
	t.Helper()
	out := map[string][]float32{}
	for _, name := range r.p.params.Names() {
		g, err := r.p.learner.opt.Grad(name)
		if err != nil {
			t.Fatal(err)
		}
		for i := range g {
			g[i] *= float32(scale)
		}
		out[name] = g
	}
	r.p.learner.opt.Drop()
	return out
}

// linear returns the gradients of the sum of each decision's log-probability
// times a number.
func (r *lossRig) linear(t *testing.T, by []float64) map[string][]float32 {
	t.Helper()
	split, err := nn.NewSplit(r.p.learner.opt, 1, func(build *nn.Build) *graph.V {
		b := newLossBuild(r.p.config, build)
		logp := b.logp.GatherElements(1, b.Input("action", graph.I64, symS, graph.D(1))).Squeeze(1)
		return logp.Mul(b.Input("share", graph.F32, symS)).Sum()
	})
	if err != nil {
		t.Fatal(err)
	}
	defer split.Close()
	samples := slices.Clone(r.samples)
	for i := range samples {
		samples[i].share = float32(by[i])
	}
	pl := plan{loss: split, feed: func(b *batch, f *nn.Feeds, part []sample) { feedUpdate(b, f, part, 0, &objective{}) }}
	workers := r.p.learner.workers
	r.p.learner.workers = workers[:1]
	defer func() { r.p.learner.workers = workers }()
	if _, _, err := r.p.learner.gradients(pl, samples); err != nil {
		t.Fatal(err)
	}
	return r.take(t, 1)
}

// lossCases are all losses with all of their aggregations.
func lossCases() []agent.Loss {
	var out []agent.Loss
	for _, name := range agent.Losses() {
		for _, agg := range []string{agent.TokenMean, agent.SeqMeanTokenMean, agent.SeqMeanTokenSum, agent.SeqMeanTokenSumNorm, agent.SeqMeanTokenSumLength} {
			l := agent.DefaultLoss(name)
			if l.Aggregate = agg; l.Validate() == nil {
				out = append(out, l)
			}
		}
		turn := agent.DefaultLoss(name)
		turn.Sequence = agent.Turn
		out = append(out, turn)
	}
	narrow, early := agent.DefaultLoss(agent.LossCISPO), agent.DefaultLoss(agent.LossBAPO)
	narrow.Low, narrow.High, early.Adapt.Target = 0.1, 0.1, 0.3
	dual, long, first := agent.DefaultLoss(agent.LossPPO), agent.DefaultLoss(agent.LossDrGRPO), agent.DefaultLoss(agent.LossBAPO)
	dual.Dual, long.Length, first.Adapt.LowFirst, first.Adapt.Target = 1.3, 12, true, 0.62
	return append(out, dual, long, first, narrow, early)
}

// TestLosses compares what the graphs learn, cut in minibatches and in parts for
// threads, with the reference of package credit/loss for the whole batch.
func TestLosses(t *testing.T) {
	cases := lossCases()
	if len(cases) != 37 {
		t.Errorf("%d cases, want 37", len(cases))
	}
	worst, seen := 0.0, map[string]float64{}
	for _, l := range cases {
		threads := []int{1, 3}
		if testing.Short() {
			if threads = threads[1:]; l.Aggregate != agent.DefaultLoss(l.Name).Aggregate || l.Sequence == agent.Turn {
				continue
			}
		}
		for _, threads := range threads {
			name := fmt.Sprintf("%s %s %s %v length %d, %d threads", l.Name, l.Aggregate, l.Sequence, l.Dual, l.Length, threads)
			r := newLossRig(t, 288, func(c *Config) { c.Loss, c.Threads, c.Minibatch = l, threads, 96 })
			got, grads := r.descend(t)
			want, by := r.reference(t)
			if d := cmp.Diff(
				[]float64{got.PolicyLoss, got.ClipLow, got.ClipHigh, got.RatioMin, got.RatioMean, got.RatioMax},
				[]float64{want.Loss, want.ClippedLow, want.ClippedHigh, want.RatioMin, want.RatioMean, want.RatioMax},
				cmpopts.EquateApprox(1e-5, 1e-6)); d != "" {
				t.Errorf("%s: loss, clip low and high, ratio: (-got +want)\n%s", name, d)
			}
			if l.Name == agent.LossBAPO && (got.BoundLow != want.Low || got.BoundHigh != want.High) {
				t.Errorf("%s: bounds %v and %v, want %v and %v", name, got.BoundLow, got.BoundHigh, want.Low, want.High)
			}
			seen[l.Name] += want.ClippedLow * want.ClippedHigh
			for param, g := range r.linear(t, by) {
				d, _ := relative(grads[param], g)
				if worst = max(worst, d); !(d <= 1e-5) {
					t.Errorf("%s: the gradient of %s differs by %v", name, param, d)
				}
			}
		}
	}
	for _, name := range agent.Losses() {
		if seen[name] == 0 && name != agent.LossGSPO {
			t.Errorf("%s is never clipped at both ends: this tests little", name)
		}
	}
	t.Logf("largest relative difference of a gradient: %.2g", worst)
}

// TestZeroShareOfLosses leaves out most decisions without advantage: a loss over
// sequences is the same, for they still count in sequences' lengths and ratios.
func TestZeroShareOfLosses(t *testing.T) {
	for _, name := range []string{agent.LossGSPO, agent.LossDrGRPO} {
		r := newLossRig(t, 288, func(c *Config) { c.Loss, c.Minibatch, c.ZeroShare = agent.DefaultLoss(name), 64, 0.25 })
		got, grads := r.descend(t)
		want, by := r.reference(t)
		if math.Abs(got.PolicyLoss-want.Loss) > 1e-5*math.Abs(want.Loss) {
			t.Errorf("%s: loss %v, want %v", name, got.PolicyLoss, want.Loss)
		}
		for param, g := range r.linear(t, by) {
			if d, _ := relative(grads[param], g); !(d <= 1e-5) {
				t.Errorf("%s: the gradient of %s differs by %v", name, param, d)
			}
		}
	}
}

// TestPPOIsAsItWas compares the default loss with its formula as one expression,
// to the bit: weights of runs do not change when losses are added.
func TestPPOIsAsItWas(t *testing.T) {
	r := newLossRig(t, 96, func(c *Config) { c.Minibatch, c.Value, c.RefKL, c.Threads = 96, 0.5, 0.1, 2 })
	c := r.p.config
	plain := func(build *nn.Build) *graph.V {
		b := newLossBuild(c, build)
		logp := b.logp.GatherElements(1, b.Input("action", graph.I64, symS, graph.D(1))).Squeeze(1)
		adv := b.Input("advantage", graph.F32, symS)
		ratio := logp.Sub(b.Input("old", graph.F32, symS)).Clip(-20, 20).Exp()
		loss := b.mean(ratio.Mul(adv).Min(ratio.Clip(0.8, 1.2).Mul(adv)).Neg())
		loss = loss.Sub(b.mean(b.logp.Exp().Mul(b.logp).Sum(1).Neg()).Mul(b.Input("entropy_weight", graph.F32)))
		loss = loss.Add(b.mean(b.value.Sub(b.Input("return", graph.F32, symS)).Square()).Times(0.5))
		back := b.Input("ref", graph.F32, symS).Sub(logp).Clip(-20, 20)
		return loss.Add(b.mean(back.Exp().Plus(-1).Sub(back)).Times(0.1))
	}
	split, err := nn.NewSplit(r.p.learner.opt, 2, plain)
	if err != nil {
		t.Fatal(err)
	}
	defer split.Close()
	var all []map[string][]float32
	for _, s := range []*nn.Split{split, r.p.learner.update} {
		pl := plan{loss: s, feed: func(b *batch, f *nn.Feeds, part []sample) { feedUpdate(b, f, part, 0.03, newObjective(c, nil, nil)) }}
		if _, _, err := r.p.learner.gradients(pl, r.samples); err != nil {
			t.Fatal(err)
		}
		all = append(all, r.take(t, 1))
	}
	for name, g := range all[0] {
		if !slices.Equal(g, all[1][name]) {
			t.Errorf("the gradient of %s has other bits", name)
		}
	}
}

// TestAdapt compares bapo's bounds with those of package credit/loss.
func TestAdapt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 9).Draw(t, "n")
		a := agent.DefaultLoss(agent.LossBAPO).Adapt
		a.LowFirst, a.Target = rapid.Bool().Draw(t, "low first"), rapid.Float64Range(0, 1).Draw(t, "target")
		b := loss.Batch{Old: [][]float64{make([]float64, n)}, New: [][]float64{make([]float64, n)}, Advantage: [][]float64{make([]float64, n)}, Mask: [][]float64{make([]float64, n)}}
		var all []weighed
		for i := range n {
			change, adv := rapid.Float64Range(-1, 1).Draw(t, "change"), rapid.Float64Range(-1, 1).Draw(t, "advantage")
			b.New[0][i], b.Advantage[0][i], b.Mask[0][i] = change, adv, 1
			all = append(all, weighed{math.Exp(change), adv})
		}
		low, high := adapt(a, all)
		wantLow, wantHigh := loss.Bounds(b, loss.Adaptive{Low: a.Low, LowMax: a.LowMax, High: a.High, HighMax: a.HighMax, LowStep: a.LowStep, HighStep: a.HighStep, Target: a.Target, LowFirst: a.LowFirst})
		if low != wantLow || high != wantHigh {
			t.Fatalf("bounds %v and %v, want %v and %v", low, high, wantLow, wantHigh)
		}
	})
}

// TestMinibatches cuts passes and looks at what comes out.
func TestMinibatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, size := rapid.IntRange(0, 60).Draw(t, "n"), rapid.IntRange(1, 20).Draw(t, "size")
		whole := rapid.Bool().Draw(t, "whole")
		c := DefaultConfig()
		if whole {
			c.Loss = agent.DefaultLoss(agent.LossGSPO)
		}
		samples := make([]sample, n)
		for i := range samples {
			samples[i] = sample{sequence: rapid.IntRange(0, 6).Draw(t, "sequence"), target: float32(i), row: &row{}, weight: 1}
		}
		o := newObjective(c, samples, nil)
		pl := plan{size: size, rng: rand.New(rand.NewPCG(uint64(n), 1))}
		parts, err := o.begin(pl, pl.choose(nil, samples))
		if err != nil {
			t.Fatal(err)
		}
		if want := (n + size - 1) / size; !whole && len(parts) != want {
			t.Fatalf("%d minibatches, want %d", len(parts), want)
		}
		in, seen := map[int]int{}, map[float32]bool{}
		for k, part := range parts {
			if len(part) == 0 || !whole && len(part) > size {
				t.Fatalf("minibatch %d has %d samples", k, len(part))
			}
			for _, s := range part {
				if other, ok := in[s.sequence]; whole && ok && other != k {
					t.Fatalf("sequence %d is in minibatches %d and %d", s.sequence, other, k)
				}
				in[s.sequence] = k
				seen[s.target] = true
			}
		}
		if len(seen) != n {
			t.Fatalf("%d of %d samples are in minibatches", len(seen), n)
		}
	})
}

// TestLossesLearn has every loss learn the bandit.
func TestLossesLearn(t *testing.T) {
	if testing.Short() {
		t.Skip("learning with every loss takes seconds: not with -short")
	}
	for _, name := range agent.Losses() {
		env := policytest.Bandit()
		p := open(t, func(c *Config) { c.MinFamilies, c.LearnRate, c.Loss = 50, 3e-3, agent.DefaultLoss(name) })
		if err := p.Fit(env.Tasks("train")); err != nil {
			t.Fatal(err)
		}
		train(t, p, env, 0, 40)
		if got := success(t, p, env, "test"); got < 0.9 {
			t.Errorf("%s: %.2f of the test tasks succeed, want 0.9", name, got)
		}
	}
}
