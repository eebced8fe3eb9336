package credit

import (
	"errors"

	"stepgym/traces"
)

// RTMCParams are the choices of [RTMC]. Start from [DefaultRTMC].
type RTMCParams struct {
	Gamma float64 `json:"gamma"` // discount of the returns
}

// DefaultRTMC returns the usual discount.
func DefaultRTMC() RTMCParams { return RTMCParams{Gamma: 0.99} }

// Validate reports every fault of p at once.
func (p RTMCParams) Validate() error {
	f := faults{method: "rtmc"}
	f.unit("gamma", p.Gamma)
	return errors.Join(f.errs...)
}

// RTMC compares, by Monte Carlo over all rollouts of the group, what followed an
// action with what followed its state,
//
//	A(s, a) = mean G(s, a) - mean G(s),
//
// where G is the discounted return and the means run over all occurrences.
// A state whose returns are all equal gives exactly 0, and so does one that was
// seen once. Shapes as in [GRPO]; the return of a step carries its penalty.
func RTMC(g *traces.Graph, p RTMCParams) ([][]float64, error) {
	return alone(g, p, rtmc)
}

// rtmc is RTMC with one value per row.
func rtmc(g *traces.Graph, p RTMCParams, s *scratch) []float64 {
	returns, states, pairs := s.returnsOf(g, p.Gamma), g.ByState(), g.ByStateAction()
	out := make([]float64, g.Len())
	q := s.setMoments(pairs, returns, -1)
	for j, id := range pairs.ID {
		out[j] = q[id].mean
	}
	v := s.setMoments(states, returns, -1)
	for j, id := range states.ID {
		if m := &v[id]; m.n > 1 && !m.constant {
			out[j] -= m.mean
		} else {
			out[j] = 0
		}
	}
	return out
}
