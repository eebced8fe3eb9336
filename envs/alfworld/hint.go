package alfworld

import (
	"context"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/plan"
)

// Hint implements [envs.Hinter]: the shortest plan from here on.
func (e *Episode) Hint(ctx context.Context) ([]envs.Action, error) {
	return e.ask(ctx, (*plan.Planner).Shortest)
}

// FirstHints returns all the actions that are equally good now: each of them
// begins a shortest way to success. Hint gives one of these ways. It is empty
// after success, and uses what the agent cannot see.
func (e *Episode) FirstHints(ctx context.Context) ([]envs.Action, error) {
	return e.ask(ctx, (*plan.Planner).First)
}

// ask puts a question to the planner and returns the commands as actions.
func (e *Episode) ask(ctx context.Context, question func(*plan.Planner, context.Context, *engine.State) ([]engine.Command, error)) ([]envs.Action, error) {
	if e.shut {
		return nil, envs.ErrClosed
	}
	commands, err := question(e.home.planner(), ctx, e.state)
	if err != nil {
		return nil, err
	}
	actions := make([]envs.Action, len(commands))
	for i, c := range commands {
		actions[i].Text = e.home.game.Text(c)
	}
	return actions, nil
}
