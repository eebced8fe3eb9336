package credit

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stepgym/traces"
)

var (
	_ Transform = Penalty{}
	_ Transform = OTC{}
	_ Transform = Gates{}
	_ Transform = GDPO{}
	_ Transform = Overlong{}
	_ Transform = ShortBest{}
)

// scores lists the scores of a graph's rollouts.
func scores(g *traces.Graph) []float64 {
	var out []float64
	for _, r := range g.Rollouts {
		out = append(out, r.Score)
	}
	return out
}

// race is four rollouts of 1, 2, 2 and 4 steps; the two in the middle and the
// last succeed.
func race(t testing.TB) *traces.Graph {
	walks := []traces.Input{walk("a", "S x A", 0), walk("b", "S x A x B", 1), walk("c", "S y A y B", 1), walk("d", "S x A x B x C x D", 1)}
	for i := range walks {
		walks[i].Success = i > 0
		for k := range walks[i].Actions {
			walks[i].NTokens = append(walks[i].NTokens, 10*(k+1))
		}
	}
	return graph(t, walks...)
}

func TestOTC(t *testing.T) {
	free := race(t)
	free.Calls = []int32{0, 0, 0, 1, 0, 1, 1, 1, 1} // b does without
	none := graph(t, walk("a", "S x A", 0.5), walk("b", "S x A x B", 0))
	for _, c := range []struct {
		name string
		g    *traces.Graph
		o    OTC
		want []float64
	}{
		{"PPO", race(t), OTC{Alpha: 1, C: 2}, []float64{0, math.Cos(2 * math.Pi / 6), math.Cos(2 * math.Pi / 6), math.Cos(4 * math.Pi / 10)}},
		{"GRPO", race(t), OTC{Alpha: 2, C: 2, Grouped: true}, []float64{0, 2, 2, 2 * math.Sin(4*math.Pi/6)}},
		{"GRPO, success without calls", free, OTC{Alpha: 1, C: 2, Grouped: true}, []float64{0, 1, math.Cos(math.Pi / 4), math.Cos(4 * math.Pi / 10)}},
		{"GRPO, no success", none, OTC{Alpha: 2, C: 2, Grouped: true}, []float64{1, 0}},
	} {
		before := scores(c.g)
		h, err := Prepare(c.g, c.o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, scores(h), near); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		if d := cmp.Diff(before, scores(c.g)); d != "" {
			t.Errorf("%s changed its input:\n%s", c.name, d)
		}
	}
	for _, o := range []OTC{{Alpha: 0, C: 1}, {Alpha: 1}, {Alpha: math.NaN(), C: 1}} {
		if _, err := o.Apply(free); err == nil {
			t.Errorf("%+v accepted", o)
		}
	}
}

func TestLengths(t *testing.T) {
	for _, c := range []struct {
		name string
		step Transform
		want []float64
	}{
		{"overlong steps", Overlong{Max: 3, Cache: 2, Factor: 1, Unit: Steps}, []float64{0, .5, .5, 0}},
		{"overlong tokens", Overlong{Max: 40, Cache: 20, Factor: .4, Unit: Tokens}, []float64{0, 1 - .4*.5, 1 - .4*.5, 1 - .4}},
		{"hard limit", Overlong{Max: 3, Factor: 1, Unit: Steps}, []float64{0, 1, 1, 0}},
		{"short best", ShortBest{Weight: 3, Unit: Steps}, []float64{0, 1.5, 1.5, -.5}},
	} {
		if o, ok := c.step.(ShortBest); ok {
			c.want = []float64{0, 1 + o.Weight/6, 1 + o.Weight/6, 1 - o.Weight/2}
		}
		h, err := Prepare(race(t), c.step)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, scores(h), near); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
	for _, s := range []Transform{
		Overlong{Max: 0, Unit: Steps},
		Overlong{Max: 3, Cache: 4, Unit: Steps},
		Overlong{Max: 3, Unit: "words"},
		Overlong{Max: 3, Factor: -1, Unit: Steps},
		ShortBest{Weight: -1, Unit: Steps},
		ShortBest{Unit: "words"},
	} {
		if _, err := Prepare(race(t), Penalty{}, s); err == nil {
			t.Errorf("%+v accepted", s)
		}
	}
	same := graph(t, walk("a", "S x A", 1), walk("b", "S x A", 0))
	if h, err := (ShortBest{Weight: 1, Unit: Steps}).Apply(same); err != nil || h != same {
		t.Errorf("equal lengths: %v, %v", h, err)
	}
}

