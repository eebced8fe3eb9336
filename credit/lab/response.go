package lab

import "math"

// Order says when each turn is updated within an iteration.
type Order string

// The orders of [BestResponse]. Simultaneous updates every turn against the old
// policies of the others, the other ones against the current.
const (
	Reverse      Order = "reverse"
	Forward      Order = "forward"
	Random       Order = "random"
	Simultaneous Order = "simultaneous"
)

// BestResponse starts from the uniform policy and lets, sweep after sweep, every
// turn jump to the best action given the policies of the other turns: what an
// update without clipping and with endless samples tends to. Where the policy
// before the sweep never comes there are no samples, and nothing changes. It
// returns the payment expected before and after every sweep; rng draws the
// orders of Random.
func BestResponse(g *Game, order Order, sweeps int, rng *Generator) []float64 {
	pi := g.newTable(1 / float64(g.Actions))
	out := []float64{g.value(pi, 0, 0)}
	for range sweeps {
		old := pi.clone()
		others := pi
		if order == Simultaneous {
			others = old
		}
		for _, t := range g.turns(order, rng) {
			for h := range len(pi[t]) / g.Actions {
				if g.reach(old, t, h) > 0 {
					g.respond(g.row(pi, t, h), g.row(old, t, h), others, t, h)
				}
			}
		}
		out = append(out, g.value(pi, 0, 0))
	}
	return out
}

// turns lists the turns in their order.
func (g *Game) turns(order Order, rng *Generator) []int {
	if order == Random {
		return rng.Perm(g.Turns)
	}
	out := make([]int, g.Turns)
	for i := range out {
		if out[i] = i; order == Reverse {
			out[i] = g.Turns - 1 - i
		}
	}
	return out
}

// respond sets to, the policy after the history h of t turns, to the best of the
// actions that were sampled; of equal ones each gets its share.
func (g *Game) respond(to, sampled []float64, others table, t, h int) {
	worth, top := make([]float64, g.Actions), math.Inf(-1)
	for a := range worth {
		worth[a] = math.Inf(-1)
		if sampled[a] > 0 {
			worth[a] = g.value(others, t+1, h*g.Actions+a)
		}
		top = max(top, worth[a])
	}
	n := 0.0
	for _, w := range worth {
		if w >= top-1e-12 {
			n++
		}
	}
	for a, w := range worth {
		if to[a] = 0; w >= top-1e-12 {
			to[a] = 1 / n
		}
	}
}
