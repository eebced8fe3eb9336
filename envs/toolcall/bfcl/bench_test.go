package bfcl

import (
	"testing"

	"stepgym/envs"
	"stepgym/internal/testdata"
)

// BenchmarkCalls runs every call of the ground truth of a category on the state
// it is meant for.
func BenchmarkCalls(b *testing.B) {
	d := testData(b)
	for _, category := range Categories() {
		b.Run(category, func(b *testing.B) {
			judge := NewJudge(false, "")
			entries := only(d, category)
			for _, e := range entries {
				if _, err := judge.Try(e); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportAllocs()
			calls := 0
			for i := 0; b.Loop(); i++ {
				x, err := entries[i%len(entries)].New()
				if err != nil {
					b.Fatal(err)
				}
				for _, turn := range entries[i%len(entries)].Truth {
					for _, c := range turn {
						x.Run(c)
						calls++
					}
				}
				x.Release()
			}
			b.ReportMetric(float64(calls)/b.Elapsed().Seconds(), "calls/s")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(calls), "ns/call")
		})
	}
}

// BenchmarkCheck judges the ground truth of every entry of a category.
func BenchmarkCheck(b *testing.B) {
	d := testData(b)
	for _, compat := range []bool{false, true} {
		for _, category := range Categories() {
			name := category
			if compat {
				name += "/compat"
			}
			b.Run(name, func(b *testing.B) { benchCheck(b, only(d, category), NewJudge(compat, "m")) })
		}
	}
}

func benchCheck(b *testing.B, entries []*Entry, judge *Judge) {
	models := make([][][][]string, len(entries))
	for i, e := range entries {
		models[i] = make([][][]string, len(e.Truth))
		for t, calls := range e.Truth {
			if len(calls) > 0 {
				models[i][t] = [][]string{calls}
			}
		}
		if v, err := judge.Check(e, models[i]); err != nil || !v.Valid {
			b.Fatal(e.ID, v, err)
		}
	}
	b.ReportAllocs()
	n := 0
	for ; b.Loop(); n++ {
		if v, err := judge.Check(entries[n%len(entries)], models[n%len(entries)]); err != nil || !v.Valid {
			b.Fatal(v, err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "episodes/s")
}

// BenchmarkReset starts episodes.
func BenchmarkReset(b *testing.B) {
	d := testData(b)
	entries := d.Entries()
	for _, e := range entries {
		if _, err := e.New(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := entries[i%len(entries)].New(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFork copies an episode that has been played to its last turn.
func BenchmarkFork(b *testing.B) {
	d := testData(b)
	x, err := d.Entry("multi_turn_long_context_0").New()
	if err != nil {
		b.Fatal(err)
	}
	for _, turn := range d.Entry("multi_turn_long_context_0").Truth {
		for _, c := range turn {
			x.Run(c)
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		x.Fork()
	}
}

func only(d *Dataset, category string) []*Entry {
	var out []*Entry
	for _, e := range d.Entries() {
		if e.Category == category {
			out = append(out, e)
		}
	}
	return out
}

// BenchmarkEpisode plays the ground truth through the environment, and looks at
// every observation.
func BenchmarkEpisode(b *testing.B) {
	c := DefaultConfig()
	c.Data = testdata.Shared(b, "bfcl/data")
	for _, category := range Categories() {
		b.Run(category, func(b *testing.B) {
			c.Categories = []string{category}
			env, err := New(c)
			if err != nil {
				b.Fatal(err)
			}
			ways := map[string][]envs.Action{}
			for task := range env.Tasks("all") {
				ep, err := env.Reset(b.Context(), task, 0)
				if err != nil {
					b.Fatal(err)
				}
				if ways[task.ID], err = ep.(envs.Hinter).Hint(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			entries := env.Dataset().Entries()
			b.ReportAllocs()
			steps := 0
			for i := 0; b.Loop(); i++ {
				id := entries[i%len(entries)].ID
				ep, err := env.Reset(b.Context(), envs.Task{ID: id}, 0)
				if err != nil {
					b.Fatal(err)
				}
				for _, a := range ways[id] {
					ep.Observation()
					if _, err := ep.Step(b.Context(), a); err != nil {
						b.Fatal(err)
					}
					steps++
				}
			}
			b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}
