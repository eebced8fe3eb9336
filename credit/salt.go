package credit

import (
	"errors"

	"stepgym/traces"
)

// Base names the trajectory advantage that [SALT] spreads over the graph.
type Base string

const (
	// BaseGRPO is [GRPO].
	BaseGRPO Base = "grpo"
	// BaseRLOO is [RLOO]; Mode and Eps have no part in it.
	BaseRLOO Base = "rloo"
)

// SALTParams are the choices of [SALT]. Start from [DefaultSALT].
type SALTParams struct {
	Base              Base `json:"base"`
	History           int  `json:"history"`       // preceding (state, action) pairs that must agree too
	OncePerTrajectory bool `json:"per_traj_once"` // a trajectory enters an edge's mean once
	GRPOParams             // of the trajectory advantage
}

// DefaultSALT returns the parameters of the paper ("SALT: Step-level Advantage
// Assignment for Long-horizon Agents via Trajectory Graph").
func DefaultSALT() SALTParams {
	return SALTParams{Base: BaseGRPO, GRPOParams: DefaultGRPO()}
}

// Validate reports every fault of p at once.
func (p SALTParams) Validate() error {
	f := faults{method: "salt"}
	f.base(p.Base)
	f.check(p.History >= 0 && p.History <= maxHistory, "history %d, want a number of steps from 0 to %d", p.History, maxHistory)
	f.grpo(p.GRPOParams)
	return errors.Join(f.errs...)
}

func (f *faults) base(b Base) {
	f.check(b == BaseGRPO || b == BaseRLOO, "base %q, want %q or %q", b, BaseGRPO, BaseRLOO)
}

// SALT merges transitions (state, action, next state) that occur in several
// places of the group into one edge and gives all of them the mean of their
// trajectories' advantages. A transition that occurs once keeps its own. The
// total over the group does not change, unless OncePerTrajectory is set.
// Shapes and penalties as in [GRPO].
//
// A last step whose outcome nobody saw leads to an unknown state, the same one
// for all such steps.
func SALT(g *traces.Graph, p SALTParams) ([][]float64, error) {
	return alone(g, p, salt)
}

// salt is SALT with one value per row.
func salt(g *traces.Graph, p SALTParams, s *scratch) []float64 {
	adv := trajectoryAdvantage(g, p.Base, p.GRPOParams, s)
	edges := g.Edges().Partition()
	if p.History > 0 {
		edges = edges.Meet(g.Histories(p.History))
	}
	return setMeans(g, edges, adv, p.OncePerTrajectory)
}

// trajectoryAdvantage is what [SALT] and [ARPO] spread, one value per row.
func trajectoryAdvantage(g *traces.Graph, base Base, p GRPOParams, s *scratch) []float64 {
	if base == BaseRLOO {
		return rloo(g, RLOOParams{Weighting: p.Weighting, Singleton: p.Singleton}, s)
	}
	return grpo(g, p, s)
}

// setMeans returns for each row the mean of adv over the row's set. With once
// set, a rollout enters a set's mean by its last row in the set alone.
func setMeans(g *traces.Graph, sets traces.Partition, adv []float64, once bool) []float64 {
	type cell struct {
		first, shift, lastX float64
		n                   int
		lastBy              int32 // rollout of the latest row, + 1
	}
	cells := make([]cell, sets.N)
	for j, e := range sets.ID {
		c := &cells[e]
		if c.n == 0 {
			c.first = adv[j]
		}
		if by := g.Rollout[j] + 1; once && c.lastBy == by {
			c.shift -= c.lastX // the later row of this rollout stands for it
		} else {
			c.n++
			c.lastBy = by
		}
		c.lastX = adv[j] - c.first
		c.shift += c.lastX
	}
	out := make([]float64, len(adv))
	for j, e := range sets.ID {
		out[j] = cells[e].first + cells[e].shift/float64(cells[e].n)
	}
	return out
}
