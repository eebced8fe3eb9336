package runner

import (
	"context"
	"fmt"
	"math"
	"time"

	"stepgym/agent"
	"stepgym/credit"
	"stepgym/traces"
)

// sequential updates the learner on a batch turn after turn, the way
// Config.Update says, and fills in m. Of each turn:
//
//	update on the steps of turn t, with advantage M and the ratio to the policy
//	that sampled, which is what Decision.LogProb is for;
//	M = M · pi_now(action at t) / pi_sampled(action at t).
//
// With seeupo/released both ratios are to the policy right before the update, as
// in the released code: see rate.
//
// An episode that has no turn t takes no part in its update, and keeps its M.
// Everything is found by (rollout, turn). It returns when the credit that does
// not depend on updates was done.
//
// Steps of turns at which every advantage is 0 have no policy gradient. What is
// kept of them by Config.KeepZero, for the entropy bonus and the value head, is
// one update at the end instead of many that only wander about.
//
// Differs where Config.TurnsPerUpdate is above 1: so many turns, neighbours in
// the order, are one update with the M from before it, and all of their ratios
// go into M after it. It bounds the number of updates.
func (s *session) sequential(ctx context.Context, m *Metrics, gs []group, graphs []*traces.Graph) (credited time.Time, err error) {
	q, err := s.newSequence(m, gs, graphs)
	credited = s.clock()
	if err != nil {
		return credited, err
	}
	order := q.params.Turns(len(q.turns))
	for len(order) > 0 {
		now := order[:min(len(order), s.Config.TurnsPerUpdate)]
		order = order[len(now):]
		if err := q.rate(ctx, now); err != nil {
			return credited, fmt.Errorf("runner: iteration %d: before turns %v: %w", m.Iteration, now, err)
		}
		samples, idle, err := q.collect(now)
		switch {
		case err != nil:
			return credited, err
		case idle:
			q.rest = append(q.rest, samples...)
		default:
			if err := q.update(ctx, samples); err != nil {
				return credited, fmt.Errorf("runner: iteration %d: turns %v: %w", m.Iteration, now, err)
			}
		}
		if err := q.pass(ctx, now); err != nil {
			return credited, fmt.Errorf("runner: iteration %d: after turns %v: %w", m.Iteration, now, err)
		}
	}
	if err := q.update(ctx, q.rest); err != nil {
		return credited, fmt.Errorf("runner: iteration %d: steps without advantage: %w", m.Iteration, err)
	}
	q.finish(m)
	return credited, nil
}

// A sequence is the sequential update of one batch.
type sequence struct {
	*session
	iteration int
	progress  float64
	params    credit.SeeUPOParams
	product   *credit.Multiplier

	groups  []group
	graphs  []*traces.Graph
	returns [][]float64 // by graph and row
	adv     [][]float64 // by graph and row: M without the penalty
	turns   [][]place   // by turn: who has it
	base    [][]float64 // by graph and row: the log-probability that ratios are to
	first   []int       // by graph: rollouts of the batch before its own

	rest    []agent.Sample // of turns without any advantage
	rated   int
	samples int
	sum     agent.UpdateStats
	weight  float64
	stats   Sequence
}

// A place is a rollout of a graph of the batch.
type place struct{ graph, rollout int }

