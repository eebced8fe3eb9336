package credit

import (
	"errors"
	"math"
	"slices"

	"stepgym/traces"
)

// Variant picks between a paper and the code released with it.
type Variant string

const (
	// Paper follows the text.
	Paper Variant = "paper"
	// Code follows the released program, numerical accidents excepted.
	Code Variant = "code"
)

// HGPOParams are the choices of [HGPO]. Start from [DefaultHGPO].
type HGPOParams struct {
	Gamma     float64 `json:"gamma"`      // discount of the returns
	K         int     `json:"K"`          // longest history compared, in steps
	Mode      Mode    `json:"mode"`       // of every level
	Alpha     float64 `json:"alpha"`      // level weights grow with this power
	BaseGroup bool    `json:"base_group"` // add the episode level; Code only
	Variant   Variant `json:"variant"`
	Eps       float64 `json:"eps"`
}

// DefaultHGPO returns the parameters of the paper (He et al. 2026,
// "Hierarchy-of-Groups Policy Optimization for Long-Horizon Agentic Tasks"),
// with the shorter of its two history lengths.
func DefaultHGPO() HGPOParams {
	return HGPOParams{Gamma: 0.95, K: 2, Mode: MeanStd, Alpha: 1, Variant: Paper, Eps: Eps}
}

// maxHistory bounds K and SALT's history, which cost memory a level.
const maxHistory = 1 << 10

// maxAlpha keeps (maxHistory + 2)^alpha within float64.
const maxAlpha = 100

// Validate reports every fault of p at once.
func (p HGPOParams) Validate() error {
	f := faults{method: "hgpo"}
	f.unit("gamma", p.Gamma)
	f.check(p.K >= 0 && p.K <= maxHistory, "K %d, want a number of steps from 0 to %d", p.K, maxHistory)
	f.mode(p.Mode)
	f.check(math.Abs(p.Alpha) <= maxAlpha, "alpha %v, want a number from -%d to %d", p.Alpha, maxAlpha, maxAlpha)
	f.check(p.Variant == Paper || p.Variant == Code, "variant %q, want %q or %q", p.Variant, Paper, Code)
	f.check(!p.BaseGroup || p.Variant != Paper, "base_group belongs to variant %q; the paper has no episode level", Code)
	f.eps(p.Eps)
	return errors.Join(f.errs...)
}

// HGPO compares every step with the steps of the group that share its state
// and k states before it, on every level k = 0 … min(K, t), and averages the
// levels with weights that grow with k,
//
//	A_{i,t} = Σ_k w_k (G_{i,t} - mean_k G) / (std_k G + eps) / Σ_k w_k,
//
// G the discounted return, std the population one (ddof 0). Actions are never
// compared. A set of one, or of equal returns, gives its level exactly 0.
//
// Paper: w_k = (k+1)^alpha, and a level that gives 0 keeps its weight.
// Code: w_k = (k+2)^alpha, levels that give 0 are left out, Σ w_k carries
// + eps, and BaseGroup adds the trajectory's advantage (GRPO, PerStep) as a
// level of weight 1. A step without levels left gets 0.
//
// Shapes as in [GRPO]; the return of a step carries its penalty.
func HGPO(g *traces.Graph, p HGPOParams) ([][]float64, error) {
	return alone(g, p, hgpo)
}

// hgpo is HGPO with one value per row.
func hgpo(g *traces.Graph, p HGPOParams, s *scratch) []float64 {
	s.weights = slices.Grow(s.weights[:0], g.Len())[:g.Len()]
	num, den := make([]float64, g.Len()), s.weights
	clear(den)
	if p.BaseGroup {
		episode := episodes(g, PerStep, func(scores []float64) {
			m := measure(scores, ddofFor(p.Mode, 1))
			for i, x := range scores {
				scores[i] = m.level(x, p, Raw)
			}
		})
		for j, a := range episode {
			if a != 0 {
				num[j], den[j] = a, 1
			}
		}
	}
	returns := s.returnsOf(g, p.Gamma)
	deepest := 0
	for _, r := range g.Rollouts {
		deepest = max(deepest, min(p.K, r.Steps-1))
	}
	g.Context(deepest) // all levels at once
	for k := range deepest + 1 {
		hgpoLevel(g.Context(k), k, returns, p, num, den, s)
	}
	extra := 0.0
	if p.Variant == Code {
		extra = p.Eps // Differs from the paper: the released code divides by Σw + eps.
	}
	for j := range num {
		if den[j] > 0 {
			num[j] /= den[j] + extra
		}
	}
	return num
}

// hgpoLevel adds level k to the weighted sums.
func hgpoLevel(ctx traces.Partition, k int, returns []float64, p HGPOParams, num, den []float64, s *scratch) {
	offset := 1.0
	if p.Variant == Code {
		offset = 2 // Differs from the paper: the released code leaves 1 to the episode level.
	}
	w := math.Pow(float64(k)+offset, p.Alpha)
	ms := s.setMoments(ctx, returns, ddofFor(p.Mode, 0))
	for j, id := range ctx.ID {
		if id < 0 {
			continue
		}
		a := 0.0
		if m := &ms[id]; !m.constant {
			a = m.level(returns[j], p, Zero)
		}
		if a != 0 || p.Variant == Paper {
			num[j] += w * a
			den[j] += w
		}
	}
}

// level is the value of x on one level. A number that is the mean but for
// rounding gives exactly 0, for Code leaves such levels out.
func (m *moments) level(x float64, p HGPOParams, single Singleton) float64 {
	if m.n > 1 && math.Abs(x-m.mean) <= tolerance*(1+math.Abs(m.mean)) {
		return 0
	}
	return m.center(x, p.Mode, p.Eps, single)
}
