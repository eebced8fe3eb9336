package choice

import (
	"math"
	"slices"
	"testing"
)

// twin computes the net for one row with plain loops in float64, straight from
// the definitions: no batch, no padding, no sharing of sets.
type twin struct {
	t *testing.T
	c Config
	w map[string][]float64
}

func newTwin(t *testing.T, p *Policy) *twin {
	x := &twin{t, p.config, map[string][]float64{}}
	for _, name := range p.params.Names() {
		w, err := p.weights.Get(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range w {
			x.w[name] = append(x.w[name], float64(v))
		}
	}
	return x
}

// linear is in*W + b, with b left out if it is not named.
func (x *twin) linear(in []float64, weight, bias string) []float64 {
	w := x.w[weight]
	out := make([]float64, len(w)/len(in))
	for j := range out {
		for i, v := range in {
			out[j] += v * w[i*len(out)+j]
		}
		if bias != "" {
			out[j] += x.w[bias][j]
		}
	}
	return out
}

func positive(v []float64) []float64 {
	for i := range v {
		v[i] = max(0, v[i])
	}
	return v
}

func add(a, b []float64) []float64 {
	for i := range a {
		a[i] += b[i]
	}
	return a
}

// weights are the weight of every token of the goal, by head.
func (x *twin) weights(g *goal) [maxGoal][]float64 {
	c := x.c
	var in, out [maxGoal][]float64
	for i := range maxGoal {
		in[i] = make([]float64, c.Embed)
		if id := g.ids[i]; id > 0 {
			copy(in[i], x.w["word.table"][(int(id)-1)*c.Embed:int(id)*c.Embed])
		}
		for _, f := range g.facts[i*tokenFeatures : (i+1)*tokenFeatures] {
			in[i] = append(in[i], float64(f))
		}
	}
	sums := make([]float64, c.Heads)
	for i := range maxGoal {
		var near []float64
		for d := -(c.Width / 2); d <= c.Width/2; d++ {
			if i+d < 0 || i+d >= maxGoal {
				near = append(near, make([]float64, c.Embed+tokenFeatures)...)
			} else {
				near = append(near, in[i+d]...)
			}
		}
		out[i] = x.linear(positive(x.linear(near, "conv.weight", "conv.bias")), "heads.weight", "heads.bias")
		for k := range out[i] {
			out[i][k] = 1 / (1 + math.Exp(-out[i][k]))
			if i >= g.n {
				out[i][k] = 0
			}
			sums[k] += out[i][k]
		}
	}
	for i := range maxGoal {
		for k := range out[i] {
			out[i][k] /= sums[k] + 0.5
		}
	}
	return out
}

// pool adds up the weights of a set, or their squares.
func (x *twin) pool(w *[maxGoal][]float64, set uint64, square bool) []float64 {
	out := make([]float64, x.c.Heads)
	for i := range maxGoal {
		if set>>i&1 == 0 {
			continue
		}
		for k, v := range w[i] {
			if square {
				v *= v
			}
			out[k] += v
		}
	}
	return out
}

// class is a vector with a 1 at class n, counted from 1.
func class(size int, n int) []float64 {
	out := make([]float64, size)
	if n > 0 {
		out[n-1] = 1
	}
	return out
}

func wide(f []float32) (out []float64) {
	for _, v := range f {
		out = append(out, float64(v))
	}
	return out
}

// run returns the scores and the value of r.
func (x *twin) run(r *row) (scores []float64, value float64) {
	w := x.weights(r.goal)
	var sets []float64
	for _, m := range r.masks {
		sets = append(sets, x.pool(&w, m, false)...)
	}
	for _, m := range r.rest {
		for _, v := range x.pool(&w, m, true) {
			sets = append(sets, 4*math.Sqrt(v+eps))
		}
	}
	facts := append(wide(r.state[:]), class(x.c.Places, int(r.place.row))...)
	facts = append(facts, class(x.c.Kinds, int(r.lastKind.row))...)
	state := add(x.linear(sets, "state.sets", ""), x.linear(facts, "state.facts", ""))
	if r.hand != nil {
		state = add(state, x.hand(r, &w))
	}
	best := make([]float64, x.c.Hidden)
	var hidden [][]float64
	for i, kind := range r.kinds {
		var sets []float64
		for _, m := range r.choices[i*choiceMasks : (i+1)*choiceMasks] {
			sets = append(sets, x.pool(&w, m, false)...)
		}
		facts := append(wide(r.facts[i*numFacts:(i+1)*numFacts]), class(x.c.Kinds, int(kind.row))...)
		facts = append(facts, class(maxRank-1, min(int(r.ranks[i]), maxRank-1))...)
		h := add(x.linear(sets, "choice.sets", ""), x.linear(facts, "choice.facts", ""))
		if r.hand != nil {
			h = add(h, x.thing(r.goal, &r.things[i], &w))
		}
		h = positive(x.linear(positive(add(h, state)), "hidden.weight", "hidden.bias"))
		hidden = append(hidden, h)
		for j := range best {
			best[j] = max(best[j], h[j])
		}
	}
	rivals := x.linear(best, "rivals.max", "rivals.bias")
	for i, h := range hidden {
		z := positive(add(x.linear(h, "rivals.own", ""), rivals))
		score := x.linear(z, "score.weight", "")[0]
		if r.hand != nil {
			score += x.linear(wide(r.things[i].facts[:]), "thing.direct", "")[0]
		}
		scores = append(scores, score)
	}
	value = x.linear(best, "value.weight", "value.bias")[0]
	if r.hand != nil {
		value += x.linear(positive(state), "value.state", "")[0]
	}
	return scores, value
}

// kindsOf is a vector with a 1 at each kind.
func (x *twin) kindsOf(list ...*symbol) []float64 {
	out := make([]float64, x.c.Kinds)
	for _, k := range list {
		if k.row > 0 {
			out[k.row-1] = 1
		}
	}
	return out
}

// table is the row of a class in a table.
func (x *twin) table(name string, k *symbol) []float64 {
	if k.row == 0 {
		return make([]float64, x.c.Hidden)
	}
	return x.w[name][int(k.row-1)*x.c.Hidden : int(k.row)*x.c.Hidden]
}

// hand is what is added to the state of r.
func (x *twin) hand(r *row, w *[maxGoal][]float64) []float64 {
	var sets []float64
	for _, m := range r.hand.sets {
		for _, v := range x.pool(w, m, false) {
			sets = append(sets, 4*v)
		}
	}
	facts := slices.Concat(wide(r.hand.facts[:]), x.kindsOf(r.hand.kind), x.kindsOf(r.hand.deeds...), x.kindsOf(r.hand.done...))
	out := add(x.linear(sets, "hand.sets", ""), x.linear(facts, "hand.facts", ""))
	for _, id := range r.goal.ids {
		if id > 0 {
			out = add(out, x.w["goal.words"][int(id-1)*x.c.Hidden:int(id)*x.c.Hidden])
		}
	}
	if x.c.Kin > 0 {
		out = add(out, x.kin(r.goal, w, r.hand.classes, "hand.kin"))
	}
	return add(add(out, x.table("hand.held", r.hand.classes[0])), x.table("hand.focus", r.hand.classes[1]))
}

// kin is what the closeness of classes to the goal adds.
func (x *twin) kin(g *goal, w *[maxGoal][]float64, classes [thingClasses]*symbol, weight string) []float64 {
	var in []float64
	for _, c := range classes {
		for k := range x.c.Heads {
			sum := 0.0
			for i, id := range g.ids {
				for d := range x.c.Kin {
					if id > 0 && c.row > 0 {
						sum += w[i][k] * x.w["kin.words"][int(id-1)*x.c.Kin+d] * x.w["kin.classes"][int(c.row-1)*x.c.Kin+d]
					}
				}
			}
			in = append(in, 4*sum)
		}
	}
	return x.linear(in, weight, "")
}

// thing is what is added to a choice.
func (x *twin) thing(g *goal, t *thingRow, w *[maxGoal][]float64) []float64 {
	var sets []float64
	for _, m := range t.sets {
		for _, v := range x.pool(w, m, false) {
			sets = append(sets, 4*v)
		}
	}
	facts := wide(t.facts[:])
	for _, p := range t.places {
		facts = append(facts, class(x.c.Places, int(p.row))...)
	}
	facts = append(facts, x.kindsOf(t.deeds...)...)
	out := add(x.linear(sets, "thing.sets", ""), x.linear(facts, "thing.facts", ""))
	if x.c.Kin > 0 {
		out = add(out, x.kin(g, w, t.classes, "thing.kin"))
	}
	return add(add(out, x.table("thing.first", t.classes[0])), x.table("thing.second", t.classes[1]))
}

func TestNetTwin(t *testing.T) {
	small := func(c *Config) { c.Value = 1; c.Heads, c.Hidden, c.Embed, c.Conv = 3, 20, 5, 7 }
	t.Run("pages", func(t *testing.T) { testTwin(t, open(t, small), testRows(40)) })
	t.Run("things", func(t *testing.T) {
		testTwin(t, open(t, func(c *Config) { small(c); c.Things, c.Novelty = true, 1 }), kitchenRows(40))
	})
	t.Run("kin", func(t *testing.T) {
		testTwin(t, open(t, func(c *Config) { small(c); c.Things, c.Novelty, c.Kin = true, 1, 5 }), kitchenRows(40))
	})
}

func testTwin(t *testing.T, p *Policy, rows []*row) {
	for _, r := range rows {
		p.learnSymbols(r)
		for i := range r.goal.ids { // words with an embedding
			r.goal.ids[i] = int32(i % 4)
		}
	}
	shake(t, p, 13)
	x := newTwin(t, p)
	scores, values, err := p.scorer.run(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		want, value := x.run(r)
		if d := math.Abs(float64(values[i]) - value); d > 1e-4 {
			t.Errorf("row %d: value %v, twin %v", i, values[i], value)
		}
		for j := range want {
			if got := float64(scores[p.scorer.batch.first[i]+j]); math.Abs(got-want[j]) > 1e-4 {
				t.Fatalf("row %d, choice %d: score %v, twin %v", i, j, got, want[j])
			}
		}
	}
}
