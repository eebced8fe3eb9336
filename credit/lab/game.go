package lab

import "math"

// Game is a tree in which one of Actions actions is taken in each of Turns
// turns. A history of t turns is numbered with its actions as digits to the
// base Actions, the first one the highest. Leaf[h] is what the full history h
// pays.
type Game struct {
	Turns, Actions int
	Leaf           []float64
}

// newGame returns a game that pays nothing.
func newGame(turns, actions int) *Game {
	n := 1
	for range turns {
		n *= actions
	}
	return &Game{turns, actions, make([]float64, n)}
}

// Trap returns the game in which the first action 0 pays safe whatever follows,
// while otherwise only action 1 in every turn pays, and pays 1. A policy that
// cannot yet be trusted to play the rest well does best to take what is safe.
func Trap(turns, actions int, safe float64) *Game {
	g := newGame(turns, actions)
	below := len(g.Leaf) / actions
	for h := range below {
		g.Leaf[h] = safe
	}
	all := 0
	for range turns {
		all = all*actions + 1
	}
	g.Leaf[all] = 1
	return g
}

// Sparse draws a game in which a leaf pays a number in [0, 1) with a probability
// of 0.4, and nothing otherwise.
func Sparse(rng *Generator, turns, actions int) *Game {
	g := newGame(turns, actions)
	for h := range g.Leaf {
		g.Leaf[h] = rng.Float64()
	}
	for h := range g.Leaf {
		if rng.Float64() >= 0.4 {
			g.Leaf[h] = 0
		}
	}
	return g
}

// Max returns the most that the game pays.
func (g *Game) Max() float64 {
	top := math.Inf(-1)
	for _, x := range g.Leaf {
		top = max(top, x)
	}
	return top
}

// table holds one row of numbers, one an action, for each history of each turn:
// table[t][h*Actions+a].
type table [][]float64

// newTable returns a table of one number for the game.
func (g *Game) newTable(x float64) table {
	t, n := make(table, g.Turns), 1
	for k := range t {
		n *= g.Actions
		t[k] = make([]float64, n)
		for i := range t[k] {
			t[k][i] = x
		}
	}
	return t
}

// clone copies t.
func (t table) clone() table {
	out := make(table, len(t))
	for k := range t {
		out[k] = append([]float64(nil), t[k]...)
	}
	return out
}

// row returns the numbers for the history h of k turns.
func (g *Game) row(t table, k, h int) []float64 { return t[k][h*g.Actions : (h+1)*g.Actions] }

// value returns what the policy pi expects to be paid after the history h of k
// turns.
func (g *Game) value(pi table, k, h int) float64 {
	if k == g.Turns {
		return g.Leaf[h]
	}
	v := 0.0
	for a, p := range g.row(pi, k, h) {
		v += p * g.value(pi, k+1, h*g.Actions+a)
	}
	return v
}

// reach returns the probability that pi comes to the history h of k turns.
func (g *Game) reach(pi table, k, h int) float64 {
	p := 1.0
	for ; k > 0; k-- {
		a := h % g.Actions
		h /= g.Actions
		p *= g.row(pi, k-1, h)[a]
	}
	return p
}

// softmax returns the policy of a table of logits.
func (g *Game) softmax(logits table) table {
	pi := logits.clone()
	for k := range pi {
		for h := range len(pi[k]) / g.Actions {
			softmax(g.row(pi, k, h))
		}
	}
	return pi
}

// softmax turns logits into probabilities, in place.
func softmax(x []float64) {
	top, sum := x[0], 0.0
	for _, v := range x {
		top = max(top, v)
	}
	for i, v := range x {
		x[i] = math.Exp(v - top)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}
