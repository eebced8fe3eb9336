package traces

import (
	"maps"
	"slices"
)

// WithParts returns a graph that differs from g in its Parts. Each has one value
// per row; they are not copied and must not change afterwards.
func (g *Graph) WithParts(parts map[string][]float64) (*Graph, error) {
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if err := g.checkColumn("reward part "+name, parts[name]); err != nil {
			return nil, err
		}
	}
	out := *g
	out.Parts = parts
	return &out, nil
}

// parts takes the reward parts of trajectory i, whose rows begin at from. What
// the first one has all of them have: a hole must not count as 0.
func (b *builder) parts(i int, t *Input, from int) error {
	g := b.g
	names := slices.Sorted(maps.Keys(t.RewardParts))
	if len(g.Rollouts) == 1 && len(names) > 0 {
		g.Parts = make(map[string][]float64, len(names))
		for _, name := range names {
			g.Parts[name] = make([]float64, g.Len())
		}
	}
	for _, name := range names {
		column, ok := g.Parts[name]
		if !ok {
			return b.fault(i, t.ID, "has reward part %q, which trajectories before it do not have", name)
		}
		values := t.RewardParts[name]
		if len(values) != len(t.Actions) {
			return b.fault(i, t.ID, "has %d actions but %d values of reward part %q", len(t.Actions), len(values), name)
		}
		for k, x := range values {
			if column[from+k] = x; !usable(x) {
				return b.fault(i, t.ID, "step %d: reward part %q is %v, want a number of at most 1e100", k, name, x)
			}
		}
	}
	if len(names) < len(g.Parts) {
		for _, name := range slices.Sorted(maps.Keys(g.Parts)) {
			if _, ok := t.RewardParts[name]; !ok {
				return b.fault(i, t.ID, "has no reward part %q, which trajectories before it have", name)
			}
		}
	}
	return nil
}
