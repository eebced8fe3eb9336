package grad_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"stepgym/agent/internal/grad"
	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/onnx"
)

// build makes the case's graph: the output "y", the scalar "loss" made of it,
// and the gradients "dI" of the float inputs "xI".
func (c opCase) build(t graph.DType) (*onnx.Model, error) { return c.buildFor(t, false) }

// buildFor also says whether one thread will run the graph.
func (c opCase) buildFor(t graph.DType, serial bool) (*onnx.Model, error) {
	g, err := graph.Build(func(g *graph.Graph) {
		g.Serial = serial
		var xs, wrt []*graph.V
		for i, a := range c.args {
			x := g.Input(fmt.Sprint("x", i), a.dtype(t), a.shape...)
			xs = append(xs, x)
			if x.DType() == t {
				wrt = append(wrt, x)
			}
		}
		for _, s := range []graph.Dim{dimA, dimB, dimC} { // every symbol has a source
			g.Input("size"+s.String(), t, s)
		}
		y := c.f(xs)
		s := y.Sigmoid()
		l := s.Mul(s).Sum()
		if y.Rank() == 0 {
			l = s.Mul(s)
		}
		d := grad.Of(l, wrt...)
		g.Output("y", y)
		g.Output("loss", l)
		for i, x := range wrt {
			if d[i] != nil {
				g.Output("d"+x.Name(), d[i])
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return g.Model(nil), nil
}

// feeds makes the case's inputs for one binding of the symbols.
func (c opCase) feeds(t graph.DType, bind map[string]int, seed uint64) map[string]*interp.Tensor {
	r := rand.New(rand.NewPCG(seed, 1))
	in := map[string]*interp.Tensor{}
	for i, a := range c.args {
		in[fmt.Sprint("x", i)] = a.fill(t, bind, r)
	}
	for s, n := range bind {
		in["size"+s] = interp.New(t, n)
	}
	return in
}

// runner runs a model; the interpreter is one, the real runtime another.
type runner func(in map[string]*interp.Tensor) (map[string]*interp.Tensor, error)

// checkDifferences compares each element of each gradient with the central
// difference of the loss, and returns how many there were.
func checkDifferences(t *testing.T, run runner, in map[string]*interp.Tensor, eps, tolerance float64) int {
	t.Helper()
	out, err := run(in)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for name, d := range out {
		x := in[strings.TrimPrefix(name, "d")]
		if x == nil || !strings.HasPrefix(name, "d") {
			continue
		}
		for i := range d.X {
			at := func(h float64) float64 {
				keep := x.X[i]
				defer func() { x.X[i] = keep }()
				x.X[i] += h
				out, err := run(in)
				if err != nil {
					t.Fatal(err)
				}
				return out["loss"].X[0]
			}
			want := (at(eps) - at(-eps)) / (2 * eps)
			if diff := math.Abs(d.X[i] - want); !(diff <= tolerance*(1+math.Abs(want))) {
				t.Errorf("%s[%d]: gradient %v, difference quotient %v", name, i, d.X[i], want)
			}
			n++
		}
	}
	return n
}

func TestGradients(t *testing.T) {
	for _, c := range allCases() {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.build(graph.F64)
			if err != nil {
				t.Fatal(err)
			}
			for i, bind := range bindings {
				if checkDifferences(t, func(in map[string]*interp.Tensor) (map[string]*interp.Tensor, error) {
					return interp.Run(m, in)
				}, c.feeds(graph.F64, bind, uint64(i)), 1e-5, 1e-7) == 0 {
					t.Error("no gradients")
				}
			}
		})
	}
}

// TestSerial checks the gradients of what is built otherwise for one thread.
func TestSerial(t *testing.T) {
	for _, c := range indexing() {
		t.Run(c.name, func(t *testing.T) {
			m, err := c.buildFor(graph.F64, true)
			if err != nil {
				t.Fatal(err)
			}
			checkDifferences(t, func(in map[string]*interp.Tensor) (map[string]*interp.Tensor, error) {
				return interp.Run(m, in)
			}, c.feeds(graph.F64, bindings[0], 1), 1e-5, 1e-7)
		})
	}
}

func TestOf(t *testing.T) {
	g, err := graph.Build(func(g *graph.Graph) {
		x, y, z := g.Input("x", graph.F32, graph.D(2)), g.Input("y", graph.F32, graph.D(2)), g.Input("z", graph.F32)
		before := len(g.Nodes())
		loss := x.Mul(y.Detach()).Sum()
		d := grad.Of(loss, x, y, z)
		if d[0] == nil || d[1] != nil || d[2] != nil {
			t.Errorf("gradients of x, y, z: %v, %v, %v; want only the first", d[0], d[1], d[2])
		}
		for _, n := range g.Nodes()[before:] {
			if n.Op == "Neg" {
				t.Error("a node that nothing needs")
			}
		}
		if d := grad.Of(z, z); d[0] == nil || d[0].Rank() != 0 {
			t.Errorf("gradient of z by itself: %v", d[0])
		}
	})
	if err != nil || g == nil {
		t.Fatal(err)
	}
}

func TestOfRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		f          func(x *graph.V) *graph.V
	}{
		{"vector", "is not a float scalar", func(x *graph.V) *graph.V { return x }},
		{"int", "is not a float scalar", func(x *graph.V) *graph.V { return x.ArgMax(0) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := graph.Build(func(g *graph.Graph) {
				x := g.Input("x", graph.F32, graph.D(3))
				grad.Of(c.f(x), x)
			})
			if !errors.Is(err, graph.ErrMistake) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "grad_test.go:") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_, err := graph.Build(func(g *graph.Graph) {
			x := g.Input("x", graph.F32, graph.Sym("B"), graph.D(64))
			var ws []*graph.V
			for i := range 20 {
				w := g.Param(fmt.Sprint("w", i), 64, 64)
				ws = append(ws, w)
				x = x.Linear(w, nil).Relu()
			}
			grad.Of(x.Sum(), ws...)
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
