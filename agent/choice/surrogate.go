package choice

import (
	"stepgym/agent"
	"stepgym/agent/internal/graph"
)

// A surrogate is what a loss of agent.Loss does with one decision. Its values
// have one shape.
type surrogate struct {
	loss      agent.Loss
	logp      *graph.V // log-probability of what was done
	ratio     *graph.V // r
	advantage *graph.V // A
	low, high *graph.V // bounds of r, scalars; nil for those of loss
}

// build returns r within its bounds, and the term to be minimised:
//
//	-min(r A, clip(r) A), where A < 0 at most -dual A
//	-sg(clip(r)) A logp                                for cispo
func (x surrogate) build() (clipped, term *graph.V) {
	clipped = x.clip()
	if x.loss.Name == agent.LossCISPO {
		return clipped, clipped.Detach().Mul(x.advantage).Mul(x.logp).Neg()
	}
	gain := x.ratio.Mul(x.advantage).Min(clipped.Mul(x.advantage))
	if x.loss.Dual > 0 {
		// Where A >= 0 the gain is at least 0 and stays as it is.
		zero := x.advantage.Graph().Const(x.advantage.DType(), 0)
		gain = gain.Max(x.advantage.Min(zero).Times(x.loss.Dual))
	}
	return clipped, gain.Neg()
}

func (x surrogate) clip() *graph.V {
	if x.low != nil {
		return x.ratio.Min(x.high).Max(x.low)
	}
	return x.ratio.Clip(1-x.loss.Low, 1+x.loss.High)
}
