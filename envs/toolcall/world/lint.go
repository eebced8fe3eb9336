package world

import (
	"context"
	"errors"
	"fmt"

	"stepgym/envs"
)

// Lint plays every task and joins what is wrong with them: a solution that does
// not end in success with its last action and not before, that has an invalid
// step or none at all; and a task that is solved by doing nothing, which is to
// say one word at each turn. Tasks without a solution are not wrong.
func (e *Env[T]) Lint(ctx context.Context) error {
	var all []error
	for _, t := range e.splits["all"] {
		if len(t.Solution) > 0 {
			n, r, err := e.play(ctx, t.ID, t.Solution)
			switch {
			case err != nil:
				all = append(all, fmt.Errorf("task %q: solution: %w", t.ID, err))
			case n < len(t.Solution):
				all = append(all, fmt.Errorf("task %q: of the %d actions of its solution only %d are taken", t.ID, len(t.Solution), n))
			case !r.Success:
				all = append(all, fmt.Errorf("task %q: its solution does not end in success", t.ID))
			}
		}
		nothing := make([]envs.Action, len(t.Turns)+1)
		for i := range nothing {
			nothing[i] = Say("ok")
		}
		if _, r, err := e.play(ctx, t.ID, nothing); err != nil {
			all = append(all, fmt.Errorf("task %q: doing nothing: %w", t.ID, err))
		} else if r.Success {
			all = append(all, fmt.Errorf("task %q: it is solved by doing nothing", t.ID))
		}
	}
	if len(all) > 0 {
		return fmt.Errorf("world: %s: %w", e.config.Name, errors.Join(all...))
	}
	return nil
}

// play takes actions from the start of a task until the episode ends or one is
// invalid, and returns how many were taken and the result of the last.
func (e *Env[T]) play(ctx context.Context, id string, actions []envs.Action) (n int, r envs.Result, err error) {
	ep, err := e.start(id, 0)
	if err != nil {
		return 0, r, err
	}
	for n < len(actions) {
		r, err = ep.Step(ctx, actions[n])
		if err != nil || r.Invalid {
			return n, r, err
		}
		if n++; r.Done() {
			break
		}
	}
	return n, r, nil
}
