package grad_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/onnx"
	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/ort/orttest"
)

// toORT copies a tensor into the runtime's memory.
func toORT(lib *ort.Library, t *interp.Tensor) (*ort.Value, error) {
	shape := make([]int64, len(t.Shape))
	for i, d := range t.Shape {
		shape[i] = int64(d)
	}
	switch t.DType {
	case onnx.Float32:
		return ort.From(lib, convert(t.X, func(x float64) float32 { return float32(x) }), shape...)
	case onnx.Float64:
		return ort.From(lib, t.X, shape...)
	case onnx.Int64:
		return ort.From(lib, convert(t.X, func(x float64) int64 { return int64(x) }), shape...)
	case onnx.Bool:
		return ort.From(lib, convert(t.X, func(x float64) bool { return x != 0 }), shape...)
	}
	return nil, fmt.Errorf("no conversion of %v", t.DType)
}

func convert[A, B any](xs []A, f func(A) B) []B {
	out := make([]B, len(xs))
	for i, x := range xs {
		out[i] = f(x)
	}
	return out
}

// fromORT copies a float tensor out of the runtime.
func fromORT(v *ort.Value) (*interp.Tensor, error) {
	out := &interp.Tensor{DType: onnx.DType(v.Type())}
	for _, d := range v.Shape() {
		out.Shape = append(out.Shape, int(d))
	}
	if v.Type() == ort.Float64 {
		x, err := ort.Data[float64](v)
		out.X = append(out.X, x...)
		return out, err
	}
	x, err := ort.Data[float32](v)
	out.X = convert(x, func(x float32) float64 { return float64(x) })
	return out, err
}

// withORT returns a runner of the model on the real runtime.
func withORT(t *testing.T, lib *ort.Library, m *onnx.Model) (runner, error) {
	return withThreads(t, lib, m, 4)
}

func withThreads(t *testing.T, lib *ort.Library, m *onnx.Model, threads int) (runner, error) {
	b, err := m.Marshal()
	if err != nil {
		return nil, err
	}
	s, err := lib.NewSession(b, ort.SessionOptions{Threads: threads, Sleep: true})
	if err != nil {
		return nil, err
	}
	t.Cleanup(s.Release)
	return func(in map[string]*interp.Tensor) (map[string]*interp.Tensor, error) {
		values := map[string]*ort.Value{}
		for name, x := range in {
			v, err := toORT(lib, x)
			if err != nil {
				return nil, err
			}
			defer v.Release()
			values[name] = v
		}
		got, err := s.Run(t.Context(), values)
		if err != nil {
			return nil, err
		}
		out := map[string]*interp.Tensor{}
		for name, v := range got {
			defer v.Release()
			if out[name], err = fromORT(v); err != nil {
				return nil, err
			}
		}
		return out, nil
	}, nil
}

// TestRuntimeFloat32 compares outputs and gradients of the real runtime in
// float32 with the interpreter's in float64.
func TestRuntimeFloat32(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the ONNX Runtime library")
	}
	lib := orttest.Library(t)
	for _, c := range allCases() {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.build(graph.F32)
			if err != nil {
				t.Fatal(err)
			}
			run, err := withORT(t, lib, m)
			if err != nil {
				t.Fatal(err)
			}
			for i, bind := range bindings {
				in := c.feeds(graph.F32, bind, uint64(i))
				want, err := interp.Run(m, in)
				if err != nil {
					t.Fatal(err)
				}
				got, err := run(in)
				if err != nil {
					t.Fatal(err)
				}
				compare(t, got, want, 1e-5)
			}
		})
	}
}

func compare(t *testing.T, got, want map[string]*interp.Tensor, tolerance float64) {
	t.Helper()
	for name, w := range want {
		g := got[name]
		if g == nil || fmt.Sprint(g.Shape) != fmt.Sprint(w.Shape) {
			t.Errorf("%s: got %v, want shape %v", name, g, w.Shape)
			continue
		}
		for i := range w.X {
			if diff := math.Abs(g.X[i] - w.X[i]); !(diff <= tolerance*(1+math.Abs(w.X[i]))) {
				t.Errorf("%s[%d]: got %v, want %v", name, i, g.X[i], w.X[i])
			}
		}
	}
}

