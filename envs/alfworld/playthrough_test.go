package alfworld_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares got with a file of testdata, or rewrites the file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(got, "\n"), strings.Split(string(want), "\n")); diff != "" {
		t.Errorf("%s (-got +want); after a look, rewrite it with -update:\n%s", path, diff)
	}
}

// mini opens the small house of testdata.
func mini(t testing.TB, change func(*alfworld.Config)) *alfworld.Env {
	return open(t, func(c *alfworld.Config) {
		c.Data = "testdata/mini"
		if change != nil {
			change(c)
		}
	})
}

const (
	egg   = "train/pick_heat_then_place_in_recep-Egg-None-Drawer-1/trial_1"
	mugs  = "train/pick_two_obj_and_place-Mug-None-Desk-1/trial_2"
	pen   = "train/look_at_obj_in_light-Pen-None-DeskLamp-1/trial_3"
	clean = "valid_seen/pick_clean_then_place_in_recep-Mug-None-CoffeeMachine-1/trial_1"
)

// TestPlaythrough prints everything that can be observed of a few episodes.
func TestPlaythrough(t *testing.T) {
	plays := []struct {
		name    string
		change  func(*alfworld.Config)
		task    string
		actions []string
	}{
		{"compat", nil, egg, []string{
			"look", "go to fridge 1", "Open fridge 1", " open fridge 1 ", "take egg 1 from fridge 1", "examine egg 1", "inventory", "examine fridge 1", "close fridge 1",
			"go to microwave 1", "heat egg 1 with microwave 1", "examine egg 1", "go to drawer 1", "help", "move egg 1 to drawer 1",
		}},
		{"compat, a shared place and a mug in two places", nil, clean, []string{
			"go to countertop 1", "go to coffeemachine 1", "examine coffeemachine 1", "take mug 1 from coffeemachine 1", "look", "examine countertop 1", "go to sinkbasin 1", "clean mug 1 with sinkbasin 1",
			"go to coffeemachine 1", "move mug 1 to coffeemachine 1",
		}},
		{"friendly", func(c *alfworld.Config) { c.Compat, c.Friendly = false, true }, clean, []string{
			"Go to the Countertop.", "go to coffeemachine 1", "go to coffeemachine 1", "grab the mug from the coffee machine", "wash mug in sink basin", "walk to sinkbasin", "wash the mug",
			"go to coffeemachine 1", "put the mug into the coffeemachine",
		}},
		{"verl-agent, two turns", func(c *alfworld.Config) { c.MaxTurns, c.Reward, c.Help = 2, alfworld.RewardVerlAgent, false }, pen, []string{"help", "go to desk 1"}},
		{"human", func(c *alfworld.Config) { c.Goals = alfworld.GoalsHuman }, egg + "#1", []string{"look"}},
		{"shuffled", func(c *alfworld.Config) { c.RandomizeNumbers = true }, mugs, []string{"go to cabinet 1"}},
	}
	var b strings.Builder
	for _, p := range plays {
		env := mini(t, p.change)
		fmt.Fprintf(&b, "##### %s: %s, %s\n", p.name, env.Spec().ID(), p.task)
		ep := reset(t, env, p.task)
		printObservation(&b, ep.Observation())
		for _, a := range p.actions {
			r := step(t, ep, a)
			fmt.Fprintf(&b, "\n>>> %s\nreward %v terminated %v truncated %v invalid %v success %v metrics %v\n",
				a, r.Reward, r.Terminated, r.Truncated, r.Invalid, r.Success, r.Metrics)
			printObservation(&b, ep.Observation())
		}
		b.WriteByte('\n')
	}
	golden(t, "playthrough.txt", b.String())
}

func reset(t testing.TB, env envs.Env, id string) envs.Episode {
	t.Helper()
	ep, err := env.Reset(t.Context(), envs.Task{ID: id}, 7)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ep.Close() })
	return ep
}

func step(t testing.TB, ep envs.Episode, text string) envs.Result {
	t.Helper()
	r, err := ep.Step(t.Context(), envs.Action{Text: text})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return r
}

func printObservation(b *strings.Builder, o envs.Observation) {
	fmt.Fprintf(b, "place %q focus %q body %q key %q\n", o.Place, o.Focus, o.Body, o.StateKey)
	for _, m := range o.Messages {
		fmt.Fprintf(b, "%s: %q\n", m.Role, m.Content)
	}
	if o.Anchor != o.Text() {
		fmt.Fprintf(b, "anchor %q\n", o.Anchor)
	}
	for _, c := range o.Admissible {
		fmt.Fprintf(b, "  %q kind %q ref %q with %q slot %q\n", c.Action.Text, c.Kind, c.Ref, c.With, c.Slot)
	}
}
