package alfworld_test

import (
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld"
)

func friendly(c *alfworld.Config) { c.Compat, c.Friendly, c.MaxTurns = false, true, 0 }

// TestFriendly plays on one episode: what is said to a command, and whether it
// is refused ("!" in front).
func TestFriendly(t *testing.T) {
	ep := reset(t, mini(t, friendly), clean)
	for _, tt := range []struct{ command, want string }{
		{"take apple 1 from countertop 1", "!You are not at the countertop 1."},
		{"take apple 1", "!You see no apple 1 here."},
		{"take apple", "!You see no apple here."},
		{"open fridge 1", "!You are not at the fridge 1."},
		{"open fridge", "!You are not at the fridge 1."},
		{"open cabinet", "!Say which cabinet you mean."},
		{"go to fridge 2", "!There is no fridge 2 in this room."},
		{"go to apple 1", "!The apple 1 is no place to go to."},
		{"go to apple 7", "!The apple 7 is no place to go to."},
		{"go", "!Say which you mean: go to cabinet 1, go to cabinet 2, go to coffeemachine 1, ..."},
		{"examine desk 1", "!You are not at the desk 1."},
		{"put mug 1 on desk 1", "!Your hands are empty: you carry no mug 1."},
		{"slice apple 1", "!Your hands are empty: you carry nothing to slice with."},
		{"", "!Say what to do."},
		{"dance", `!You do not know how to "dance".`},
		{"take the sofa", `!You know no "sofa" here.`},
		{"inventory of mug 1", `!Say only "inventory".`},
		{"GO TO THE FRIDGE 1.", "You arrive at fridge 1. The fridge 1 is closed."},
		{"go to fridge 1", "!You are at the fridge 1 already. The fridge 1 is closed."},
		{"take egg 1 from fridge 1", "!The fridge 1 is closed."},
		{"get egg", "!You see no egg here."},
		{"close fridge", "!The fridge 1 is closed already."},
		{"open   fridge", "You open the fridge 1. The fridge 1 is open. In it, you see a egg 1."},
		{"open it", `!You know no "it" here.`},
		{"open fridge 1", "!The fridge 1 is open already."},
		{"take mug 1 from fridge 1", "!There is no mug 1 in the fridge 1."},
		{"examine egg", "!You can examine the egg 1 when you carry it."},
		{"open egg 1", "!The egg 1 cannot be opened."},
		{"use egg 1", "!The egg 1 cannot be turned on."},
		{"pick up the egg", "You pick up the egg 1 from the fridge 1."},
		{"take egg 1", "!You carry the egg 1 already."},
		{"take apple 1", "!Your hands are full: you carry a egg 1."},
		{"put apple 1 in fridge 1", "!You carry no apple 1, but a egg 1."},
		{"put egg", "You move the egg 1 to the fridge 1."},
		{"take egg", "You pick up the egg 1 from the fridge 1."},
		{"close fridge", "You close the fridge 1."},
		{"place egg in fridge", "!The fridge 1 is closed."},
		{"put egg 1 on desk 1", "!You are not at the desk 1."},
		{"heat egg", "!There is nothing here to heat the egg 1 with."},
		{"heat egg with fridge", "!The fridge 1 is nothing to heat things with."},
		{"heat egg with microwave", "!You are not at the microwave 1."},
		{"chill egg", "You cool the egg 1 using the fridge 1."},
		{"go to desk", "You arrive at desk 1. On the desk 1, you see a desklamp 1, and a pen 1."},
		{"put egg on desk", "!The egg 1 has no place on the desk 1."},
		{"open desk 1", "!The desk 1 cannot be opened."},
		{"take desk lamp", "!Your hands are full: you carry a egg 1."},
		{"slice pen with egg", "!The pen 1 cannot be sliced."},
		{"turn on the desk lamp", "You turn on the desklamp 1."},
		{"go to countertop", "You arrive at countertop 1. On the countertop 1, you see a apple 1, and a mug 2."},
		{"cut apple", "!The egg 1 does not cut."},
		{"cut apple with knife 1", "!You carry no knife 1, but a egg 1."},
		{"go to coffee machine", "You arrive at coffeemachine 1. On the coffeemachine 1, you see a mug 2."},
		{"go to coffeemachine 1", "You arrive at coffeemachine 1. On the coffeemachine 1, you see a mug 2."},
		{"drop egg", "You move the egg 1 to the countertop 1."},
		{"take mug", "!Say which you mean: take mug 2 from coffeemachine 1, take mug 2 from countertop 1."},
		{"take desklamp 1 from coffeemachine", "!There is no desklamp 1 on the coffeemachine 1."},
		{"take mug from coffeemachine", "You pick up the mug 2 from the coffeemachine 1."},
		{"clean pen", "!You carry no pen, but a mug 2."},
		{"move mug 2 to mug 2", "!The mug 2 is no place for things."},
		{"go to drawer 1", "You arrive at drawer 1. On the drawer 1, you see a knife 1."},
		{"close drawer", "!The drawer 1 cannot be closed."},
		{"i", "You are carrying: a mug 2."},
	} {
		r := step(t, ep, tt.command)
		got := ep.Observation().Text()
		if r.Invalid {
			got = "!" + got
		}
		want, _, _ := strings.Cut(tt.want, "\n")
		if got != want && (!strings.HasSuffix(want, ".") || !strings.HasPrefix(got, want) || !strings.Contains(got, "You can go to")) {
			t.Errorf("%q:\n got %s\nwant %s", tt.command, got, tt.want)
		}
	}
}

