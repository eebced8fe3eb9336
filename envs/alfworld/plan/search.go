package plan

import (
	"context"
	"fmt"
	"slices"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
)

// defaultBudget is the number of states that a search looks at before it gives up.
const defaultBudget = 100_000

// node is a state that a search has found.
type node struct {
	state  *engine.State // nil after its turn
	parent int
	last   engine.Command // led here from parent
}

// search goes breadth first through the states that commands lead to. The first
// one that is won is at the end of a shortest plan.
func search(ctx context.Context, s *engine.State, budget int) ([]engine.Command, error) {
	nodes := []node{{state: s.Clone(), parent: -1}}
	seen := map[string]struct{}{s.Key(): {}}
	for i := 0; i < len(nodes); i++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		from := nodes[i].state
		nodes[i].state = nil
		for _, cmd := range from.Admissible() {
			to := from.Clone()
			to.Try(cmd)
			key := to.Key()
			if _, ok := seen[key]; ok {
				continue
			}
			if len(nodes) == budget {
				return nil, fmt.Errorf("plan: none found among %d states: %w", budget, envs.ErrNoHint)
			}
			seen[key] = struct{}{}
			nodes = append(nodes, node{to, i, cmd})
			if to.Won() {
				return path(nodes), nil
			}
		}
	}
	return nil, fmt.Errorf("plan: no command leads to the goal: %w", envs.ErrNoHint)
}

// path returns the commands that lead to the last node.
func path(nodes []node) []engine.Command {
	var out []engine.Command
	for i := len(nodes) - 1; nodes[i].parent >= 0; i = nodes[i].parent {
		out = append(out, nodes[i].last)
	}
	slices.Reverse(out)
	return out
}
