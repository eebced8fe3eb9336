package lab

import "math"

// Scheme is a way to update the turns of an iteration.
type Scheme string

const (
	// Joint updates all turns on the trajectory's advantage.
	Joint Scheme = "joint"
	// SeeUPO updates the last turn first, and hands the advantage product on.
	SeeUPO Scheme = "seeupo"
	// ForwardM is SeeUPO with the first turn first.
	ForwardM Scheme = "forward"
)

// ExactConfig configures [Exact].
type ExactConfig struct {
	Scheme     Scheme
	Iterations int     // at most
	Inner      int     // gradient steps a turn and iteration
	Rate       float64 // of learning
	Clip       float64 // of the ratio: 1 ± Clip; infinite for none
	Blind      bool    // the policy sees the number of the turn alone, not its history
}

// DefaultExact returns the settings of experiment D4.
func DefaultExact(s Scheme) ExactConfig {
	return ExactConfig{Scheme: s, Iterations: 400, Inner: 10, Rate: 2, Clip: 0.2}
}

// Exact ascends the clipped surrogate with exact expectations: all trajectories
// of the game, weighted by the policy that samples. Where the payment falls, it
// is the method's own doing. It returns the payment expected before each
// iteration and ends when the best is reached up to 0.001, or when all
// trajectories pay the same.
func Exact(g *Game, c ExactConfig) []float64 {
	e := newExpectation(g, c.Blind)
	var out []float64
	for range c.Iterations {
		j, deviation := e.sample()
		out = append(out, j)
		if j > g.Max()-1e-3 || deviation < 1e-9 {
			break
		}
		for i, r := range g.Leaf {
			e.m[i] = (r - j) / deviation
		}
		for k := range g.Turns {
			t := k
			if c.Scheme == SeeUPO {
				t = g.Turns - 1 - k
			}
			for range c.Inner {
				e.ascend(t, c)
			}
			if c.Scheme != Joint {
				e.product(t)
			}
		}
	}
	return out
}

// expectation is the policy and every trajectory of a game.
type expectation struct {
	g      *Game
	logits table
	seen   [][]int     // by turn and trajectory: the row of the policy that is asked
	acts   [][]int     // by turn and trajectory: the action taken
	prob   [][]float64 // by turn and trajectory: its probability when sampling
	weight []float64   // probability of the trajectory
	m      []float64   // advantage product of the trajectory
}

func newExpectation(g *Game, blind bool) *expectation {
	n := len(g.Leaf)
	e := &expectation{g: g, logits: g.newTable(0), weight: make([]float64, n), m: make([]float64, n)}
	below := n
	for range g.Turns {
		below /= g.Actions
		seen, acts := make([]int, n), make([]int, n)
		for i := range n {
			acts[i] = i / below % g.Actions
			if !blind {
				seen[i] = i / below / g.Actions
			}
		}
		e.seen, e.acts = append(e.seen, seen), append(e.acts, acts)
		e.prob = append(e.prob, make([]float64, n))
	}
	return e
}

// policy returns the probabilities that turn t gives in each of its rows.
func (e *expectation) policy(t int) []float64 {
	pi := append([]float64(nil), e.logits[t]...)
	for h := range len(pi) / e.g.Actions {
		softmax(pi[h*e.g.Actions : (h+1)*e.g.Actions])
	}
	return pi
}

// at returns the place of trajectory i's action in the policy of turn t.
func (e *expectation) at(t, i int) int { return e.seen[t][i]*e.g.Actions + e.acts[t][i] }

// sample makes the policy of now the one that samples, and returns the mean and
// the deviation of its payment.
func (e *expectation) sample() (mean, deviation float64) {
	for i := range e.weight {
		e.weight[i] = 1
	}
	for t := range e.prob {
		pi := e.policy(t)
		for i := range e.weight {
			e.prob[t][i] = pi[e.at(t, i)]
			e.weight[i] *= e.prob[t][i]
		}
	}
	for i, w := range e.weight {
		mean += w * e.g.Leaf[i]
	}
	for i, w := range e.weight {
		deviation += w * (e.g.Leaf[i] - mean) * (e.g.Leaf[i] - mean)
	}
	return mean, math.Sqrt(deviation)
}

// ascend takes one gradient step of turn t.
func (e *expectation) ascend(t int, c ExactConfig) {
	pi := e.policy(t)
	grad := make([]float64, len(pi))
	total := make([]float64, len(pi)/e.g.Actions)
	for i, w := range e.weight {
		ratio := pi[e.at(t, i)] / e.prob[t][i]
		if clipped(ratio, e.m[i], c.Clip) {
			continue
		}
		x := w * e.m[i] * ratio
		grad[e.at(t, i)] += x
		total[e.seen[t][i]] += x
	}
	for k, p := range pi {
		e.logits[t][k] += c.Rate * (grad[k] - p*total[k/e.g.Actions])
	}
}

// clipped reports whether the surrogate of a ratio has no slope: the action is
// as much more, or less, likely as it may become.
func clipped(ratio, m, clip float64) bool {
	return m > 0 && ratio > 1+clip || m < 0 && ratio < 1-clip
}

// product multiplies the advantages by what turn t has become.
func (e *expectation) product(t int) {
	pi := e.policy(t)
	for i := range e.m {
		e.m[i] = e.m[i] * pi[e.at(t, i)] / e.prob[t][i]
	}
}