// TestFriendlyTells says nothing of what cannot be seen: things that are
// elsewhere and things that are nowhere are answered alike.
func TestFriendlyTells(t *testing.T) {
	env := mini(t, friendly)
	for _, pair := range [][2]string{
		{"take egg 1", "take egg 9"},
		{"take mug 1", "take mug 9"},
		{"examine egg 1", "examine egg 9"},
		{"slice egg 1 with knife 1", "slice egg 9 with knife 1"},
		{"use desklamp 1", "use desklamp 9"},
		{"take egg 1 from fridge 1", "take egg 9 from fridge 1"},
		{"take pen 1 from countertop 1", "take pen 9 from countertop 1"},
		{"put egg 1 in fridge 1", "put egg 9 in fridge 1"},
		{"go to egg 1", "go to egg 9"},
		{"open egg 1", "open egg 9"},
	} {
		for _, place := range []string{"look", "go to fridge 1", "go to cabinet 1"} {
			var said [2]string
			for i, command := range pair {
				ep := reset(t, env, clean)
				step(t, ep, place)
				if r := step(t, ep, command); !r.Invalid {
					t.Errorf("%s: not refused", command)
				}
				said[i] = strings.ReplaceAll(ep.Observation().Text(), "9", "1")
			}
			if said[0] != said[1] {
				t.Errorf("after %q, %q: %q, but %q: %q", place, pair[0], said[0], pair[1], said[1])
			}
		}
	}
}

// TestFriendlySame plays the commands of the original in both variants: as long
// as they are admissible there, all is said alike.
func TestFriendlySame(t *testing.T) {
	compat, kind := mini(t, nil), mini(t, friendly)
	for task, err := range compat.Tasks("all") {
		if err != nil {
			t.Fatal(err)
		}
		a, b := reset(t, compat, task.ID), reset(t, kind, task.ID)
		way, err := a.(envs.Hinter).Hint(t.Context())
		if err != nil || len(way) == 0 {
			t.Fatal(way, err)
		}
		var won bool
		for _, action := range way {
			ra, rb := step(t, a, action.Text), step(t, b, action.Text)
			if a.Observation().Text() != b.Observation().Text() || a.Observation().StateKey != b.Observation().StateKey || ra.Success != rb.Success {
				t.Errorf("%s: %s: %q, friendly %q", task.ID, action.Text, a.Observation().Text(), b.Observation().Text())
			}
			won = ra.Success
		}
		if !won {
			t.Errorf("%s: the hint does not win", task.ID)
		}
	}
}
