package alfworld

import (
	"context"

	"stepgym/envs"
)

// FirstHints returns all the actions that are equally good now: each of them
// begins a shortest way to success. Hint gives one of these ways. It is empty
// after success, and uses what the agent cannot see.
func (e *Episode) FirstHints(ctx context.Context) ([]envs.Action, error) {
	if e.shut {
		return nil, envs.ErrClosed
	}
	commands, err := e.home.planner().First(ctx, e.state)
	if err != nil {
		return nil, err
	}
	actions := make([]envs.Action, len(commands))
	for i, c := range commands {
		actions[i].Text = e.home.game.Text(c)
	}
	return actions, nil
}
