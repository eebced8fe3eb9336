package credit

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stepgym/traces"
)

// checkBatchTwin compares a batchwise method with its twin on drawn batches.
func checkBatchTwin[P any](t *testing.T, draw func(t *rapid.T) P, fast func([]*traces.Graph, P) ([][][]float64, error), slow func([]traces.Inputs, P) [][][]float64) {
	t.Helper()
	rapid.Check(t, func(t *rapid.T) {
		var batch []traces.Inputs
		var graphs []*traces.Graph
		for range rapid.IntRange(1, 3).Draw(t, "groups") {
			in := drawInputs(t)
			g, err := traces.FromInputs(in)
			if err != nil {
				t.Fatal(err)
			}
			batch, graphs = append(batch, in), append(graphs, g)
		}
		p := draw(t)
		got, err := fast(graphs, p)
		if err != nil {
			t.Fatal(err)
		}
		want := slow(batch, p)
		if d := distance(got, want); !(d <= 1e-9) {
			t.Fatalf("%+v\ngot  %v\nwant %v\noff by %g", p, got, want, d)
		}
	})
}

// equal is the rule by which numbers count as equal.
func equal(xs []float64) bool {
	if len(xs) == 0 {
		return true
	}
	lo, hi := slices.Min(xs), slices.Max(xs)
	return hi-lo <= 1e-12*(1+math.Max(math.Abs(lo), math.Abs(hi)))
}

func slowReinforcePP(batch []traces.Inputs, p ReinforcePPParams) [][][]float64 {
	var out [][][]float64
	counted := false
	for _, in := range batch {
		out = append(out, slowGRPO(in, GRPOParams{Mean, p.Weighting, p.Singleton, 0}))
		for _, tr := range in.Trajectories {
			counted = counted || slices.Max(tr.NTokens) > 0
		}
	}
	var tokens []float64 // the advantage of every token
	for n, in := range batch {
		for i, tr := range in.Trajectories {
			for t := range tr.Actions {
				k := 1
				if counted {
					k = tr.NTokens[t]
				}
				for range k {
					tokens = append(tokens, out[n][i][t])
				}
			}
		}
	}
	mean, variance := 0.0, 0.0
	for _, x := range tokens {
		mean += x / float64(len(tokens))
	}
	for _, x := range tokens {
		variance += (x - mean) * (x - mean) / float64(len(tokens)-1)
	}
	for _, g := range out {
		for _, row := range g {
			for t := range row {
				if row[t] = (row[t] - mean) / math.Sqrt(variance+p.Eps); len(tokens) < 2 || equal(tokens) {
					row[t] = 0
				}
			}
		}
	}
	return out
}

func slowSeeUPO(batch []traces.Inputs, p SeeUPOParams) [][][]float64 {
	var out [][][]float64
	var all []float64
	counted := false
	for _, in := range batch {
		out = append(out, slowGRPO(in, GRPOParams{Mean, PerTrajectory, Raw, 0}))
		for i, tr := range in.Trajectories {
			all = append(all, out[len(out)-1][i][0])
			counted = counted || slices.Max(tr.NTokens) > 0
		}
	}
	n, mean, sq := float64(len(all)), 0.0, 0.0
	for _, a := range all {
		mean += a / n
	}
	for _, a := range all {
		sq += (a - mean) * (a - mean)
	}
	std := math.Sqrt(sq / (n - 1))
	for g, in := range batch {
		for i, tr := range in.Trajectories {
			for t := range tr.Actions {
				a := out[g][i][t]
				if p.BatchNorm {
					if a -= mean; equal(all) {
						a = 0
					} else if std > 1e-6 {
						a /= std
					}
					if p.Clamp > 0 {
						a = math.Max(-p.Clamp, math.Min(p.Clamp, a))
					}
				}
				product := 1.0
				for _, u := range turnsBefore(t, len(tr.Actions), p.Order) {
					ratio := math.Exp(tr.LogRatios[u])
					if p.Variant == Code {
						ratio = math.Exp(tr.LogRatios[u] / math.Max(1, float64(tr.NTokens[u])))
						ratio = math.Max(1-p.ClipLow, math.Min(1+p.ClipHigh, ratio))
					}
					if counted && tr.NTokens[u] == 0 {
						ratio = 1
					}
					if product *= ratio; p.Variant == Code {
						product = math.Max(1-p.ClipLow, math.Min(1+p.ClipHigh, product))
					}
				}
				out[g][i][t] = a * product
			}
		}
	}
	return out
}

// turnsBefore lists the turns of n that are updated before turn t.
func turnsBefore(t, n int, order Order) []int {
	var out []int
	if order == Forward {
		for u := range t {
			out = append(out, u)
		}
		return out
	}
	for u := n - 1; u > t; u-- {
		out = append(out, u)
	}
	return out
}

