package alfworld_test

import (
	"slices"
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld"
)

// scene makes an attempt at a task from commands and what the game said to them.
func scene(folder, start string, lines ...string) *envs.Attempt {
	a := &envs.Attempt{Truncated: true, Task: envs.Task{ID: "train/" + folder + "/trial_1", Family: "train/" + folder}}
	said := start
	for i := 0; i+1 < len(lines); i += 2 {
		a.Steps = append(a.Steps, envs.AttemptStep{Text: said, Action: lines[i], State: said, Invalid: lines[i+1] == "Nothing happens."})
		said = lines[i+1]
	}
	a.Final = envs.AttemptStep{Text: said}
	return a
}

func TestFailures(t *testing.T) {
	const heat, two, light = "pick_heat_then_place_in_recep-AppleSliced-None-DiningTable-4", "pick_two_obj_and_place-CD-None-Safe-308", "look_at_obj_in_light-Mug-None-DeskLamp-301"
	const knife = "pick_and_place_simple-Knife-None-Drawer-2"
	const room = "You are in the middle of a room. Looking quickly around you, you see a shelf 1, and a safe 1.\n\nYour task is to: put two cd in safe."
	table := []string{"go to countertop 1", "You arrive at countertop 1. On the countertop 1, you see a apple 2, a butterknife 1, and a knife 3."}
	take := []string{"take apple 2 from countertop 1", "You pick up the apple 2 from the countertop 1."}
	slice := []string{"slice apple 2 with knife 3", "You sliced the apple 2 with the knife 3."}
	hot := []string{"heat apple 2 with microwave 1", "You heat the apple 2 using the microwave 1."}
	put := func(where string) []string {
		return []string{"move apple 2 to " + where, "You move the apple 2 to the " + where + "."}
	}
	tests := []struct {
		name   string
		folder string
		lines  [][]string
		want   string
	}{
		{"nothing seen", heat, nil, "never_found"},
		{"part of a word", knife, [][]string{{"look", "On the shelf 1, you see a butterknife 1."}}, "never_found"},
		{"seen at the end", heat, [][]string{table}, "not_taken"},
		{"refused to take", heat, [][]string{table, {"take apple 2 from countertop 1", "Nothing happens."}}, "not_taken"},
		{"took something else", heat, [][]string{table, {"take knife 3 from countertop 1", "You pick up the knife 3 from the countertop 1."}}, "not_taken"},
		{"not sliced", heat, [][]string{table, take, hot}, "not_sliced"},
		{"not heated", heat, [][]string{table, take, slice, put("diningtable 1")}, "not_heated"},
		{"in the hand", heat, [][]string{table, take, slice, hot}, "not_placed"},
		{"elsewhere", heat, [][]string{table, take, slice, hot, put("sinkbasin 1")}, "wrong_place"},
		{"taken up again", heat, [][]string{table, take, slice, hot, put("sinkbasin 1"), {"take apple 2 from sinkbasin 1", "You pick up the apple 2 from the sinkbasin 1."}}, "not_placed"},
		{"one of two", two, [][]string{
			{"take cd 1 from shelf 1", "You pick up the cd 1 from the shelf 1."},
			{"move cd 1 to safe 1", "You move the cd 1 to the safe 1."},
			{"take cd 2 from shelf 1", "You pick up the cd 2 from the shelf 1."},
		}, "one_of_two"},
		{"older grammar", two, [][]string{
			{"take cd 1 from shelf 1", "You pick up the cd 1 from the shelf 1."}, {"put cd 1 in/on shelf 2", "You put the cd 1 in/on the shelf 2."},
		}, "wrong_place"},
		{"lamp without the thing", light, [][]string{
			{"take mug 1 from desk 1", "You pick up the mug 1 from the desk 1."},
			{"move mug 1 to desk 1", "You move the mug 1 to the desk 1."},
			{"use desklamp 1", "You turn on the desklamp 1."},
		}, "not_lit"},
		{"other lamp", light, [][]string{
			{"take mug 1 from desk 1", "You pick up the mug 1 from the desk 1."}, {"use floorlamp 1", "You turn on the floorlamp 1."},
		}, "not_lit"},
		{"free words", light, [][]string{{"grab the mug", "You pick up the mug 1 from the desk 1."}}, "not_lit"},
		{"no folder", "home", [][]string{table}, ""},
	}
	for _, tt := range tests {
		a := scene(tt.folder, room, slices.Concat(tt.lines...)...)
		if got := (alfworld.Failures{}).ClassifyFailure(a); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	if got := (alfworld.Failures{}).TaskType(envs.Task{ID: "train/" + heat + "/trial_1"}); got != "pick_heat_then_place_in_recep" {
		t.Errorf("type %q", got)
	}
}

// TestFailuresOnTheWay plays every task of a split by its hints and asks at each
// step what would be missing if the game were cut off there: the answer must
// never go back to an earlier stage, and must fit the commands taken.
func TestFailuresOnTheWay(t *testing.T) {
	env, err := alfworld.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	var c envs.Classifier = env.(*alfworld.Env)
	stage := map[string]int{}
	for i, f := range c.FailureClasses() {
		stage[f.Name] = i
	}
	stage["wrong_place"] = stage["not_placed"] // on the way a thing may be put down, as into a microwave
	seen := map[string]int{}
	n := 0
	for task, err := range env.Tasks("dev") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 60 {
			break
		}
		last := -1
		for _, a := range onTheWay(t, env, task) {
			class := c.ClassifyFailure(a)
			at, ok := stage[class]
			if !ok {
				t.Fatalf("%s after %q: class %q is not listed", task.ID, actions(a), class)
			}
			if at < last && class != "not_placed" {
				t.Errorf("%s after %q: %s, a step back", task.ID, actions(a), class)
			}
			last = at
			seen[class]++
			if taken := strings.Contains(strings.Join(actions(a), "\n"), "take "); class == "never_found" && taken {
				t.Errorf("%s after %q: %s", task.ID, actions(a), class)
			}
		}
	}
	for _, class := range []string{"never_found", "not_taken", "not_heated", "not_cooled", "not_cleaned", "not_lit", "not_placed", "one_of_two"} {
		if seen[class] == 0 {
			t.Errorf("no %s among %v", class, seen)
		}
	}
	t.Log(seen)
}

