package choice

import (
	"context"
	"fmt"
	"math/rand/v2"

	"stepgym/agent"
	"stepgym/agent/internal/nn"
)

// A sample is one decision to learn from, its row checked.
type sample struct {
	row              *row
	old, adv, target float32
	ref              float32
	weight           float32 // of the sample in means; 1 if it always takes part
	good             []int

	sequence int     // the objective's number of it
	share    float32 // weight of its loss in the policy's term, where that is no mean
	change   float32 // of its sequence: mean log ratio, for gspo
}

// Update makes Config.Epochs passes over b in minibatches and raises the
// version. Advantages are taken as they are: dividing them by the standard
// deviation of the batch is the caller's business. Equal batches and seeds give
// equal weights. Of the samples without advantage a pass takes Config.ZeroShare.
//
// A context that ends is honoured before the first step only, because half an
// update cannot be resumed. An empty batch changes nothing but the version.
func (p *Policy) Update(ctx context.Context, b agent.Batch) (agent.UpdateStats, error) {
	c := p.config
	rate := between(c.LearnRate, c.LearnRateEnd, b.Progress)
	samples := make([]sample, len(b.Samples))
	for i := range b.Samples {
		s := &b.Samples[i]
		r, err := p.rowOf(&s.Decision)
		if err != nil {
			return agent.UpdateStats{}, fmt.Errorf("choice: update: sample %d: %w", i, err)
		}
		samples[i] = sample{row: r, old: float32(s.Decision.LogProb), adv: float32(s.Advantage), target: float32(s.Return), weight: 1, sequence: s.Sequence}
		if !finite(s.Decision.LogProb) || !finite(s.Advantage) || !finite(s.Return) {
			return agent.UpdateStats{}, fmt.Errorf("choice: update: sample %d: log-probability %v, advantage %v, return %v: all must be finite",
				i, s.Decision.LogProb, s.Advantage, s.Return)
		}
	}
	if c.RefKL > 0 {
		if err := p.reference(samples); err != nil {
			return agent.UpdateStats{}, fmt.Errorf("choice: update: reference policy: %w", err)
		}
	}
	entropy := between(c.Entropy, c.EntropyEnd, b.Progress)
	o := newObjective(c, samples, p.rate)
	stats, err := p.learn(ctx, samples, plan{
		loss: p.learner.update, epochs: c.Epochs, size: c.Minibatch, rate: rate, share: c.ZeroShare,
		rng:       rand.New(rand.NewPCG(b.Seed, updateStream)),
		feed:      func(b *batch, f *nn.Feeds, part []sample) { feedUpdate(b, f, part, entropy, o) },
		objective: o,
	})
	if err != nil {
		return stats, fmt.Errorf("choice: update: %w", err)
	}
	return stats, nil
}

// Imitate makes Config.ImitateEpochs passes over demos and raises the version.
// The optimizer's state is the same as Update's.
func (p *Policy) Imitate(ctx context.Context, demos []agent.Demo) (agent.UpdateStats, error) {
	samples := make([]sample, len(demos))
	for i := range demos {
		d := &demos[i]
		r, err := p.rowOf(&d.Decision)
		if err == nil && len(d.Good) == 0 {
			err = fmt.Errorf("no good choice is named")
		}
		for _, j := range d.Good {
			if err == nil && (j < 0 || j >= r.size()) {
				err = fmt.Errorf("the good choice %d is not among the %d of the decision", j, r.size())
			}
		}
		if err != nil {
			return agent.UpdateStats{}, fmt.Errorf("choice: imitate: demo %d: %w", i, err)
		}
		samples[i] = sample{row: r, good: d.Good, weight: 1}
	}
	stats, err := p.learn(ctx, samples, plan{
		loss: p.learner.imitate, epochs: p.config.ImitateEpochs, size: p.config.ImitateMinibatch, rate: p.config.ImitateRate,
		rng:  rand.New(rand.NewPCG(p.config.Seed^uint64(p.Version()), imitateStream)),
		feed: feedImitate,
	})
	if err != nil {
		return stats, fmt.Errorf("choice: imitate: %w", err)
	}
	return stats, nil
}

// Streams tell the generators of one seed apart.
const (
	updateStream  = 0x757064617465 // "update"
	imitateStream = 0x696d6974     // "imit"
)
