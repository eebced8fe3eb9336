package credit

import (
	"errors"
	"math"

	"stepgym/traces"
)

// GRAFTParams are the choices of [GRAFT]. Start from [DefaultGRAFT].
type GRAFTParams struct {
	Gamma     float64 `json:"gamma"`
	Lambda    float64 `json:"lam"`       // of Graph GAE; 0 for the plain difference
	Normalize bool    `json:"normalize"` // over the steps that leave a state
	Eps       float64 `json:"eps"`
}

// DefaultGRAFT returns the parameters of the paper (GRAFT) for ALFWorld; it
// uses lam 0.8 for WebShop and 0.6 for search.
func DefaultGRAFT() GRAFTParams {
	return GRAFTParams{Gamma: 0.99, Lambda: 0.95, Normalize: true, Eps: Eps}
}

// Validate reports every fault of p at once.
func (p GRAFTParams) Validate() error {
	f := faults{method: "graft"}
	f.unit("gamma", p.Gamma)
	f.unit("lam", p.Lambda)
	f.eps(p.Eps)
	return errors.Join(f.errs...)
}

// GRAFT takes the merged graph for a Markov decision process whose transition
// probabilities are the counts of the group, and solves it. A rollout's last
// step leads to a sink that is worth the rollout's score, not to a state,
//
//	V(sink) = R,  V(s) = Σ_{s'} P(s'|s)·gamma·V(s'),  δ = gamma·V(s') - V(s).
//
// The advantage is δ, and with Lambda the sum of (gamma·lam)^h times the mean δ
// of all steps exactly h hops on, for as many hops as the rollout had left
// (Graph GAE). With Normalize it is divided by its state's statistics: minus the
// mean, over the population deviation (ddof 0) plus eps, where equal values
// give exactly 0; a state left once keeps the sign, a/(|a| + eps). Shapes as in
// [GRPO]; a penalty is taken from the step's advantage at the end.
func GRAFT(g *traces.Graph, p GRAFTParams) ([][]float64, error) {
	return alone(g, p, graft)
}

// graft is GRAFT with one value per row.
func graft(g *traces.Graph, p GRAFTParams, s *scratch) []float64 {
	adv := differences(g, p.Gamma)
	if d := p.Gamma * p.Lambda; d > 0 {
		ahead := newLookahead(g, adv, d)
		for j, a := range adv {
			if v := target(g, j); v >= 0 {
				r := &g.Rollouts[g.Rollout[j]]
				a = ahead.add(a, v, r.Steps-1-int(g.Step[j]))
			}
			adv[j] = a
		}
	}
	if p.Normalize {
		ms := s.setMoments(g.ByState(), adv, 0)
		for j, id := range g.State {
			if m := &ms[id]; m.n == 1 {
				adv[j] /= math.Abs(adv[j]) + p.Eps
			} else {
				adv[j] = m.center(adv[j], MeanStd, p.Eps, Zero)
			}
		}
	}
	for j, x := range g.Penalty {
		adv[j] -= x
	}
	return adv
}

// target returns the state that row j leads to, -1 for the sink of its rollout.
func target(g *traces.Graph, j int) int32 {
	r := &g.Rollouts[g.Rollout[j]]
	if j == r.First+r.Steps-1 {
		return -1
	}
	return g.Next[j]
}

// differences returns δ of every row.
func differences(g *traces.Graph, gamma float64) []float64 {
	node := make([]int32, len(g.States)) // of a state that steps leave, + 1
	var visits []float64
	for _, s := range g.State {
		if node[s] == 0 {
			visits = append(visits, 0)
			node[s] = int32(len(visits))
		}
		visits[node[s]-1]++
	}
	c, scores := newChain(len(visits)), exactScores(g)
	for j, s := range g.State {
		if v := target(g, j); v >= 0 {
			c.add(node[s]-1, node[v]-1, 1)
		} else {
			c.b[node[s]-1] += gamma * scores[g.Rollout[j]]
		}
	}
	for u, n := range visits {
		for i := range c.rows[u] {
			c.rows[u][i].w = gamma * c.rows[u][i].w / n
		}
		c.b[u] /= n
	}
	values := c.solve()
	out := make([]float64, g.Len())
	for j, s := range g.State {
		next := scores[g.Rollout[j]]
		if v := target(g, j); v >= 0 {
			next = values[node[v]-1]
		}
		out[j] = gamma*next - values[node[s]-1]
	}
	return out
}

