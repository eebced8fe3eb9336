package credit

import (
	"fmt"

	"stepgym/traces"
)

// Transform is a documented change of the rewards before credit is assigned.
// [Penalty], [OTC], [Overlong] and [ShortBest] are transforms; [GDPO] and
// [Gates] need scores that a graph does not hold, and are called by
// themselves.
type Transform interface {
	// Apply returns g with the change made. g is not modified; if there is
	// nothing to change it may be returned itself.
	Apply(g *traces.Graph) (*traces.Graph, error)
}

// Prepare applies transforms one after the other.
func Prepare(g *traces.Graph, steps ...Transform) (*traces.Graph, error) {
	for _, s := range steps {
		next, err := s.Apply(g)
		if err != nil {
			return nil, fmt.Errorf("credit: group %q: %w", g.ID, err)
		}
		g = next
	}
	return g, nil
}

// scaleRewards returns g with the rewards of every rollout times its factor.
func scaleRewards(g *traces.Graph, factor []float64) (*traces.Graph, error) {
	rewards := make([]float64, g.Len())
	for j, x := range g.Reward {
		rewards[j] = x * factor[g.Rollout[j]]
	}
	return g.WithRewards(rewards)
}

// addAtEnd returns g with an amount added to the last reward of every rollout.
func addAtEnd(g *traces.Graph, amount []float64) (*traces.Graph, error) {
	rewards := append([]float64(nil), g.Reward...)
	for i, r := range g.Rollouts {
		rewards[r.First+r.Steps-1] += amount[i]
	}
	return g.WithRewards(rewards)
}
