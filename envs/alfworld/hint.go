package alfworld

import (
	"context"

	"stepgym/envs"
)

// Hint implements [envs.Hinter]: the shortest plan from here on.
func (e *Episode) Hint(ctx context.Context) ([]envs.Action, error) {
	if e.shut {
		return nil, envs.ErrClosed
	}
	commands, err := e.home.planner().Shortest(ctx, e.state)
	if err != nil {
		return nil, err
	}
	actions := make([]envs.Action, len(commands))
	for i, c := range commands {
		actions[i].Text = e.home.game.Text(c)
	}
	return actions, nil
}
