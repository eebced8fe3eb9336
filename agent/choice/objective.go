package choice

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"stepgym/agent"
)

// An objective is what a loss of agent.Loss needs beside the samples of a
// minibatch: weights over sequences, sequences' ratios, bounds. It is computed
// here, for a batch as a whole, so that the graph is a plain sum over decisions
// and neither minibatches nor their parts change what is learned:
//
//   - With TokenMean a minibatch weighs its decisions by sample.weight over their
//     sum. For the other aggregations sample.share is the decision's weight in the
//     whole batch, times the number of minibatches: the mean over a pass of the
//     minibatches' gradients is the batch's, however they are cut.
//   - gspo's minibatches have whole sequences, whose ratios are computed before
//     the step, from all of their decisions in the batch.
//   - bapo's bounds are found before each pass, from all decisions of the batch.
type objective struct {
	loss      agent.Loss
	maxTurns  int
	samples   []sample
	sequences [][]*sample
	rate      func(ctx context.Context, rows []*row) ([]float64, error) // log-probabilities under the weights of now

	low, high         float64 // bounds of the ratio
	lows, highs, past float64 // sums of those that were found, and their number
}

// newObjective numbers the sequences of the samples, which belong to it from then
// on.
func newObjective(c Config, samples []sample, rate func(context.Context, []*row) ([]float64, error)) *objective {
	o := &objective{loss: c.Loss, maxTurns: c.MaxTurns, samples: samples, rate: rate, low: 1 - c.Loss.Low, high: 1 + c.Loss.High}
	known, counts := map[int]int{}, []int(nil)
	for i := range samples {
		s := &samples[i]
		n, ok := known[s.sequence]
		own := s.sequence <= 0 || c.Loss.Sequence == agent.Turn
		if own || !ok {
			n = len(counts)
			counts = append(counts, 0)
		}
		if !own {
			known[s.sequence] = n
		}
		s.sequence = n
		counts[n]++
	}
	all := make([]*sample, len(samples))
	o.sequences = make([][]*sample, len(counts))
	for i, n := range counts {
		o.sequences[i], all = all[:0:n], all[n:]
	}
	for i := range samples {
		s := &samples[i]
		o.sequences[s.sequence] = append(o.sequences[s.sequence], s)
	}
	return o
}

// whole reports whether a minibatch must have whole sequences.
func (o *objective) whole() bool {
	return o != nil && o.loss.Name == agent.LossGSPO && o.loss.Sequence == agent.Trajectory
}

// begin cuts the samples of a pass into minibatches and prepares for them. A nil
// objective cuts only.
func (o *objective) begin(pl plan, use []sample) ([][]sample, error) {
	if o.whole() {
		o.together(use, pl.rng)
	}
	parts := minibatches(use, pl.size, o.whole())
	if o == nil {
		return parts, nil
	}
	for i := range use {
		use[i].share = float32(float64(len(parts)) * o.weight(use[i].sequence))
	}
	if o.loss.Name == agent.LossBAPO {
		return parts, o.findBounds()
	}
	return parts, nil
}

// together sorts samples by sequence, in random order of these.
func (o *objective) together(use []sample, rng *rand.Rand) {
	place := rng.Perm(len(o.sequences))
	slices.SortStableFunc(use, func(a, b sample) int { return place[a.sequence] - place[b.sequence] })
}

// minibatches cuts samples into about equal stretches of size at most, or, to
// have whole sequences, of somewhat more.
func minibatches(use []sample, size int, whole bool) [][]sample {
	n := (len(use) + size - 1) / size
	var out [][]sample
	for k, from := 0, 0; k < n; k++ {
		to := max(from, (k+1)*len(use)/n)
		for whole && to > from && to < len(use) && use[to].sequence == use[to-1].sequence {
			to++
		}
		if to > from {
			out = append(out, use[from:to])
			from = to
		}
	}
	return out
}

