package credit

import (
	"errors"

	"stepgym/traces"
)

// RLOOParams are the choices of [RLOO]. Start from [DefaultRLOO].
type RLOOParams struct {
	Weighting Weighting `json:"weighting"`
	Singleton Singleton `json:"singleton"`
}

// DefaultRLOO returns the parameters of the paper (Ahmadian et al. 2024, "Back
// to Basics").
func DefaultRLOO() RLOOParams {
	return RLOOParams{Weighting: PerTrajectory, Singleton: Raw}
}

// Validate reports every fault of p at once.
func (p RLOOParams) Validate() error {
	f := faults{method: "rloo"}
	f.weighting(p.Weighting)
	f.singleton(p.Singleton)
	return errors.Join(f.errs...)
}

// RLOO compares every trajectory with the mean of the others,
//
//	A_i = R_i - mean_{j≠i} R_j = n/(n-1) · (R_i - mean R),
//
// and gives all its steps that advantage. Under PerStep n counts rows: other
// rows of the same trajectory stay in the baseline, so that nothing is really
// left out; verl-agent does that. Shapes and penalties as in [GRPO].
func RLOO(g *traces.Graph, p RLOOParams) ([][]float64, error) {
	return alone(g, p, rloo)
}

// rloo is RLOO with one value per row.
func rloo(g *traces.Graph, p RLOOParams, _ *scratch) []float64 {
	return episodes(g, p.Weighting, func(scores []float64) {
		m := measure(scores, -1)
		n := float64(m.n)
		for i, x := range scores {
			a := m.center(x, Mean, 0, p.Singleton)
			if m.n > 1 {
				a *= n / (n - 1)
			}
			scores[i] = a
		}
	})
}
