package loss

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"stepgym/internal/testdata"
)

// TestGolden compares with reference values, the committed ones and all.
func TestGolden(t *testing.T) {
	t.Run("committed", func(t *testing.T) { golden(t, "testdata/policy_loss.json") })
	t.Run("shared", func(t *testing.T) { golden(t, testdata.Shared(t, "credit/policy_loss.json")) })
}

func golden(t *testing.T, path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Cases []struct {
			Old    [][]float64     `json:"old"`
			New    [][]float64     `json:"new"`
			Adv    [][]float64     `json:"adv"`
			Mask   [][]float64     `json:"mask"`
			Params json.RawMessage `json:"params"`
			Loss   float64         `json:"loss"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	worst := 0.0
	for i, c := range v.Cases {
		p := Default(PPO)
		if err := json.Unmarshal(c.Params, &p); err != nil {
			t.Fatal(err)
		}
		got, err := Compute(Batch{c.Old, c.New, c.Adv, c.Mask}, p)
		if err != nil {
			t.Fatal(err)
		}
		d := math.Abs(got.Loss - c.Loss)
		if worst = max(worst, d); !(d <= 1e-9) {
			t.Errorf("case %d %s: %v, want %v", i, c.Params, got.Loss, c.Loss)
		}
	}
	t.Logf("%d cases, largest difference %.2g", len(v.Cases), worst)
}

func one(logratio, a float64) Batch {
	return Batch{Old: [][]float64{{-1}}, New: [][]float64{{-1 + logratio}}, Advantage: [][]float64{{a}}, Mask: [][]float64{{1}}}
}

// TestTokens does single tokens by hand.
func TestTokens(t *testing.T) {
	up, down := math.Log(1.5), math.Log(0.5)
	for _, c := range []struct {
		kind     Kind
		logratio float64
		a        float64
		loss     float64
		gradient float64
	}{
		{PPO, 0, 2, -2, -2},
		{PPO, up, 2, -2.4, 0},                               // clipped at 1.2
		{PPO, up, -2, 3, 3},                                 // the worse of the two
		{PPO, down, -2, 1.6, 0},                             // clipped at 0.8
		{PPO, down, 2, -1, -1},                              //
		{PPO, math.Log(5), -2, 6, 0},                        // dual clip at 3
		{DAPO, up, 2, -2.56, 0},                             // clipped at 1.28
		{DAPO, math.Log(5), -2, 10, 10},                     // no dual clip
		{GSPO, math.Log(5), -2, 10, 10},                     //
		{GSPO, 12, -1, math.Exp(10), 0},                     // bounded, and so flat
		{DrGRPO, up, 2, -2.4, 0},                            //
		{CISPO, 0, 2, 2, -2},                                // -1·2·new, new = -1
		{CISPO, math.Log(9), 1, -5 * (math.Log(9) - 1), -5}, // weight bounded at 5, gradient kept
		{CISPO, down, -2, 2 * .5 * (down - 1), 1},
		{BAPO, 0, 1, -1, -1},
		{BAPO, math.Log(2), 1, -1.2, 0}, // only positive ones: narrowest bounds
	} {
		got, err := Compute(one(c.logratio, c.a), Default(c.kind))
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.Loss-c.loss) > 1e-12*max(1, math.Abs(c.loss)) || math.Abs(got.Gradient[0][0]-c.gradient) > 1e-12 {
			t.Errorf("%s, log ratio %.3g, A %v: loss %v, gradient %v, want %v, %v", c.kind, c.logratio, c.a, got.Loss, got.Gradient[0][0], c.loss, c.gradient)
		}
	}
}

// TestCounts does the counts by hand: who cut, and between what the ratios lie.
func TestCounts(t *testing.T) {
	ratios := []float64{1, 1.5, 1.5, 0.5, 0.5, 5, 9}
	b := Batch{
		Old: zeros(1, 7), New: zeros(1, 7), Mask: [][]float64{{1, 1, 1, 1, 1, 1, 0}},
		Advantage: [][]float64{{1, 1, -1, 1, -1, -1, 1}}, // the last one is masked
	}
	for i, r := range ratios {
		b.New[0][i] = math.Log(r)
	}
	mean := math.Exp((2*math.Log(1.5) + 2*math.Log(.5) + math.Log(5)) / 6)
	for kind, want := range map[Kind]Result{
		PPO:   {Clipped: 3. / 6, ClippedLow: 1. / 6, ClippedHigh: 1. / 6, Low: .8, High: 1.2, RatioMin: .5, RatioMax: 5, RatioMean: 10. / 6},
		DAPO:  {Clipped: 2. / 6, ClippedLow: 1. / 6, ClippedHigh: 1. / 6, Low: .8, High: 1.28, RatioMin: .5, RatioMax: 5, RatioMean: 10. / 6},
		CISPO: {Low: 0, High: 5, RatioMin: .5, RatioMax: 5, RatioMean: 10. / 6},
		GSPO:  {Low: .8, High: 1.2, RatioMin: mean, RatioMax: mean, RatioMean: mean},
	} {
		got, err := Compute(b, Default(kind))
		if err != nil {
			t.Fatal(err)
		}
		got.Loss, got.Gradient = 0, nil
		if d := cmp.Diff(got, want, cmpopts.EquateApprox(1e-12, 1e-12)); d != "" {
			t.Errorf("%s: (-got +want)\n%s", kind, d)
		}
	}
}

// TestAggregates averages tokens that each lose 1, 2, 3 and a masked one.
func TestAggregates(t *testing.T) {
	b := Batch{Old: zeros(3, 3), New: zeros(3, 3), Advantage: [][]float64{{-1, -2, 9}, {-3, 9, 9}, {9, 9, 9}}, Mask: [][]float64{{1, 1, 0}, {1, 0, 0}, {0, 0, 0}}}
	for agg, want := range map[Aggregate]float64{
		TokenMean: 2, SeqMeanTokenMean: (1.5 + 3) / 2, SeqMeanTokenSum: (3 + 3) / 2, SeqMeanTokenSumNorm: 6. / 3, SeqMeanTokenSumLength: 6. / 3 / 2,
	} {
		p := Default(PPO)
		p.Agg = agg
		got, err := Compute(b, p)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got.Loss-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", agg, got.Loss, want)
		}
	}
	p := Default(DrGRPO)
	p.Length = 12
	if got, err := Compute(b, p); err != nil || math.Abs(got.Loss-.5) > 1e-12 {
		t.Errorf("length 12: %v, %v", got.Loss, err)
	}
	b.Mask = zeros(3, 3)
	if got, err := Compute(b, p); err != nil || got.Loss != 0 || got.Clipped != 0 {
		t.Errorf("no tokens: %+v, %v", got, err)
	}
}

func zeros(rows, columns int) [][]float64 {
	out := make([][]float64, rows)
	for i := range out {
		out[i] = make([]float64, columns)
	}
	return out
}

func drawBatch(t *rapid.T) Batch {
	rows, columns := rapid.IntRange(1, 4).Draw(t, "rows"), rapid.IntRange(1, 5).Draw(t, "columns")
	b := Batch{Old: zeros(rows, columns), New: zeros(rows, columns), Advantage: zeros(rows, columns), Mask: zeros(rows, columns)}
	for i := range rows {
		a := rapid.Float64Range(-2, 2).Draw(t, "a")
		for k := range columns {
			b.Old[i][k] = rapid.Float64Range(-2, 0).Draw(t, "old")
			b.New[i][k] = b.Old[i][k] + rapid.Float64Range(-.6, .6).Draw(t, "move")
			b.Advantage[i][k] = a
			b.Mask[i][k] = float64(rapid.IntRange(0, 1).Draw(t, "mask"))
		}
	}
	return b
}

// TestGradient compares with finite differences, away from the corners where
// a bound begins. CISPO is left out: its loss is not what it descends; so is
// BAPO, whose bounds move.
func TestGradient(t *testing.T) {
	kinds := rapid.SampledFrom([]Kind{PPO, GSPO, DAPO, DrGRPO})
	rapid.Check(t, func(t *rapid.T) {
		b, p := drawBatch(t), Default(kinds.Draw(t, "kind"))
		got, err := Compute(b, p)
		if err != nil {
			t.Fatal(err)
		}
		const h = 1e-6
		i, k := rapid.IntRange(0, len(b.New)-1).Draw(t, "i"), rapid.IntRange(0, len(b.New[0])-1).Draw(t, "k")
		at := func(x float64) float64 {
			old := b.New[i][k]
			b.New[i][k] += x
			r, err := Compute(b, p)
			b.New[i][k] = old
			if err != nil {
				t.Fatal(err)
			}
			return r.Loss
		}
		left, right := (got.Loss-at(-h))/h, (at(h)-got.Loss)/h
		if math.Abs(left-right) > 1e-3 {
			return // a corner
		}
		if d := math.Abs(got.Gradient[i][k] - (left+right)/2); d > 1e-4 {
			t.Fatalf("%s: gradient %v, finite difference %v", p.Kind, got.Gradient[i][k], (left+right)/2)
		}
	})
}

// TestBounds checks that BAPO stops at the first bounds that reach the target.
func TestBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, a := drawBatch(t), DefaultAdaptive()
		a.LowFirst = rapid.Bool().Draw(t, "low first")
		a.Target = rapid.Float64Range(0, 1).Draw(t, "target")
		low, high := Bounds(b, a)
		if low < a.Low || low > a.LowMax || high < a.High || high > a.HighMax {
			t.Fatalf("bounds %v, %v", low, high)
		}
		pos, neg := contributions(b, low, high)
		if pos < a.Target*(pos+neg) && (low != a.LowMax || high != a.HighMax) {
			t.Fatalf("stopped at %v, %v with %v of %v", low, high, pos, pos+neg)
		}
		if !a.LowFirst && low > a.Low && high != a.HighMax {
			t.Fatalf("the lower bound moved to %v before the upper one had come to its end, %v", low, high)
		}
	})
}

func TestRefuses(t *testing.T) {
	good := one(0, 1)
	for _, c := range []struct {
		change func(*Batch, *Params)
		want   string
	}{
		{func(_ *Batch, p *Params) { p.Kind = "trpo" }, "trpo"},
		{func(_ *Batch, p *Params) { p.Agg = "max" }, "max"},
		{func(_ *Batch, p *Params) { p.Low, p.High, p.Dual, p.Length = 2, -1, .5, -1 }, "lo 2"},
		{func(_ *Batch, p *Params) { p.Kind, p.Adaptive = BAPO, Adaptive{} }, "bapo"},
		{func(b *Batch, _ *Params) { *b = Batch{} }, "no rows"},
		{func(b *Batch, _ *Params) { b.Old = nil }, "0 rows of old"},
		{func(b *Batch, _ *Params) { b.New = [][]float64{{1, 2}} }, "2 tokens"},
		{func(b *Batch, _ *Params) { b.New = [][]float64{{math.NaN()}} }, "new is NaN"},
		{func(b *Batch, _ *Params) { b.Mask = [][]float64{{.5}} }, "mask is 0.5"},
	} {
		b, p := good, Default(PPO)
		c.change(&b, &p)
		if _, err := Compute(b, p); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