// weight is that of a decision of a sequence in the loss of the whole batch. It
// is 0 with TokenMean, where nothing reads it.
func (o *objective) weight(sequence int) float64 {
	rows, length := float64(len(o.sequences)), float64(o.length())
	switch o.loss.Aggregate {
	case agent.SeqMeanTokenMean:
		return 1 / (float64(len(o.sequences[sequence])) * rows)
	case agent.SeqMeanTokenSum:
		return 1 / rows
	case agent.SeqMeanTokenSumNorm:
		return 1 / length
	case agent.SeqMeanTokenSumLength:
		return 1 / (length * rows)
	}
	return 0
}

// length is what sums of sequences are divided by.
func (o *objective) length() int {
	switch {
	case o.loss.Length > 0:
		return o.loss.Length
	case o.loss.Sequence == agent.Trajectory && o.maxTurns > 0:
		return o.maxTurns
	}
	n := 0
	for _, s := range o.sequences {
		n = max(n, len(s))
	}
	return n
}

// look computes what the loss of a minibatch goes by under the weights of now:
// the mean log ratio of each of its sequences.
func (o *objective) look(part []sample) error {
	if !o.whole() {
		return nil
	}
	var all []*sample
	for i := range part {
		if i == 0 || part[i].sequence != part[i-1].sequence {
			all = append(all, o.sequences[part[i].sequence]...)
		}
	}
	changes, err := o.changes(all)
	if err != nil {
		return err
	}
	means := map[int]float32{}
	for len(all) > 0 {
		n, sum := len(o.sequences[all[0].sequence]), 0.0
		for _, x := range changes[:n] {
			sum += x
		}
		means[all[0].sequence] = float32(sum / float64(n))
		all, changes = all[n:], changes[n:]
	}
	for i := range part {
		part[i].change = means[part[i].sequence]
	}
	return nil
}

// changes returns how much more likely decisions are now than they were, in nats.
func (o *objective) changes(samples []*sample) ([]float64, error) {
	rows := make([]*row, len(samples))
	for i, s := range samples {
		rows[i] = s.row
	}
	out, err := o.rate(background(), rows)
	if err != nil {
		return nil, err
	}
	for i, s := range samples {
		out[i] -= float64(s.old)
	}
	return out, nil
}

// findBounds finds bapo's bounds of the ratio for the batch as it is now.
func (o *objective) findBounds() error {
	var with []*sample // those that count
	for i := range o.samples {
		if o.samples[i].adv != 0 {
			with = append(with, &o.samples[i])
		}
	}
	changes, err := o.changes(with)
	if err != nil {
		return err
	}
	all := make([]weighed, len(with))
	for i, s := range with {
		all[i].ratio, all[i].adv = math.Exp(min(changes[i], maxLogRatio)), float64(s.adv)
	}
	o.low, o.high = adapt(o.loss.Adapt, all)
	o.lows, o.highs, o.past = o.lows+o.low, o.highs+o.high, o.past+1
	return nil
}

// found returns the means of the bounds that were found; 0 if there were none.
func (o *objective) found() (low, high float64) {
	return o.lows / max(1, o.past), o.highs / max(1, o.past)
}

// weighed is a decision as bapo weighs it.
type weighed struct{ ratio, adv float64 }

// adapt finds the bounds of agent.Adapt. Without advantages they are the
// narrowest.
func adapt(a agent.Adapt, all []weighed) (low, high float64) {
	low, high = a.Low, a.High
	short := func() bool {
		pos, neg := 0.0, 0.0
		for _, x := range all {
			if x.adv > 0 {
				pos += min(x.ratio, high) * x.adv
			} else {
				neg += max(x.ratio, low) * -x.adv
			}
		}
		return pos < a.Target*(pos+neg)
	}
	raise := func(x *float64, step, top float64) {
		for *x < top && short() {
			*x = min(*x+step, top)
		}
	}
	if a.LowFirst {
		raise(&low, a.LowStep, a.LowMax)
	}
	raise(&high, a.HighStep, a.HighMax)
	if !a.LowFirst {
		raise(&low, a.LowStep, a.LowMax)
	}
	return low, high
}
