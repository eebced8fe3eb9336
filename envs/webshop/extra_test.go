package webshop_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/webshop"
)

// splitTasks returns the tasks of a split of the generated catalogue.
func splitTasks(t *testing.T, config, split string) []envs.Task {
	t.Helper()
	env, err := webshop.Open(t.Context(), json.RawMessage(config))
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	var out []envs.Task
	for task, err := range env.Tasks(split) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, task)
	}
	return out
}

func TestExtraGoalsAreForTrainingAlone(t *testing.T) {
	const plain, extra = `{"products": 300}`, `{"products": 300, "extra_goals": 5}`
	for _, split := range []string{"dev", "test", "all"} {
		if d := cmp.Diff(splitTasks(t, plain, split), splitTasks(t, extra, split)); d != "" {
			t.Errorf("extra goals change the split %s:\n%s", split, d)
		}
	}
	before, after := splitTasks(t, plain, "train"), splitTasks(t, extra, "train")
	if d := cmp.Diff(before, after[:len(before)]); d != "" {
		t.Fatalf("extra goals change ordinary ones:\n%s", d)
	}
	added := after[len(before):]
	if len(added) < 100 {
		t.Fatalf("%d extra goals for 300 products", len(added))
	}
	said, families := map[string]bool{}, map[string]int{}
	for _, task := range splitTasks(t, plain, "all") {
		said[task.Goal] = true
		families[task.Family] = -1
	}
	for _, task := range added {
		if said[task.Goal] || families[task.Family] < 0 {
			t.Errorf("%s, %q: the instruction or the product is that of an ordinary goal", task.ID, task.Goal)
		}
		if families[task.Family]++; families[task.Family] > 5 {
			t.Errorf("product %s has more than 5 extra goals", task.Family)
		}
	}
	if !slices.EqualFunc(after, splitTasks(t, extra, "train"), func(a, b envs.Task) bool { return a.ID == b.ID && a.Goal == b.Goal }) {
		t.Error("two openings give different extra goals")
	}
}

// TestExtraGoalsCanBeReached buys what an extra goal asks for.
func TestExtraGoalsCanBeReached(t *testing.T) {
	env, err := webshop.OpenConfig(t.Context(), func() webshop.Config {
		c := webshop.DefaultConfig()
		c.Products, c.ExtraGoals = 300, 3
		return c
	}())
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	c := env.Catalog()
	full, n := 0, 0
	for i := range c.NumGoals() {
		g := c.Goal(i)
		at, ok := c.ByASIN(g.ASIN)
		if !ok {
			t.Fatalf("goal %d: no product %s", i, g.ASIN)
		}
		n++
		if c.Reward(g, c.Product(at), g.Options, c.Product(at).Price).Score == 1 {
			full++
		}
	}
	if share := float64(full) / float64(n); share < 0.97 {
		t.Errorf("%.3f of %d goals can be reached, want 0.97", share, n)
	}
}
