package credit

import (
	"errors"
	"fmt"
	"math"

	"stepgym/traces"
)

// Gate is one stage of a reward.
type Gate struct {
	Name   string  `json:"name"`   // of the part of the reward: "parse", "format", "answer"
	Weight float64 `json:"weight"` // of the stage's score
	Pass   float64 `json:"pass"`   // score from which on the next stage counts
}

// Gates is a reward in ordered stages, the progressive reward shaping of PRS
// (VSPO, 2025, arXiv 2512.07478; its exact weights are not published). A stage
// counts only if all stages before it have passed,
//
//	R = Σ_k weight_k · s_k · Π_{j<k} [s_j >= pass_j],
//
// so that a policy learns to write something that parses before it is paid for
// what it says. The score of a stage is the sum of its part of the reward over
// the rollout.
type Gates struct {
	Stages []Gate `json:"stages"` // at least one; their names are among Graph.Parts
}

// Name implements [Transform].
func (gs Gates) Name() string { return "gates" }

// Validate reports every fault of gs at once.
func (gs Gates) Validate() error {
	f := faults{method: "gates"}
	f.check(len(gs.Stages) > 0, "no stages, want at least one")
	for _, gate := range gs.Stages {
		f.finite("weight of "+gate.Name, gate.Weight)
		f.finite("pass of "+gate.Name, gate.Pass)
	}
	return errors.Join(f.errs...)
}

// Score returns R for the scores of the stages, one for each gate.
func (gs Gates) Score(scores []float64) (float64, error) {
	if len(scores) != len(gs.Stages) {
		return 0, fmt.Errorf("credit: gates: %d scores for %d stages", len(scores), len(gs.Stages))
	}
	total := 0.0
	for k, gate := range gs.Stages {
		if !(math.Abs(scores[k]) <= maxParam) {
			return 0, fmt.Errorf("credit: gates: stage %q has score %v, want a number of at most 1e100", gate.Name, scores[k])
		}
		total += gate.Weight * scores[k]
		if scores[k] < gate.Pass {
			break
		}
	}
	return total, nil
}

// Apply returns g with new rewards: R at the last step of every rollout and
// nothing before. g is not modified.
func (gs Gates) Apply(g *traces.Graph) (*traces.Graph, error) {
	if err := gs.Validate(); err != nil {
		return nil, err
	}
	stages := make([][]float64, len(gs.Stages)) // stages[k][i]: score of rollout i
	for k, gate := range gs.Stages {
		column, err := part(g, gs.Name(), gate.Name)
		if err != nil {
			return nil, err
		}
		stages[k] = totals(g, column)
	}
	rewards, scores := make([]float64, g.Len()), make([]float64, len(stages))
	for i, r := range g.Rollouts {
		for k := range stages {
			scores[k] = stages[k][i]
		}
		x, err := gs.Score(scores)
		if err != nil {
			return nil, err
		}
		rewards[r.First+r.Steps-1] = x
	}
	return g.WithRewards(rewards)
}
