package choice

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/envs"
)

// decisions plays some episodes and returns their decisions.
func decisions(t testing.TB, p *Policy, env envs.Env, n int) []agent.Decision {
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
	var out []agent.Decision
	for _, e := range eps {
		out = append(out, e.Decisions...)
	}
	return out
}

// good returns what the wanted thing of a bandit's decision is.
func good(t testing.TB, env envs.Env, i int) int {
	t.Helper()
	tasks, err := policytest.Tasks(env, "train", i+1)
	if err != nil {
		t.Fatal(err)
	}
	ep, err := env.Reset(context.Background(), tasks[i], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	for j, c := range ep.Observation().Admissible {
		if tasks[i].Goal == "I want the "+c.Desc[len("a "):]+", please" {
			return j
		}
	}
	t.Fatal("no choice is right")
	return 0
}

func TestImitate(t *testing.T) {
	env := policytest.Bandit()
	p := open(t, func(c *Config) { c.MinFamilies = 50; c.ImitateEpochs = 20; c.ImitateMinibatch = 32 })
	if err := p.Fit(env.Tasks("train")); err != nil {
		t.Fatal(err)
	}
	var demos []agent.Demo
	for i, d := range decisions(t, p, env, 100) {
		demos = append(demos, agent.Demo{Decision: d, Good: []int{good(t, env, i)}})
	}
	stats, err := p.Imitate(context.Background(), demos)
	if err != nil {
		t.Fatal(err)
	}
	if stats.Minibatch != 80 || p.Version() != 1 || stats.LearnRate != p.config.ImitateRate || stats.GradNorm <= 0 {
		t.Errorf("stats %+v, version %d", stats, p.Version())
	}
	if got := success(t, p, env, "test"); got < 0.9 {
		t.Errorf("after imitation %.2f of the test tasks succeed, want 0.9", got)
	}
}

// TestUpdateStats checks the statistics where they are known: before the first
// step the policy is its own behaviour.
func TestUpdateStats(t *testing.T) {
	env := policytest.Boxes()
	p := open(t, func(c *Config) {
		c.Epochs = 1
		c.Minibatch = 1 << 20
		c.Value = 0.5
		c.RefKL = 0.1
		c.LearnRate = 0.01
		c.LearnRateEnd = 0
		c.EntropyEnd = c.Entropy
		c.ZeroShare = 1
	})
	shake(t, p, 7)
	for _, d := range decisions(t, p, env, 30) { // or the update would number the words, and shaken weights have no zeros for new ones
		p.learnSymbols(d.Input.(*row))
	}
	var b agent.Batch
	entropy, miss, gain := 0.0, 0.0, 0.0
	for i, d := range decisions(t, p, env, 30) {
		s := agent.Sample{Decision: d, Advantage: float64(i%3 - 1), Return: 0.5}
		b.Samples = append(b.Samples, s)
		entropy += d.Entropy
		miss += (d.Value - 0.5) * (d.Value - 0.5)
		gain += s.Advantage
	}
	n := float64(len(b.Samples))
	b.Progress = 0.5
	got, err := p.Update(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	want := agent.UpdateStats{PolicyLoss: -gain / n, ValueLoss: miss / n, Entropy: entropy / n, LearnRate: 0.005, Minibatch: 1}
	want.Loss = want.PolicyLoss - p.config.Entropy*want.Entropy + 0.5*want.ValueLoss
	for _, x := range []struct {
		name      string
		got, want float64
	}{
		{"loss", got.Loss, want.Loss}, {"policy loss", got.PolicyLoss, want.PolicyLoss}, {"value loss", got.ValueLoss, want.ValueLoss},
		{"entropy", got.Entropy, want.Entropy}, {"kl", got.KL, 0}, {"reference kl", got.RefKL, 0}, {"clip", got.ClipShare, 0}, {"rate", got.LearnRate, 0.005},
	} {
		if math.Abs(x.got-x.want) > 1e-5 {
			t.Errorf("%s is %v, want %v", x.name, x.got, x.want)
		}
	}
	if got.Minibatch != 1 || got.GradNorm <= 0 || p.Version() != 1 {
		t.Errorf("minibatches %d, gradient norm %v, version %d", got.Minibatch, got.GradNorm, p.Version())
	}
	again, err := p.Update(context.Background(), b) // now the policy has moved away
	if err != nil {
		t.Fatal(err)
	}
	if again.KL <= 0 || again.RefKL <= 0 {
		t.Errorf("after an update kl is %v, to the reference %v", again.KL, again.RefKL)
	}
}

// TestZeroShare checks that fewer samples without advantage leave the means as
// they are.
func TestZeroShare(t *testing.T) {
	pl := plan{share: 0.25, rng: rand.New(rand.NewPCG(1, 1))}
	samples := make([]sample, 4000)
	for i := range samples {
		samples[i].weight = 1
		samples[i].adv = float32(i % 5 / 4) // one of five has an advantage
	}
	use := pl.choose(nil, samples)
	with, weight := 0, float32(0)
	for _, s := range use {
		if s.adv != 0 {
			with++
		}
		weight += s.weight
	}
	if with != 800 || len(use) < 1500 || len(use) > 1700 || weight < 3700 || weight > 4300 {
		t.Errorf("%d samples, %d with advantage, weight %v; want about 1600, 800, 4000", len(use), with, weight)
	}
	pl.share = 0
	if got := len(pl.choose(nil, samples)); got != 4000 {
		t.Errorf("imitation takes %d samples of 4000", got)
	}
}

// TestUpdateDirection checks that what has advantage becomes likelier.
func TestUpdateDirection(t *testing.T) {
	env := policytest.Bandit()
	p := open(t, func(c *Config) { c.Entropy = 0 })
	d := decisions(t, p, env, 1)[0]
	for _, adv := range []float64{1, -1} {
		before := p.logProbOf(t, d)
		b := agent.Batch{Samples: []agent.Sample{{Decision: d, Advantage: adv}}}
		b.Samples[0].Decision.LogProb = before
		if _, err := p.Update(context.Background(), b); err != nil {
			t.Fatal(err)
		}
		if after := p.logProbOf(t, d); (after-before)*adv <= 0 {
			t.Errorf("advantage %v moves the log-probability from %v to %v", adv, before, after)
		}
	}
}

// logProbOf is the present log-probability of a decision.
func (p *Policy) logProbOf(t testing.TB, d agent.Decision) float64 {
	t.Helper()
	r, err := p.rowOf(&d)
	if err != nil {
		t.Fatal(err)
	}
	scores, _, err := p.scorer.run([]*row{r})
	if err != nil {
		t.Fatal(err)
	}
	return float64(logProb(scores[:r.size()], r.taken))
}

func TestBadInput(t *testing.T) {
	env := policytest.Bandit()
	p, other := open(t, nil), open(t, nil)
	mine, theirs := decisions(t, p, env, 1)[0], decisions(t, other, env, 1)[0]
	ctx := context.Background()
	update := func(s ...agent.Sample) error {
		_, err := p.Update(ctx, agent.Batch{Samples: s})
		return err
	}
	imitate := func(d ...agent.Demo) error {
		_, err := p.Imitate(ctx, d)
		return err
	}
	for _, tt := range []struct {
		name  string
		err   error
		input bool // wraps ErrInput
	}{
		{"no input", update(agent.Sample{}), true},
		{"another policy's", update(agent.Sample{Decision: theirs}), true},
		{"advantage that is no number", update(agent.Sample{Decision: mine, Advantage: math.NaN()}), false},
		{"infinite return", update(agent.Sample{Decision: mine, Return: math.Inf(1)}), false},
		{"demo of another policy", imitate(agent.Demo{Decision: theirs, Good: []int{0}}), true},
		{"demo without good", imitate(agent.Demo{Decision: mine}), false},
		{"demo out of range", imitate(agent.Demo{Decision: mine, Good: []int{6}}), false},
	} {
		if tt.err == nil || errors.Is(tt.err, agent.ErrInput) != tt.input {
			t.Errorf("%s: error %v, wraps ErrInput: want %v", tt.name, tt.err, tt.input)
		}
	}
	if p.Version() != 0 {
		t.Errorf("failed updates raised the version to %d", p.Version())
	}
	if err := p.Fit(env.Tasks("train")); err != nil {
		t.Fatal(err)
	}
	if err := update(agent.Sample{Decision: mine}); !errors.Is(err, agent.ErrInput) {
		t.Errorf("a decision from before Fit: %v", err)
	}
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := p.Update(stopped, agent.Batch{}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}
	if _, err := p.Update(ctx, agent.Batch{}); err != nil || p.Version() != 1 {
		t.Errorf("an empty batch: %v, version %d", err, p.Version())
	}
}

// TestNewWordsChangeNothing checks that a kind met for the first time changes
// no decision when it gets its number, but by what is learned.
func TestNewWordsChangeNothing(t *testing.T) {
	p := open(t, nil)
	rows := testRows(20)
	before, _, err := p.scorer.run(rows)
	if err != nil {
		t.Fatal(err)
	}
	kept := append([]float32(nil), before...)
	for _, r := range rows {
		p.learnSymbols(r)
	}
	after, _, err := p.scorer.run(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i := range kept {
		if kept[i] != after[i] {
			t.Fatalf("score %d was %v and is %v", i, kept[i], after[i])
		}
	}
	if len(p.shared.kinds.names()) == 0 && rows[0].kinds[0].row != 1 {
		t.Error("no kind was numbered")
	}
}

// BenchmarkUpdate measures one update of 2,048 decisions in minibatches of 512,
// two passes.
func BenchmarkUpdate(b *testing.B) {
	p := open(b, nil)
	rows := testRows(2048)
	var batch agent.Batch
	for i, r := range rows {
		r.owner, r.vocab, r.taken = p, p.vocab, i%r.size()
		batch.Samples = append(batch.Samples, agent.Sample{Decision: agent.Decision{Input: r, LogProb: -1}, Advantage: float64(i%3 - 1)})
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := p.Update(context.Background(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2048/2, "ns/sample-pass")
}
