package plan

import (
	"context"

	"stepgym/envs/alfworld/engine"
)

// First returns the commands that shortest plans begin with, in the order of
// Admissible: each of them is as good as the first one of Shortest. It is empty
// if the state is won. Where a search is needed it returns one command only.
// Errors are those of Shortest.
func (p *Planner) First(ctx context.Context, s *engine.State) ([]engine.Command, error) {
	way, err := p.Shortest(ctx, s)
	if err != nil || len(way) == 0 {
		return nil, err
	}
	var out []engine.Command
	for _, c := range s.Admissible() {
		if c == way[0] || p.leaves(s, c, len(way)-1) {
			out = append(out, c)
		}
	}
	return out, nil
}

// leaves reports whether the shortest plan after the command has n commands; it
// does not search.
func (p *Planner) leaves(s *engine.State, c engine.Command, n int) bool {
	if p.site == nil {
		return false
	}
	next := s.Clone()
	next.Try(c)
	if next.Won() {
		return n == 0
	}
	h, ok := p.site.look(next)
	if !ok {
		return false
	}
	best, ok := h.shortest(p.site.goal.shape)
	return ok && best.cost == n
}
