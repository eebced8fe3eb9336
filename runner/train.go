package runner

import (
	"context"
	"fmt"
	"iter"
	"time"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/traces"
)

// Folder is where a run keeps what happens; traces.Run is one.
type Folder interface {
	// Append adds a finished episode.
	Append(t *traces.Trajectory) error
	// AppendMetrics adds a line, a value that marshals to a JSON object, to the
	// metrics.
	AppendMetrics(line any) error
}

// Fitter is implemented by learners that look at the training tasks before the
// first episode: for a vocabulary, say. After a checkpoint was loaded Fit keeps
// what it holds.
type Fitter interface {
	Fit(tasks iter.Seq2[envs.Task, error]) error
}

// Trainer trains a learner. Set its fields and call Train.
type Trainer struct {
	Config  Config
	Env     envs.Env
	Learner agent.Learner
	Expert  agent.Policy // demonstrates in the warm start; may be nil without one

	Folder      Folder   // gets episodes and metrics; nil keeps nothing
	Checkpoints string   // folder of the checkpoints; "" writes none
	Resume      bool     // go on from the last checkpoint, if there is one
	Observer    Observer // is told how it is going; may be nil

	now func() time.Time // the clock; nil means time.Now
}

// Summary says how far a run got.
type Summary struct {
	State
	Last    *Report // the last evaluation of this call, nil if there was none
	Stopped bool    // the context ended before the budget was spent
}

// Train runs the warm start and then iterations of rollout, credit and update
// until the budget is spent.
//
// When ctx ends, an update in flight is finished, episodes and evaluations in
// flight are dropped, the state is saved, and Train returns without an error
// and with Summary.Stopped: the run can be resumed, and with a budget of
// iterations it then gives the numbers of an unbroken one. After an error the
// last checkpoint is what it was.
func (t *Trainer) Train(ctx context.Context) (Summary, error) {
	s, err := t.begin()
	if err != nil {
		return Summary{}, err
	}
	if err := s.run(ctx); err != nil {
		return s.summary(ctx), err
	}
	return s.summary(ctx), s.save(CheckpointLast)
}

// run works until the budget is spent or ctx ends.
func (s *session) run(ctx context.Context) error {
	for s.state.Warm < s.Config.WarmRounds() {
		if err := s.saveDue(s.state.Warm); err != nil {
			return err
		}
		if done, err := s.imitate(ctx); err != nil || !done {
			return err
		}
	}
	for {
		finished := s.progress() >= 1
		if s.evalDue(finished) {
			if done, err := s.evaluate(ctx); err != nil || !done {
				return err
			}
		}
		if finished {
			return nil
		}
		if err := s.saveDue(s.state.Iteration); err != nil {
			return err
		}
		if done, err := s.iterate(ctx); err != nil || !done {
			return err
		}
	}
}

// iterate runs one iteration. It returns false if ctx ended before the update:
// the iteration is then as if it had not begun.
func (s *session) iterate(ctx context.Context) (bool, error) {
	c, it := s.Config, s.state.Iteration
	m := &Metrics{Kind: "train", Iteration: it, Progress: s.progress()}
	start := s.clock()
	x, ok, err := s.sample(ctx, m)
	if err != nil || !ok {
		return false, err
	}
	update := s.joint
	if c.Update != UpdateJoint {
		update = s.sequential
	}
	credited, err := update(context.WithoutCancel(ctx), m, x.groups, x.graphs)
	if err != nil {
		return false, err
	}
	m.addTimes(x.at.Sub(start), credited.Sub(x.at), s.clock().Sub(credited))
	s.state.Iteration++
	return true, s.note(EventIteration, m, x.outcomes[:min(len(x.outcomes), s.recorded(it)*c.GroupSize)])
}

// joint updates the learner once, on the steps of all turns, and fills in m. It
// returns when the credit was done.
func (s *session) joint(ctx context.Context, m *Metrics, gs []group, graphs []*traces.Graph) (credited time.Time, err error) {
	cr, err := s.creditor.assign(gs, graphs)
	if err != nil {
		return credited, err
	}
	m.addCredit(cr)
	credited = s.clock()
	if len(cr.samples) == 0 {
		return credited, nil
	}
	batch := agent.Batch{Samples: cr.samples, Seed: Seed(s.Config.Seed, streamBatch, uint64(m.Iteration)), Progress: m.Progress}
	stats, err := s.Learner.Update(ctx, batch)
	if err := checkUpdate(stats, err); err != nil {
		return credited, fmt.Errorf("runner: iteration %d: update: %w", m.Iteration, err)
	}
	m.Update = &stats
	return credited, nil
}

