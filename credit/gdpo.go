package credit

import (
	"errors"
	"fmt"
	"math"

	"stepgym/traces"
)

// GDPO normalises several rewards one by one before they are added (Liu et al.
// 2026, "Group reward-Decoupled Normalization Policy Optimization", arXiv
// 2601.05242), so that a reward which varies little is not drowned by one that
// varies much. With S_{k,i} the sum of reward k over rollout i, the new score is
//
//	R_i = Σ_k weight_k · (S_{k,i} - mean_i S_k) / (std_i S_k + eps),
//
// std with ddof 1; a reward that is equal for all rollouts adds exactly 0. The
// paper then normalises over the batch: follow with "reinforce++", whose group
// mean finds nothing left to take.
type GDPO struct {
	Rewards []string  `json:"rewards"`           // names among Graph.Parts, at least one
	Weights []float64 `json:"weights,omitempty"` // one for each reward; none means 1 for all
	Eps     float64   `json:"eps"`
}

// DefaultGDPO returns the usual eps; Rewards are to be named.
func DefaultGDPO() GDPO { return GDPO{Eps: Eps} }

// Name implements [Transform].
func (d GDPO) Name() string { return "gdpo" }

// Validate reports every fault of d at once.
func (d GDPO) Validate() error {
	f := faults{method: "gdpo"}
	f.check(len(d.Rewards) > 0, "no rewards, want the names of the parts to combine")
	f.eps(d.Eps)
	f.check(len(d.Weights) == 0 || len(d.Weights) == len(d.Rewards), "%d weights for %d rewards", len(d.Weights), len(d.Rewards))
	for _, w := range d.Weights {
		f.finite("weight", w)
	}
	return errors.Join(f.errs...)
}

// Apply returns g with the rewards combined: every step keeps its share of a
// reward, scaled; the last one pays the mean. g is not modified.
func (d GDPO) Apply(g *traces.Graph) (*traces.Graph, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	out := make([]float64, g.Len())
	for k, name := range d.Rewards {
		column, err := part(g, d.Name(), name)
		if err != nil {
			return nil, err
		}
		m := measure(totals(g, column), 1)
		if m.n < 2 || m.constant {
			continue
		}
		w := 1 / (m.std + d.Eps)
		if len(d.Weights) > 0 {
			w *= d.Weights[k]
		}
		for j, x := range column {
			out[j] += w * x
		}
		for _, r := range g.Rollouts {
			out[r.First+r.Steps-1] -= w * m.mean
		}
	}
	for j, x := range out {
		if math.Abs(x) > maxParam {
			return nil, fmt.Errorf("credit: gdpo: group %q, row %d: %v is too large", g.ID, j, x)
		}
	}
	return g.WithRewards(out)
}
