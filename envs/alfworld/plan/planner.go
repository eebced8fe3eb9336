package plan

import (
	"context"
	"fmt"
	"slices"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
)

// Planner plans in the states of one game. It is immutable and safe for
// concurrent use.
type Planner struct {
	game *engine.Game
	site *site // nil if the game is not one to enumerate
}

// New prepares to plan in the states of g.
func New(g *engine.Game) *Planner { return &Planner{g, survey(g)} }

// Shortest returns a shortest plan from the state: the commands, in order, the
// last of which wins. It is empty if the state is won. s is not changed. Equal
// states give equal plans.
//
// An error wraps [envs.ErrNoHint] if there is no plan, or if a search was needed
// and its budget of states is spent; or it is that of ctx. To plan often in the
// states of one game, keep a [Planner].
func Shortest(ctx context.Context, s *engine.State) ([]engine.Command, error) {
	return New(s.Game()).Shortest(ctx, s)
}

// Shortest is [Shortest] for a state of the planner's game.
func (p *Planner) Shortest(ctx context.Context, s *engine.State) ([]engine.Command, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s.Won() {
		return nil, nil
	}
	if p.site != nil {
		if h, ok := p.site.look(s); ok {
			best, ok := h.shortest(p.site.goal.shape)
			if !ok {
				return nil, fmt.Errorf("plan: the goal can no longer be reached: %w", envs.ErrNoHint)
			}
			if plan, ok := p.site.follow(s, h.steps(&best)); ok {
				return plan, nil
			}
		}
	}
	return search(ctx, s, defaultBudget)
}

// follow finds the commands of the steps by taking them on a copy of s; ok is
// false if one cannot be taken or they do not win.
func (v *site) follow(s *engine.State, steps []step) (plan []engine.Command, ok bool) {
	c := s.Clone()
	for _, st := range steps {
		k := slices.IndexFunc(c.Admissible(), func(cmd engine.Command) bool { return v.does(cmd, st) })
		if k < 0 {
			return nil, false
		}
		cmd := c.Admissible()[k]
		c.Try(cmd)
		plan = append(plan, cmd)
	}
	return plan, c.Won()
}

// does reports whether the command is the step.
func (v *site) does(cmd engine.Command, st step) bool {
	if !v.named(v.game.Schema(cmd), st.do) {
		return false
	}
	args := v.game.Args(cmd)
	has := func(entity int) bool {
		return slices.ContainsFunc(args, func(a engine.Arg) bool { return a.Entity == entity })
	}
	switch st.do {
	case goTo, open:
		return has(v.recs[st.rec])
	case use:
		return has(st.object)
	}
	return has(st.object) && has(v.recs[st.rec])
}
