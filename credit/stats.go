package credit

import "stepgym/traces"

// Stats counts what a method had to work with. Counts of several groups add up.
type Stats struct {
	Groups     int `json:"groups"`
	ZeroGroups int `json:"zero_groups"` // groups in which every advantage is exactly 0
	Rollouts   int `json:"rollouts"`
	Excluded   int `json:"excluded"` // trajectories that were lost
	Steps      int `json:"steps"`
	ZeroSteps  int `json:"zero_steps"` // steps whose advantage is exactly 0
	Singletons int `json:"singletons"` // steps whose state occurs once in the group
	Edges      int `json:"edges"`      // distinct transitions
	Merged     int `json:"merged"`     // of them, those that occur more than once
}

// Summarize counts over groups and the advantages that [All] gave for them.
func Summarize(groups []*traces.Graph, adv [][][]float64) Stats {
	var s Stats
	for n, g := range groups {
		s.add(g, adv[n])
	}
	return s
}

// Add adds the counts of other groups.
func (s *Stats) Add(o Stats) {
	s.Groups += o.Groups
	s.ZeroGroups += o.ZeroGroups
	s.Rollouts += o.Rollouts
	s.Excluded += o.Excluded
	s.Steps += o.Steps
	s.ZeroSteps += o.ZeroSteps
	s.Singletons += o.Singletons
	s.Edges += o.Edges
	s.Merged += o.Merged
}

func (s *Stats) add(g *traces.Graph, adv [][]float64) {
	zero := 0
	for _, row := range adv {
		for _, a := range row {
			if a == 0 {
				zero++
			}
		}
	}
	s.Groups++
	if zero == g.Len() {
		s.ZeroGroups++
	}
	s.Rollouts += len(g.Rollouts)
	s.Excluded += len(g.Excluded)
	s.Steps += g.Len()
	s.ZeroSteps += zero
	visits := make([]int, len(g.States))
	for _, id := range g.State {
		visits[id]++
	}
	for _, v := range visits {
		if v == 1 {
			s.Singletons++
		}
	}
	e := g.Edges()
	s.Edges += e.Len()
	for i := range e.Len() {
		if len(e.At(i)) > 1 {
			s.Merged++
		}
	}
}

// ZeroGroupShare is the share of groups that teach nothing, in [0, 1].
func (s Stats) ZeroGroupShare() float64 { return share(s.ZeroGroups, s.Groups) }

// ZeroStepShare is the share of steps with advantage exactly 0, in [0, 1].
func (s Stats) ZeroStepShare() float64 { return share(s.ZeroSteps, s.Steps) }

// SingletonShare is the share of steps whose state no other step shares.
func (s Stats) SingletonShare() float64 { return share(s.Singletons, s.Steps) }

// MergedEdgeShare is the share of transitions that occur more than once.
func (s Stats) MergedEdgeShare() float64 { return share(s.Merged, s.Edges) }

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
