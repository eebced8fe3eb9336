package credit

import (
	"fmt"
	"math"

	"stepgym/traces"
)

// Gate is one stage of a reward.
type Gate struct {
	Name   string  `json:"name"`   // "parse", "format", "answer"
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
// what it says.
type Gates []Gate

// Score returns R for the scores of the stages, one for each gate.
func (gs Gates) Score(scores []float64) (float64, error) {
	if len(scores) != len(gs) {
		return 0, fmt.Errorf("credit: gates: %d scores for %d stages", len(scores), len(gs))
	}
	total := 0.0
	for k, gate := range gs {
		if !(math.Abs(scores[k]) <= maxParam) || !(math.Abs(gate.Weight) <= maxParam) || math.IsNaN(gate.Pass) {
			return 0, fmt.Errorf("credit: gates: stage %q has score %v, weight %v, pass %v, want numbers of at most 1e100", gate.Name, scores[k], gate.Weight, gate.Pass)
		}
		total += gate.Weight * scores[k]
		if scores[k] < gate.Pass {
			break
		}
	}
	return total, nil
}

// Apply returns g with new rewards: R at the last step of every rollout and
// nothing before. scores[i] are the stages of g.Rollouts[i]. g is not modified.
func (gs Gates) Apply(g *traces.Graph, scores [][]float64) (*traces.Graph, error) {
	if len(scores) != len(g.Rollouts) {
		return nil, fmt.Errorf("credit: gates: group %q: scores of %d rollouts, but it has %d", g.ID, len(scores), len(g.Rollouts))
	}
	rewards := make([]float64, g.Len())
	for i, r := range g.Rollouts {
		x, err := gs.Score(scores[i])
		if err != nil {
			return nil, fmt.Errorf("credit: group %q, trajectory %q: %w", g.ID, r.ID, err)
		}
		rewards[r.First+r.Steps-1] = x
	}
	return g.WithRewards(rewards)
}