func actions(a *envs.Attempt) []string {
	var out []string
	for _, s := range a.Steps {
		out = append(out, s.Action)
	}
	return out
}

// onTheWay returns the play of a task by its hints, cut off after each step but
// the last.
func onTheWay(t *testing.T, env envs.Env, task envs.Task) []*envs.Attempt {
	ep, err := env.Reset(t.Context(), task, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	way, err := ep.(envs.Hinter).Hint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []*envs.Attempt
	var steps []envs.AttemptStep
	for _, action := range way {
		o := ep.Observation()
		out = append(out, &envs.Attempt{
			Task: envs.Task{ID: task.ID, Family: task.Family, Goal: task.Goal}, Truncated: true,
			Steps: slices.Clone(steps), Final: envs.AttemptStep{Text: o.Text(), State: o.StateKey},
		})
		if _, err := ep.Step(t.Context(), action); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, envs.AttemptStep{Text: o.Text(), State: o.StateKey, Action: action.String()})
	}
	return out
}

// FuzzFailures reads any texts as what a game said.
func FuzzFailures(f *testing.F) {
	f.Add("train/pick_heat_then_place_in_recep-Apple-None-Fridge-1", "On the table 1, you see a apple 2.", "take apple 2 from table 1", "You pick up the apple 2 from the table 1.")
	f.Add("look_at_obj_in_light-Mug-None-DeskLamp-301", "a mug 1", "use desklamp 1", "You turn on the desklamp 1.")
	f.Add("----", "", "You 1 2 3", "pick 1 . , 2")
	f.Add("x-Sliced---", "some text", "take", "put") // a thing without a name
	names := map[string]bool{"": true}
	for _, c := range (alfworld.Failures{}).FailureClasses() {
		names[c.Name] = true
	}
	f.Fuzz(func(t *testing.T, family, seen, action, said string) {
		a := &envs.Attempt{Task: envs.Task{ID: seen, Family: family}, Truncated: true, Final: envs.AttemptStep{Text: said}}
		a.Steps = []envs.AttemptStep{{Text: seen, Action: action}, {Text: said, Action: said}, {Text: said, Action: action}}
		if class := (alfworld.Failures{}).ClassifyFailure(a); !names[class] {
			t.Fatalf("class %q", class)
		}
	})
}
