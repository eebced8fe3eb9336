package credit

import (
	"errors"

	"stepgym/traces"
)

// GAEParams are the choices of [GAE]. Start from [DefaultGAE].
type GAEParams struct {
	Gamma  float64 `json:"gamma"`
	Lambda float64 `json:"lam"`
}

// DefaultGAE returns the usual parameters of PPO.
func DefaultGAE() GAEParams { return GAEParams{Gamma: 0.99, Lambda: 0.95} }

// Validate reports every fault of p at once.
func (p GAEParams) Validate() error {
	f := faults{method: "gae"}
	f.unit("gamma", p.Gamma)
	f.unit("lam", p.Lambda)
	return errors.Join(f.errs...)
}

// GAE is generalized advantage estimation over turns (Schulman et al. 2016,
// eq. 16), with the values of a critic,
//
//	δ_t = r_t + gamma·V_{t+1} - V_t,  A_t = δ_t + gamma·lam·A_{t+1}.
//
// After the last step V is the rollout's Bootstrap: the estimate for what
// follows a truncation, 0 if the episode really ended. Nothing is whitened.
// Shapes as in [GRPO]; a penalty is taken from the step's advantage.
func GAE(g *traces.Graph, p GAEParams) ([][]float64, error) {
	return alone(g, p, gae)
}

// gae is GAE with one value per row.
func gae(g *traces.Graph, p GAEParams, _ *scratch) []float64 {
	out := make([]float64, g.Len())
	for _, r := range g.Rollouts {
		next, run := r.Bootstrap, 0.0
		for j := r.First + r.Steps - 1; j >= r.First; j-- {
			run = g.Reward[j] + p.Gamma*next - g.Value[j] + p.Gamma*p.Lambda*run
			out[j], next = run, g.Value[j]
		}
	}
	for j, x := range g.Penalty {
		out[j] -= x
	}
	return out
}
