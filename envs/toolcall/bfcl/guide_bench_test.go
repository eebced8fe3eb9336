package bfcl

import (
	"testing"

	"stepgym/envs"
)

// BenchmarkGuided plays entries by the choices of their hints: a step is a
// choice and the observation after it.
func BenchmarkGuided(b *testing.B) {
	for _, category := range []string{"multi_turn_base", "multi_turn_long_context"} {
		b.Run(category, func(b *testing.B) {
			env := guided(b, DefaultConfig().StepLimit, category)
			var entries []*Entry
			var ways [][]envs.Action
			for _, e := range env.multi.data.Entries() {
				ep, err := env.multi.play(e)
				if err != nil {
					b.Fatal(err)
				}
				if way, err := ep.Hint(b.Context()); err == nil {
					entries, ways = append(entries, e), append(ways, way)
				}
				if len(entries) == 40 {
					break
				}
			}
			steps, offers, i := 0, 0, 0
			b.ReportAllocs()
			for b.Loop() {
				ep, err := env.multi.play(entries[i])
				if err != nil {
					b.Fatal(err)
				}
				for _, a := range ways[i] {
					offers += len(ep.Observation().Admissible)
					if _, err := ep.Step(b.Context(), a); err != nil {
						b.Fatal(err)
					}
					steps++
				}
				i = (i + 1) % len(entries)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
			b.ReportMetric(float64(offers)/float64(steps), "choices/step")
		})
	}
}
