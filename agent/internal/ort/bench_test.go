package ort_test

import (
	"context"
	"testing"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

// BenchmarkCall is one call into C and back.
func BenchmarkCall(b *testing.B) {
	lib := orttest.Library(b)
	b.ReportAllocs()
	for b.Loop() {
		lib.Nop()
	}
}

// BenchmarkRunner is one run of a model of one small operator, into a tensor
// that is given: almost all of it is overhead.
func BenchmarkRunner(b *testing.B) {
	lib := orttest.Library(b)
	s := session(b, lib, "Sub", ort.Float32, "z", "x", "y")
	r, err := s.NewRunner([]string{"x", "y"}, []string{"z"})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Release()
	x, y, z := from(b, lib, []float32{1}, 1), from(b, lib, []float32{1}, 1), from(b, lib, []float32{1}, 1)
	in, out := []*ort.Value{x, y}, []*ort.Value{z}
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Run(ctx, in, out); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkRunnerCancellable is BenchmarkRunner with a context that can end.
func BenchmarkRunnerCancellable(b *testing.B) {
	lib := orttest.Library(b)
	s := session(b, lib, "Sub", ort.Float32, "z", "x", "y")
	r, err := s.NewRunner([]string{"x", "y"}, []string{"z"})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Release()
	x, y, z := from(b, lib, []float32{1}, 1), from(b, lib, []float32{1}, 1), from(b, lib, []float32{1}, 1)
	in, out := []*ort.Value{x, y}, []*ort.Value{z}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Run(ctx, in, out); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkBinding is one run with bound tensors; with "to", the output is
// allocated by the run and read.
func BenchmarkBinding(b *testing.B) {
	for _, name := range []string{"bound", "to"} {
		b.Run(name, func(b *testing.B) {
			lib := orttest.Library(b)
			s := session(b, lib, "Sub", ort.Float32, "z", "x", "y")
			bound := binding(b, s)
			x, y, z := from(b, lib, []float32{1}, 1), from(b, lib, []float32{1}, 1), from(b, lib, []float32{1}, 1)
			must(b, bound.Input("x", x), bound.Input("y", y))
			if name == "bound" {
				must(b, bound.Output("z", z))
			} else {
				must(b, bound.OutputTo("z", ort.CPU))
			}
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				if err := bound.Run(ctx); err != nil {
					b.Fatal(err)
				}
				if name == "bound" {
					continue
				}
				out, err := bound.Outputs()
				if err != nil {
					b.Fatal(err)
				}
				out[0].Release()
			}
		})
	}
}

// BenchmarkValue makes, reads and releases a tensor of one element.
func BenchmarkValue(b *testing.B) {
	lib := orttest.Library(b)
	data := []float32{1}
	b.ReportAllocs()
	for b.Loop() {
		v, err := ort.From(lib, data, 1)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := ort.Data[float32](v); err != nil {
			b.Fatal(err)
		}
		v.Release()
	}
}

// TestRunnerAllocates holds the promise that the hot path leaves the garbage
// collector alone.
func TestRunnerAllocates(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	r, err := s.NewRunner([]string{"x", "y"}, []string{"z"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	bound := binding(t, s)
	x, z := from(t, lib, []float32{1}, 1), from(t, lib, []float32{1}, 1)
	must(t, bound.Input("x", x), bound.Input("y", x), bound.Output("z", z))
	in, out := []*ort.Value{x, x}, []*ort.Value{z}
	ctx := context.Background()
	var err1, err2 error
	if n := testing.AllocsPerRun(100, func() { err1 = r.Run(ctx, in, out) }); n != 0 {
		t.Errorf("a run allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { err2 = bound.Run(ctx) }); n != 0 {
		t.Errorf("a bound run allocates %v times", n)
	}
	must(t, err1, err2)
}
