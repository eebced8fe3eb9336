package credit

import (
	"errors"

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

// DefaultPenalty returns verl-agent's.
func DefaultPenalty() Penalty { return Penalty{Coef: 0.1} }

// Name implements [Transform].
func (p Penalty) Name() string { return "penalty" }

// Validate reports every fault of p at once.
func (p Penalty) Validate() error {
	f := faults{method: "penalty"}
	f.atLeast0("coef", p.Coef)
	return errors.Join(f.errs...)
}

// Apply returns g with the penalty charged. g is not modified; if there is
// nothing to charge it is returned itself.
func (p Penalty) Apply(g *traces.Graph) (*traces.Graph, error) {
	if err := p.Validate(); err != nil {
		return nil, err
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
