package bfcl

import (
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
)

// TestGuidedConformance runs the suite on episodes that are played by choices.
func TestGuidedConformance(t *testing.T) {
	tests := []struct {
		name string
		open func(t testing.TB) *Env
	}{
		{"tiny data", func(t testing.TB) *Env {
			return guidedMini(t, "testdata/mini", func(c *Config) { c.StepLimit = 3 })
		}},
		{"miss_func", func(t testing.TB) *Env { return guided(t, 5, "multi_turn_miss_func") }},
		{"long_context", func(t testing.TB) *Env { return guided(t, 5, "multi_turn_long_context") }},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := envtest.Config{Tasks: 3, Seeds: 2}
			if i == 0 {
				c.Split = splitAll
			} else if testing.Short() {
				t.Skip("the benchmark's entries take a while")
			}
			env := tt.open(t) // immutable, so that one serves all clauses
			envtest.Run(t, func(testing.TB) envs.Env { return env }, c)
		})
	}
}
