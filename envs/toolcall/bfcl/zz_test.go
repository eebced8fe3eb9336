package bfcl

import "testing"

func TestZZ(t *testing.T) {
	for _, cats := range [][]string{{"multi_turn_base"}, Categories()} {
		env := guided(t, 20, cats...)
		for _, split := range []string{"train", "dev", "test"} {
			n, ret, suc := 0, 0.0, 0
			retEnd := 0.0
			for task, err := range env.Tasks(split) {
				if err != nil {
					t.Fatal(err)
				}
				ep := begin(t, env, task.ID)
				for !ep.over {
					o := ep.Observation()
					text := o.Admissible[0].Action.Text
					if o.Place == placeRequest {
						text = o.Admissible[1].Action.Text
					}
					r := say(t, ep, text)
					ret += r.Reward
					if r.Success {
						suc++
					}
				}
				ep = begin(t, env, task.ID)
				for !ep.over {
					r := say(t, ep, endTurn)
					retEnd += r.Reward
				}
				n++
			}
			t.Log(cats[0], len(cats), split, n, "first: return", ret/float64(n), "success", suc, "end turn: return", retEnd/float64(n))
		}
	}
}
