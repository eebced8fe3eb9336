package webshop_test

import (
	"math/rand/v2"
	"testing"

	"stepgym/envs"
	"stepgym/envs/webshop"
)

func TestFailures(t *testing.T) {
	bought := func(kv ...any) *envs.Attempt {
		m := map[string]float64{"r_type": 1, "r_price": 1, "w_price": 0.25, "r_att": 1, "w_att": 0.5, "r_option": 1, "w_option": 0.25, "score": 0.75}
		for i := 0; i < len(kv); i += 2 {
			m[kv[i].(string)] = kv[i+1].(float64)
		}
		return &envs.Attempt{Terminated: true, Metrics: m, Steps: []envs.AttemptStep{{Place: "item", Action: "click[buy now]"}}}
	}
	cut := func(places ...string) *envs.Attempt {
		a := &envs.Attempt{Truncated: true}
		for _, p := range places {
			a.Steps = append(a.Steps, envs.AttemptStep{Place: p})
		}
		return a
	}
	tests := []struct {
		name string
		a    *envs.Attempt
		want string
	}{
		{"of another kind", bought("r_type", 0.5, "r_price", 0.0), "wrong_item"},
		{"nearly right", bought("score", 5./6, "r_option", 0.5), "near_miss"},
		{"too dear", bought("r_price", 0.0, "r_option", 0.0), "over_price"},
		{"lacks an attribute", bought("r_att", 0.5, "r_option", 0.0), "wrong_attribute"},
		{"lacks an option", bought("r_option", 0.0), "wrong_option"},
		{"no attributes asked for", bought("r_att", 0.0, "w_att", 0.0, "r_option", 0.5), "wrong_option"},
		{"all right", bought(), ""},
		{"looked at reviews", cut("search", "results", "reviews"), "not_bought"},
		{"never opened", cut("search", "results", "search"), "not_opened"},
		{"nothing recorded", &envs.Attempt{Terminated: true}, ""},
	}
	for _, tt := range tests {
		if got := (webshop.Failures{}).ClassifyFailure(tt.a); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	last := cut("search", "results")
	last.Final.Place = "item"
	if got := (webshop.Failures{}).ClassifyFailure(last); got != "not_bought" {
		t.Errorf("opened at the very end: %q", got)
	}
}

// TestFailuresOfPlays plays at random in the real environment and checks that
// every failure has a class that is listed, and that of purchases it is true.
func TestFailuresOfPlays(t *testing.T) {
	env, err := webshop.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer env.Close()
	var c envs.Classifier = env.(*webshop.Env)
	listed := map[string]bool{}
	for _, f := range append(c.FailureClasses(), envs.GeneralFailures()...) {
		if listed[f.Name] || f.Title == "" || f.About == "" {
			t.Errorf("class %+v", f)
		}
		listed[f.Name] = true
	}
	seen := map[string]int{}
	rng := rand.New(rand.NewPCG(1, 2))
	n := 0
	for task, err := range env.Tasks("dev") {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n > 150 {
			break
		}
		a, success := attempt(t, env, task, rng)
		if success {
			continue
		}
		class := envs.Classify(c, a)
		seen[class]++
		if !listed[class] {
			t.Errorf("%s: class %q is not listed", task.ID, class)
		}
		m, bought := a.Metrics, a.Terminated
		switch class {
		case "wrong_item":
			bought = bought && m["r_type"] < 1
		case "over_price":
			bought = bought && m["r_price"] == 0
		case "not_bought", "not_opened", "loop", "invalid", "timeout":
			bought = !bought
		}
		if !bought {
			t.Errorf("%s: %s with %v", task.ID, class, m)
		}
	}
	for _, class := range []string{"wrong_item", "wrong_attribute", "not_bought"} {
		if seen[class] == 0 {
			t.Errorf("no %s among %v", class, seen)
		}
	}
	t.Log(seen)
}

// attempt plays at random.
func attempt(t *testing.T, env envs.Env, task envs.Task, rng *rand.Rand) (a *envs.Attempt, success bool) {
	ep, err := env.Reset(t.Context(), task, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	a = &envs.Attempt{Task: envs.Task{ID: task.ID, Family: task.Family, Goal: task.Goal}}
	for {
		o := ep.Observation()
		var do []envs.Action
		for _, c := range o.Admissible {
			do = append(do, c.Action)
		}
		for _, f := range o.Forms {
			for _, c := range f.Candidates {
				do = append(do, c.Action)
			}
		}
		action := do[rng.IntN(len(do))]
		r, err := ep.Step(t.Context(), action)
		if err != nil {
			t.Fatal(err)
		}
		a.Steps = append(a.Steps, envs.AttemptStep{
			Text: o.Text(), State: o.StateKey, Place: o.Place, Focus: o.Focus, Action: action.String(), Reward: r.Reward, Invalid: r.Invalid,
		})
		if r.Done() {
			o = ep.Observation()
			a.Final = envs.AttemptStep{Text: o.Text(), State: o.StateKey, Place: o.Place, Focus: o.Focus}
			a.Terminated, a.Truncated, a.Metrics = r.Terminated, r.Truncated, r.Metrics
			return a, r.Success
		}
	}
}