// exactScores returns the scores of the rollouts, rounded once.
func exactScores(g *traces.Graph) []float64 {
	out := make([]float64, len(g.Rollouts))
	for i, r := range g.Rollouts {
		var e exactSum
		for _, x := range g.Reward[r.First : r.First+r.Steps] {
			e.add(x)
		}
		out[i] = e.value()
	}
	return out
}

// lookahead answers, for a state, the discounted sum of the mean δ of the steps
// that lie 1, 2, … hops ahead.
type lookahead struct {
	decay float64
	power []float64  // decay to the powers 0, 1, …
	total []exactSum // by state: sum of δ of the rows that leave it
	count []float64  // by state: their number
	next  [][]int32  // by state: the states that they lead to; some may repeat

	known [][]float64 // by state: known[v][h-1] is what hop h adds
	front []int32     // of the state at hand, at the last known hop
	other []int32
	seen  []int32 // mark of the states in front
	mark  int32   // of the front at hand; those of fronts before it are smaller
	depth []int32 // by state: the hops that will be asked for
}

func newLookahead(g *traces.Graph, delta []float64, decay float64) *lookahead {
	n := len(g.States)
	l := &lookahead{
		decay: decay, total: make([]exactSum, n), count: make([]float64, n),
		next: make([][]int32, n), known: make([][]float64, n), seen: make([]int32, n), depth: make([]int32, n),
	}
	for j, u := range g.State {
		l.total[u].add(delta[j])
		l.count[u]++
		if v := target(g, j); v >= 0 {
			left := int32(g.Rollouts[g.Rollout[j]].Steps) - 1 - g.Step[j]
			l.depth[v] = max(l.depth[v], left)
		}
	}
	edges := g.Edges()
	start, rows := edges.Partition().Members()
	for e := range edges.Len() {
		for _, j := range rows[start[e]:start[e+1]] {
			if target(g, int(j)) >= 0 {
				l.next[edges.State[e]] = append(l.next[edges.State[e]], edges.Next[e])
				break
			}
		}
	}
	return l
}

// add adds to a the hops 1 … hops ahead of a step that leads to v.
func (l *lookahead) add(a float64, v int32, hops int) float64 {
	if l.known[v] == nil {
		l.known[v] = l.explore(v)
	}
	for _, x := range l.known[v][:min(hops, len(l.known[v]))] {
		a += x
	}
	return a
}

// explore lets a front of states go forward from v, as far as will be asked. A
// front that no longer changes need not be looked at again.
func (l *lookahead) explore(v int32) []float64 {
	terms := make([]float64, 0, l.depth[v])
	l.mark++
	l.seen[v] = l.mark
	l.front = append(l.front[:0], v)
	mean, ok, steady := 0.0, false, false
	for h := 1; h <= int(l.depth[v]); h++ {
		if !steady {
			if mean, ok = l.mean(); !ok {
				break // everything has ended
			}
			steady = l.advance()
		}
		for len(l.power) <= h {
			l.power = append(l.power, math.Pow(l.decay, float64(len(l.power))))
		}
		terms = append(terms, l.power[h]*mean)
	}
	return terms
}

// mean averages δ over the rows that leave the front, if there are any.
func (l *lookahead) mean() (float64, bool) {
	var total exactSum
	count := 0.0
	for _, u := range l.front {
		total.add(l.total[u].sum)
		total.rest += l.total[u].rest
		count += l.count[u]
	}
	return total.value() / count, count > 0
}

// advance moves the front one hop on and reports whether it is the same set.
func (l *lookahead) advance() bool {
	l.other = l.other[:0]
	l.mark++
	stayed := 0
	for _, u := range l.front {
		for _, w := range l.next[u] {
			if l.seen[w] == l.mark {
				continue
			}
			if l.seen[w] == l.mark-1 {
				stayed++
			}
			l.seen[w] = l.mark
			l.other = append(l.other, w)
		}
	}
	steady := stayed == len(l.front) && stayed == len(l.other)
	l.front, l.other = l.other, l.front
	return steady
}

// exactSum adds numbers and keeps what rounding loses (Neumaier 1974): δ is
// often 0 but for rounding, and a state left once divides it by its size.
type exactSum struct{ sum, rest float64 }

func (e *exactSum) add(x float64) {
	t := e.sum + x
	if math.Abs(e.sum) >= math.Abs(x) {
		e.rest += (e.sum - t) + x
	} else {
		e.rest += (x - t) + e.sum
	}
	e.sum = t
}

func (e *exactSum) value() float64 { return e.sum + e.rest }
