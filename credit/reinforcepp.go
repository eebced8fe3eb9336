package credit

import (
	"errors"
	"math"

	"stepgym/traces"
)

// whiteEps is what the released code adds to the variance of a batch.
const whiteEps = 1e-8

// ReinforcePPParams are the choices of [ReinforcePP]. Start from
// [DefaultReinforcePP].
type ReinforcePPParams struct {
	Weighting Weighting `json:"weighting"` // of the group's mean
	Singleton Singleton `json:"singleton"`
	Eps       float64   `json:"eps"` // added to the variance of the batch
}

// DefaultReinforcePP returns the parameters of the paper (Hu et al. 2025,
// "REINFORCE++", the variant with a group baseline).
func DefaultReinforcePP() ReinforcePPParams {
	return ReinforcePPParams{Weighting: PerTrajectory, Singleton: Raw, Eps: whiteEps}
}

// Validate reports every fault of p at once.
func (p ReinforcePPParams) Validate() error {
	f := faults{method: "reinforce++"}
	f.weighting(p.Weighting)
	f.singleton(p.Singleton)
	f.eps(p.Eps)
	return errors.Join(f.errs...)
}

// ReinforcePP is REINFORCE++ with a baseline: the mean of the group is taken
// from each score, and the result is whitened over all tokens that the policy
// wrote in the whole batch,
//
//	x_i = R_i - mean_group R,  A = (x - mean_batch x) / sqrt(var_batch x + eps),
//
// where mean and unbiased variance count every step once for each of its
// tokens. Where no step of the batch has its tokens counted every step counts
// once. A batch of equal values, or of fewer than two tokens, gives exact
// zeros. out[n] has the shape that [GRPO] has for groups[n]; a penalty is taken
// from the step's x.
func ReinforcePP(groups []*traces.Graph, p ReinforcePPParams) ([][][]float64, error) {
	return together(groups, p, reinforcePP, whiten)
}

// reinforcePP is the group step of ReinforcePP.
func reinforcePP(g *traces.Graph, p ReinforcePPParams, s *scratch) []float64 {
	return grpo(g, GRPOParams{Mode: Mean, Weighting: p.Weighting, Singleton: p.Singleton}, s)
}

// whiten is the batch step of ReinforcePP.
func whiten(groups []*traces.Graph, adv [][]float64, p ReinforcePPParams) error {
	weigh := tokenWeights(groups)
	n, total, lo, hi := 0.0, 0.0, math.Inf(1), math.Inf(-1)
	for i, column := range adv {
		for j, x := range column {
			w := weigh(groups[i], j)
			n += w
			total += w * x
			if w > 0 {
				lo, hi = min(lo, x), max(hi, x)
			}
		}
	}
	mean, sq := total/n, 0.0
	for i, column := range adv {
		for j, x := range column {
			sq += weigh(groups[i], j) * (x - mean) * (x - mean)
		}
	}
	scale := 1 / math.Sqrt(sq/(n-1)+p.Eps)
	none := n < 2 || constant(lo, hi)
	for _, column := range adv {
		for j, x := range column {
			if column[j] = (x - mean) * scale; none {
				column[j] = 0
			}
		}
	}
	return nil
}

// tokenWeights returns how often each row of a batch counts: once for each
// token that the policy wrote, or once if nobody counted tokens.
func tokenWeights(groups []*traces.Graph) func(g *traces.Graph, row int) float64 {
	if tokensCounted(groups) {
		return func(g *traces.Graph, row int) float64 { return float64(g.Tokens[row]) }
	}
	return func(*traces.Graph, int) float64 { return 1 }
}

// tokensCounted reports whether any step of a batch has tokens.
func tokensCounted(groups []*traces.Graph) bool {
	for _, g := range groups {
		for _, n := range g.Tokens {
			if n > 0 {
				return true
			}
		}
	}
	return false
}
