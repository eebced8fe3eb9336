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
	Weighting Weighting `json:"weighting"` // of the episode part; "" means PerTrajectory, with Similarity PerStep
	Singleton Singleton `json:"singleton"` // of the episode part; a state seen once gives 0
	Eps       float64   `json:"eps"`

	// Similarity groups states whose texts have a [Ratio] of at least this,
	// instead of equal ones; 0 turns it off. Autojunk computes the ratio as
	// Python does by default, which distorts texts of 200 characters and more;
	// it is there to repeat what verl-agent does.
	Similarity float64 `json:"similarity,omitempty"`
	Autojunk   bool    `json:"autojunk,omitempty"`
}

// DefaultGiGPO returns the parameters of the paper (Feng et al. 2025, "Group-in-
// Group Policy Optimization for LLM Agent Training"), with both parts divided by their
// standard deviation.
func DefaultGiGPO() GiGPOParams {
	return GiGPOParams{Gamma: 0.95, Mode: MeanStd, Weight: 1, Singleton: Raw, Eps: Eps}
}

// Validate reports every fault of p at once.
func (p GiGPOParams) Validate() error {
	f := faults{method: "gigpo"}
	f.unit("gamma", p.Gamma)
	f.mode(p.Mode)
	f.finite("w", p.Weight)
	if p.Weighting != "" {
		f.weighting(p.Weighting)
	}
	f.singleton(p.Singleton)
	f.eps(p.Eps)
	f.unit("similarity", p.Similarity)
	f.check(!p.Autojunk || p.Similarity > 0, "autojunk is a detail of similarity, which is off")
	return errors.Join(f.errs...)
}

// episode returns the parameters of the episode part. Grouping by similarity
// exists in the released code alone, hence its statistics over rows.
func (p GiGPOParams) episode() GRPOParams {
	w := p.Weighting
	switch {
	case w == "" && p.Similarity > 0:
		w = PerStep
	case w == "":
		w = PerTrajectory
	}
	return GRPOParams{Mode: p.Mode, Weighting: w, Singleton: p.Singleton, Eps: p.Eps}
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
//
// With Similarity, states are gathered in order of appearance: each joins the
// first cluster whose first text is similar enough, or begins one.
func GiGPO(g *traces.Graph, p GiGPOParams) ([][]float64, error) {
	return alone(g, p, gigpo)
}

// gigpo is GiGPO with one value per row.
func gigpo(g *traces.Graph, p GiGPOParams, s *scratch) []float64 {
	out := grpo(g, p.episode(), s)
	returns, states := s.returnsOf(g, p.Gamma), g.ByState()
	if p.Similarity > 0 {
		states = similarStates(g, p.Similarity, p.Autojunk)
	}
	ms := s.setMoments(states, returns, ddofFor(p.Mode, 1))
	for j, id := range states.ID {
		out[j] += p.Weight * ms[id].center(returns[j], p.Mode, p.Eps, Zero)
	}
	return out
}
