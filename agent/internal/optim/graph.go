package optim

import (
	"math"

	"stepgym/agent/internal/graph"
)

// Names of the inputs and outputs of Graph, before a parameter's name.
const (
	WeightName = "w." // input; the output is NextName + "w."
	GradName   = "g." // input
	MeanName   = "m." // input and, after NextName, output
	SquareName = "v." // input and, after NextName, output
	NextName   = "next."
)

// Shape is a parameter that Graph updates.
type Shape struct {
	Name    string
	Dims    []int
	NoDecay bool
}

// Graph builds one update of all parameters. Its scalar inputs are "lr" and the
// bias corrections "c1" = 1-b1^t and "c2" = 1-b2^t; the scalar output "norm" is
// the gradients' norm before clipping. Where the norm is not finite the outputs are
// the inputs. For each parameter P it reads w.P, g.P,
// m.P, v.P and writes next.w.P, next.m.P, next.v.P.
//
// Outputs may be bound to the very buffers of the inputs (in place), since every
// operator from them on is element by element; the norm is complete before the
// first of them because they all depend on it. The runtime promises neither, so
// a caller that wants certainty binds a second set of buffers and swaps.
func Graph(g *graph.Graph, c Config, params []Shape) {
	lr, c1, c2 := g.Input("lr", graph.F32), g.Input("c1", graph.F32), g.Input("c2", graph.F32)
	type tensor struct{ w, g, m, v *graph.V }
	ts := make([]tensor, len(params))
	squares := make([]*graph.V, len(params))
	for i, p := range params {
		in := func(kind string) *graph.V {
			dims := make([]graph.Dim, len(p.Dims))
			for j, n := range p.Dims {
				dims[j] = graph.D(n)
			}
			return g.Input(kind+p.Name, graph.F32, dims...)
		}
		ts[i] = tensor{in(WeightName), in(GradName), in(MeanName), in(SquareName)}
		squares[i] = ts[i].g.SumSquare()
		if len(p.Dims) == 0 {
			squares[i] = ts[i].g.Square()
		}
	}
	norm := graph.Sum(squares...).Sqrt()
	g.Output("norm", norm)
	scale := g.Const(graph.F32, 1)
	if c.ClipNorm > 0 {
		scale = g.Const(graph.F32, c.ClipNorm).Div(norm.Plus(1e-6)).Min(scale)
	}
	rate := lr.Div(c1)
	finite := norm.LessEq(g.Const(graph.F32, math.MaxFloat32)) // false for NaN
	for i, p := range params {
		t := ts[i]
		x := t.g.Mul(scale)
		m := t.m.Add(x.Sub(t.m).Times(1 - c.Beta1))
		v := t.v.Add(x.Square().Sub(t.v).Times(1 - c.Beta2))
		w := t.w
		if c.Decay > 0 && !p.NoDecay {
			w = w.Mul(lr.Times(-c.Decay).Plus(1))
		}
		w = w.Sub(m.Mul(rate).Div(v.Div(c2).Sqrt().Plus(c.Epsilon)))
		g.Output(NextName+WeightName+p.Name, finite.Where(w, t.w))
		g.Output(NextName+MeanName+p.Name, finite.Where(m, t.m))
		g.Output(NextName+SquareName+p.Name, finite.Where(v, t.v))
	}
}