// play plays the episodes and reports on them. It returns false if ctx ended.
func (s *session) play(ctx context.Context, policy agent.Policy, specs []Spec) ([]Outcome, bool) {
	outcomes := Play(ctx, s.Env, policy, specs, s.Config.Parallel, func(n int) {
		s.Observer.tell(Event{Kind: EventRollout, Iteration: s.state.Iteration, Done: n, Total: len(specs)})
	})
	return outcomes, ctx.Err() == nil
}

// recorded returns how many groups of the iteration are written down.
func (s *session) recorded(iteration int) int {
	c := s.Config
	switch {
	case s.Folder == nil || c.RecordEvery == 0 || iteration%c.RecordEvery != 0:
		return 0
	case c.RecordGroups == 0:
		return maxEpisodes // all that there are
	}
	return c.RecordGroups
}

// tellLost reports lost episodes.
func (s *session) tellLost(outcomes []Outcome) {
	for _, o := range outcomes {
		if o.Err != nil {
			s.Observer.tell(Event{Kind: EventLost, Iteration: s.state.Iteration, Err: o.Err})
		}
	}
}

// checkLost returns an error if too many episodes of an iteration, or a round of
// imitation, were lost.
func (s *session) checkLost(iteration int, outcomes []Outcome) error {
	lost := 0
	for _, o := range outcomes {
		if o.Err != nil {
			lost++
		}
	}
	if n := len(outcomes); lost == n || float64(lost) > s.Config.MaxLost*float64(n) {
		return fmt.Errorf("runner: iteration %d: %d of %d episodes were lost, more than max_lost allows; the first: %w", iteration, lost, n, firstLost(outcomes))
	}
	return nil
}

// checkUpdate returns err, or an error if the update left no usable numbers.
func checkUpdate(u agent.UpdateStats, err error) error {
	if err != nil {
		return err
	}
	for _, x := range []float64{u.Loss, u.PolicyLoss, u.ValueLoss, u.Entropy, u.KL, u.RefKL, u.ClipShare, u.GradNorm, u.LearnRate, u.RatioMean} {
		if x-x != 0 {
			return fmt.Errorf("the learner diverged (loss %v, gradient norm %v): go on from the last checkpoint with a lower learning rate", u.Loss, u.GradNorm)
		}
	}
	return nil
}

// evalDue reports whether the policy as it is now should be evaluated.
func (s *session) evalDue(finished bool) bool {
	n := s.Config.EvalEvery
	return n > 0 && s.state.Evaluated != s.state.Iteration && (finished || s.state.Iteration%n == 0)
}

// evaluate plays the dev split and keeps the policy if it is the best so far.
// It returns false if ctx ended before.
func (s *session) evaluate(ctx context.Context) (bool, error) {
	c, it := s.Config, s.state.Iteration
	r, err := Evaluate(ctx, s.Env, s.Learner, EvalConfig{
		Split: c.DevSplit, PerFamily: c.EvalFamily, Greedy: !c.EvalSampled,
		Seed: Seed(c.Seed, streamEval), MaxTurns: c.MaxTurns, Parallel: c.Parallel, Iteration: it,
		Played: func(done, total int) {
			s.Observer.tell(Event{Kind: EventEval, Iteration: it, Done: done, Total: total})
		},
	})
	if ctx.Err() != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	s.last, s.state.Evaluated = r, it
	short := *r
	short.ByFamily = nil
	best := r.Better(s.state.Best)
	if best {
		s.state.Best, s.state.BestIteration = &short, it
		if err := s.save(CheckpointBest); err != nil {
			return false, err
		}
	}
	if s.Folder != nil {
		line := EvalLine{Kind: "eval", Iteration: it, Best: best, Elapsed: s.elapsed(), Steps: s.state.TotalSteps, Report: &short}
		if err := s.Folder.AppendMetrics(line); err != nil {
			return false, fmt.Errorf("runner: write evaluation of iteration %d: %w", it, err)
		}
	}
	s.Observer.tell(Event{Kind: EventReport, Iteration: it, Report: r, Best: best})
	return true, nil
}
