package traces

import (
	"fmt"
	"strings"
	"testing"
)

// storedRun writes n trajectories of 10 steps, some 15 kB each, in segments of
// size bytes.
func storedRun(b *testing.B, n int, size int64) *Run {
	r := newRun(b, Options{SegmentBytes: size})
	page := strings.Repeat("Back to Search [SEP] Page 1 (Total results: 50) [SEP] Next > [SEP] ", 18)
	for i := range n {
		t := sample(i)
		t.ID = fmt.Sprintf("it%d/goal:%d/%d", i/128, i/8%16, i%8)
		step := t.Steps[0]
		step.Observation.Text = page
		t.Steps = nil
		for range 10 {
			t.Steps = append(t.Steps, step)
		}
		if err := r.Append(t); err != nil {
			b.Fatal(err)
		}
	}
	if err := r.Close(); err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkIndex lists 2,000 trajectories of a run that was just opened.
func BenchmarkIndex(b *testing.B) {
	for name, size := range map[string]int64{"plain": 1 << 40, "sealed": 0} {
		dir := storedRun(b, 2000, size).Dir()
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r, err := Open(dir)
				if err != nil {
					b.Fatal(err)
				}
				if x, err := r.Index(); err != nil || len(x.Heads) != 2000 {
					b.Fatalf("%d heads, %v", len(x.Heads), err)
				}
			}
		})
	}
}

// BenchmarkAppend writes trajectories, sealing included.
func BenchmarkAppend(b *testing.B) {
	r := newRun(b, Options{})
	t := sample(0)
	page := strings.Repeat("Back to Search [SEP] Page 1 (Total results: 50) [SEP] Next > [SEP] ", 18)
	for range 8 {
		t.Steps = append(t.Steps, Step{Observation: Observation{Text: page}, Action: "click[next >]"})
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Append(t); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoad reads single trajectories from a sealed segment.
func BenchmarkLoad(b *testing.B) {
	dir := storedRun(b, 2000, 0).Dir()
	r, err := Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := r.Load(fmt.Sprintf("it%d/goal:%d/%d", i/128, i/8%16, i%8)); err != nil {
			b.Fatal(err)
		}
		i = (i + 1) % 1000
	}
}
