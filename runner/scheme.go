package runner

import (
	"slices"

	"stepgym/credit"
)

// Update schemes: how the samples of an iteration become updates.
const (
	// UpdateJoint makes one update on the steps of all turns.
	UpdateJoint = "joint"
	// UpdateSeeUPO updates turn after turn, the last one first, and hands
	// SeeUPO's advantage product on; see credit.SeeUPO.
	UpdateSeeUPO = "seeupo"
	// UpdateForward is UpdateSeeUPO with the first turn first: an ablation.
	UpdateForward = "forward"
	// UpdateRandom is UpdateSeeUPO in an order that is drawn every iteration.
	UpdateRandom = "random"
)

// UpdateSchemes lists the values of Config.Update.
func UpdateSchemes() []string {
	return []string{UpdateJoint, UpdateSeeUPO, UpdateForward, UpdateRandom}
}

// orderOf returns the order of a sequential scheme, "" for none.
func orderOf(scheme string) credit.Order {
	switch scheme {
	case UpdateSeeUPO:
		return credit.Reverse
	case UpdateForward:
		return credit.Forward
	case UpdateRandom:
		return credit.Random
	}
	return ""
}

// checkUpdate reports what is wrong with the update scheme, and whether it fits
// to the credit, if that is known.
func (c Config) checkUpdate(fault func(ok bool, format string, args ...any), m credit.Method, known bool) {
	fault(c.TurnsPerUpdate > 0, "turns_per_update is %d, not above 0", c.TurnsPerUpdate)
	fault(slices.Contains(UpdateSchemes(), c.Update), "update is %q, not one of %q", c.Update, UpdateSchemes())
	order := orderOf(c.Update)
	if order == "" || !known {
		return
	}
	p, ok := m.Describe().Params.(credit.SeeUPOParams)
	fault(ok, "update %s hands SeeUPO's advantage product on, but credit is %q: set it to seeupo/paper or seeupo/released", c.Update, c.Credit)
	fault(!ok || p.Order == credit.Reverse || p.Order == order, "update is %q, but credit_params has the order %q", c.Update, p.Order)
}

// Sequence says what the updates of an iteration came to that were made turn
// after turn. M is the advantage product; see credit.SeeUPO.
type Sequence struct {
	Turns   int     `json:"turns"`     // of the longest episode
	Updates int     `json:"updates"`   // of turns, or blocks of them, that had samples
	MeanAbs float64 `json:"mean_abs"`  // mean |M| over the steps
	MaxAbs  float64 `json:"max_abs"`   // largest |M|
	Shift   float64 `json:"log_ratio"` // mean |log ratio| over the steps whose ratio went into M, in nats
}
