package credit

import (
	"errors"

	"stepgym/traces"
)

// GiGPOParams are the choices of [GiGPO]. Start from [DefaultGiGPO].
type GiGPOParams struct {
	Gamma     float64   `json:"gamma"`     // discount of the returns
	Mode      Mode      `json:"mode"`      // of both parts
	Weight    float64   `json:"w"`         // of the step part
	Weighting Weighting `json:"weighting"` // of the episode part
	Singleton Singleton `json:"singleton"` // of the episode part; a state seen once gives 0
	Eps       float64   `json:"eps"`
}

// DefaultGiGPO returns the parameters of the paper (Feng et al. 2025, "Group-in-
// Group Policy Optimization for LLM Agent Training"), with both parts divided by their
// standard deviation.
func DefaultGiGPO() GiGPOParams {
	return GiGPOParams{Gamma: 0.95, Mode: MeanStd, Weight: 1, Weighting: PerTrajectory, Singleton: Raw, Eps: Eps}
}

// Validate reports every fault of p at once.
func (p GiGPOParams) Validate() error {
	f := faults{method: "gigpo"}
	f.unit("gamma", p.Gamma)
	f.mode(p.Mode)
	f.finite("w", p.Weight)
	f.weighting(p.Weighting)
	f.singleton(p.Singleton)
	f.eps(p.Eps)
	return errors.Join(f.errs...)
}

// GiGPO adds to the advantage of the trajectory that of the step among all
// steps of the group that were taken in the same state,
//
//	A_{i,t} = A_i + w · (G_{i,t} - mean G) / (std G + eps),
//
// where G is the discounted return and mean and std (ddof 1) run over the
// occurrences of the state, repeats within one trajectory included. A state
// that occurs once, or whose returns are all equal, adds 0. Shapes and
// penalties as in [GRPO]; the return of a step carries its penalty.
func GiGPO(g *traces.Graph, p GiGPOParams) ([][]float64, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	out := grpo(g, GRPOParams{Mode: p.Mode, Weighting: p.Weighting, Singleton: p.Singleton, Eps: p.Eps})
	returns, states := g.Returns(p.Gamma), g.ByState()
	ms := setMoments(states, returns, ddofFor(p.Mode, 1), nil)
	for j, s := range states.ID {
		out[j] += p.Weight * ms[s].center(returns[j], p.Mode, p.Eps, Zero)
	}
	return g.Rows(out), nil
}
