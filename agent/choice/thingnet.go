package choice

import (
	"math/rand/v2"

	"stepgym/agent/internal/graph"
)

// thingInputs are the parts of a batch that are about things; see thingBatch.
type thingInputs struct {
	sets, facts, classes             *graph.V
	handSets, handFacts, handClasses *graph.V
	goals, bags                      *graph.V
	kin, handKin                     *graph.V // nil without Config.Kin
}

// declareThings makes them.
func (c Config) declareThings(g *graph.Graph) thingInputs {
	d := graph.D
	in := thingInputs{
		sets:        g.Input("thing_sets", graph.I64, symP, d(chunk), d(thingMasks)),
		facts:       g.Input("thing_facts", graph.F32, symP, d(chunk), d(c.thingWidth())),
		classes:     g.Input("thing_classes", graph.I64, symP, d(chunk), d(thingClasses)),
		handSets:    g.Input("hand_sets", graph.I64, symS, d(handMasks)),
		handFacts:   g.Input("hand_facts", graph.F32, symS, d(c.handWidth())),
		handClasses: g.Input("hand_classes", graph.I64, symS, d(thingClasses)),
		goals:       g.Input("goals", graph.I64, symS),
		bags:        g.Input("bags", graph.F32, symG, d(c.Words)),
	}
	if c.Kin > 0 {
		in.kin = g.Input("thing_kin", graph.I64, symP, d(chunk), d(thingClasses))
		in.handKin = g.Input("hand_kin", graph.I64, symS, d(thingClasses))
	}
	return in
}

// thingParams lists the weights of that part.
func (c Config) thingParams() []param {
	h := c.Hidden
	fan := (thingMasks+handMasks)*c.Heads + numThings + numHands
	ps := []param{
		{"thing.sets", []int{thingMasks * c.Heads, h}, fan, 0},
		{"thing.facts", []int{c.thingWidth(), h}, fan, thingClasses*c.Places + c.Kinds},
		{"thing.first", []int{c.Classes, h}, 0, 0},
		{"thing.second", []int{c.Classes, h}, 0, 0},
		{"thing.direct", []int{numThings, 1}, 0, 0},
		{"hand.sets", []int{handMasks * c.Heads, h}, fan, 0},
		{"hand.facts", []int{c.handWidth(), h}, fan, 3 * c.Kinds},
		{"hand.held", []int{c.Classes, h}, 0, 0},
		{"hand.focus", []int{c.Classes, h}, 0, 0},
		{"goal.words", []int{c.Words, h}, 16, 0},
	}
	if c.Kin > 0 {
		ps = append(ps, param{"kin.words", []int{c.Words, c.Kin}, 4, 0}, param{"kin.classes", []int{c.Classes, c.Kin}, 0, 0},
			param{"thing.kin", []int{thingClasses * c.Heads, h}, fan, 0}, param{"hand.kin", []int{thingClasses * c.Heads, h}, fan, 0})
	}
	if c.Value > 0 {
		ps = append(ps, param{"value.state", []int{h, 1}, 0, 0})
	}
	return ps
}

// thingScale brings the pooled weights, about 0.1 for each word at first, to the
// size of the other numbers: what is small is learned late.
const thingScale = 4

// aboutThings returns what is added to a situation [S, H], to a choice
// [P, chunk, H] before the first layer, and to the score [P, chunk].
func (c Config) aboutThings(all inputs, weight, pooled *graph.V, w func(name string) *graph.V) (state, choice, score *graph.V) {
	in := all.things
	rows := graph.D(chunk).Times(symP)
	class := func(table string, classes *graph.V, i int) *graph.V {
		axis := classes.Rank() - 1
		return w(table).Pad(0, graph.D(1), graph.D(0), 0).Gather(classes.Slice(axis, i, i+1).Squeeze(axis)) // row 0 stays zero
	}
	pooled = pooled.Times(thingScale)
	goal := in.bags.Linear(w("goal.words"), nil) // [G, H]
	state = pooled.Gather(in.handSets).Reshape(symS, graph.D(handMasks*c.Heads)).Linear(w("hand.sets"), nil).
		Add(in.handFacts.Linear(w("hand.facts"), nil)).
		Add(goal.Gather(in.goals))
	facts := in.facts.Reshape(rows, graph.D(c.thingWidth()))
	choice = pooled.Gather(in.sets).Reshape(rows, graph.D(thingMasks*c.Heads)).Linear(w("thing.sets"), nil).
		Add(facts.Linear(w("thing.facts"), nil))
	if c.Kin > 0 {
		kin := c.kinship(all, weight, w)
		width := graph.D(thingClasses * c.Heads)
		state = state.Add(kin.Gather(in.handKin).Reshape(symS, width).Linear(w("hand.kin"), nil))
		choice = choice.Add(kin.Gather(in.kin).Reshape(rows, width).Linear(w("thing.kin"), nil))
	}
	choice = choice.Reshape(symP, graph.D(chunk), graph.D(c.Hidden))
	state = state.Add(class("hand.held", in.handClasses, 0)).Add(class("hand.focus", in.handClasses, 1))
	choice = choice.Add(class("thing.first", in.classes, 0)).Add(class("thing.second", in.classes, 1))
	score = in.facts.Slice(2, 0, numThings).Linear(w("thing.direct"), nil).Squeeze(2)
	return state, choice, score
}

// kinship returns how close every class of things is to each goal, by the words
// that each head looks at, of shape [G*(Classes+1), Heads]; the rows of class 0
// are zero.
//
//	kin_gck = sum_i w_gik <word_gi, class_c>
func (c Config) kinship(in inputs, weight *graph.V, w func(name string) *graph.V) *graph.V {
	first := func(v *graph.V) *graph.V { return v.Pad(0, graph.D(1), graph.D(0), 0) }
	classes := graph.D(c.Classes + 1)
	words := first(w("kin.words")).Gather(in.tokens) // [G, 64, D]
	asked := weight.Transpose(0, 2, 1).MatMul(words) // [G, K, D]
	close := asked.Reshape(symG.Times(graph.D(c.Heads)), graph.D(c.Kin)).LinearT(first(w("kin.classes")), nil)
	return close.Reshape(symG, graph.D(c.Heads), classes).Transpose(0, 2, 1).
		Reshape(symG.Times(classes), graph.D(c.Heads)).Times(thingScale)
}

// initDirect is the start of thing.direct: what was done already is less likely.
func (c Config) initDirect(_ *rand.Rand, _ []int, x []float32) {
	x[thingEver], x[thingRecent] = float32(-3*c.Novelty), float32(-c.Novelty)
}
