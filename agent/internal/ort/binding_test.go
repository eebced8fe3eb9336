package ort_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

func TestBinding(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	b := binding(t, s)
	x, y := from(t, lib, []float32{5, 7}, 2), from(t, lib, []float32{1, 2}, 2)
	must(t, b.Input("x", x), b.Input("y", y), b.OutputTo("z", ort.CPU), b.Run(t.Context()))
	first := outputs(t, b)[0]

	// Inputs are read at each run; what was given out stays.
	view, err := ort.Data[float32](x)
	if err != nil {
		t.Fatal(err)
	}
	view[0] = 100
	must(t, b.Run(t.Context()))
	second := outputs(t, b)[0]
	if diff := cmp.Diff([][]float32{{4, 5}, {99, 5}}, [][]float32{read(t, first), read(t, second)}); diff != "" {
		t.Error(diff)
	}

	// Another shape, without binding the output anew.
	must(t, b.Input("x", from(t, lib, []float32{1, 2, 3}, 3)), b.Input("y", from(t, lib, []float32{1, 1, 1}, 3)), b.Run(t.Context()))
	if diff := cmp.Diff([]float32{0, 1, 2}, read(t, outputs(t, b)[0])); diff != "" {
		t.Error(diff)
	}

	// A tensor of the caller's as output; then back.
	z := from(t, lib, make([]float32, 3), 3)
	must(t, b.Output("z", z), b.Run(t.Context()))
	if diff := cmp.Diff([]float32{0, 1, 2}, read(t, z)); diff != "" {
		t.Error(diff)
	}
	must(t, b.OutputTo("z", ort.CPU), b.Input("x", z), b.Run(t.Context()))
	if diff := cmp.Diff([]float32{0, 1, 2}, read(t, z)); diff != "" {
		t.Errorf("the tensor was written after it was unbound: %s", diff)
	}
}

// TestBindingInPlace does what an optimizer step does: the output is an input.
func TestBindingInPlace(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	b := binding(t, s)
	w := from(t, lib, []float32{10, 20}, 2)
	must(t, b.Input("x", w), b.Input("y", from(t, lib, []float32{1, 2}, 2)), b.Output("z", w))
	for range 5 {
		must(t, b.Run(t.Context()))
	}
	if diff := cmp.Diff([]float32{5, 10}, read(t, w)); diff != "" {
		t.Error(diff)
	}
}

func TestBindingKeepsItsTensors(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	b, err := s.NewBinding()
	if err != nil {
		t.Fatal(err)
	}
	x, y := from(t, lib, []float32{5}, 1), from(t, lib, []float32{1}, 1)
	must(t, b.Input("x", x), b.Input("y", y), b.OutputTo("z", ort.CPU))
	x.Release()
	y.Release()
	s.Release()
	churn := from(t, lib, []float32{-1}, 1) // would take the place of x
	must(t, b.Run(t.Context()))
	out := outputs(t, b)
	b.Release()
	if diff := cmp.Diff([]float32{4}, read(t, out[0])); diff != "" {
		t.Error(diff)
	}
	churn.Release()
	out[0].Release()
	if live := lib.Live(); live != (ort.Live{}) {
		t.Errorf("left: %+v", live)
	}
}

func TestBindingRefuses(t *testing.T) {
	lib := orttest.Library(t)
	s := session(t, lib, "Sub", ort.Float32, "z", "x", "y")
	b, err := s.NewBinding()
	if err != nil {
		t.Fatal(err)
	}
	x, whole := from(t, lib, []float32{1}, 1), from(t, lib, []int64{1}, 1)
	gone := from(t, lib, []float32{1}, 1)
	gone.Release()
	for _, test := range []struct {
		name, want string
		call       func() error
	}{
		{"input name", `no input "z"; it has x, y`, func() error { return b.Input("z", x) }},
		{"output name", `no output "x"; it has z`, func() error { return b.Output("x", x) }},
		{"place name", `no output "x"`, func() error { return b.OutputTo("x", ort.CPU) }},
		{"place", "no memory on cuda:0", func() error { return b.OutputTo("z", ort.CUDA(0)) }},
		{"type", "x is float32, not int64", func() error { return b.Input("x", whole) }},
		{"nothing bound", "", func() error { return b.Run(t.Context()) }},
		{"released", ort.ErrReleased.Error(), func() error { return b.Input("x", gone) }},
		{"nil", ort.ErrReleased.Error(), func() error { return b.Output("z", nil) }},
	} {
		if err := test.call(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.name, err, test.want)
		}
	}
	if out, err := b.Outputs(); len(out) != 0 || err != nil {
		t.Errorf("outputs of nothing: %v, %v", out, err)
	}
	must(t, b.Input("x", x), b.Input("y", x), b.OutputTo("z", ort.CPU), b.Run(t.Context()), b.Clear())
	if err := b.Run(t.Context()); err == nil {
		t.Error("a cleared binding ran")
	}
	b.Release()
	b.Release()
	for name, call := range map[string]func() error{
		"Input": func() error { return b.Input("x", x) }, "Output": func() error { return b.Output("z", x) },
		"OutputTo": func() error { return b.OutputTo("z", ort.CPU) }, "Run": func() error { return b.Run(t.Context()) },
		"Outputs": func() error { _, err := b.Outputs(); return err }, "Clear": b.Clear,
	} {
		if err := call(); !errors.Is(err, ort.ErrReleased) {
			t.Errorf("%s after Release: %v", name, err)
		}
	}
	s.Release()
	s.Release()
	if _, err := s.NewBinding(); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("NewBinding after Release: %v", err)
	}
	if _, err := s.NewRunner([]string{"x", "y"}, []string{"z"}); !errors.Is(err, ort.ErrReleased) {
		t.Errorf("NewRunner after Release: %v", err)
	}
}

// binding makes a binding that the test's end releases.
func binding(t testing.TB, s *ort.Session) *ort.Binding {
	t.Helper()
	b, err := s.NewBinding()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Release)
	return b
}

// outputs returns a binding's outputs, which the test's end releases.
func outputs(t testing.TB, b *ort.Binding) []*ort.Value {
	t.Helper()
	out, err := b.Outputs()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range out {
		t.Cleanup(v.Release)
	}
	return out
}