// TestRuntimeDifferences compares gradients with difference quotients, both
// through the real runtime in float64.
func TestRuntimeDifferences(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the ONNX Runtime library")
	}
	lib := orttest.Library(t)
	checked := 0
	for _, c := range allCases() {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.build(graph.F64)
			if err != nil {
				t.Fatal(err)
			}
			run, err := withORT(t, lib, m)
			if err != nil {
				t.Fatal(err)
			}
			for i, bind := range bindings {
				checked += checkDifferences(t, run, c.feeds(graph.F64, bind, uint64(i)), 1e-5, 1e-7)
			}
		})
	}
	t.Logf("%d gradients of %d cases", checked, len(allCases()))
}

// TestScatterThreads checks that scatters with many repeated indexes lose no
// addition and give the same bits each time when threads share the work.
func TestScatterThreads(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the ONNX Runtime library")
	}
	lib := orttest.Library(t)
	const rows, table, width = 50_000, 40, 16
	g, err := graph.Build(func(g *graph.Graph) {
		n := graph.Sym("N")
		idx := g.Input("idx", graph.I64, n)
		x := g.Input("x", graph.F32, n, graph.D(width))
		g.Output("nd", x.SegmentSum(idx, graph.D(table)))
		wide := idx.Unsqueeze(1).Expand(n, graph.D(width))
		g.Output("elements", g.Zeros(graph.F32, graph.D(table), graph.D(width)).ScatterAddElements(0, wide, x))
	})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	idx, x := interp.New(onnx.Int64, rows), interp.New(onnx.Float32, rows, width)
	want := interp.New(onnx.Float32, table, width)
	for i := range rows {
		k := r.IntN(table)
		idx.X[i] = float64(k)
		for j := range width {
			x.X[i*width+j] = float64(r.IntN(5)) // sums are exact in float32
			want.X[k*width+j] += x.X[i*width+j]
		}
	}
	run, err := withORT(t, lib, g.Model(nil))
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		got, err := run(map[string]*interp.Tensor{"idx": idx, "x": x})
		if err != nil {
			t.Fatal(err)
		}
		compare(t, got, map[string]*interp.Tensor{"nd": want, "elements": want}, 0)
	}
}

// TestSerialBits expects the two ways of adding rows to give the same bits.
func TestSerialBits(t *testing.T) {
	if testing.Short() {
		t.Skip("needs the ONNX Runtime library")
	}
	lib := orttest.Library(t)
	r := rand.New(rand.NewPCG(3, 4))
	in := map[string]*interp.Tensor{"idx": interp.New(onnx.Int64, 5000), "x": interp.New(onnx.Float32, 5000, 3)}
	for i := range in["idx"].X {
		in["idx"].X[i] = float64(r.IntN(7))
	}
	for i := range in["x"].X {
		in["x"].X[i] = r.NormFloat64()
	}
	var want *interp.Tensor
	for _, serial := range []bool{false, true} {
		g, err := graph.Build(func(g *graph.Graph) {
			g.Serial = serial
			n := graph.Sym("N")
			g.Output("y", g.Input("x", graph.F32, n, graph.D(3)).SegmentSum(g.Input("idx", graph.I64, n), graph.D(7)))
		})
		if err != nil {
			t.Fatal(err)
		}
		threads := 4
		if serial {
			threads = 1
		}
		run, err := withThreads(t, lib, g.Model(nil), threads)
		if err != nil {
			t.Fatal(err)
		}
		out, err := run(in)
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = out["y"]
		}
		compare(t, out, map[string]*interp.Tensor{"y": want}, 0)
	}
}
