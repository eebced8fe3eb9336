package session

import (
	"context"
	"errors"
	"fmt"
	"math"

	"stepgym/envs"
	"stepgym/traces"
)

// play is one episode of a session: what it takes to go on, to copy it, and to
// tell of it. Who has the session's turn uses it.
type play struct {
	world  *world
	ep     envs.Episode
	task   envs.Task
	split  string
	seed   uint64
	limit  int    // turns before it is truncated; 0 for the environment's own
	id     string // of its trajectory
	client string // the caller's name for it
	parent string // trajectory that it branched from
	forkAt int

	actions []envs.Action
	last    envs.Result
	over    bool
	lost    error // why it is over before its end
	written bool  // its trajectory is with the Recorder

	// Kept for the trajectory while there is a Recorder that does not have it.
	record bool
	rows   []row // one for each action
	seen   traces.Observation

	total   float64 // sum of rewards
	invalid int

	ids    []uint64 // hashes of the step IDs used
	stored *stored  // the latest answer to a step that had one
}

// firstSteps is the number of steps that there is room for at first.
const firstSteps = 8

// row is what a trajectory keeps of a step besides its action.
type row struct {
	seen    traces.Observation // before the action
	reward  float64
	metrics map[string]float64
	invalid bool
}

// stored is an answer that can be given again.
type stored struct {
	id     string
	action envs.Action
	answer Answer
}

// begin starts an episode. The caller gives it its id.
func (h *Host) begin(ctx context.Context, w *world, s *Start, record bool) (*play, error) {
	task, split, seed, err := w.pick(s, h.draw)
	if err != nil {
		return nil, err
	}
	p := &play{world: w, task: task, split: split, seed: seed, limit: w.turns, client: s.Client, record: record && h.options.Recorder != nil}
	if s.MaxTurns > 0 && (p.limit == 0 || s.MaxTurns < p.limit) {
		p.limit = s.MaxTurns
	}
	return p, p.reset(ctx)
}

// reset starts the episode from its beginning.
func (p *play) reset(ctx context.Context) error {
	ep, err := p.world.reset(ctx, p.task, p.seed)
	if err != nil {
		return resetError(p.world.name, err)
	}
	p.ep = ep
	if !p.record {
		return nil
	}
	o, err := observe(ep)
	if err != nil {
		return errors.Join(resetError(p.world.name, err), closeEpisode(ep))
	}
	p.seen = traces.Observe(o)
	return nil
}

// advance takes a step and puts what came of it into out. On an error the
// records are what they were, and the episode is lost.
func (p *play) advance(ctx context.Context, a envs.Action, out *Answer) error {
	if err := step(ctx, p.ep, a, out); err != nil {
		return err
	}
	r := &out.Result
	if math.IsNaN(r.Reward) || math.IsInf(r.Reward, 0) {
		return fmt.Errorf("the environment gave a reward of %v", r.Reward)
	}
	if p.actions == nil {
		p.actions = make([]envs.Action, 0, firstSteps)
	}
	p.actions = append(p.actions, a)
	if !r.Done() && p.limit > 0 && len(p.actions) >= p.limit {
		r.Truncated = true
	}
	p.total += r.Reward
	if r.Invalid {
		p.invalid++
	}
	if p.record {
		if p.rows == nil {
			p.rows = make([]row, 0, firstSteps)
		}
		p.rows = append(p.rows, row{seen: p.seen, reward: r.Reward, metrics: r.Metrics, invalid: r.Invalid})
		p.seen = traces.Observe(out.Observation)
	}
	p.last, p.over = *r, r.Done()
	out.Step, out.Episode = len(p.actions), p.id
	return nil
}

// copyAt returns the episode as it was after its first t steps: by the
// environment's own means where it is as it is now, else by playing the actions
// again.
func (p *play) copyAt(ctx context.Context, t int) (*play, error) {
	if t == len(p.actions) && !p.over {
		ep, err := p.copyNow(ctx)
		if ep != nil || err != nil {
			return p.with(ep), err
		}
	}
	if p.world.spec.Nondeterministic {
		return nil, fault(CodeUnsupported, "%s is nondeterministic and cannot copy its episodes, so there is no going back to step %d", p.world.name, t)
	}
	return p.again(ctx, t)
}

// copyNow returns a copy of the environment's episode, nil if it makes none.
func (p *play) copyNow(ctx context.Context) (ep envs.Episode, err error) {
	defer func() {
		if r := recover(); r != nil {
			ep, err = nil, fault(CodeInternal, "%s: fork panicked: %v", p.world.name, r)
		}
	}()
	if f, ok := p.ep.(envs.Forker); ok {
		if ep, err = f.Fork(); err != nil {
			return nil, fault(CodeInternal, "%s: fork: %w", p.world.name, err)
		}
		return ep, nil
	}
	s, ok := p.ep.(envs.Snapshotter)
	r, ok2 := p.world.env.(envs.Restorer)
	if !ok || !ok2 {
		return nil, nil
	}
	state, err := s.Snapshot()
	if err == nil {
		ep, err = r.Restore(ctx, state)
	}
	if err != nil {
		return nil, fault(CodeInternal, "%s: fork: %w", p.world.name, err)
	}
	return ep, nil
}

// with returns a copy of the records of p around another episode, which is in
// the same state.
func (p *play) with(ep envs.Episode) *play {
	c := *p
	c.ep, c.ids, c.stored = ep, nil, nil
	c.actions, c.rows = clip(p.actions), clip(p.rows)
	return &c
}

// clip returns s such that an append copies it.
func clip[T any](s []T) []T { return s[:len(s):len(s)] }

// again plays the first t actions of p on a new episode.
func (p *play) again(ctx context.Context, t int) (*play, error) {
	c := &play{
		world: p.world, task: p.task, split: p.split, seed: p.seed, limit: p.limit, client: p.client,
		parent: p.parent, forkAt: p.forkAt, record: p.record,
	}
	if err := c.reset(ctx); err != nil {
		return nil, err
	}
	var seen Answer
	for i, a := range p.actions[:t] {
		if err := c.advance(ctx, a, &seen); err != nil {
			return nil, errors.Join(fault(CodeInternal, "%s: replay step %d: %w", p.world.name, i, err), closeEpisode(c.ep))
		}
	}
	return c, nil
}

// outcome says in one of the words of the Outcome constants how the episode
// stands.
func (p *play) outcome() Outcome {
	switch {
	case p.lost != nil:
		return OutcomeLost
	case !p.over:
		return OutcomeNone
	case p.last.Success:
		return OutcomeSuccess
	case p.last.Truncated && !p.last.Terminated:
		return OutcomeTruncated
	}
	return OutcomeFailure
}
