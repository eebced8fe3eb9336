package plan

import (
	"context"

	"stepgym/envs/alfworld/engine"
)

// Search is the search that takes over where nothing is enumerated.
func Search(ctx context.Context, s *engine.State, budget int) ([]engine.Command, error) {
	return search(ctx, s, budget)
}
