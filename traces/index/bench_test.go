package index_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"stepgym/traces/index"
	"stepgym/traces/index/indextest"
)

// large makes a folder of 100,000 episodes, some 1.5 million steps.
func large(b *testing.B) string {
	b.Helper()
	dir := filepath.Join(b.TempDir(), "large")
	start := time.Now()
	if err := indextest.Make(dir, indextest.Options{Episodes: 100_000, Seed: 1}); err != nil {
		b.Fatal(err)
	}
	b.Logf("made in %v", time.Since(start))
	return dir
}

func heapMB() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

func BenchmarkLarge(b *testing.B) {
	dir := large(b)
	b.Run("open", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			x, err := index.Open(dir, index.Options{Unclassified: true})
			if err != nil {
				b.Fatal(err)
			}
			x.Close()
		}
	})
	before := heapMB()
	x, err := index.Open(dir, index.Options{Unclassified: true})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	v := x.View()
	b.Logf("%d episodes, heap %.0f MB", len(v.Rows), heapMB()-before)
	ctx := b.Context()
	b.Run("sort", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			from := -i // never what was kept
			if _, err := v.Ordered(ctx, index.Filter{From: &from}, index.SortReturn, true); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("facets", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Facets(ctx, index.Filter{Outcome: []index.Outcome{index.Failure}}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tasks", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := v.Tasks(ctx, index.Filter{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("load", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := v.Load(i * 7919 % len(v.Rows)); err != nil {
				b.Fatal(err)
			}
		}
	})
	benchScans(b, dir)
}

// benchScans measures what reads every line.
func benchScans(b *testing.B, dir string) {
	b.Helper()
	for name, text := range map[string]string{"search": "kettle mirror", "search rare": "zzyzx"} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				w, err := index.Open(dir, index.Options{Unclassified: true})
				if err != nil {
					b.Fatal(err)
				}
				start := time.Now()
				list, err := w.View().Select(b.Context(), index.Filter{Text: text})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(time.Since(start).Seconds(), "s/scan")
				b.ReportMetric(float64(len(list)), "found")
				w.Close()
			}
		})
	}
	b.Run("classify", func(b *testing.B) {
		for b.Loop() {
			start := time.Now()
			w, err := index.Open(dir, index.Options{})
			if err != nil {
				b.Fatal(err)
			}
			w.Settle(b.Context())
			b.ReportMetric(time.Since(start).Seconds(), "s/all")
			w.Close()
		}
	})
}
