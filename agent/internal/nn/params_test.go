package nn

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent/internal/grad"
	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/onnx"
)

func TestParams(t *testing.T) {
	m := newBandit()
	want := []string{"body.0.w", "body.0.b", "body.1.w", "body.1.b", "value.w", "value.b"}
	if d := cmp.Diff(m.params.Names(), want); d != "" {
		t.Error(d)
	}
	if n := m.params.Size(); n != 3*8+8+8+1+3+1 {
		t.Errorf("%d elements", n)
	}
	// A parameter's start depends on its name and the seed, not on the others.
	var alone Params
	NewLinear(&alone, "value", 3, 1)
	a, b := m.params.find("value.w").values(5), alone.find("value.w").values(5)
	if d := cmp.Diff(a, b); d != "" {
		t.Error(d)
	}
	if slices.Equal(a, alone.find("value.w").values(6)) || slices.Equal(a, m.params.find("body.0.w").values(5)[:3]) {
		t.Error("different seeds or names give equal starts")
	}
	if !m.params.find("value.b").noDecay || m.params.find("value.w").noDecay {
		t.Error("weight decay is for matrices only")
	}
}

func TestInits(t *testing.T) {
	const in, out = 400, 100
	for _, c := range []struct {
		name      string
		init      Init
		mean, std float64
		limit     float64
	}{
		{"zeros", Zeros, 0, 0, 0},
		{"ones", Ones, 1, 0, 1},
		{"constant", Constant(-2), -2, 0, 2},
		{"normal", Normal(0.5), 0, 0.5, 5},
		{"uniform", Uniform(3), 0, math.Sqrt(3), 3},
		{"fan in", FanIn(1), 0, 0.05 / math.Sqrt(3), 0.05},
		{"glorot", Glorot, 0, math.Sqrt(2.0 / 500), math.Sqrt(6.0 / 500)},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := param{"p", []int{in, out}, c.init, false}.values(1)
			var sum, square, top float64
			for _, v := range x {
				sum += float64(v)
				square += float64(v) * float64(v)
				top = max(top, math.Abs(float64(v)))
			}
			n := float64(len(x))
			mean := sum / n
			std := math.Sqrt(max(0, square/n-mean*mean))
			if math.Abs(mean-c.mean) > 0.02*(c.std+0.01) || math.Abs(std-c.std) > 0.02*c.std || top > c.limit*1.0001 {
				t.Errorf("mean %v, std %v, largest %v", mean, std, top)
			}
		})
	}
}

// layers declares one of each layer and builds a graph of them all.
func layers(t *testing.T, p *Params) *graph.Graph {
	t.Helper()
	linear := NewLinear(p, "linear", 2, 3)
	emb := NewEmbedding(p, "emb", 5, 2, Normal(1))
	rms, ln := NewRMSNorm(p, "rms", 2), NewLayerNorm(p, "ln", 2)
	conv := NewConv1D(p, "conv", 3, 2, 1)
	g, err := graph.Build(func(g *graph.Graph) {
		b := newBuild(Runtime{}, g, p)
		x := b.Input("x", graph.F32, graph.Sym("B"), graph.Sym("T"), graph.D(2))
		y := conv.Apply(b, x)
		b.Output("linear", linear.Apply(b, x))
		b.Output("emb", emb.Apply(b, b.Input("i", graph.I64, graph.Sym("N"))))
		b.Output("rms", rms.Apply(b, x))
		b.Output("ln", ln.Apply(b, x))
		b.Output("conv", y)
		if d := grad.Of(y.Sum(), b.Weight("conv.w"), b.Weight("emb.table")); d[0] == nil || d[1] != nil {
			t.Errorf("gradients %v", d)
		}
		if emb.Table(b) != b.Weight("emb.table") {
			t.Error("a weight is declared twice")
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestLayers runs every layer in the interpreter and compares with loops.
func TestLayers(t *testing.T) {
	var p Params
	g := layers(t, &p)
	feeds := map[string]*interp.Tensor{
		"x": interp.From(onnx.Float32, []float64{1, 2, 3, -4, 5, 6, 0.5, 1}, 2, 2, 2),
		"i": interp.From(onnx.Int64, []float64{4, 0, 4}, 3),
	}
	w := map[string][]float32{}
	for _, q := range p.list {
		w[q.name] = q.values(3)
		x := interp.New(onnx.Float32, q.shape...)
		for i, v := range w[q.name] {
			x.X[i] = float64(v)
		}
		feeds[q.name] = x
	}
	out, err := interp.Run(g.Model(nil), feeds)
	if err != nil {
		t.Fatal(err)
	}
	x := feeds["x"].X
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-5 {
			t.Errorf("%s: got %v, want %v", what, got, want)
		}
	}
	for r := range 4 {
		a, b := x[2*r], x[2*r+1]
		for k := range 3 {
			near("linear", out["linear"].X[3*r+k], a*float64(w["linear.w"][k])+b*float64(w["linear.w"][3+k]))
		}
		near("rms", out["rms"].X[2*r], a/math.Sqrt((a*a+b*b)/2+1e-6))
		near("ln", out["ln"].X[2*r], (a-b)/2/math.Sqrt((a-b)*(a-b)/4+1e-5))
		// Position r%2 of sequence r/2: the neighbour before, itself, the one after.
		sum := 0.0
		for j := -1; j <= 1; j++ {
			if at := r%2 + j; at >= 0 && at < 2 {
				for k := range 2 {
					sum += x[4*(r/2)+2*at+k] * float64(w["conv.w"][2*(j+1)+k])
				}
			}
		}
		near("conv", out["conv"].X[r], sum)
	}
	near("emb", out["emb"].X[1], float64(w["emb.table"][9]))
}
