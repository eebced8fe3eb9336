package choice

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"stepgym/agent"
	"stepgym/agent/internal/nn"
)

// A learner is what updates run on. It is used by one goroutine.
type learner struct {
	opt     *nn.Optimizer
	ppo     *nn.Loss
	imitate *nn.Loss
	feeds   *nn.Feeds
	batch   batch
	weights *nn.Weights
	ref     *nn.Weights // the reference policy; nil without one
}

func newLearner(c Config, w *nn.Weights) (l *learner, err error) {
	l = &learner{weights: w, batch: newBatch(c), feeds: nn.NewFeeds(w.Runtime())}
	defer func() {
		if err != nil {
			l.close()
			l = nil
		}
	}()
	if l.opt, err = nn.NewOptimizer(w, c.adam()); err != nil {
		return l, err
	}
	if l.ppo, err = nn.NewLoss(l.opt, c.ppo); err != nil {
		return l, fmt.Errorf("build the loss: %w", err)
	}
	if l.imitate, err = nn.NewLoss(l.opt, c.imitate); err != nil {
		return l, fmt.Errorf("build the imitation loss: %w", err)
	}
	return l, nil
}

func (l *learner) close() {
	if l.ppo != nil {
		l.ppo.Close()
	}
	if l.imitate != nil {
		l.imitate.Close()
	}
	if l.opt != nil {
		l.opt.Close()
	}
	if l.ref != nil {
		l.ref.Close()
	}
	l.feeds.Close()
}

// A plan says how to learn from samples.
type plan struct {
	loss         *nn.Loss
	epochs, size int
	rate         float64
	share        float64 // of the samples without advantage that a pass takes; 0 for all
	rng          *rand.Rand
	feed         func(b *batch, f *nn.Feeds, part []sample)
}

// learn runs a plan and raises the version.
func (p *Policy) learn(ctx context.Context, samples []sample, pl plan) (agent.UpdateStats, error) {
	stats := agent.UpdateStats{LearnRate: pl.rate}
	if err := ctx.Err(); err != nil {
		return stats, err
	}
	for i := range samples {
		p.learnSymbols(samples[i].row)
	}
	rows := make([]*row, 0, pl.size)
	var use []sample
	total := 0.0
	for range pl.epochs {
		use = pl.choose(use[:0], samples)
		parts := (len(use) + pl.size - 1) / pl.size
		for k := range parts {
			part := use[k*len(use)/parts : (k+1)*len(use)/parts]
			rows = rows[:0]
			for i := range part {
				rows = append(rows, part[i].row)
			}
			n, err := p.step(pl, rows, part, &stats)
			if err != nil {
				return stats, err
			}
			total += n
		}
	}
	if total > 0 {
		stats.GradNorm /= float64(stats.Minibatch)
		for _, x := range []*float64{&stats.Loss, &stats.PolicyLoss, &stats.ValueLoss, &stats.Entropy, &stats.KL, &stats.RefKL, &stats.ClipShare} {
			*x /= total
		}
	}
	p.version.Add(1)
	return stats, nil
}

// choose appends the samples of one pass to dst, in random order.
func (pl *plan) choose(dst, samples []sample) []sample {
	for _, s := range samples {
		if s.adv == 0 && pl.share > 0 && pl.share < 1 {
			if pl.rng.Float64() >= pl.share {
				continue
			}
			s.weight = float32(1 / pl.share)
		}
		dst = append(dst, s)
	}
	pl.rng.Shuffle(len(dst), func(i, j int) { dst[i], dst[j] = dst[j], dst[i] })
	return dst
}

// step learns from one minibatch, adds to the sums in stats, and returns the
// weight of its samples.
func (p *Policy) step(pl plan, rows []*row, part []sample, stats *agent.UpdateStats) (total float64, err error) {
	l := p.learner
	l.batch.build(rows)
	pl.feed(&l.batch, l.feeds, part)
	l.batch.feed(l.feeds)
	weight := l.feeds.F32("weight", l.batch.s)
	clear(weight)
	for i := range part {
		total += float64(part[i].weight)
	}
	for i := range part {
		weight[i] = part[i].weight / float32(total)
	}
	out, err := pl.loss.Run(background(), l.feeds)
	if err != nil {
		return total, err
	}
	norm, err := l.opt.Step(pl.rate)
	if err != nil {
		return total, err
	}
	stats.Minibatch++
	stats.GradNorm += norm
	stats.Loss += total * out.Scalar(nn.LossName)
	stats.PolicyLoss += total * out.Scalar("policy_loss")
	stats.ValueLoss += total * out.Scalar("value_loss")
	stats.Entropy += total * out.Scalar("entropy")
	stats.KL += total * out.Scalar("kl")
	stats.RefKL += total * out.Scalar("ref_kl")
	stats.ClipShare += total * out.Scalar("clip")
	return total, nil
}

// learnSymbols gives rows of the tables to the class words of r.
func (p *Policy) learnSymbols(r *row) {
	p.shared.places.learn(r.place)
	p.shared.kinds.learn(r.lastKind)
	for _, k := range r.kinds {
		p.shared.kinds.learn(k)
	}
}

// feedUpdate sets the inputs of ppo.
func feedUpdate(b *batch, f *nn.Feeds, part []sample, entropy float64) {
	f.Scalar("entropy_weight", entropy)
	action := f.I64("action", b.s, 1)
	old, adv := f.F32("old", b.s), f.F32("advantage", b.s)
	target, ref := f.F32("return", b.s), f.F32("ref", b.s)
	clear(action)
	clear(old)
	clear(adv)
	clear(target)
	clear(ref)
	for i, s := range part {
		action[i] = int64(s.row.taken)
		old[i], adv[i], target[i], ref[i] = s.old, s.adv, s.target, s.ref
	}
}

// feedImitate sets the inputs of imitate.
func feedImitate(b *batch, f *nn.Feeds, part []sample) {
	width := b.q * chunk
	good := f.F32("good", b.s, width)
	clear(good)
	for i, s := range part {
		for _, j := range s.good {
			good[i*width+j] = 1
		}
	}
}

// between is where a schedule from first to last is after a share of the
// training.
func between(first, last, progress float64) float64 {
	return first + (last-first)*min(1, max(0, progress))
}

// logProb is the logarithm of the softmax of scores at i.
func logProb(scores []float32, i int) float32 {
	top := math.Inf(-1)
	for _, s := range scores {
		top = max(top, float64(s))
	}
	sum := 0.0
	for _, s := range scores {
		sum += math.Exp(float64(s) - top)
	}
	return float32(float64(scores[i]) - top - math.Log(sum))
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
