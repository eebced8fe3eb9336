package runner

import (
	"context"
	"time"

	"stepgym/credit"
	"stepgym/envs"
	"stepgym/traces"
)

// Resampled says what DAPO's dynamic sampling (Yu et al. 2025, section 3.2) did
// in an iteration. Episodes and steps of all groups, dropped ones too, count in
// the iteration's other figures and in the budget.
type Resampled struct {
	Rounds  int `json:"rounds"`  // of sampling, the first one included
	Groups  int `json:"groups"`  // that were played
	Dropped int `json:"dropped"` // of them, for all of their episodes came to the same
	Uniform int `json:"uniform"` // kept in spite of that, for it was the last round
}

// sampled is what an iteration has played.
type sampled struct {
	outcomes []Outcome // of all groups, dropped ones too
	groups   []group   // to learn from
	graphs   []*traces.Graph
	at       time.Time // when the last episode had ended
}

// sample plays the groups of an iteration, and fills in m. It returns false if
// ctx ended before.
//
// With Config.Resample it drops groups whose episodes all have the same score,
// penalties of Config.PenaltyBack included, and plays others in the place of
// those that were dropped or lost: rounds after rounds until there are
// Config.Tasks of them, or it has done so Config.Resample times. What the last
// round has played is kept as it is, so that there is something to learn from.
// All of it follows from seed, iteration and policy.
func (s *session) sample(ctx context.Context, m *Metrics) (*sampled, bool, error) {
	c, out := s.Config, &sampled{}
	draw := newDraw(c, m.Iteration)
	tasks := s.sampler.Sample(m.Iteration, c.Tasks)
	var stats Resampled
	for {
		played, ok := s.play(ctx, s.Learner, s.specs(draw, tasks, len(out.outcomes)))
		if !ok {
			return nil, false, nil
		}
		out.at = s.clock()
		s.tellLost(played)
		gs := groups(played, c.GroupSize)
		graphs, err := s.creditor.build(gs)
		if err != nil {
			return nil, false, err
		}
		last := stats.Rounds == c.Resample
		stats.Rounds++
		stats.Groups += len(tasks)
		out.keep(gs, graphs, last, &stats)
		out.outcomes = append(out.outcomes, played...)
		if err := s.checkLost(m.Iteration, out.outcomes); err != nil {
			return nil, false, err
		}
		missing := c.Tasks - len(out.groups)
		if last || missing <= 0 {
			break
		}
		tasks = s.sampler.More(m.Iteration, stats.Rounds, missing, draw.drawn)
	}
	if c.Resample > 0 {
		m.Resampled = &stats
	}
	m.addOutcomes(out.outcomes)
	return out, true, nil
}

// keep adds the groups of a round that are worth it; in the last round all are.
// The others' decisions are let go.
func (x *sampled) keep(gs []group, graphs []*traces.Graph, last bool, stats *Resampled) {
	for i, informative := range credit.FilterInformative(graphs, false) {
		switch {
		case informative || last:
			x.groups, x.graphs = append(x.groups, gs[i]), append(x.graphs, graphs[i])
			if !informative {
				stats.Uniform++
			}
		default:
			stats.Dropped++
			for j := range gs[i].outcomes {
				gs[i].outcomes[j].Decisions = nil
			}
		}
	}
}

// specs returns the episodes of further groups of an iteration, of which so many
// episodes were played before.
func (s *session) specs(d *draw, tasks []envs.Task, before int) []Spec {
	specs, keep := d.specs(tasks), s.recorded(d.iteration)
	for i := range specs {
		specs[i].Full = (before+i)/s.Config.GroupSize < keep
		specs[i].Bootstrap = true
	}
	return specs
}
