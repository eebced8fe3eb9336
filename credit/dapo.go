package credit

import "stepgym/traces"

// Informative reports whether the scores of the group's trajectories differ.
// A group whose scores are all equal has nothing to compare and gives every
// trajectory advantage 0; DAPO's dynamic sampling (Yu et al. 2025) drops such
// groups and samples others in their place. A group of one, or of none, is not
// informative.
func Informative(g *traces.Graph) bool {
	scores := make([]float64, len(g.Rollouts))
	for i, r := range g.Rollouts {
		scores[i] = r.Score
	}
	m := measure(scores, -1)
	return m.n > 0 && !m.constant
}

// FilterInformative says of each group whether DAPO keeps it. With last set,
// as on the last try to fill a batch, it keeps all.
func FilterInformative(groups []*traces.Graph, last bool) []bool {
	keep := make([]bool, len(groups))
	for n, g := range groups {
		keep[n] = last || Informative(g)
	}
	return keep
}
