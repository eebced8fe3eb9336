package bfcl

import (
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
	"stepgym/internal/testdata"
)

func TestConformance(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Config)
	}{
		{"default", func(*Config) {}},
		{"turn reward, compat, few steps", func(c *Config) {
			c.Reward, c.Compat, c.StepLimit, c.Categories = RewardTurn, true, 3, []string{"multi_turn_miss_func"}
		}},
		{"long context", func(c *Config) { c.Categories = []string{"multi_turn_long_context"} }},
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if i > 0 && testing.Short() {
				t.Skip("the whole suite once is enough for -short")
			}
			c := DefaultConfig()
			c.Data = testdata.Shared(t, "bfcl/data")
			tt.change(&c)
			open := func(t testing.TB) envs.Env {
				env, err := New(c)
				if err != nil {
					t.Fatal(err)
				}
				return env
			}
			envtest.Run(t, open, envtest.Config{})
		})
	}
}
