package credit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"stepgym/traces"
)

// Transform is a documented change of the rewards before credit is assigned:
// [Penalty], [OTC], [Gates], [GDPO], [Overlong] and [ShortBest].
type Transform interface {
	// Name is what [Transforms] call it.
	Name() string

	// Validate reports every fault of its parameters at once.
	Validate() error

	// Apply returns g with the change made. g is not modified; if there is
	// nothing to change it may be returned itself. Parameters that are not
	// valid are an error, and so is a graph that lacks what it needs.
	Apply(g *traces.Graph) (*traces.Graph, error)
}

// Prepare applies transforms one after the other.
func Prepare(g *traces.Graph, steps ...Transform) (*traces.Graph, error) {
	for k, s := range steps {
		next, err := s.Apply(g)
		if err != nil {
			return nil, fmt.Errorf("group %q: transform %d: %w", g.ID, k, err)
		}
		g = next
	}
	return g, nil
}

// part returns a part of the rewards by its name.
func part(g *traces.Graph, transform, name string) ([]float64, error) {
	column, ok := g.Parts[name]
	if ok || g.Len() == 0 { // nothing of a group may be left
		return column, nil
	}
	if len(g.Parts) == 0 {
		return nil, fmt.Errorf("credit: %s: there is no reward part %q; the group has none", transform, name)
	}
	return nil, fmt.Errorf("credit: %s: there is no reward part %q; the group has %s", transform, name, strings.Join(slices.Sorted(maps.Keys(g.Parts)), ", "))
}

// totals adds a column up over every rollout.
func totals(g *traces.Graph, column []float64) []float64 {
	out := make([]float64, len(g.Rollouts))
	for j, x := range column {
		out[g.Rollout[j]] += x
	}
	return out
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
