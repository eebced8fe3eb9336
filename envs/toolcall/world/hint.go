package world

import (
	"context"
	"fmt"

	"stepgym/envs"
)

// solved is an episode of a task that has a solution.
type solved[T any] struct{ *Episode[T] }

// Hint implements [envs.Hinter]. It returns the shortest rest of the task's
// solution that leads to success from here, which is found by trying; after a
// detour there may be none, although there is another way.
func (e solved[T]) Hint(ctx context.Context) ([]envs.Action, error) {
	if e.over {
		return nil, nil
	}
	for n := 1; n <= len(e.task.Solution); n++ {
		way := e.task.Solution[len(e.task.Solution)-n:]
		ok, err := e.leads(ctx, way)
		if err != nil {
			return nil, err
		}
		if ok {
			return append([]envs.Action(nil), way...), nil
		}
	}
	return nil, fmt.Errorf("world: %s: task %s: no rest of the solution fits here: %w", e.env.config.Name, e.task.ID, envs.ErrNoHint)
}

// leads reports whether the actions end in success with the last of them.
func (e solved[T]) leads(ctx context.Context, way []envs.Action) (bool, error) {
	c, err := e.fork()
	if err != nil {
		return false, err
	}
	for i, a := range way {
		r, err := c.Step(ctx, a)
		if err != nil {
			return false, err
		}
		if last := i == len(way)-1; r.Invalid || r.Done() || last {
			return last && !r.Invalid && r.Success, nil
		}
	}
	return false, nil
}
