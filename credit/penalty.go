package credit

import (
	"fmt"
	"math"

	"stepgym/traces"
)

// Penalty charges the steps whose action the world refused. It is a transform
// of the graph that comes before the method, never a hidden part of one.
type Penalty struct {
	Coef float64 `json:"coef"` // taken from each invalid step; 0 charges nothing

	// Propagate lowers the reward itself, so that the charge reaches the
	// trajectory's score and the returns of earlier steps. Otherwise only the
	// step itself pays: its return after discounting and its own row's score,
	// as in verl-agent (which uses 0.1).
	Propagate bool `json:"propagate"`
}

// Apply returns g with the penalty charged. g is not modified; if there is
// nothing to charge it is returned itself.
func (p Penalty) Apply(g *traces.Graph) (*traces.Graph, error) {
	if p.Coef < 0 || math.IsNaN(p.Coef) || math.IsInf(p.Coef, 0) {
		return nil, fmt.Errorf("credit: penalty %v, want a number of at least 0", p.Coef)
	}
	charge := make([]float64, g.Len())
	any := false
	for j, ok := range g.Valid {
		if !ok {
			charge[j] = p.Coef
			any = any || p.Coef > 0
		}
	}
	if !any {
		return g, nil
	}
	if p.Propagate {
		for j, r := range g.Reward {
			charge[j] = r - charge[j]
		}
		return g.WithRewards(charge)
	}
	for j, c := range g.Penalty {
		charge[j] += c
	}
	return g.WithPenalty(charge)
}
