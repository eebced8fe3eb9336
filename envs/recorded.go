package envs

import (
	"context"
	"fmt"
	"slices"
)

// Recorded is an Episode that remembers how it got here, so that it can be
// forked even where the environment cannot copy its episodes.
type Recorded struct {
	Episode
	env     Env
	task    Task
	seed    uint64
	actions []Action
}

// Record starts an episode of env and records its actions.
func Record(ctx context.Context, env Env, task Task, seed uint64) (*Recorded, error) {
	ep, err := env.Reset(ctx, task, seed)
	if err != nil {
		return nil, err
	}
	return &Recorded{Episode: ep, env: env, task: task, seed: seed}, nil
}

// Step implements Episode. Only transitions are recorded: an action that ended
// in an error is not.
func (r *Recorded) Step(ctx context.Context, a Action) (Result, error) {
	res, err := r.Episode.Step(ctx, a)
	if err == nil {
		r.actions = append(r.actions, a)
	}
	return res, err
}

// Task returns the task that is played and the seed given to Reset.
func (r *Recorded) Task() (Task, uint64) { return r.task, r.seed }

// Actions returns the actions taken so far, for the caller to keep.
func (r *Recorded) Actions() []Action { return slices.Clone(r.actions) }

// Fork returns an independent copy: by the episode's own [Forker] if it has
// one, otherwise by replaying its actions, see [Recorded.ForkAt].
func (r *Recorded) Fork(ctx context.Context) (*Recorded, error) {
	f, ok := r.Episode.(Forker)
	if !ok {
		return r.ForkAt(ctx, len(r.actions))
	}
	ep, err := f.Fork()
	if err != nil {
		return nil, fmt.Errorf("envs: fork: %w", err)
	}
	return &Recorded{Episode: ep, env: r.env, task: r.task, seed: r.seed, actions: r.Actions()}, nil
}

// ForkAt returns a fresh episode that has taken the first t actions of r. It
// replays them from Reset, which is exact because episodes are deterministic;
// it is an error where Spec says they are not, and for t outside [0, len(actions)].
func (r *Recorded) ForkAt(ctx context.Context, t int) (*Recorded, error) {
	if s := r.env.Spec(); s.Nondeterministic {
		return nil, fmt.Errorf("envs: fork: %s is nondeterministic, so its actions cannot be replayed", s.ID())
	}
	if t < 0 || t > len(r.actions) {
		return nil, fmt.Errorf("envs: fork: step %d of an episode with %d", t, len(r.actions))
	}
	c, err := Record(ctx, r.env, r.task, r.seed)
	if err != nil {
		return nil, fmt.Errorf("envs: fork: %w", err)
	}
	for i, a := range r.actions[:t] {
		if _, err := c.Step(ctx, a); err != nil {
			_ = c.Close() // the replay's error says more
			return nil, fmt.Errorf("envs: fork: replay step %d: %w", i, err)
		}
	}
	return c, nil
}