// newSequence computes A, finds out who has which turn, and draws the order.
func (s *session) newSequence(m *Metrics, gs []group, graphs []*traces.Graph) (*sequence, error) {
	q := &sequence{session: s, iteration: m.Iteration, progress: m.Progress, groups: gs, graphs: graphs}
	q.params = s.creditor.method.Describe().Params.(credit.SeeUPOParams) // Config.Validate has looked
	q.params.Order = orderOf(s.Config.Update)
	q.params.Seed = Seed(s.Config.Seed, streamOrder, uint64(m.Iteration))
	var batch []credit.Scored
	for n, g := range graphs {
		q.first = append(q.first, len(batch))
		q.base = append(q.base, make([]float64, g.Len()))
		for i, r := range g.Rollouts {
			if got := len(gs[n].outcomes[r.Source].Decisions); got != r.Steps {
				return nil, fmt.Errorf("runner: %s has %d decisions for %d steps", r.ID, got, r.Steps)
			}
			batch = append(batch, credit.Scored{ID: r.ID, Group: g.ID, Score: r.Score})
			for t := range r.Steps {
				q.base[n][r.First+t] = gs[n].outcomes[r.Source].Decisions[t].LogProb
				if t == len(q.turns) {
					q.turns = append(q.turns, nil)
				}
				q.turns[t] = append(q.turns[t], place{n, i})
			}
		}
		q.returns = append(q.returns, g.Returns(s.creditor.gamma))
		q.adv = append(q.adv, make([]float64, g.Len()))
	}
	q.stats.Turns = len(q.turns)
	var err error
	if q.product, err = credit.NewMultiplier(batch, len(q.turns), q.params); err != nil {
		return nil, fmt.Errorf("runner: %w", err)
	}
	return q, nil
}

// at returns the rollout at p, its row for turn t, and its decision there.
func (q *sequence) at(p place, t int) (r *traces.Rollout, row int, d *agent.Decision) {
	r = &q.graphs[p.graph].Rollouts[p.rollout]
	return r, r.First + t, &q.groups[p.graph].outcomes[r.Source].Decisions[t]
}

// rate has the ratios of the turns now be to the policy as it is before their
// update, which is what seeupo/released does. The paper's are to the policy that
// sampled, whatever was updated since; so are those of the first update anyway.
func (q *sequence) rate(ctx context.Context, now []int) error {
	if q.params.Variant != credit.Code || q.stats.Updates == 0 {
		return nil
	}
	var decisions []agent.Decision
	var at []*float64
	for _, t := range now {
		for _, p := range q.turns[t] {
			_, row, d := q.at(p, t)
			decisions = append(decisions, *d)
			at = append(at, &q.base[p.graph][row])
		}
	}
	logs, err := q.logProbs(ctx, decisions)
	if err != nil {
		return err
	}
	for i, x := range logs {
		*at[i] = x
	}
	return nil
}

// logProbs asks the learner how likely decisions are now.
func (q *sequence) logProbs(ctx context.Context, decisions []agent.Decision) ([]float64, error) {
	if len(decisions) == 0 {
		return nil, nil
	}
	logs, err := q.Learner.(agent.Rater).LogProbs(ctx, decisions) // begin has looked
	if err == nil && len(logs) != len(decisions) {
		err = fmt.Errorf("%d log-probabilities for %d decisions", len(logs), len(decisions))
	}
	return logs, err
}

// collect makes the samples of the turns now. They are idle if none of them has
// an advantage.
func (q *sequence) collect(now []int) (samples []agent.Sample, idle bool, err error) {
	idle = true
	for _, t := range now {
		for _, p := range q.turns[t] {
			r, row, d := q.at(p, t)
			a, err := q.product.Advantage(r.ID)
			if err != nil {
				return nil, false, fmt.Errorf("runner: %w", err)
			}
			q.stats.MeanAbs += math.Abs(a)
			q.stats.MaxAbs = max(q.stats.MaxAbs, math.Abs(a))
			if penalty := q.graphs[p.graph].Penalty; penalty != nil {
				a -= penalty[row]
			}
			q.adv[p.graph][row] = a
			if a != 0 || q.creditor.keepZero {
				now := *d
				now.LogProb = q.base[p.graph][row]
				samples = append(samples, agent.Sample{
					Decision: now, Advantage: a, Return: q.returns[p.graph][row], Sequence: q.first[p.graph] + p.rollout + 1,
				})
				idle = idle && a == 0
			}
		}
	}
	return samples, idle, nil
}

