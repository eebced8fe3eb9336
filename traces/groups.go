package traces

import (
	"cmp"
	"slices"
)

// Collect sorts trajectories into their groups by GroupID. Groups come in the
// order of their first trajectory, trajectories by their Index within the
// group; ts is not modified.
func Collect(ts []*Trajectory) []*Group {
	var groups []*Group
	at := map[string]*Group{}
	for _, t := range ts {
		g := at[t.GroupID]
		if g == nil {
			g = &Group{ID: t.GroupID}
			at[t.GroupID] = g
			groups = append(groups, g)
		}
		g.Trajectories = append(g.Trajectories, t)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.Trajectories, func(a, b *Trajectory) int { return cmp.Compare(a.Index, b.Index) })
	}
	return groups
}
