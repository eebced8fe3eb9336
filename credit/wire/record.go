package wire

import (
	"fmt"

	"stepgym/traces"
)

// Record is one group of an input. It is decoded when [Run] asks for it, on
// any goroutine, so that reading can go ahead of decoding.
type Record struct {
	Where string // "line 12", or "row 400" of a table
	Group func() (*Group, error)
}

// Group is one decoded group of an input.
type Group struct {
	traces.Inputs

	// order is the place of every row of a table within the group, for answers
	// in the order of the question; nil for trajectory after trajectory.
	order []rowPlace
}

// rowPlace is a step of a trajectory of a group, both by index.
type rowPlace struct{ trajectory, step int32 }

// InputError is a fault of an input.
type InputError struct {
	Where string // "line 12"
	Err   error  // names group, trajectory and step
}

// Error implements error.
func (e *InputError) Error() string { return e.Where + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *InputError) Unwrap() error { return e.Err }

// maxTokens bounds what a trajectory is expanded to.
const maxTokens = 1 << 24

// checkTokens says whether every trajectory can be expanded to its tokens.
func (g *Group) checkTokens() error {
	for i := range g.Trajectories {
		t := &g.Trajectories[i]
		if t.Err != "" || len(t.Actions) == 0 {
			continue
		}
		if len(t.NTokens) == 0 {
			return fmt.Errorf("group %q: trajectory %d (%q) has no n_tokens, which token advantages need", g.ID, i, t.ID)
		}
		sum := 0
		for k, n := range t.NTokens {
			if sum += n; n > maxTokens || sum > maxTokens {
				return fmt.Errorf("group %q: trajectory %d (%q), step %d: more than %d tokens, too many to expand to", g.ID, i, t.ID, k, maxTokens)
			}
		}
	}
	return nil
}
