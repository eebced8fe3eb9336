package credit

import (
	"errors"
	"math"

	"stepgym/traces"
)

// OTC makes success with fewer tool calls worth more (Wang et al. 2025, "Acting
// Less is Reasoning More", arXiv 2504.14870). It multiplies all rewards of a
// rollout by alpha·k(m), m its number of tool calls, so that a rollout which
// earned nothing still earns nothing. A step is one call where the graph does
// not count them (Graph.Calls).
//
//	PPO form:   k = cos(m·π / (2m + c))
//	GRPO form:  n is the fewest calls of a successful rollout of the group,
//	            k = 1                     if m = n = 0,
//	            k = cos(m·π / (2m + c))   if n = 0,
//	            k = sin(f·π / 2n), f = 2nm/(m + n), otherwise:
//	            1 for m = n, less for more calls and for fewer.
//
// A group without success has no n; the GRPO form leaves its rewards as they
// are, but for alpha.
type OTC struct {
	Alpha   float64 `json:"alpha"`   // above 0
	C       float64 `json:"c"`       // smoothing, above 0: the larger, the less a call costs
	Grouped bool    `json:"grouped"` // the GRPO form
}

// DefaultOTC returns the GRPO form. The paper leaves c open.
func DefaultOTC() OTC { return OTC{Alpha: 1, C: 1, Grouped: true} }

// Name implements [Transform].
func (o OTC) Name() string { return "otc" }

// Validate reports every fault of o at once.
func (o OTC) Validate() error {
	f := faults{method: "otc"}
	f.check(o.Alpha > 0 && o.Alpha <= maxParam, "alpha %v, want a number above 0", o.Alpha)
	f.check(o.C > 0 && o.C <= maxParam, "c %v, want a number above 0", o.C)
	return errors.Join(f.errs...)
}

// Apply returns g with the rewards scaled. g is not modified.
func (o OTC) Apply(g *traces.Graph) (*traces.Graph, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	calls := make([]float64, len(g.Rollouts))
	for j, i := range g.Rollout {
		if g.Calls == nil {
			calls[i]++
		} else {
			calls[i] += float64(g.Calls[j])
		}
	}
	fewest := math.Inf(1)
	for i, r := range g.Rollouts {
		if r.Success {
			fewest = min(fewest, calls[i])
		}
	}
	for i, m := range calls {
		calls[i] = o.Alpha * o.factor(m, fewest)
	}
	return scaleRewards(g, calls)
}

// factor is k(m); n is infinite if there is none.
func (o OTC) factor(m, n float64) float64 {
	switch {
	case !o.Grouped || n == 0:
		return math.Cos(m * math.Pi / (2*m + o.C)) // 1 for m = 0
	case math.IsInf(n, 1):
		return 1
	}
	return math.Sin(m * math.Pi / (m + n)) // f·π/2n
}
