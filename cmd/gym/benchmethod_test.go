package main

import (
	"math"
	"testing"

	"stepgym/credit"
	"stepgym/internal/plot"
	"stepgym/runner"
)

func TestBenchMethodNames(t *testing.T) {
	for in, want := range map[string]benchMethod{
		"grpo":                       {"grpo/paper", "joint"},
		"gigpo/verl-agent":           {"gigpo/verl-agent", "joint"},
		"seeupo":                     {"seeupo/paper", "seeupo"},
		"seeupo/released+forward":    {"seeupo/released", "forward"},
		"seeupo+joint":               {"seeupo/paper", "joint"},
		"reinforce++":                {"reinforce++/paper", "joint"},
		"reinforce++/paper+joint":    {"reinforce++/paper", "joint"},
		"reinforce++/verl-agent":     {"reinforce++/verl-agent", "joint"},
		"reinforce_pp_baseline":      {"reinforce++/paper", "joint"},
		"grpo+sideways":              {"grpo/paper", "sideways"}, // Config.Validate has a word on it
		"graphgpo/recipe+joint":      {"graphgpo/recipe", "joint"},
		"seeupo/paper+random":        {"seeupo/paper", "random"},
		"seeupo/paper+seeupo":        {"seeupo/paper", "seeupo"},
		"hgpo_code":                  {"hgpo/verl-agent", "joint"},
		benchMethodNames()[0]:        {"grpo/paper", "joint"},
		"rtmc" + "/paper" + "+joint": {"rtmc/paper", "joint"},
	} {
		if got, err := parseBenchMethod(in); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", in, got, err, want)
		}
	}
	for _, in := range []string{"", "+joint", "reinforce", "grpo/paper/x"} {
		if m, err := parseBenchMethod(in); err == nil {
			t.Errorf("%q is %+v", in, m)
		}
	}
	names := benchMethodNames()
	if len(names) != len(credit.Presets())+len(runner.UpdateSchemes())-1 {
		t.Errorf("%d methods: %q", len(names), names)
	}
	for _, name := range names { // all can be trained with, in every environment
		m, err := parseBenchMethod(name)
		if err != nil || m.String() != name {
			t.Errorf("%s is read as %s, %v", name, m, err)
		}
		for _, env := range envNames() {
			c := m.with(configFor(env), 3)
			c.Train.Iterations = 1
			if err := c.validate(); err != nil {
				t.Errorf("%s in %s: %v", name, env, err)
			}
		}
	}
}

func TestBenchMethodBudget(t *testing.T) {
	for in, want := range map[string][3]int{"30": {30, 0, 3}, "5 iterations": {5, 0, 1}, "2000steps": {0, 2000, 20}, "2000 steps": {0, 2000, 20}} {
		c := runner.DefaultConfig()
		c.Minutes = 3
		if err := (&benchMethodsFlags{budget: in}).setBudget(&c); err != nil || [3]int{c.Iterations, c.Steps, c.EvalEvery} != want || c.Minutes != 0 {
			t.Errorf("%q: %d iterations, %d steps, evaluation every %d, %v", in, c.Iterations, c.Steps, c.EvalEvery, err)
		}
	}
	for _, in := range []string{"", "0", "-1", "many", "3 minutes", "3.5"} {
		if err := (&benchMethodsFlags{budget: in}).setBudget(&runner.Config{}); err == nil {
			t.Errorf("%q is a budget", in)
		}
	}
}

func TestAverage(t *testing.T) {
	c := plot.Curve{{X: 0, Y: 0}, {X: 10, Y: 10}, {X: 20, Y: 0}}
	for end, want := range map[float64]float64{0: 0, 10: 5, 20: 5, 15: (50 + 37.5) / 15, 5: 2.5} {
		if got := average(c, end); math.Abs(got-want) > 1e-12 {
			t.Errorf("until %v: %v, want %v", end, got, want)
		}
	}
}
