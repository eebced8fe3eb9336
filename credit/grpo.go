package credit

import (
	"errors"

	"stepgym/traces"
)

// GRPOParams are the choices of [GRPO]. Start from [DefaultGRPO]: the zero
// value is not valid.
type GRPOParams struct {
	Mode      Mode      `json:"mode"`      // MeanStd is GRPO, Mean is Dr. GRPO
	Weighting Weighting `json:"weighting"` // of the group's mean and std
	Singleton Singleton `json:"singleton"` // what a group of one gives
	Eps       float64   `json:"eps"`
}

// DefaultGRPO returns the parameters of the paper (Shao et al. 2024,
// "DeepSeekMath").
func DefaultGRPO() GRPOParams {
	return GRPOParams{Mode: MeanStd, Weighting: PerTrajectory, Singleton: Raw, Eps: Eps}
}

// Validate reports every fault of p at once.
func (p GRPOParams) Validate() error {
	f := faults{method: "grpo"}
	f.grpo(p)
	return errors.Join(f.errs...)
}

// grpo collects the faults of p, which methods that build on [GRPO] have too.
func (f *faults) grpo(p GRPOParams) {
	f.mode(p.Mode)
	f.weighting(p.Weighting)
	f.singleton(p.Singleton)
	f.eps(p.Eps)
}

// GRPO gives every step the advantage of its trajectory within the group,
//
//	A_i = (R_i - mean R) / (std R + eps),
//
// with R_i the sum of rewards and std the sample one (ddof 1). out[i][t]
// belongs to step t of trajectory i of the group that g was made of and is nil
// for an excluded trajectory. Equal scores give exact zeros. A group of one
// has no baseline and follows Singleton. The slices are the caller's.
//
// A penalty of g (see [Penalty]) is part of a row's score under PerStep, as in
// verl-agent; under PerTrajectory it stays out of the statistics and is taken
// from the step's advantage.
func GRPO(g *traces.Graph, p GRPOParams) ([][]float64, error) {
	return alone(g, p, grpo)
}

// grpo is GRPO with one value per row.
func grpo(g *traces.Graph, p GRPOParams, _ *scratch) []float64 {
	return episodes(g, p.Weighting, func(scores []float64) {
		m := measure(scores, ddofFor(p.Mode, 1))
		for i, x := range scores {
			scores[i] = m.center(x, p.Mode, p.Eps, p.Singleton)
		}
	})
}

// episodes maps the scores of the group to advantages with fn, which works in
// place, and returns one value per row. fn sees every trajectory once, or once
// for each of its steps.
func episodes(g *traces.Graph, w Weighting, fn func(scores []float64)) []float64 {
	out := make([]float64, g.Len())
	if w == PerStep {
		for j, i := range g.Rollout {
			out[j] = g.Rollouts[i].Score
		}
		for j, p := range g.Penalty {
			out[j] -= p
		}
		fn(out)
		return out
	}
	scores := make([]float64, len(g.Rollouts))
	for i, r := range g.Rollouts {
		scores[i] = r.Score
	}
	fn(scores)
	for j, i := range g.Rollout {
		out[j] = scores[i]
	}
	for j, p := range g.Penalty {
		out[j] -= p
	}
	return out
}
