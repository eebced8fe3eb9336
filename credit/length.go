package credit

import (
	"fmt"

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
func (u Unit) lengths(g *traces.Graph) ([]float64, error) {
	out := make([]float64, len(g.Rollouts))
	switch u {
	case Tokens:
		for j, i := range g.Rollout {
			out[i] += float64(g.Tokens[j])
		}
	case Steps:
		for i, r := range g.Rollouts {
			out[i] = float64(r.Steps)
		}
	default:
		return nil, fmt.Errorf("credit: unit %q, want %q or %q", u, Tokens, Steps)
	}
	return out, nil
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

// Apply returns g with the punishments added. g is not modified.
func (o Overlong) Apply(g *traces.Graph) (*traces.Graph, error) {
	if o.Max < 1 || o.Cache < 0 || o.Cache > o.Max || !(o.Factor >= 0 && o.Factor <= maxParam) {
		return nil, fmt.Errorf("credit: overlong: max %d, cache %d, factor %v; want max of at least 1, cache from 0 to max, factor of at least 0", o.Max, o.Cache, o.Factor)
	}
	amounts, err := o.Unit.lengths(g)
	if err != nil {
		return nil, err
	}
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

// Apply returns g with the amounts added. g is not modified.
func (s ShortBest) Apply(g *traces.Graph) (*traces.Graph, error) {
	if !(s.Weight >= 0 && s.Weight <= maxParam) {
		return nil, fmt.Errorf("credit: short best: weight %v, want a number of at least 0", s.Weight)
	}
	amounts, err := s.Unit.lengths(g)
	if err != nil || len(amounts) == 0 {
		return g, err
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
