package credit

import (
	"errors"

	"stepgym/traces"
)

// ARPOParams are the choices of [ARPO]. Start from [DefaultARPO].
type ARPOParams struct {
	Base       Base `json:"base"`
	GRPOParams      // of the trajectory advantage
}

// DefaultARPO returns the parameters of the paper (Dong et al. 2025, "Agentic
// Reinforced Policy Optimization", arXiv 2507.19849).
func DefaultARPO() ARPOParams {
	return ARPOParams{Base: BaseGRPO, GRPOParams: DefaultGRPO()}
}

// Validate reports every fault of p at once.
func (p ARPOParams) Validate() error {
	f := faults{method: "arpo"}
	f.base(p.Base)
	f.grpo(p.GRPOParams)
	return errors.Join(f.errs...)
}

// ARPO shares the credit of a common prefix: rollouts that branched from one
// another took the same actions in the same states up to the branch, and those
// steps get the mean of the advantages of the trajectories that share them (the
// paper's "hard" estimation). After the last branch a trajectory keeps its own
// advantage. It is [SALT]'s rule on the prefix tree instead of the graph. The
// total over the group does not change.
//
// Trajectories need not have been branched: equal beginnings count, however
// they came about. Shapes and penalties as in [GRPO].
func ARPO(g *traces.Graph, p ARPOParams) ([][]float64, error) {
	return alone(g, p, arpo)
}

// arpo is ARPO with one value per row.
func arpo(g *traces.Graph, p ARPOParams, s *scratch) []float64 {
	adv := trajectoryAdvantage(g, p.Base, p.GRPOParams, s)
	return setMeans(g, g.Prefixes(), adv, false)
}
