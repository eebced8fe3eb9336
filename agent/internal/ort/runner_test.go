package ort_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

func TestRunner(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	r, err := s.NewRunner([]string{"y", "x"}, []string{"z"}) // an order of one's own
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	x, y := from(t, lib, []float32{5, 7}, 2), from(t, lib, []float32{1, 2}, 2)
	given := from(t, lib, make([]float32, 2), 2)
	for range 3 {
		out := []*ort.Value{nil}
		if err := r.Run(t.Context(), []*ort.Value{y, x}, out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]float32{4, 5}, read(t, out[0])); diff != "" {
			t.Error(diff)
		}
		out[0].Release()
		out[0] = given
		if err := r.Run(t.Context(), []*ort.Value{x, y}, out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]float32{-4, -5}, read(t, given)); diff != "" {
			t.Error(diff)
		}
	}
	// The same tensor twice, and an input that is the output.
	if err := r.Run(t.Context(), []*ort.Value{x, x}, []*ort.Value{given}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]float32{0, 0}, read(t, given)); diff != "" {
		t.Error(diff)
	}
}

func TestRunnerRefuses(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	for _, names := range [][2][]string{{{"w"}, {"z"}}, {{"x", "y"}, {"w"}}, {{"x", "y"}, nil}} {
		if r, err := s.NewRunner(names[0], names[1]); err == nil {
			r.Release()
			t.Errorf("a runner for %v was made", names)
		}
	}
	r, err := s.NewRunner([]string{"x", "y"}, []string{"z"})
	if err != nil {
		t.Fatal(err)
	}
	x, three := from(t, lib, []float32{1, 2}, 2), from(t, lib, []float32{1, 2, 3}, 3)
	out := []*ort.Value{nil}
	for name, call := range map[string]func() error{
		"too few inputs": func() error { return r.Run(t.Context(), []*ort.Value{x}, out) },
		"no outputs":     func() error { return r.Run(t.Context(), []*ort.Value{x, x}, nil) },
		"a nil input":    func() error { return r.Run(t.Context(), []*ort.Value{x, nil}, out) },
		"bad shapes":     func() error { return r.Run(t.Context(), []*ort.Value{x, three}, out) },
		"bad output":     func() error { return r.Run(t.Context(), []*ort.Value{x, x}, []*ort.Value{three}) },
	} {
		if err := call(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if out[0] != nil {
		t.Error("a failed run gave a tensor")
	}
	gone := from(t, lib, []float32{1, 2}, 2)
	gone.Release()
	if err := r.Run(t.Context(), []*ort.Value{x, gone}, out); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("a released input: %v", err)
	}
	if err := r.Run(t.Context(), []*ort.Value{x, x}, []*ort.Value{gone}); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("a released output: %v", err)
	}
	r.Release()
	r.Release()
	if err := r.Run(t.Context(), []*ort.Value{x, x}, out); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("a released runner: %v", err)
	}
}

func TestContext(t *testing.T) {
	lib := orttest.Library(t)
	const width = 256
	s, err := lib.NewSession(chain(4000, width), ort.SessionOptions{Threads: 1, Level: ort.LevelNone})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Release()
	in := map[string]*ort.Value{
		"x": from(t, lib, make([]float32, width*width), width, width),
		"w": from(t, lib, make([]float32, width*width), width, width),
	}
	cause := errors.New("enough")
	ended, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	if _, err := s.Run(ended, in); !errors.Is(err, cause) {
		t.Errorf("a context that has ended: %v", err)
	}

	// Ended in the middle: 4000 products of 33 MFLOP take far longer than this.
	b := binding(t, s)
	must(t, b.Input("x", in["x"]), b.Input("w", in["w"]), b.OutputTo("y", ort.CPU))
	short, cancel2 := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, cause)
	defer cancel2()
	start := time.Now()
	if err := b.Run(short); !errors.Is(err, cause) {
		t.Errorf("a context that ends: %v after %v", err, time.Since(start))
	}
	// The binding can run again.
	if !testing.Short() {
		must(t, b.Run(t.Context()))
		outputs(t, b)
	}
}

func must(t testing.TB, errs ...error) {
	t.Helper()
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
}