func TestReinforcePPTwin(t *testing.T) {
	checkBatchTwin(t, func(t *rapid.T) ReinforcePPParams {
		return ReinforcePPParams{weightings.Draw(t, "weighting"), singletons.Draw(t, "singleton"), whiteEps}
	}, ReinforcePP, slowReinforcePP)
}

func TestSeeUPOTwin(t *testing.T) {
	checkBatchTwin(t, func(t *rapid.T) SeeUPOParams {
		return SeeUPOParams{
			rapid.SampledFrom([]Variant{Paper, Code}).Draw(t, "variant"), rapid.SampledFrom([]Order{Reverse, Forward}).Draw(t, "order"),
			.2, rapid.SampledFrom([]float64{.2, .28}).Draw(t, "high"), rapid.Bool().Draw(t, "batch_norm"), rapid.SampledFrom([]float64{0, 1, 3}).Draw(t, "clamp"), 0,
		}
	}, SeeUPO, slowSeeUPO)
}

// TestSeeUPORandomOrder checks that a random order is one of the turns, the
// same for the same seed, and that M follows it.
func TestSeeUPORandomOrder(t *testing.T) {
	p := DefaultSeeUPO()
	p.Order, p.Seed, p.BatchNorm = Random, 3, false
	order := p.Turns(6)
	if sorted := slices.Sorted(slices.Values(order)); !slices.Equal(sorted, []int{0, 1, 2, 3, 4, 5}) || !slices.Equal(order, p.Turns(6)) {
		t.Fatalf("order %v", order)
	}
	win, lose := walk("a", "S x A x B x C x D x E x F", 1), walk("b", "S x A x B x C x D x E y F", 0)
	win.LogRatios, lose.LogRatios = []float64{.1, .2, .3, .4, .5, .6}, make([]float64, 6)
	got, err := SeeUPO([]*traces.Graph{graph(t, win, lose)}, p)
	if err != nil {
		t.Fatal(err)
	}
	product := .5
	for _, turn := range order {
		if d := got[0][0][turn] - product; math.Abs(d) > 1e-12 {
			t.Errorf("turn %d: M is %v, want %v", turn, got[0][0][turn], product)
		}
		product *= math.Exp(win.LogRatios[turn])
	}
}

func TestMultiplierRefuses(t *testing.T) {
	p := DefaultSeeUPO()
	two := []Scored{{"a", "g", 1}, {"b", "g", 0}}
	for _, c := range []struct {
		batch []Scored
		turns int
		p     SeeUPOParams
		want  string
	}{
		{two, 0, p, "0 turns"},
		{two, 1, SeeUPOParams{}, "variant"},
		{append(two, Scored{"a", "h", 0}), 1, p, `"a" occurs twice`},
		{[]Scored{{"a", "g", math.NaN()}}, 1, p, "NaN"},
	} {
		if _, err := NewMultiplier(c.batch, c.turns, c.p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	m, err := NewMultiplier(two, 2, p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Advantage("c"); err == nil {
		t.Error("an unknown rollout has an advantage")
	}
	before, _ := m.Advantage("a")
	for _, c := range []struct {
		turn   int
		ratios []TurnRatio
		want   string
	}{
		{0, nil, "turn 0"},
		{1, []TurnRatio{{"a", 1, .1, 1}, {"c", 1, .1, 1}}, `"c"`},
		{1, []TurnRatio{{"a", 0, .1, 1}}, "turn 0"},
		{1, []TurnRatio{{"a", 1, .1, 1}, {"a", 1, .1, 1}}, "two ratios"},
		{1, []TurnRatio{{"a", 1, 1e6, 1}}, "too far apart"},
		{1, []TurnRatio{{"a", 1, math.NaN(), 1}}, "too far apart"},
	} {
		if err := m.Close(c.turn, c.ratios); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	if after, _ := m.Advantage("a"); after != before {
		t.Errorf("a refused ratio changed M from %v to %v", before, after)
	}
	for _, turn := range []int{1, 0} {
		if err := m.Close(turn, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(0, nil); err == nil {
		t.Error("a turn was closed twice")
	}
}

// TestSeeUPOFarApart checks that policies too far apart are an error, not an
// infinity.
func TestSeeUPOFarApart(t *testing.T) {
	win, lose := walk("a", "S x A x B", 1), walk("b", "S x A y B", 0)
	win.LogRatios = []float64{0, 1e4}
	m, err := Parse("seeupo")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Advantages(graph(t, win, lose)); err == nil || !strings.Contains(err.Error(), `"a"`) {
		t.Errorf("got %v, want an error that names the trajectory", err)
	}
}
