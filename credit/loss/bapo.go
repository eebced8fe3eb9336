package loss

import (
	"errors"
	"fmt"
	"math"
)

// Adaptive is how BAPO chooses the bounds of r for one batch. Start from
// [DefaultAdaptive].
type Adaptive struct {
	Low, LowMax   float64 // the lower bound moves from Low up to LowMax
	High, HighMax float64 // the upper bound moves from High up to HighMax
	LowStep       float64
	HighStep      float64
	Target        float64 // share of the loss that positive advantages should have, in [0, 1]
	LowFirst      bool    // move the lower bound first, as the released code does
}

// DefaultAdaptive returns the ranges and the target of the released code.
func DefaultAdaptive() Adaptive {
	return Adaptive{Low: 0.6, LowMax: 0.9, High: 1.2, HighMax: 3, LowStep: 0.02, HighStep: 0.05, Target: 0.5}
}

func (a Adaptive) validate() error {
	var errs []error
	check := func(ok bool, what string) {
		if !ok {
			errs = append(errs, fmt.Errorf("loss: bapo: want %s, got %+v", what, a))
		}
	}
	check(0 <= a.Low && a.Low <= a.LowMax && a.LowMax <= 1, "0 <= Low <= LowMax <= 1")
	check(1 <= a.High && a.High <= a.HighMax && !math.IsInf(a.HighMax, 0), "1 <= High <= HighMax")
	// Steps below a thousandth would make the search long and tell nothing.
	check(a.LowStep >= 1e-3 && a.HighStep >= 1e-3, "steps of at least 0.001")
	check(a.HighMax <= 1e3, "HighMax <= 1000")
	check(a.Target >= 0 && a.Target <= 1, "Target between 0 and 1")
	return errors.Join(errs...)
}

// Bounds returns the bounds of r that BAPO uses for a batch. It begins with the
// narrowest and moves one, then the other, in steps to its maximum, until
//
//	Σ_{A>0} min(r, high)·A  /  (Σ_{A>0} min(r, high)·A + Σ_{A<0} max(r, low)·|A|)
//
// reaches the target, or both are at their maximum. A batch without advantages
// keeps the narrowest bounds. Differs: the released code compares the positive
// sum with the negative one; target s stands for its s/(1-s).
func Bounds(b Batch, a Adaptive) (low, high float64) {
	low, high = a.Low, a.High
	short := func() bool {
		pos, neg := contributions(b, low, high)
		return pos < a.Target*(pos+neg)
	}
	raise := func(x *float64, step, top float64) {
		for *x < top && short() {
			*x = min(*x+step, top)
		}
	}
	if a.LowFirst {
		raise(&low, a.LowStep, a.LowMax)
	}
	raise(&high, a.HighStep, a.HighMax)
	if !a.LowFirst {
		raise(&low, a.LowStep, a.LowMax)
	}
	return low, high
}

// contributions returns how much the tokens of positive and of negative
// advantage weigh.
func contributions(b Batch, low, high float64) (pos, neg float64) {
	for i, row := range b.Mask {
		for t, m := range row {
			if m == 0 {
				continue
			}
			r, a := math.Exp(b.New[i][t]-b.Old[i][t]), b.Advantage[i][t]
			if a > 0 {
				pos += min(r, high) * a
			} else {
				neg += max(r, low) * -a
			}
		}
	}
	return pos, neg
}
