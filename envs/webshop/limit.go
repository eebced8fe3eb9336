package webshop

import (
	"sort"

	"stepgym/internal/python"
)

// cumulate returns 0 and the running sums of the weights of the goals.
func cumulate(list []wish, goals []ref) []float64 {
	sums := make([]float64, len(goals)+1)
	for i, g := range goals {
		sums[i+1] = sums[i] + list[g.wish].weight
	}
	return sums
}

// drawIndex draws the number of a goal by weight, from what cumulate returned.
//
// It reproduces a fault of the original, which is off by one: goal 0 is never
// drawn, goal i with the weight of goal i-1, and the last one with two weights.
//
// Differs: without compat, every goal is drawn with its own weight.
func drawIndex(r *python.Rand, sums []float64, compat bool) int {
	n := len(sums) - 1
	pos := r.Uniform(0, sums[n])
	i := sort.Search(n+1, func(i int) bool { return sums[i] > pos })
	if !compat {
		i--
	}
	return max(0, min(i, n-1))
}

// limit draws n different goals and keeps them in the order of the draws. It
// returns goals itself if there are no more than n.
func limit(r *python.Rand, list []wish, goals []ref, n int, compat bool) []ref {
	if n <= 0 || n >= len(goals) {
		return goals
	}
	sums := cumulate(list, goals)
	taken := make(map[int]bool, n)
	out := make([]ref, 0, n)
	for len(out) < n {
		i := drawIndex(r, sums, compat)
		if !taken[i] {
			taken[i] = true
			out = append(out, goals[i])
		}
	}
	return out
}

// RandomGoal draws the number of a goal by weight, as the original does for a
// session that names none. CatalogOptions.Compat decides on its
// fault.
func (c *Catalog) RandomGoal(r *python.Rand) int {
	return drawIndex(r, c.cumWeights(), c.options.Compat)
}
