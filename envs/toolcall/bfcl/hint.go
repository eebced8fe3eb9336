package bfcl

import (
	"context"
	"fmt"

	"stepgym/envs"
)

// Hint implements [envs.Hinter]: the calls of the ground truth that are still
// missing, all of a turn in one action, and the ends of turns. After a turn that
// failed, or calls in this one that the ground truth cannot follow, there is
// none.
func (ep *Episode) Hint(ctx context.Context) ([]envs.Action, error) {
	switch {
	case ep.shut:
		return nil, envs.ErrClosed
	case ep.over:
		return nil, nil
	}
	for skip := len(ep.entry.Truth[ep.trial.Turn()]); skip >= 0; skip-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if ep.follows(skip) {
			return ep.way(skip)
		}
	}
	return nil, fmt.Errorf("bfcl: %w: the ground truth cannot be followed from here", envs.ErrNoHint)
}

// follows reports whether the entry becomes valid with the ground truth from
// here on, its first calls of this turn left out.
func (ep *Episode) follows(skip int) bool {
	t := ep.trial.Fork()
	for t.Turn() < len(ep.entry.Truth) {
		if calls := ep.entry.Truth[t.Turn()][skip:]; len(calls) > 0 {
			if t.Steps() >= ep.env.config.StepLimit {
				return false
			}
			t.Run(calls)
		}
		skip = 0
		if t.EndTurn(); t.failed != nil {
			return false
		}
	}
	return true
}

// way is the actions that follows tried.
func (ep *Episode) way(skip int) ([]envs.Action, error) {
	if ep.guide != nil {
		return ep.guide.way(ep, skip)
	}
	var way []envs.Action
	for _, calls := range ep.entry.Truth[ep.trial.Turn():] {
		if calls = calls[skip:]; len(calls) > 0 {
			a := envs.Action{Calls: make([]envs.ToolCall, len(calls))}
			for i, c := range calls {
				name, args, ok := ep.entry.kit.Keywords(c)
				if !ok {
					return nil, fmt.Errorf("bfcl: %w: %s is no plain call", envs.ErrNoHint, c)
				}
				a.Calls[i] = envs.ToolCall{Name: name, Args: args}
			}
			way = append(way, a)
		}
		skip = 0
		way = append(way, envs.Action{Text: endTurn})
	}
	return way, nil
}

// endTurn is a text that ends a turn, as any text does that is no calls.
const endTurn = "end turn"
