package bfcl

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRules plays the base entries by two rules that learn nothing: ending every
// turn at once, which is never right, and one call a turn made of the first
// function and the first value of every list. A policy that is worse than the
// second has learned nothing from the order of the choices.
func TestRules(t *testing.T) {
	if testing.Short() {
		t.Skip("plays all entries")
	}
	env := guided(t, DefaultConfig().StepLimit, "multi_turn_base")
	rules := map[string]func(ep *Episode) string{
		"end":   func(*Episode) string { return endTurn },
		"first": first,
	}
	want := map[string]string{
		"end train":   "0 of 118 won, 0.0 % of the turns right",
		"end dev":     "0 of 32 won, 0.0 % of the turns right",
		"end test":    "0 of 50 won, 0.0 % of the turns right",
		"first train": "0 of 118 won, 4.9 % of the turns right",
		"first dev":   "0 of 32 won, 7.8 % of the turns right",
		"first test":  "0 of 50 won, 7.2 % of the turns right",
	}
	got := map[string]string{}
	for name, rule := range rules {
		for _, split := range []string{splitTrain, splitDev, splitTest} {
			right, won, n := 0.0, 0, 0
			for task, err := range env.Tasks(split) {
				if err != nil {
					t.Fatal(err)
				}
				ep := begin(t, env, task.ID)
				for !ep.over {
					r := say(t, ep, rule(ep))
					if right += r.Reward; r.Success {
						won++
					}
				}
				n++
			}
			got[name+" "+split] = fmt.Sprintf("%d of %d won, %.1f %% of the turns right", won, n, 100*right/float64(n))
		}
	}
	if d := cmp.Diff(got, want); d != "" {
		t.Errorf("(-got +want):\n%s", d)
	}
}

// first makes one call a turn, of what is listed first.
func first(ep *Episode) string {
	o := ep.Observation()
	if o.Place == placeRequest {
		return o.Admissible[1].Action.Text // behind the end of the turn
	}
	return o.Admissible[0].Action.Text
}
