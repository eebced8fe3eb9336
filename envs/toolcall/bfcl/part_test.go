package bfcl

import (
	"path/filepath"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
	"stepgym/internal/testdata"
)

// TestPartConformance runs the suite on each group of categories, with the data
// of our own and with the benchmark's.
func TestPartConformance(t *testing.T) {
	tests := []struct {
		name       string
		categories []string
		change     func(*Config)
	}{
		{"single-turn", []string{"simple_python", "simple_java", "irrelevance", "live_simple", "format_sensitivity"}, func(*Config) {}},
		{"memory, conversations first", Memory(), func(c *Config) { c.Compat, c.StepLimit = true, 2 }},
		{"memory, from snapshots", Memory(), func(c *Config) { c.Memory = filepath.Join("testdata", "memories") }},
		{"all", []string{"multi_turn_base", "simple_python", "memory_kv"}, func(*Config) {}},
	}
	for _, tt := range tests {
		for _, data := range []string{"mini", "benchmark"} {
			t.Run(tt.name+", "+data, func(t *testing.T) {
				c := DefaultConfig()
				c.Data, c.Categories = filepath.Join("testdata", "mini"), tt.categories
				if data == "benchmark" {
					c.Data = testdata.Shared(t, "bfcl/data")
				}
				tt.change(&c)
				env, err := New(c)
				if err != nil {
					t.Fatal(err)
				}
				open := func(testing.TB) envs.Env { return env }
				envtest.Run(t, open, envtest.Config{Split: splitAll, Tasks: 12, Seeds: 2})
			})
		}
	}
}
