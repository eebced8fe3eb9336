package runner

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/envtest/toy"
)

func TestSamplerNeedsTheIterationAlone(t *testing.T) {
	for _, mode := range []string{ByFamily, ByTask} {
		s, err := NewSampler(families{toy.New()}, "all", mode, 5)
		if err != nil {
			t.Fatal(err)
		}
		var want [][]string
		for it := range 20 {
			want = append(want, ids(s.Sample(it, 3)))
		}
		again, _ := NewSampler(families{toy.New()}, "all", mode, 5)
		for it := 19; it >= 0; it-- {
			if d := cmp.Diff(ids(again.Sample(it, 3)), want[it]); d != "" {
				t.Errorf("%s, iteration %d: (-got +want)\n%s", mode, it, d)
			}
		}
		other, _ := NewSampler(families{toy.New()}, "all", mode, 6)
		same := 0
		for it := range 20 {
			if cmp.Equal(ids(other.Sample(it, 3)), want[it]) {
				same++
			}
		}
		if same > 5 {
			t.Errorf("%s: another seed drew the same tasks %d times of 20", mode, same)
		}
	}
}

func TestSamplerIsUniform(t *testing.T) {
	const draws = 4000
	for _, tt := range []struct {
		mode  string
		units int
		want  map[string]float64
	}{
		{ByFamily, 4, map[string]float64{"0": 1. / 12, "4": 1. / 12, "6": 1. / 4, "7": 1. / 4}},
		{ByTask, 8, map[string]float64{"0": 1. / 8, "4": 1. / 8, "6": 1. / 8, "7": 1. / 8}},
	} {
		s, err := NewSampler(families{toy.New()}, "all", tt.mode, 1)
		if err != nil {
			t.Fatal(err)
		}
		if s.Families() != tt.units {
			t.Errorf("%s: %d units, want %d", tt.mode, s.Families(), tt.units)
		}
		counts := map[string]int{}
		for it := range draws / 5 {
			for _, task := range s.Sample(it, 5) {
				counts[task.ID]++
			}
		}
		for id, p := range tt.want {
			if got := float64(counts[id]) / draws; math.Abs(got-p) > 4*math.Sqrt(p*(1-p)/draws) {
				t.Errorf("%s: task %s drawn with frequency %.4f, want %.4f", tt.mode, id, got, p)
			}
		}
	}
}

func TestSamplerErrors(t *testing.T) {
	if _, err := NewSampler(toy.New(), "train", "luck", 1); err == nil {
		t.Error("no error for an unknown mode")
	}
	if _, err := NewSampler(toy.New(), "moon", ByTask, 1); err == nil {
		t.Error("no error for an unknown split")
	}
}

func TestSeedsDiffer(t *testing.T) {
	seen := map[uint64]string{}
	add := func(what string, s uint64) {
		if first, ok := seen[s]; ok {
			t.Errorf("%s and %s have the same seed", first, what)
		}
		seen[s] = what
	}
	for run := range uint64(3) {
		for it := range 5 {
			for slot := range 5 {
				add("env", EnvSeed(run, it, slot))
				for i := range 5 {
					add("sample", SampleSeed(run, it, slot, i))
				}
			}
		}
	}
	// Fixed for all time: old runs must be repeatable.
	if got := SampleSeed(1, 2, 3, 4); got != 0xc99b509e7d3df0e0 {
		t.Errorf("SampleSeed(1, 2, 3, 4) = %#x, want %#x", got, uint64(0xc99b509e7d3df0e0))
	}
	// First output of the published splitmix64 from state 0.
	if got := mix64(0); got != 0xe220a8397b1dcdaf {
		t.Errorf("mix64(0) = %#x", got)
	}
}
