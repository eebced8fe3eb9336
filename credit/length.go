package credit

import (
	"errors"

	"stepgym/traces"
)

// Unit is what the length of a rollout is measured in.
type Unit string

const (
	// Tokens counts what the policy wrote, over all steps.
	Tokens Unit = "tokens"
	// Steps counts steps.
	Steps Unit = "steps"
)

// lengths returns the length of every rollout.
func (u Unit) lengths(g *traces.Graph) []float64 {
	out := make([]float64, len(g.Rollouts))
	for j, i := range g.Rollout {
		if u == Tokens {
			out[i] += float64(g.Tokens[j])
		} else {
			out[i]++
		}
	}
	return out
}

func (f *faults) unitOfLength(u Unit) {
	f.check(u == Tokens || u == Steps, "unit %q, want %q or %q", u, Tokens, Steps)
}

// Overlong punishes rollouts that come near a limit of length (DAPO, Yu et al.
// 2025, eq. 13). It adds to the last reward
//
//	0                             if L <= Max - Cache,
//	Factor·(Max - Cache - L)/Cache  up to L = Max,
//	-Factor                       beyond.
type Overlong struct {
	Max    int     `json:"max"`    // longest length that is not punished in full, at least 1
	Cache  int     `json:"cache"`  // width of the soft part, from 0 to Max
	Factor float64 `json:"factor"` // at least 0
	Unit   Unit    `json:"unit"`
}

// DefaultOverlong counts tokens and takes up to 1; Max is to be named.
func DefaultOverlong() Overlong { return Overlong{Factor: 1, Unit: Tokens} }

// Name implements [Transform].
func (o Overlong) Name() string { return "overlong" }

// Validate reports every fault of o at once.
func (o Overlong) Validate() error {
	f := faults{method: "overlong"}
	f.check(o.Max >= 1, "max %d, want a length of at least 1", o.Max)
	f.check(o.Cache >= 0 && o.Cache <= max(0, o.Max), "cache %d, want a length from 0 to max", o.Cache)
	f.atLeast0("factor", o.Factor)
	f.unitOfLength(o.Unit)
	return errors.Join(f.errs...)
}

// Apply returns g with the punishments added. g is not modified.
func (o Overlong) Apply(g *traces.Graph) (*traces.Graph, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	amounts := o.Unit.lengths(g)
	for i, length := range amounts {
		over := length - float64(o.Max-o.Cache)
		switch {
		case over <= 0:
			amounts[i] = 0
		case length > float64(o.Max):
			amounts[i] = -o.Factor
		default:
			amounts[i] = -o.Factor * over / float64(o.Cache)
		}
	}
	return addAtEnd(g, amounts)
}

// ShortBest prefers the shorter of the group's rollouts (Kimi k1.5, 2025,
// section 2.3.3). It adds to the last reward
//
//	Weight·λ, λ = 1/2 - (L - min L)/(max L - min L),
//
// of a failed rollout no more than 0: a failure is not rewarded for being
// short. Where all lengths are equal nothing is added.
type ShortBest struct {
	Weight float64 `json:"weight"` // at least 0
	Unit   Unit    `json:"unit"`
}

// DefaultShortBest counts tokens and gives up to half a point.
func DefaultShortBest() ShortBest { return ShortBest{Weight: 1, Unit: Tokens} }

// Name implements [Transform].
func (s ShortBest) Name() string { return "short_best" }

// Validate reports every fault of s at once.
func (s ShortBest) Validate() error {
	f := faults{method: "short_best"}
	f.atLeast0("weight", s.Weight)
	f.unitOfLength(s.Unit)
	return errors.Join(f.errs...)
}

// Apply returns g with the amounts added. g is not modified.
func (s ShortBest) Apply(g *traces.Graph) (*traces.Graph, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	amounts := s.Unit.lengths(g)
	if len(amounts) == 0 {
		return g, nil
	}
	lo, hi := amounts[0], amounts[0]
	for _, length := range amounts {
		lo, hi = min(lo, length), max(hi, length)
	}
	if lo == hi {
		return g, nil
	}
	for i, length := range amounts {
		x := 0.5 - (length-lo)/(hi-lo)
		if !g.Rollouts[i].Success {
			x = min(0, x)
		}
		amounts[i] = s.Weight * x
	}
	return addAtEnd(g, amounts)
}
