package scripted

import (
	"context"
	"errors"
	"math"

	"stepgym/agent"
	"stepgym/envs"
)

// mind is what the rule policies differ in. The player around it keeps track of
// what was really done.
type mind interface {
	// label returns the actions it holds for equally good in o, best known
	// first; none means that it is at a loss.
	label(o envs.Observation) []envs.Action

	// took says what was done in o: c is the choice that it was, or has only
	// its Action set if it was none of them.
	took(o envs.Observation, c *envs.Choice)
}

// player plays a mind. The first of the good actions is taken.
type player struct {
	mind    mind
	last    envs.Observation
	pending envs.Action
	moved   bool // last and pending are set
}

// minded returns a Policy.start for a kind of mind.
func minded(think func(envs.Task) (mind, error)) func(envs.Task, uint64) (agent.Player, error) {
	return func(t envs.Task, _ uint64) (agent.Player, error) {
		m, err := think(t)
		if err != nil {
			return nil, err
		}
		return &player{mind: m}, nil
	}
}

// errNothing is returned where an observation offers nothing to choose.
var errNothing = errors.New("scripted: the observation offers nothing to choose")

// Act implements agent.Player.
func (p *player) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	if err := ctx.Err(); err != nil {
		return agent.Decision{}, err
	}
	good, err := p.Label(o)
	if err != nil {
		return agent.Decision{}, err
	}
	return agent.Decision{Action: good[0], Tokens: 1}, nil
}

// Label implements agent.Labeler. A mind at a loss takes the first choice.
func (p *player) Label(o envs.Observation) ([]envs.Action, error) {
	if p.moved {
		p.mind.took(p.last, find(p.last, p.pending))
	}
	good := p.mind.label(o)
	if len(good) == 0 {
		all := choices(o)
		if len(all) == 0 {
			return nil, errNothing
		}
		good = []envs.Action{all[0].Action}
	}
	p.last, p.pending, p.moved = o, good[0], true
	return good, nil
}

// Follow implements agent.Follower.
func (p *player) Follow(a envs.Action) { p.pending = a }

// Close implements agent.Player.
func (p *player) Close() {}

// find returns the choice of o that a is.
func find(o envs.Observation, a envs.Action) *envs.Choice {
	text := a.String()
	for _, c := range choices(o) {
		if c.Action.String() == text {
			return c
		}
	}
	return &envs.Choice{Action: a}
}

// uniform returns the decision for choice i of n equally likely ones.
func uniform(options []envs.Action, i int) agent.Decision {
	n := float64(len(options))
	probs := make([]float32, len(options))
	for j := range probs {
		probs[j] = float32(1 / n)
	}
	return agent.Decision{
		Action: options[i], LogProb: -math.Log(n), Entropy: math.Log(n),
		Options: options, Probs: probs, Tokens: 1,
	}
}

var _ agent.Labeler = (*player)(nil)