// update makes one update on samples, if there are any.
func (q *sequence) update(ctx context.Context, samples []agent.Sample) error {
	if len(samples) == 0 {
		return nil
	}
	seed := Seed(q.Config.Seed, streamBatch, uint64(q.iteration), uint64(q.stats.Updates))
	u, err := q.Learner.Update(ctx, agent.Batch{Samples: samples, Seed: seed, Progress: q.progress})
	if err := checkUpdate(u, err); err != nil {
		return err
	}
	q.samples += len(samples)
	q.stats.Updates++
	q.add(u, float64(len(samples)))
	return nil
}

// pass multiplies M by what has become of the actions at the turns now. Where M
// is 0 it stays so, and nobody asks the learner.
func (q *sequence) pass(ctx context.Context, now []int) error {
	var ratios []credit.TurnRatio
	var decisions []agent.Decision
	for _, t := range now {
		for _, p := range q.turns[t] {
			r, row, d := q.at(p, t)
			if a, err := q.product.Advantage(r.ID); err != nil || a == 0 {
				continue
			}
			ratios = append(ratios, credit.TurnRatio{Rollout: r.ID, Turn: t, LogRatio: -q.base[p.graph][row], Tokens: max(1, d.Tokens)})
			decisions = append(decisions, *d)
		}
	}
	logs, err := q.logProbs(ctx, decisions)
	if err != nil {
		return err
	}
	for i, x := range logs {
		ratios[i].LogRatio += x
		q.stats.Shift += math.Abs(ratios[i].LogRatio)
	}
	q.rated += len(logs)
	for _, t := range now {
		n := 0
		for n < len(ratios) && ratios[n].Turn == t {
			n++
		}
		if err := q.product.Close(t, ratios[:n]); err != nil {
			return err
		}
		ratios = ratios[n:]
	}
	return nil
}

// means are the statistics of an update that are means over its samples.
func means(u *agent.UpdateStats) []*float64 {
	return []*float64{
		&u.Loss, &u.PolicyLoss, &u.ValueLoss, &u.Entropy, &u.KL, &u.RefKL, &u.ClipShare,
		&u.ClipLow, &u.ClipHigh, &u.RatioMean, &u.BoundLow, &u.BoundHigh,
	}
}

// add adds the statistics of an update on n samples.
func (q *sequence) add(u agent.UpdateStats, n float64) {
	s := &q.sum
	to := means(s)
	for i, x := range means(&u) {
		*to[i] += n * *x
	}
	if q.weight == 0 {
		s.RatioMin = u.RatioMin
	}
	s.RatioMin, s.RatioMax = min(s.RatioMin, u.RatioMin), max(s.RatioMax, u.RatioMax)
	s.GradNorm += float64(u.Minibatch) * u.GradNorm
	s.Minibatch += u.Minibatch
	s.LearnRate = u.LearnRate
	q.weight += n
}

// finish writes the advantages into the trajectories and the means into m.
func (q *sequence) finish(m *Metrics) {
	name := q.creditor.method.Name()
	all := make([][][]float64, len(q.graphs))
	steps := 0
	for n, g := range q.graphs {
		all[n] = g.Rows(q.adv[n])
		steps += g.Len()
		for _, r := range g.Rollouts {
			for t := range r.Steps {
				q.groups[n].outcomes[r.Source].Trajectory.Steps[t].Advantages = map[string]float64{name: q.adv[n][r.First+t]}
			}
		}
	}
	m.addCredit(credits{stats: credit.Summarize(q.graphs, all)})
	m.Samples = q.samples
	q.stats.MeanAbs /= float64(max(1, steps))
	q.stats.Shift /= float64(max(1, q.rated))
	m.Sequence = &q.stats
	if q.stats.Updates > 0 {
		u := &q.sum
		for _, x := range means(u) {
			*x /= q.weight
		}
		u.GradNorm /= float64(max(1, u.Minibatch))
		m.Update = u
	}
}
