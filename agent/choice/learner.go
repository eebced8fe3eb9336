package choice

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"stepgym/agent"
	"stepgym/agent/internal/nn"
)

// A learner is what updates run on. It is used by one goroutine.
type learner struct {
	opt     *nn.Optimizer
	update  *nn.Split
	imitate *nn.Split
	workers []*worker
	weights *nn.Weights
	ref     *nn.Weights // the reference policy; nil without one
}

// A worker prepares one part of a minibatch at a time.
type worker struct {
	feeds *nn.Feeds
	batch batch
	rows  []*row
}

func newLearner(c Config, w *nn.Weights) (l *learner, err error) {
	l = &learner{weights: w}
	defer func() {
		if err != nil {
			l.close()
			l = nil
		}
	}()
	if l.opt, err = nn.NewOptimizer(w, c.adam()); err != nil {
		return l, err
	}
	if l.update, err = nn.NewSplit(l.opt, c.Threads, c.update); err != nil {
		return l, fmt.Errorf("build the loss: %w", err)
	}
	if l.imitate, err = nn.NewSplit(l.opt, c.Threads, c.imitate); err != nil {
		return l, fmt.Errorf("build the imitation loss: %w", err)
	}
	for range l.update.Parts() {
		l.workers = append(l.workers, &worker{feeds: nn.NewFeeds(w.Runtime()), batch: newBatch(c)})
	}
	return l, nil
}

func (l *learner) close() {
	if l.update != nil {
		l.update.Close()
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
	for _, w := range l.workers {
		w.feeds.Close()
	}
}

// A plan says how to learn from samples.
type plan struct {
	loss         *nn.Split
	epochs, size int
	rate         float64
	share        float64 // of the samples without advantage that a pass takes; 0 for all
	rng          *rand.Rand
	feed         func(b *batch, f *nn.Feeds, part []sample)
	objective    *objective // of updates; nil for imitation
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
	sum := tally{stats: &stats, objective: pl.objective}
	var use []sample
	for range pl.epochs {
		use = pl.choose(use[:0], samples)
		parts, err := pl.objective.begin(pl, use)
		if err != nil {
			return stats, err
		}
		for _, part := range parts {
			if err := pl.objective.look(part); err != nil {
				return stats, err
			}
			if err := p.learner.step(pl, part, &sum); err != nil {
				return stats, err
			}
		}
	}
	sum.finish()
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

// step learns from one minibatch.
func (l *learner) step(pl plan, part []sample, t *tally) error {
	outs, parts, err := l.gradients(pl, part)
	if err != nil {
		return err
	}
	norm, err := l.opt.Step(pl.rate)
	if err != nil {
		return err
	}
	t.add(outs, parts, weightOf(part), norm)
	return nil
}

// gradients computes those of one minibatch, a part in each worker. It returns
// the parts and the outputs of each.
func (l *learner) gradients(pl plan, part []sample) (outs []*nn.Outputs, parts [][]sample, err error) {
	total := weightOf(part)
	parts = divide(part, len(l.workers))
	outs, err = pl.loss.Run(background(), len(parts), func(i int) (*nn.Feeds, error) {
		w := l.workers[i]
		w.fill(pl, parts[i], total)
		return w.feeds, nil
	})
	return outs, parts, err
}

// weightOf is what the samples weigh together.
func weightOf(part []sample) (total float64) {
	for i := range part {
		total += float64(part[i].weight)
	}
	return total
}

// divide returns a minibatch in up to n parts. A single one is as it was.
func divide(part []sample, n int) [][]sample {
	n = max(1, min(n, len(part)/minPart))
	if n > 1 {
		part = byGoal(part)
	}
	return cut(part, n)
}

// fill sets the inputs for one part of a minibatch of the total weight.
func (w *worker) fill(pl plan, part []sample, total float64) {
	w.rows = w.rows[:0]
	for i := range part {
		w.rows = append(w.rows, part[i].row)
	}
	w.batch.build(w.rows)
	clear(w.rows) // they are garbage soon
	pl.feed(&w.batch, w.feeds, part)
	w.batch.feed(w.feeds)
	weight := w.feeds.F32("weight", w.batch.s)
	clear(weight)
	for i := range part {
		weight[i] = part[i].weight / float32(total)
	}
}

// minPart is the number of decisions from which on a minibatch is worth
// splitting into another part.
const minPart = 16

// byGoal returns the samples with those of equal goals together, in the order in
// which the goals come, so that few goals are in two parts: what the net makes
// of a goal is a good share of the work.
func byGoal(part []sample) []sample {
	place := map[*goal]int{}
	for i := range part {
		if _, ok := place[part[i].row.goal]; !ok {
			place[part[i].row.goal] = len(place)
		}
	}
	out := slices.Clone(part)
	slices.SortStableFunc(out, func(a, b sample) int { return cmp.Compare(place[a.row.goal], place[b.row.goal]) })
	return out
}

// cut divides the samples, n or more, into n stretches of about equal cost.
func cut(part []sample, n int) (out [][]sample) {
	all, sum, from := 0, 0, 0
	for i := range part {
		all += rowCost(part[i].row)
	}
	for i := range part {
		begun := len(out) + 1
		if i > from && begun < n && (sum*n >= begun*all || len(part)-i == n-begun) {
			out = append(out, part[from:i])
			from = i
		}
		sum += rowCost(part[i].row)
	}
	return append(out, part[from:])
}

// rowCost is what a row costs in a batch, about: its chunks, and the state.
func rowCost(r *row) int { return (r.size()+chunk-1)/chunk + 1 }

// learnSymbols gives rows of the tables to the class words of r.
func (p *Policy) learnSymbols(r *row) {
	p.shared.places.learn(r.place)
	p.shared.kinds.learn(r.lastKind)
	for _, k := range r.kinds {
		p.shared.kinds.learn(k)
	}
	if r.hand == nil {
		return
	}
	for _, k := range r.hand.classes {
		p.shared.classes.learn(k)
	}
	for i := range r.things {
		for _, k := range r.things[i].classes {
			p.shared.classes.learn(k)
		}
	}
}

// feedUpdate sets the inputs of an update's loss.
func feedUpdate(b *batch, f *nn.Feeds, part []sample, entropy float64, o *objective) {
	f.Scalar("entropy_weight", entropy)
	f.Scalar("low", o.low)
	f.Scalar("high", o.high)
	action := f.I64("action", b.s, 1)
	old, adv := f.F32("old", b.s), f.F32("advantage", b.s)
	target, ref := f.F32("return", b.s), f.F32("ref", b.s)
	share, sequence := f.F32("share", b.s), f.F32("sequence", b.s)
	clear(action)
	for _, x := range [][]float32{old, adv, target, ref, share, sequence} {
		clear(x)
	}
	for i, s := range part {
		action[i] = int64(s.row.taken)
		old[i], adv[i], target[i], ref[i] = s.old, s.adv, s.target, s.ref
		share[i], sequence[i] = s.share, s.change
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
