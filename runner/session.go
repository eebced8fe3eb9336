package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"stepgym/agent"
	"stepgym/credit"
)

// session is one call of Train.
type session struct {
	*Trainer
	state    State
	base     float64   // seconds of earlier sessions
	started  time.Time // of this one
	saved    int       // rounds done at the last checkpoint; -1 if none
	sampler  *Sampler
	creditor creditor
	last     *Report
}

// begin checks the configuration and finds where to start.
func (t *Trainer) begin() (*session, error) {
	if err := t.Config.Validate(); err != nil {
		return nil, err
	}
	if t.Config.WarmRounds() > 0 && t.Expert == nil {
		return nil, errors.New("runner: imitation needs an expert: set Trainer.Expert, or imitate and dagger to 0")
	}
	c := t.Config
	if _, ok := t.Learner.(agent.Rater); !ok && c.Update != UpdateJoint {
		return nil, fmt.Errorf("runner: update %s goes by how likely decisions have become, which the learner %s cannot say (agent.Rater): set update to joint", c.Update, t.Learner.Name())
	}
	method, err := credit.New(c.Credit, c.CreditParams)
	if err != nil {
		return nil, err
	}
	s := &session{Trainer: t, state: State{Evaluated: -1}, saved: -1}
	s.creditor = creditor{
		method: method, grouping: c.Grouping, gamma: c.Gamma,
		penalty: credit.Penalty{Coef: c.Penalty, Propagate: c.PenaltyBack}, changes: c.Transforms,
		normalize: c.Normalize, keepZero: c.KeepZero, workers: c.CreditWorkers,
	}
	if s.sampler, err = NewSampler(t.Env, c.Split, c.Sampler, c.Seed); err != nil {
		return nil, err
	}
	tasks, err := readTasks(t.Env, c.Split)
	if err != nil {
		return nil, err
	}
	s.state.Tasks = taskDigest(tasks)
	if c.EvalEvery > 0 {
		if _, err := readTasks(t.Env, c.DevSplit); err != nil {
			return nil, err
		}
	}
	if t.Resume && t.Checkpoints != "" {
		if err := s.resume(); err != nil {
			return nil, err
		}
	}
	if f, ok := t.Learner.(Fitter); ok {
		if err := f.Fit(t.Env.Tasks(c.Split)); err != nil {
			return nil, fmt.Errorf("runner: fit %s to split %q: %w", t.Learner.Name(), c.Split, err)
		}
	}
	s.started = s.clock()
	return s, nil
}

// clock returns the time.
func (s *session) clock() time.Time {
	if s.now != nil {
		return s.now()
	}
	return time.Now()
}

// elapsed returns the seconds of work since the run began.
func (s *session) elapsed() float64 { return s.base + s.clock().Sub(s.started).Seconds() }

// progress returns the share of the budget that is spent, in [0, 1].
func (s *session) progress() float64 {
	switch c := s.Config; {
	case c.Iterations > 0:
		return min(1, float64(s.state.Iteration)/float64(c.Iterations))
	case c.Steps > 0:
		return min(1, float64(s.state.TotalSteps)/float64(c.Steps))
	}
	return min(1, s.elapsed()/60/s.Config.Minutes)
}

// summary says how far the run got.
func (s *session) summary(ctx context.Context) Summary {
	s.state.Elapsed, s.state.Version = s.elapsed(), s.Learner.Version()
	return Summary{State: s.state, Last: s.last, Stopped: ctx.Err() != nil && s.progress() < 1}
}

// note counts what was done, and writes it down.
func (s *session) note(kind EventKind, m *Metrics, keep []Outcome) error {
	s.state.TotalSteps += m.Steps
	s.state.TotalEpisodes += m.Episodes
	m.Version = s.Learner.Version()
	m.TotalSteps, m.TotalEpisodes, m.Elapsed = s.state.TotalSteps, s.state.TotalEpisodes, s.elapsed()
	if s.Folder != nil {
		for _, o := range keep {
			if err := s.Folder.Append(o.Trajectory); err != nil {
				return &Error{Stage: StageStorage, EpisodeID: o.Trajectory.ID, Err: err}
			}
		}
		if err := s.Folder.AppendMetrics(m); err != nil {
			return fmt.Errorf("runner: write metrics of iteration %d: %w", m.Iteration, err)
		}
	}
	s.Observer.tell(Event{Kind: kind, Iteration: s.state.Iteration, Metrics: m})
	return nil
}

// saveDue writes the last state down if it is time to: every so many rounds,
// counted from the beginning of the warm start and of the iterations.
func (s *session) saveDue(done int) error {
	if done%s.Config.CheckpointEvery != 0 || s.saved == s.state.rounds() {
		return nil
	}
	return s.save(CheckpointLast)
}

// save writes a checkpoint of the present state.
func (s *session) save(name string) error {
	if s.Checkpoints == "" {
		return nil
	}
	if f, ok := s.Folder.(Syncer); ok {
		if err := f.Sync(); err != nil {
			return fmt.Errorf("runner: before checkpoint %s: %w", name, err)
		}
	}
	s.state.Elapsed, s.state.Version = s.elapsed(), s.Learner.Version()
	if err := SaveCheckpoint(s.Checkpoints, name, s.Learner, s.state); err != nil {
		return err
	}
	if name == CheckpointLast {
		s.saved = s.state.rounds()
	}
	s.Observer.tell(Event{Kind: EventCheckpoint, Iteration: s.state.Iteration, Path: name})
	return nil
}
