package traces

import "math"

// Inputs is a group given as plain columns, the form in which other trainers
// hand over their rollouts. All trajectories are of one task.
type Inputs struct {
	ID           string  `json:"id"`
	Trajectories []Input `json:"trajectories"`
}

// Input is one trajectory of T steps as columns. Obs, Actions and Rewards have
// length T; the optional columns have length T or are absent.
type Input struct {
	ID       string    `json:"id"`
	Obs      []string  `json:"obs"`                 // before each action, without history
	NextObs  []string  `json:"next_obs,omitempty"`  // after each action: must agree with Obs
	FinalObs *string   `json:"final_obs,omitempty"` // after the last action
	Actions  []string  `json:"actions"`
	Rewards  []float64 `json:"rewards"`

	NTokens  []int     `json:"n_tokens,omitempty"` // written by the policy for each action
	Values   []float64 `json:"values,omitempty"`   // a critic's estimates
	LogProbs []float64 `json:"logprobs,omitempty"`
	Entropy  []float64 `json:"entropy,omitempty"`
	Invalid  []bool    `json:"invalid,omitempty"` // the world refused the action

	ToolCalls []int     `json:"tool_calls,omitempty"` // in each step; each is one call if absent
	LogRatios []float64 `json:"logratios,omitempty"`  // see Graph.LogRatio

	// RewardParts are further rewards by name, T values each; see Graph.Parts.
	// All trajectories of a group have the same names.
	RewardParts map[string][]float64 `json:"reward_parts,omitempty"`

	Bootstrap float64 `json:"bootstrap,omitempty"` // value after the last step, 0 if the episode really ended
	Success   bool    `json:"success,omitempty"`

	// Err marks an episode that was lost; it stays out of the graph.
	Err string `json:"error,omitempty"`
}

// FromInputs builds the graph of a group that comes as columns. The guards are
// those of [NewGraph]; besides, columns of unequal length and an observation
// chain that contradicts itself are errors that wrap [ErrGroup].
func FromInputs(in Inputs) (*Graph, error) {
	steps := 0
	for i := range in.Trajectories {
		if in.Trajectories[i].Err == "" {
			steps += len(in.Trajectories[i].Actions)
		}
	}
	b := new(builder)
	b.reset(in.ID, len(in.Trajectories), steps)
	for i := range in.Trajectories {
		t := &in.Trajectories[i]
		if t.Err != "" {
			b.exclude(i, t.ID, t.Err)
			continue
		}
		if err := b.input(i, t); err != nil {
			return nil, err
		}
	}
	return b.done()
}

func (b *builder) input(i int, t *Input) error {
	if err := b.checkInput(i, t); err != nil {
		return err
	}
	n := len(t.Actions)
	r, err := b.begin(Rollout{ID: t.ID, Source: i, Steps: n, Bootstrap: t.Bootstrap, Success: t.Success})
	if err != nil {
		return err
	}
	g, from := b.g, r.First
	copy(g.Reward[from:], t.Rewards)
	copy(g.Value[from:], t.Values)
	copy(g.LogProb[from:], t.LogProbs)
	copy(g.Entropy[from:], t.Entropy)
	for k := range n {
		g.Valid[from+k] = len(t.Invalid) == 0 || !t.Invalid[k]
	}
	for k, tokens := range t.NTokens {
		if g.Tokens[from+k] = int32(tokens); tokens < 0 || tokens > math.MaxInt32 {
			return b.fault(i, t.ID, "step %d: n_tokens is %d, want at least 0", k, tokens)
		}
	}
	if err := b.optional(i, t, from); err != nil {
		return err
	}
	if err := b.parts(i, t, from); err != nil {
		return err
	}
	b.states.number(g.State[from:], t.Obs[:n])
	b.actions.number(g.Action[from:], t.Actions)
	final := t.FinalObs
	switch {
	case final != nil:
	case len(t.NextObs) > 0:
		final = &t.NextObs[n-1]
	case len(t.Obs) == n+1:
		final = &t.Obs[n]
	}
	return b.end(r, final)
}

// optional fills the columns that a graph has only if a trajectory brings them.
func (b *builder) optional(i int, t *Input, from int) error {
	g := b.g
	if len(t.ToolCalls) > 0 && g.Calls == nil {
		g.Calls = make([]int32, g.Len())
		for j := range g.Calls[:from] {
			g.Calls[j] = 1
		}
	}
	if g.Calls != nil {
		for k := range t.Actions {
			calls := 1
			if len(t.ToolCalls) > 0 {
				calls = t.ToolCalls[k]
			}
			if g.Calls[from+k] = int32(calls); calls < 0 || calls > math.MaxInt32 {
				return b.fault(i, t.ID, "step %d: tool_calls is %d, want at least 0", k, calls)
			}
		}
	}
	if len(t.LogRatios) == 0 {
		return nil
	}
	if g.LogRatio == nil {
		g.LogRatio = make([]float64, g.Len())
	}
	for k, x := range t.LogRatios {
		if g.LogRatio[from+k] = x; !usable(x) {
			return b.fault(i, t.ID, "step %d: logratio is %v, want a number of at most 1e100", k, x)
		}
	}
	return nil
}

// checkInput checks the lengths of the columns and the chain of observations.
func (b *builder) checkInput(i int, t *Input) error {
	n := len(t.Actions)
	lengths := []struct {
		name     string
		n        int
		optional bool
	}{
		{"rewards", len(t.Rewards), false},
		{"next_obs", len(t.NextObs), true},
		{"n_tokens", len(t.NTokens), true},
		{"values", len(t.Values), true},
		{"logprobs", len(t.LogProbs), true},
		{"entropy", len(t.Entropy), true},
		{"invalid", len(t.Invalid), true},
		{"tool_calls", len(t.ToolCalls), true},
		{"logratios", len(t.LogRatios), true},
	}
	for _, l := range lengths {
		if l.n != n && (l.n != 0 || !l.optional) {
			return b.fault(i, t.ID, "has %d actions but %d %s", n, l.n, l.name)
		}
	}
	if len(t.Obs) != n && len(t.Obs) != n+1 {
		return b.fault(i, t.ID, "has %d actions but %d obs; want one before each action, and at most one after the last", n, len(t.Obs))
	}
	for k, next := range t.NextObs {
		if k+1 < len(t.Obs) && next != t.Obs[k+1] {
			return b.fault(i, t.ID, "step %d: next_obs differs from obs of step %d: the chain is broken", k, k+1)
		}
	}
	if t.FinalObs != nil {
		if len(t.Obs) == n+1 && t.Obs[n] != *t.FinalObs {
			return b.fault(i, t.ID, "final_obs differs from obs %d: the chain is broken", n)
		}
		if len(t.NextObs) > 0 && t.NextObs[n-1] != *t.FinalObs {
			return b.fault(i, t.ID, "final_obs differs from next_obs of the last step: the chain is broken")
		}
	}
	return nil
}
