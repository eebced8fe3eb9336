package choice

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"stepgym/agent"
	"stepgym/envs"
)

// A player follows one episode.
type player struct {
	reader
	policy *Policy
	rng    *rand.Rand // nil if greedy
	greedy bool
	closed bool

	pending int // the choice of the latest decision, not yet in the memory; see commit
	waiting bool

	row    *row
	scores []float32 // what the net says of row
	value  float32
	done   chan error // the gatherer's answer
}

// errNoChoice is the answer to an observation without choices.
var errNoChoice = errors.New("choice: the observation offers no choice: neither Admissible nor candidates of Forms; this policy cannot write actions of its own")

// Act chooses among the admissible actions of o and the candidates of its
// forms. The decision's Input is what the learner needs; it stays usable until
// Fit or Load.
func (x *player) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	if err := ctx.Err(); err != nil {
		return agent.Decision{}, err
	}
	if x.closed {
		return agent.Decision{}, errors.New("choice: the player is closed")
	}
	x.commit()
	x.row = x.read(&o)
	x.row.owner, x.row.vocab = x.policy, x.policy.vocab
	if x.row.size() == 0 {
		return agent.Decision{}, errNoChoice
	}
	if err := x.policy.gather.score(x); err != nil {
		return agent.Decision{}, fmt.Errorf("choice: score: %w", err)
	}
	return x.decide(), nil
}

// commit files the latest decision as carried out.
func (x *player) commit() {
	if x.waiting {
		x.decided(x.pending)
		x.waiting = false
	}
}

// Follow files that a was carried out in place of the latest decision.
func (x *player) Follow(a envs.Action) {
	if x.waiting {
		x.followed(a)
		x.waiting = false
	}
}

// Close ends the player.
func (x *player) Close() {
	if !x.closed {
		x.closed = true
		x.policy.gather.leave()
	}
}

// decide turns scores into a decision.
func (x *player) decide() agent.Decision {
	n := x.row.size()
	d := agent.Decision{
		Value: float64(x.value), Version: x.policy.Version(), Tokens: 1, Input: x.row,
		Options: make([]envs.Action, n), Probs: make([]float32, n),
	}
	best, probs := 0, make([]float64, n)
	for i, s := range x.scores {
		if s > x.scores[best] {
			best = i
		}
	}
	sum := 0.0
	for i, s := range x.scores {
		probs[i] = math.Exp(float64(s) - float64(x.scores[best]))
		sum += probs[i]
	}
	for i := range probs {
		d.Options[i] = x.choices[i].Action
		probs[i] /= sum
		d.Probs[i] = float32(probs[i])
		if probs[i] > 0 {
			d.Entropy -= probs[i] * math.Log(probs[i])
		}
	}
	i := best
	if !x.greedy {
		i = draw(probs, x.rng.Float64())
	}
	x.row.taken = i
	x.pending, x.waiting = i, true
	d.Action = d.Options[i]
	d.LogProb = float64(x.scores[i]) - float64(x.scores[best]) - math.Log(sum)
	return d
}

// draw inverts the distribution function at u in [0, 1).
func draw(probs []float64, u float64) int {
	last := 0
	for i, p := range probs {
		if p <= 0 {
			continue
		}
		if u < p {
			return i
		}
		u -= p
		last = i
	}
	return last // rounding left a rest
}
