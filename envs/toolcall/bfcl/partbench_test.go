package bfcl

import (
	"path/filepath"
	"testing"

	"stepgym/envs"
	"stepgym/internal/testdata"
)

// BenchmarkParts plays what the hints say in every part but the multi-turn one,
// and looks at every observation; steps a second.
func BenchmarkParts(b *testing.B) {
	for _, bb := range []struct {
		name   string
		change func(*Config)
	}{
		{"single-turn", chosen(SingleTurn()...)},
		{"memory", func(c *Config) { c.Categories, c.Memory = Memory(), filepath.Join("testdata", "memories") }},
		{"memory with conversations", chosen(Memory()...)},
	} {
		b.Run(bb.name, func(b *testing.B) {
			c := DefaultConfig()
			c.Data = testdata.Shared(b, "bfcl/data")
			bb.change(&c)
			env, err := New(c)
			if err != nil {
				b.Fatal(err)
			}
			benchHints(b, env)
		})
	}
}

func benchHints(b *testing.B, env *Env) {
	var tasks []envs.Task
	var ways [][]envs.Action
	for task := range env.Tasks(splitAll) {
		if way, err := reset(b, env, task.ID).(envs.Hinter).Hint(b.Context()); err == nil {
			tasks, ways = append(tasks, task), append(ways, way)
		}
	}
	b.ReportAllocs()
	steps := 0
	for i := 0; b.Loop(); i++ {
		ep := reset(b, env, tasks[i%len(tasks)].ID)
		for _, a := range ways[i%len(ways)] {
			ep.Observation()
			act(b, ep, a)
			steps++
		}
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
}

// BenchmarkOpen opens the environment with all categories.
func BenchmarkOpen(b *testing.B) {
	c := DefaultConfig()
	c.Data, c.Categories = testdata.Shared(b, "bfcl/data"), AllCategories()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(c); err != nil {
			b.Fatal(err)
		}
	}
}
