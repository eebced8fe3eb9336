package loss_test

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/graph/loss"
	"stepgym/agent/internal/onnx"
)

// eval builds a graph of float64 vectors and matrices given by name order and
// returns the outputs that f names.
func eval(t *testing.T, in [][]float64, rows int, f func(g *graph.Graph, x []*graph.V)) map[string][]float64 {
	t.Helper()
	names := []string{"a", "b", "c", "d"}
	feeds := map[string]*interp.Tensor{}
	g, err := graph.Build(func(g *graph.Graph) {
		var xs []*graph.V
		for i, x := range in {
			shape := []graph.Dim{graph.D(rows)}
			sizes := []int{rows}
			if len(x) != rows {
				shape, sizes = append(shape, graph.D(len(x)/rows)), append(sizes, len(x)/rows)
			}
			xs = append(xs, g.Input(names[i], graph.F64, shape...))
			feeds[names[i]] = interp.From(onnx.Float64, x, sizes...)
		}
		f(g, xs)
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := interp.Run(g.Model(nil), feeds)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]float64{}
	for name, x := range out {
		got[name] = x.X
	}
	return got
}

func diff(t *testing.T, got map[string][]float64, want map[string][]float64) {
	t.Helper()
	if d := cmp.Diff(got, want, cmpopts.EquateApprox(0, 1e-9)); d != "" {
		t.Error(d)
	}
}

func TestPPO(t *testing.T) {
	ratios := []float64{1, 1.1, 1.5, 0.5, 1.5, 0.5, 4}
	adv := []float64{2, 2, 2, 2, -2, -2, -1}
	old := []float64{-1, -1, -1, -1, -1, -1, -1}
	logp := make([]float64, len(old))
	for i, r := range ratios {
		logp[i] = old[i] + math.Log(r)
	}
	for _, c := range []struct {
		name string
		clip loss.Clip
		want []float64
		hit  []float64
	}{
		{"plain", loss.Clip{Low: 0.2, High: 0.2},
			[]float64{-2, -2.2, -2.4, -1, 3, 1.6, 4}, []float64{0, 0, 1, 0, 0, 1, 0}},
		{"higher", loss.Clip{Low: 0.2, High: 0.6},
			[]float64{-2, -2.2, -3, -1, 3, 1.6, 4}, []float64{0, 0, 0, 0, 0, 1, 0}},
		{"dual", loss.Clip{Low: 0.2, High: 0.2, Dual: 3},
			[]float64{-2, -2.2, -2.4, -1, 3, 1.6, 3}, []float64{0, 0, 1, 0, 0, 1, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := eval(t, [][]float64{logp, old, adv}, len(old), func(g *graph.Graph, x []*graph.V) {
				p := loss.PPO(x[0], x[1], x[2], c.clip)
				g.Output("loss", p.Loss)
				g.Output("ratio", p.Ratio)
				g.Output("hit", p.Hit)
			})
			diff(t, got, map[string][]float64{"loss": c.want, "ratio": ratios, "hit": c.hit})
		})
	}
}

func TestPPOFarAway(t *testing.T) {
	got := eval(t, [][]float64{{0, -900}, {-900, 0}, {-1, -1}}, 2, func(g *graph.Graph, x []*graph.V) {
		g.Output("loss", loss.PPO(x[0], x[1], x[2], loss.Clip{Low: 0.2, High: 0.2}).Loss)
	})
	if x := got["loss"][0]; math.IsInf(x, 0) || math.IsNaN(x) || x < 1e6 {
		t.Errorf("loss %v", x)
	}
}

func TestGSPO(t *testing.T) {
	// Two sequences of three tokens; the second has one token; log-ratios by hand.
	logp := []float64{-1, -2, -3, -1, 9, 9}
	old := []float64{-1.1, -2.3, -3.2, -0.8, 0, 0}
	mask := []float64{1, 1, 1, 1, 0, 0}
	got := eval(t, [][]float64{logp, old, mask, {1, 1}}, 2, func(g *graph.Graph, x []*graph.V) {
		p := loss.GSPO(x[0], x[1], x[2], x[3], loss.Clip{Low: 0.1, High: 0.1})
		g.Output("loss", p.Loss)
		g.Output("ratio", p.Ratio)
	})
	r := []float64{math.Exp(0.2), math.Exp(-0.2)}
	diff(t, got, map[string][]float64{"ratio": r, "loss": {-1.1, -r[1]}})
}

func TestRows(t *testing.T) {
	p := [][]float64{{0.5, 0.25, 0.25}, {0.1, 0.2, 0.7}}
	q := [][]float64{{0.2, 0.4, 0.4}, {0.1, 0.2, 0.7}}
	var logp, logq []float64
	for i := range p {
		for j := range p[i] {
			logp, logq = append(logp, math.Log(p[i][j])), append(logq, math.Log(q[i][j]))
		}
	}
	got := eval(t, [][]float64{logp, logq, {1, 0, 1, 0, 1, 0}}, 2, func(g *graph.Graph, x []*graph.V) {
		g.Output("entropy", loss.Entropy(x[0]))
		g.Output("kl", loss.KL(x[0], x[1]))
		g.Output("any", loss.AnyOf(x[0], x[2].Cast(graph.Bool)))
		g.Output("k3", loss.K3(x[1].Sub(x[0])))
	})
	var entropy, kl, k3 []float64
	for i := range p {
		h, k := 0.0, 0.0
		for j := range p[i] {
			h -= p[i][j] * math.Log(p[i][j])
			k += p[i][j] * math.Log(p[i][j]/q[i][j])
			r := q[i][j] / p[i][j]
			k3 = append(k3, r-1-math.Log(r))
		}
		entropy, kl = append(entropy, h), append(kl, k)
	}
	diff(t, got, map[string][]float64{"entropy": entropy, "kl": kl, "k3": k3, "any": {-math.Log(0.75), -math.Log(0.2)}})
}

func TestValueAndMeans(t *testing.T) {
	got := eval(t, [][]float64{{1, 2, 5}, {1.5, 2, 2}, {0, 4, 4}, {1, 0, 1}}, 3, func(g *graph.Graph, x []*graph.V) {
		g.Output("value", loss.Value(x[0], x[2]))
		g.Output("clipped", loss.ValueClipped(x[0], x[1], x[2], 0.25))
		g.Output("mean", loss.Mean(x[0], g.Const(graph.F64, 0.5)))
		g.Output("masked", loss.MaskedMean(x[0], x[3]))
		g.Output("nothing", loss.MaskedMean(x[0], x[3].Times(0)))
	})
	diff(t, got, map[string][]float64{
		"value": {0.5, 2, 0.5},
		// near: 1.25, 2, 2.25
		"clipped": {0.5 * 1.25 * 1.25, 2, 0.5 * 1.75 * 1.75},
		"mean":    {4}, "masked": {3}, "nothing": {0},
	})
}

func TestCrossEntropy(t *testing.T) {
	g, err := graph.Build(func(g *graph.Graph) {
		x := g.Input("x", graph.F64, graph.Sym("B"), graph.D(3))
		g.Output("y", loss.CrossEntropy(x, g.Input("i", graph.I64, graph.Sym("B"))))
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := interp.Run(g.Model(nil), map[string]*interp.Tensor{
		"x": interp.From(onnx.Float64, []float64{1, 2, 3, 5, 5, 5}, 2, 3), "i": interp.From(onnx.Int64, []float64{0, 2}, 2),
	})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, map[string][]float64{"y": out["y"].X}, map[string][]float64{
		"y": {math.Log(math.E+math.Exp(2)+math.Exp(3)) - 1, math.Log(3)},
	})
}
