package scripted

import (
	"context"
	"math/rand/v2"

	"stepgym/agent"
	"stepgym/envs"
)

// random takes any of the choices. Greedy, where all are equally likely, it
// draws from a seed made of the task's ID.
type random struct{ rng *rand.Rand }

func startRandom(_ envs.Task, seed uint64) (agent.Player, error) {
	return &random{rand.New(rand.NewPCG(seed, 1))}, nil
}

// Act implements agent.Player.
func (r *random) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	if err := ctx.Err(); err != nil {
		return agent.Decision{}, err
	}
	all := choices(o)
	if len(all) == 0 {
		return agent.Decision{}, errNothing
	}
	options := make([]envs.Action, len(all))
	for i, c := range all {
		options[i] = c.Action
	}
	return uniform(options, r.rng.IntN(len(options))), nil
}

// Follow implements agent.Follower: random has no memory.
func (r *random) Follow(envs.Action) {}

// Close implements agent.Player.
func (r *random) Close() {}

var _ agent.Follower = (*random)(nil)
