package credit

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"stepgym/traces"
)

// Order says in which order the turns of a batch are updated.
type Order string

const (
	// Reverse updates the last turn first: backward induction, the paper's choice.
	Reverse Order = "reverse"
	// Forward updates the first turn first.
	Forward Order = "forward"
	// Random draws an order from the seed.
	Random Order = "random"
)

// SeeUPOParams are the choices of [SeeUPO] and [Multiplier]. Start from
// [DefaultSeeUPO].
type SeeUPOParams struct {
	Variant   Variant `json:"variant"`
	Order     Order   `json:"order"`
	ClipLow   float64 `json:"clip_low"`       // Code: a ratio is at least 1 - clip_low,
	ClipHigh  float64 `json:"clip_high"`      // and at most 1 + clip_high
	BatchNorm bool    `json:"batch_norm"`     // divide by the deviation over the batch
	Clamp     float64 `json:"clamp"`          // bound of |A| after that; 0 for none
	Seed      uint64  `json:"seed,omitempty"` // of the order Random
}

// DefaultSeeUPO returns the parameters of the paper (SeeUPO, section 4).
func DefaultSeeUPO() SeeUPOParams {
	return SeeUPOParams{Variant: Paper, Order: Reverse, ClipLow: 0.2, ClipHigh: 0.2, BatchNorm: true}
}

// Validate reports every fault of p at once.
func (p SeeUPOParams) Validate() error {
	f := faults{method: "seeupo"}
	f.check(p.Variant == Paper || p.Variant == Code, "variant %q, want %q or %q", p.Variant, Paper, Code)
	f.check(p.Order == Reverse || p.Order == Forward || p.Order == Random, "order %q, want %q, %q or %q", p.Order, Reverse, Forward, Random)
	f.unit("clip_low", p.ClipLow)
	f.atLeast0("clip_high", p.ClipHigh)
	f.atLeast0("clamp", p.Clamp)
	return errors.Join(f.errs...)
}

// Turns lists the turns 0 … n-1 in the order of their updates.
func (p SeeUPOParams) Turns(n int) []int {
	order := make([]int, n)
	if p.Order == Random {
		copy(order, rand.New(rand.NewPCG(p.Seed, 0)).Perm(n))
		return order
	}
	for i := range order {
		if order[i] = i; p.Order == Reverse {
			order[i] = n - 1 - i
		}
	}
	return order
}

// SeeUPO returns the advantage product M of every step of a batch: what the
// update of that turn is to be made with. Turns are agents with one reward; the
// last one is updated first, and each goes by the advantage times how much more
// likely the turns updated before it have become,
//
//	A_i = R_i - mean_group R, over the batch (A - mean A) / std A (ddof 1),
//	M_{i,t} = A_i · Π ratio_{i,u} over the turns u updated before t,
//
// where ratio_u is the probability of the whole action under the policy after
// turn u's update over that under the policy that sampled it: the graph's
// LogRatio, exponentiated. The group's deviation is never divided by; that would
// move the optimum. Equal scores give exact zeros. A deviation of at most 1e-6
// is not divided by. A step without tokens, in a batch where tokens are counted,
// is a placeholder: its ratio is 1. Without ratios M is A.
//
// Differs in variant Code: the ratio is the geometric mean over the tokens of
// the action, clipped, and the running product is clipped again.
//
// A trainer that updates turn after turn uses [Multiplier], which needs no
// finished graph. out[n] has the shape that [GRPO] has for groups[n]; a penalty
// is taken from the step's M.
func SeeUPO(groups []*traces.Graph, p SeeUPOParams) ([][][]float64, error) {
	return together(groups, p, seeUPOGroup, seeUPOBatch)
}

// seeUPOGroup is the group step of SeeUPO: A before the batch is known.
func seeUPOGroup(g *traces.Graph, _ SeeUPOParams, _ *scratch) []float64 {
	scores := make([]float64, len(g.Rollouts))
	for i, r := range g.Rollouts {
		scores[i] = r.Score
	}
	centerScores(scores)
	out := make([]float64, g.Len())
	for j, i := range g.Rollout {
		out[j] = scores[i]
	}
	return out
}

// centerScores takes their mean from the scores of a group.
func centerScores(scores []float64) {
	m := measure(scores, -1)
	for i, x := range scores {
		scores[i] = m.center(x, Mean, 0, Raw)
	}
}

// seeUPOBatch is the batch step of SeeUPO.
func seeUPOBatch(groups []*traces.Graph, adv [][]float64, p SeeUPOParams) error {
	var all []float64
	longest := 0
	for n, g := range groups {
		for _, r := range g.Rollouts {
			all = append(all, adv[n][r.First])
			longest = max(longest, r.Steps)
		}
	}
	p.normalize(all)
	counted := tokensCounted(groups)
	order := p.Turns(longest)
	for n, g := range groups {
		for i, r := range g.Rollouts {
			product := 1.0
			for _, t := range order {
				if t >= r.Steps {
					continue // nothing was done there: ratio 1
				}
				j := r.First + t
				adv[n][j] = all[i] * product
				if g.LogRatio != nil && (!counted || g.Tokens[j] > 0) {
					product = p.multiply(product, g.LogRatio[j], max(1, int(g.Tokens[j])))
				}
				if !(math.Abs(adv[n][j]) <= math.MaxFloat64) {
					return fmt.Errorf("credit: seeupo: group %q, trajectory %q, step %d: the product of ratios is %v: the policies are too far apart", g.ID, r.ID, t, adv[n][j])
				}
			}
		}
		all = all[len(g.Rollouts):]
		for j, x := range g.Penalty {
			adv[n][j] -= x
		}
	}
	return nil
}

// normalize divides the advantages of a batch, one a rollout, by their deviation.
func (p SeeUPOParams) normalize(all []float64) {
	if !p.BatchNorm {
		return
	}
	m, top := measure(all, 1), 0.0
	for _, x := range all {
		top = max(top, math.Abs(x))
	}
	for i, x := range all {
		a := x - m.mean
		if m.constant || math.Abs(a) <= tolerance*(1+top) { // the mean of what groups were centered to is 0 up to rounding
			a = 0
		} else if m.std > 1e-6 {
			a /= m.std
		}
		if p.Clamp > 0 {
			a = max(-p.Clamp, min(p.Clamp, a))
		}
		all[i] = a
	}
}

// multiply returns the running product after a turn whose action became more
// likely by logratio, in nats, over its tokens.
func (p SeeUPOParams) multiply(product, logratio float64, tokens int) float64 {
	if p.Variant == Paper {
		return product * math.Exp(logratio)
	}
	clip := func(x float64) float64 { return max(1-p.ClipLow, min(1+p.ClipHigh, x)) }
	mean := max(-10, min(10, logratio/float64(tokens)))
	return clip(product * clip(math.Exp(mean)))
}
