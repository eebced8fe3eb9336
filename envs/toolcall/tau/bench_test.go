package tau_test

import (
	"testing"

	"stepgym/envs/toolcall/tau"
)

// BenchmarkBegin is a reset.
func BenchmarkBegin(b *testing.B) {
	d := load(b, tau.Retail)
	task := d.Tasks("test")[0]
	b.ReportAllocs()
	for b.Loop() {
		d.Begin(task)
	}
}

// BenchmarkCall replays the ground truth of all test tasks; a reset is part of
// it.
func BenchmarkCall(b *testing.B) {
	for _, domain := range tau.Domains() {
		b.Run(domain, func(b *testing.B) {
			d := load(b, domain)
			tasks := d.Tasks("test")
			b.ReportAllocs()
			calls := 0
			for b.Loop() {
				for _, t := range tasks {
					s := d.Begin(t)
					for _, a := range t.Actions {
						s.Call(a.Name, a.Kwargs)
						calls++
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(calls), "ns/call")
		})
	}
}

// BenchmarkJudge is the reward of a perfect episode.
func BenchmarkJudge(b *testing.B) {
	for _, domain := range tau.Domains() {
		b.Run(domain, func(b *testing.B) {
			d := load(b, domain)
			t := d.Tasks("test")[0]
			s := d.Begin(t)
			for _, a := range t.Actions {
				s.Call(a.Name, a.Kwargs)
			}
			b.ReportAllocs()
			for b.Loop() {
				s.Judge()
			}
		})
	}
}

// BenchmarkHash is the original's hash.
func BenchmarkHash(b *testing.B) {
	for _, domain := range tau.Domains() {
		b.Run(domain, func(b *testing.B) {
			s := load(b, domain).State()
			b.ReportAllocs()
			for b.Loop() {
				s.Hash()
			}
		})
	}
}
