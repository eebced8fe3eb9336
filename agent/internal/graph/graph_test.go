package graph_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/onnx"
)

// TestMistakes makes one mistake a case and expects an error that names this
// file and says what is wrong.
func TestMistakes(t *testing.T) {
	n, d := graph.Sym("N"), graph.D
	for _, c := range []struct {
		name, want string
		f          func(g *graph.Graph, x, w *graph.V) // x is [N, 3], w is [2, 4]
	}{
		{"broadcast", "Add: x float32[N, 3] and w float32[2, 4] do not broadcast (N against 2)", func(_ *graph.Graph, x, w *graph.V) { x.Add(w) }},
		{"types", "have different types", func(_ *graph.Graph, x, _ *graph.V) { x.Mul(x.Cast(graph.F64)) }},
		{"nil", "a nil value", func(_ *graph.Graph, x, _ *graph.V) { x.Mul(nil) }},
		{"nil in node", "input 1 is nil", func(_ *graph.Graph, x, _ *graph.V) { graph.Concat(0, x, x).PowV(nil) }},
		{"other graph", "belongs to another graph", func(_ *graph.Graph, x, _ *graph.V) { x.Add(graph.New().Const(graph.F32, 1)) }},
		{"axis", "axis 2 of x float32[N, 3], which has 2 axes", func(_ *graph.Graph, x, _ *graph.V) { x.Sum(2) }},
		{"reshape", "has 3*N elements, [N, 4] has 4*N", func(_ *graph.Graph, x, _ *graph.V) { x.Reshape(n, d(4)) }},
		{"symbol without source", "the symbol M is not a dimension of any input", func(g *graph.Graph, x, _ *graph.V) { x.Pad(0, graph.Sym("M"), d(0), 0) }},
		{"new symbol", "has 3*N elements", func(_ *graph.Graph, x, _ *graph.V) { x.Reshape(graph.Sym("M"), d(3)) }},
		{"symbol's form", "a symbol is a letter", func(_ *graph.Graph, x, _ *graph.V) { graph.Sym("2N") }},
		{"expand", "does not broadcast to", func(_ *graph.Graph, x, _ *graph.V) { x.Expand(d(1), d(3)) }},
		{"squeeze", "axis 0 of x float32[N, 3] is not 1", func(_ *graph.Graph, x, _ *graph.V) { x.Squeeze(0) }},
		{"unsqueeze", "no place 5", func(_ *graph.Graph, x, _ *graph.V) { x.Unsqueeze(5) }},
		{"transpose", "is not a permutation", func(_ *graph.Graph, x, _ *graph.V) { x.Transpose(0, 0) }},
		{"transpose rank", "has 1", func(_ *graph.Graph, x, _ *graph.V) { x.Transpose(0) }},
		{"concat", "differ on axis 1", func(_ *graph.Graph, x, w *graph.V) { graph.Concat(0, x, w) }},
		{"split", "do not add up", func(_ *graph.Graph, x, w *graph.V) { w.Split(1, 1, 2) }},
		{"slice", "no elements 1 to 9 on axis 1", func(_ *graph.Graph, x, w *graph.V) { w.Slice(1, 1, 9) }},
		{"gemm", "have inner sizes 3 and 2", func(_ *graph.Graph, x, w *graph.V) { x.Gemm(w, false, false, nil) }},
		{"bias", "must have shape [2]", func(_ *graph.Graph, x, w *graph.V) { w.Gemm(w, false, true, x.Sum(0)) }},
		{"matmul", "do not multiply", func(_ *graph.Graph, x, w *graph.V) { x.MatMul(w) }},
		{"where", "want a bool", func(_ *graph.Graph, x, w *graph.V) { x.Where(x, x) }},
		{"gather", "indexes must be int64", func(_ *graph.Graph, x, w *graph.V) { x.Gather(w) }},
		{"scatter", "must have the shape of", func(g *graph.Graph, x, w *graph.V) {
			w.ScatterAddElements(1, g.Input("i", graph.I64, d(2), d(1)), w)
		}},
		{"assume rank", "has 2 axes, not 1", func(_ *graph.Graph, x, _ *graph.V) { x.Assume(n) }},
		{"assume size", "axis 1 of x", func(_ *graph.Graph, x, _ *graph.V) { x.Assume(n, d(4)) }},
		{"sum", "differ", func(_ *graph.Graph, x, w *graph.V) { graph.Sum(x, w) }},
		{"name taken", `the name "x" is empty or taken`, func(g *graph.Graph, x, _ *graph.V) { g.Output("x", x) }},
		{"unfold", "want [B, T, D]", func(_ *graph.Graph, x, _ *graph.V) { x.Unfold(3) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			g, err := graph.Build(func(g *graph.Graph) {
				c.f(g, g.Input("x", graph.F32, n, d(3)), g.Param("w", 2, 4))
			})
			if g != nil || !errors.Is(err, graph.ErrMistake) {
				t.Fatalf("got %v, %v", g, err)
			}
			if !strings.HasPrefix(err.Error(), "graph: graph_test.go:") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestBuildPassesOtherPanics(t *testing.T) {
	defer func() {
		if recover() != "other" {
			t.Error("the panic was swallowed")
		}
	}()
	_, _ = graph.Build(func(*graph.Graph) { panic("other") })
}

// TestModel checks what a model keeps: live nodes, shared constants, weights
// as initialisers, outputs that are inputs or named twice.
func TestModel(t *testing.T) {
	g, err := graph.Build(func(g *graph.Graph) {
		x := g.Input("x", graph.F32, graph.Sym("N"), graph.D(2))
		w := g.Param("w", 2, 2)
		x.Exp() // dead
		y := x.Linear(w, nil).Times(2).Plus(2)
		g.Output("y", y)
		g.Output("again", y)
		g.Output("same", x)
	})
	if err != nil {
		t.Fatal(err)
	}
	weights := map[string]onnx.Tensor{"w": {Name: "w", DType: onnx.Float32, Dims: []int64{2, 2}, Raw: make([]byte, 16)}}
	m := g.Model(weights)
	var ops, inits, inputs []string
	for _, n := range m.Graph.Nodes {
		ops = append(ops, n.Op)
	}
	for _, x := range m.Graph.Inits {
		inits = append(inits, x.Name)
	}
	for _, x := range m.Graph.Inputs {
		inputs = append(inputs, x.Name)
	}
	if d := cmp.Diff(ops, []string{"Gemm", "Mul", "Add", "Identity", "Identity"}); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(inputs, []string{"x"}); d != "" {
		t.Error(d)
	}
	if len(inits) != 2 || inits[1] != "w" {
		t.Errorf("initialisers %v, want one constant and w", inits)
	}
	if d := cmp.Diff(m.Graph.Outputs[0].Shape, []onnx.Dim{{Name: "N"}, {Size: 2}}); d != "" {
		t.Error(d)
	}
	out, err := interp.Run(m, map[string]*interp.Tensor{"x": interp.From(onnx.Float32, []float64{1, 2}, 1, 2)})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][]float64{out["y"].X, out["again"].X, out["same"].X}, [][]float64{{2, 2}, {2, 2}, {1, 2}}); d != "" {
		t.Error(d)
	}
}

// TestSize evaluates a polynomial of symbols at run time.
func TestSize(t *testing.T) {
	a, b := graph.Sym("A"), graph.Sym("B")
	g, err := graph.Build(func(g *graph.Graph) {
		g.Input("x", graph.F32, a, b)
		d := a.Times(b).Times(graph.D(2)).Plus(a).Minus(graph.D(3))
		g.Output("size", g.Size(d))
		g.Output("shape", g.ShapeOf(d, graph.D(7), b))
		g.Output("count", g.Count(graph.F32, a, b))
		g.Output("full", g.Full(graph.F32, 1.5, b))
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := interp.Run(g.Model(nil), map[string]*interp.Tensor{"x": interp.New(onnx.Float32, 4, 3)})
	if err != nil {
		t.Fatal(err)
	}
	got := [][]float64{out["size"].X, out["shape"].X, out["count"].X, out["full"].X}
	if d := cmp.Diff(got, [][]float64{{25}, {25, 7, 3}, {12}, {1.5, 1.5, 1.5}}); d != "" {
		t.Error(d)
	}
}

// TestDeterministic builds the same graph twice and compares the bytes.
func TestDeterministic(t *testing.T) {
	build := func() []byte {
		g, err := graph.Build(func(g *graph.Graph) {
			a, b := graph.Sym("A"), graph.Sym("B")
			x := g.Input("x", graph.F32, a, b, graph.D(4))
			y := x.Reshape(graph.D(4), b, a).Sum(0).Pad(0, a.Plus(b), a.Times(b).Minus(a), 0)
			g.Output("y", y.Softmax(-1).Times(3))
		})
		if err != nil {
			t.Fatal(err)
		}
		m, err := g.Model(nil).Marshal()
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	first := build()
	for range 20 {
		if string(build()) != string(first) {
			t.Fatal("two builds differ")
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		g, err := graph.Build(func(g *graph.Graph) {
			n := graph.Sym("N")
			x := g.Input("x", graph.F32, n, graph.Sym("T"), graph.D(16))
			w := g.Param("w", 16, 16)
			for range 50 {
				x = x.Linear(w, nil).SiLU()
			}
			g.Output("y", x)
		})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := g.Model(nil).Marshal(); err != nil {
			b.Fatal(err)
		}
	}
}
