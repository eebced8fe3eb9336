package alfworld_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
)

// tasks returns the tasks of a split.
func tasks(t testing.TB, env envs.Env, split string) []envs.Task {
	t.Helper()
	var out []envs.Task
	for task, err := range env.Tasks(split) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, task)
	}
	return out
}

func TestTasks(t *testing.T) {
	env := mini(t, nil)
	if diff := cmp.Diff(env.Spec(), envs.Spec{
		Name: "alfworld", Version: 1, MaxTurns: 50, RewardMax: 1, Splits: []string{"train", "dev", "test", "valid_seen", "valid_unseen", "all"},
	}); diff != "" {
		t.Error(diff)
	}
	counts := map[string]int{"train": 3, "dev": 1, "test": 1, "valid_seen": 1, "valid_unseen": 1, "all": 5, "valid_train": 0}
	for split, want := range counts {
		if got := len(tasks(t, env, split)); got != want {
			t.Errorf("%s has %d tasks, want %d", split, got, want)
		}
	}
	if diff := cmp.Diff(tasks(t, env, "dev"), []envs.Task{{
		ID: clean, Goal: "put a clean mug in coffeemachine.", Family: "valid_seen/pick_clean_then_place_in_recep-Mug-None-CoffeeMachine-1",
		Data: json.RawMessage(`{"type":"pick_clean_then_place_in_recep","object":"Mug","receptacle":"CoffeeMachine","scene":"1","split":"valid_seen"}`),
	}}); diff != "" {
		t.Error(diff)
	}
}

// TestHumanGoals has a task for each sentence, and the original's where people
// wrote none.
func TestHumanGoals(t *testing.T) {
	env := mini(t, func(c *alfworld.Config) { c.Goals = alfworld.GoalsHuman })
	got := map[string]string{}
	for _, task := range tasks(t, env, "all") {
		got[task.ID] = task.Goal
		if text := reset(t, env, task.ID).Observation().Text(); !strings.HasSuffix(text, "Your task is to: "+task.Goal) {
			t.Errorf("%s: the text ends otherwise: %q", task.ID, text)
		}
	}
	if diff := cmp.Diff(got, map[string]string{
		egg + "#1": "Cook an egg and store it in the drawer.", egg + "#2": "Put a hot egg in the drawer.",
		mugs + "#1": "Bring both mugs to the desk.", pen + "#1": "Read the pen by the lamp!", clean: "put a clean mug in coffeemachine.",
		"valid_unseen/pick_cool_then_place_in_recep-Apple-None-Microwave-9/trial_1#1": "Chill the apple, then leave it in the microwave.",
	}); diff != "" {
		t.Error(diff)
	}
	if text := reset(t, env, egg).Observation().Text(); !strings.HasSuffix(text, "Cook an egg and store it in the drawer.") {
		t.Errorf("without a number it is not the first sentence: %q", text)
	}
	for _, id := range []string{egg + "#0", egg + "#3", egg + "#01", egg + "#", clean + "#1"} {
		if _, err := env.Reset(t.Context(), envs.Task{ID: id}, 0); !errors.Is(err, envs.ErrNoTask) {
			t.Errorf("%s: got %v, want ErrNoTask", id, err)
		}
	}
}

// TestDrawnSplits divides games that lie in no published split by floor plan.
func TestDrawnSplits(t *testing.T) {
	var list []*games.Game
	for i := range 300 {
		list = append(list, &games.Game{ID: fmt.Sprintf("pick_and_place_simple-Mug-None-Desk-%d/trial_%d", i/2, i), Type: "pick_and_place_simple", Pair: house.Rules(), Problem: games.Text("")})
	}
	env, err := alfworld.New(t.Context(), games.FromMemory(list), alfworld.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(env.Spec().Splits, []string{"train", "dev", "test", "all"}); diff != "" {
		t.Error(diff)
	}
	owner, total := map[string]string{}, 0
	for _, split := range []string{"train", "dev", "test"} {
		n := 0
		for _, task := range tasks(t, env, split) {
			if was := owner[task.Family]; was != "" && was != split {
				t.Errorf("%s is in %s and %s", task.Family, was, split)
			}
			owner[task.Family] = split
			n++
		}
		if total += n; split != "train" && (n < 10 || n > 60) {
			t.Errorf("%s has %d of 300 games", split, n)
		}
	}
	if total != 300 {
		t.Errorf("%d games in all splits, want 300", total)
	}
}

// TestBroken reports a problem that cannot be loaded each time, and with its
// place.
func TestBroken(t *testing.T) {
	dir := t.TempDir()
	lines := `{"id": "train/good-1/t", "task_type": "look_at_obj_in_light", "pddl_problem": "(define (problem p) (:domain alfred) (:objects agent1 - agent loc_bar_1 - location) (:init (atLocation agent1 loc_bar_1)) (:goal (and (holdsAny agent1))))"}
{"id": "train/bad-1/t", "task_type": "look_at_obj_in_light", "pddl_problem": "(define (problem p)\n(:objects"}
`
	if err := os.WriteFile(filepath.Join(dir, "train.jsonl"), []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	env := open(t, func(c *alfworld.Config) { c.Data = dir })
	if o := reset(t, env, "train/good-1/t").Observation(); o.Place != "room" || o.Focus != "" || len(o.Admissible) == 0 {
		t.Errorf("%+v", o)
	}
	for range 2 {
		_, err := env.Reset(t.Context(), envs.Task{ID: "train/bad-1/t"}, 0)
		if err == nil || !strings.Contains(err.Error(), "train.jsonl:2: pddl_problem:2:") || !strings.Contains(err.Error(), "pddl:") || errors.Is(err, envs.ErrNoTask) {
			t.Errorf("got %v", err)
		}
	}
}

// TestManyGames plays more games than the cache holds, from many goroutines.
func TestManyGames(t *testing.T) {
	env := open(t, func(c *alfworld.Config) { c.House.Games, c.CacheMB = 60, 1 })
	list := tasks(t, env, "all")
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range list {
				task := list[(i*(g+1))%len(list)]
				ep, err := env.Reset(context.Background(), task, 0)
				if err != nil {
					t.Error(err)
					return
				}
				if !strings.HasSuffix(ep.Observation().Text(), task.Goal) {
					t.Errorf("%s: %q", task.ID, ep.Observation().Text())
				}
			}
		})
	}
	wg.Wait()
}

// TestGeneratedTypes generates games of the wanted types alone.
func TestGeneratedTypes(t *testing.T) {
	env := open(t, func(c *alfworld.Config) {
		c.House.Games, c.TaskTypes = 50, []string{"look_at_obj_in_light"}
	})
	list := tasks(t, env, "all")
	if len(list) < 30 {
		t.Errorf("%d games of 50", len(list))
	}
	for _, task := range list {
		if !strings.Contains(string(task.Data), `"type":"look_at_obj_in_light"`) {
			t.Errorf("%s: %s", task.ID, task.Data)
		}
	}
}