func TestGates(t *testing.T) {
	gs := Gates{[]Gate{{"parse", .1, 1}, {"format", .2, .5}, {"answer", 1, 0}}}
	for _, c := range []struct {
		scores []float64
		want   float64
	}{
		{[]float64{0, 1, 1}, 0}, {[]float64{1, .4, 1}, .1 + .08}, {[]float64{1, .5, .7}, .1 + .1 + .7}, {[]float64{1, 1, 1}, 1.3},
	} {
		if got, err := gs.Score(c.scores); err != nil || math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v: %v, %v, want %v", c.scores, got, err, c.want)
		}
	}
	g := graph(t, walk("a", "S x A x B", 5), walk("b", "S x A", 7))
	g, err := g.WithParts(map[string][]float64{"parse": {.5, .5, 0}, "format": {0, 1, 1}, "answer": {0, 0, 1}})
	if err != nil {
		t.Fatal(err)
	}
	h, err := gs.Apply(g)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]float64{0, .3, 0}, h.Reward, near); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, bad := range []Gates{{}, {[]Gate{{"answer", math.Inf(1), 0}}}, {[]Gate{{"answer", 1, math.NaN()}}}, {[]Gate{{"style", 1, 0}}}} {
		if _, err := bad.Apply(g); err == nil {
			t.Errorf("%v accepted", bad)
		}
	}
	if _, err := gs.Score([]float64{math.NaN(), 1, 1}); err == nil {
		t.Error("a score of NaN accepted")
	}
}

// TestGDPO checks the new scores against the formula, and that no reward drowns
// another.
func TestGDPO(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := drawGroup(t)
		g, err := traces.FromInputs(in)
		if err != nil {
			t.Fatal(err)
		}
		column := func(name string, scale float64) []float64 {
			out := make([]float64, g.Len())
			for j := range out {
				out[j] = scale * float64(rapid.IntRange(0, 2).Draw(t, name))
			}
			return out
		}
		rewards := [][]float64{column("correct", 100), column("format", .01)}
		if g, err = g.WithParts(map[string][]float64{"correct": rewards[0], "format": rewards[1]}); err != nil {
			t.Fatal(err)
		}
		h, err := GDPO{Rewards: []string{"correct", "format"}, Weights: []float64{1, .5}, Eps: Eps}.Apply(g)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]float64, len(g.Rollouts))
		for k, w := range []float64{1, .5} {
			var sums []float64
			for _, r := range g.Rollouts {
				s := 0.0
				for j := r.First; j < r.First+r.Steps; j++ {
					s += rewards[k][j]
				}
				sums = append(sums, s)
			}
			for i, s := range sums {
				want[i] += w * slowCenter(s, sums, MeanStd, Eps, 1, Zero)
			}
		}
		if d := distance([][][]float64{{scores(h)}}, [][][]float64{{want}}); !(d <= 1e-9) {
			t.Fatalf("scores %v, want %v", scores(h), want)
		}
	})
	g, err := race(t).WithParts(map[string][]float64{"a": make([]float64, 9), "b": make([]float64, 9)})
	if err != nil {
		t.Fatal(err)
	}
	for want, d := range map[string]GDPO{
		"no rewards":              {},
		"1 weights":               {Rewards: []string{"a", "b"}, Weights: []float64{1}},
		"eps -1":                  {Rewards: []string{"a"}, Eps: -1},
		"weight NaN":              {Rewards: []string{"a"}, Weights: []float64{math.NaN()}},
		`"c"; the group has a, b`: {Rewards: []string{"c"}},
		`"a"; the group has none`: {Rewards: []string{"a"}},
	} {
		on := g
		if strings.HasSuffix(want, "none") {
			on = race(t)
		}
		if _, err := d.Apply(on); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// TestPenaltyOfOneStep: where advantages are of trajectories, or are made of
// what is seen in the graph, a penalty that does not propagate costs the step
// itself and no other.
func TestPenaltyOfOneStep(t *testing.T) {
	for _, name := range []string{"grpo", "rloo", "gae", "graphgpo", "graft", "graft/td", "seeupo"} {
		a, b := walk("a", "S x A y B", 1), walk("b", "S x A z C", 0)
		b.Invalid = []bool{false, true}
		g := graph(t, a, b)
		fined, err := Penalty{Coef: .25}.Apply(g)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := m.Advantages(g)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Advantages(fined)
		if err != nil {
			t.Fatal(err)
		}
		want[1][1] -= .25
		if d := cmp.Diff(want, got, near); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
