package tau_test

import (
	"encoding/json"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
	"stepgym/envs/toolcall/tau"
	"stepgym/internal/testdata"
)

func TestConformance(t *testing.T) {
	for _, c := range []struct {
		name string
		data func(t testing.TB) string
	}{
		{"mini", func(testing.TB) string { return "testdata/mini" }},
		{"original", func(t testing.TB) string { return testdata.Shared(t, "tau/tau-bench") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name != "mini" && testing.Short() {
				t.Skip("the small data is enough for -short")
			}
			config := tau.DefaultConfig()
			config.Data = c.data(t)
			env, err := tau.New(config)
			if err != nil {
				t.Fatal(err)
			}
			open := func(testing.TB) envs.Env { return env } // Close releases nothing
			envtest.Run(t, open, envtest.Config{})
		})
	}
}

// TestHints follows the hints of all tasks to success, and checks that doing
// nothing wins as often as it does with the original's judgement.
func TestHints(t *testing.T) {
	config := tau.DefaultConfig()
	config.Data = testdata.Shared(t, "tau/tau-bench")
	env, err := tau.New(config)
	if err != nil {
		t.Fatal(err)
	}
	tasks, idle := 0, 0
	for task, err := range env.Tasks("all") {
		if err != nil {
			t.Fatal(err)
		}
		tasks++
		ep, err := env.Reset(t.Context(), task, 1)
		if err != nil {
			t.Fatal(err)
		}
		way, err := ep.(envs.Hinter).Hint(t.Context())
		if err != nil {
			t.Errorf("%s: %v", task.ID, err)
			continue
		}
		if len(way) == 1 {
			idle++
		}
		var r envs.Result
		for _, a := range way {
			if r, err = ep.Step(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		if !r.Terminated || !r.Success || r.Reward != 1 {
			t.Errorf("%s: the hint ends with %+v", task.ID, r)
		}
	}
	if tasks != 685 || idle != 20+11+5+1 {
		t.Errorf("%d tasks, of which %d need no calls; want 685 and 37", tasks, idle)
	}
}

// TestOpenRefuses checks that faults of a configuration are all reported.
func TestOpenRefuses(t *testing.T) {
	for _, raw := range []string{`{}`, `{"data": "testdata/mini", "domains": ["bank"]}`, `{"data": "testdata/mini", "user": "nobody"}`, `{"date": ""}`} {
		if _, err := tau.Open(t.Context(), json.RawMessage(raw)); err == nil {
			t.Errorf("%s is accepted", raw)
		}
	}
}
