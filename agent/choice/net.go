package choice

import (
	"stepgym/agent/internal/graph"
)

// eps keeps the root of a sum of squares away from 0, where its slope is
// infinite.
const eps = 1e-6

// inputs are the parts of a batch as values of a graph, with the shapes given
// there.
type inputs struct {
	tokens, tokenFacts, sets                *graph.V
	stateSets, restSets, stateFacts         *graph.V
	place, last                             *graph.V
	choiceSets, choiceFacts, kind, rank, of *graph.V
	chunks, top                             *graph.V
}

// The symbols of the shapes; see batch.
var (
	symG = graph.Sym("G")
	symU = graph.Sym("U")
	symS = graph.Sym("S")
	symA = graph.Sym("A")
	symP = graph.Sym("P")
	symQ = graph.Sym("Q")
	symC = graph.Sym("C")
)

// declare makes the inputs of a batch.
func declare(g *graph.Graph) inputs {
	ints := func(name string, shape ...graph.Dim) *graph.V { return g.Input(name, graph.I64, shape...) }
	floats := func(name string, shape ...graph.Dim) *graph.V { return g.Input(name, graph.F32, shape...) }
	d := graph.D
	return inputs{
		tokens:      ints("tokens", symG, d(maxGoal)),
		tokenFacts:  floats("token_facts", symG, d(maxGoal), d(tokenFeatures)),
		sets:        floats("sets", symG, symU, d(maxGoal)),
		stateSets:   ints("state_sets", symS, d(stateMasks)),
		restSets:    ints("rest_sets", symS, d(restMasks)),
		stateFacts:  floats("state_facts", symS, d(numStates)),
		place:       ints("place", symS),
		last:        ints("last_kind", symS),
		choiceSets:  ints("choice_sets", symA, d(choiceMasks)),
		choiceFacts: floats("choice_facts", symA, d(numFacts)),
		kind:        ints("kind", symA),
		rank:        ints("rank", symA),
		of:          ints("state", symA),
		chunks:      ints("chunks", symP, d(chunk)),
		top:         ints("top", symS, symQ),
	}
}

// A param is a tensor of weights.
type param struct {
	name  string
	shape []int
	fanIn int // the first weights are uniform in ±1/sqrt(fanIn); 0 means zeros
}

// params lists the weights in order.
func (c Config) params() []param {
	h := c.Hidden
	unfolded := c.Width * (c.Embed + tokenFeatures)
	stateIn := (stateMasks+restMasks)*c.Heads + numStates
	choiceIn := choiceMasks*c.Heads + numFacts
	ps := []param{
		{"word.table", []int{c.Words, c.Embed}, 0},
		{"conv.weight", []int{unfolded, c.Conv}, unfolded},
		{"conv.bias", []int{c.Conv}, unfolded},
		{"heads.weight", []int{c.Conv, c.Heads}, c.Conv},
		{"heads.bias", []int{c.Heads}, c.Conv},
		{"state.weight", []int{stateIn, h}, stateIn + choiceIn},
		{"place.table", []int{placeRows - 1, h}, 0},
		{"last.table", []int{kindRows - 1, h}, 0},
		{"choice.weight", []int{choiceIn, h}, stateIn + choiceIn},
		{"choice.bias", []int{h}, stateIn + choiceIn},
		{"kind.table", []int{kindRows - 1, h}, 0},
		{"rank.table", []int{maxRank - 1, h}, 0},
		{"hidden.weight", []int{h, h}, h},
		{"hidden.bias", []int{h}, h},
		{"rivals.own", []int{h, h}, 2 * h},
		{"rivals.max", []int{h, h}, 2 * h},
		{"rivals.bias", []int{h}, 2 * h},
		{"score.weight", []int{h, 1}, 0},
	}
	if c.Value > 0 {
		ps = append(ps, param{"value.weight", []int{h, 1}, 0}, param{"value.bias", []int{1}, 0})
	}
	return ps
}

// forward returns the score of every choice, of shape [A], and the value of
// every state, [S], nil without a value head. w gives the weights by name.
func (c Config) forward(in inputs, w func(name string) *graph.V) (score, value *graph.V) {
	pooled, squares := c.pool(in, w)
	k := c.Heads
	flat := func(v *graph.V, idx *graph.V, sets int) *graph.V {
		return v.Gather(idx).Reshape(idx.Dim(0), graph.D(sets*k))
	}
	rest := flat(squares, in.restSets, restMasks).Plus(eps).Sqrt().Times(4)
	state := graph.Concat(1, flat(pooled, in.stateSets, stateMasks), rest, in.stateFacts).
		Linear(w("state.weight"), nil).
		Add(table(w("place.table")).Gather(in.place)).
		Add(table(w("last.table")).Gather(in.last)) // [S, H]

	h := graph.Concat(1, flat(pooled, in.choiceSets, choiceMasks), in.choiceFacts).
		Linear(w("choice.weight"), w("choice.bias")).
		Add(table(w("kind.table")).Gather(in.kind)).
		Add(table(w("rank.table")).Gather(in.rank)).
		Add(state.Gather(in.of)).Relu() // [A, H]
	h = h.Linear(w("hidden.weight"), w("hidden.bias")).Relu()

	// The largest of each feature over the rivals; features are not negative,
	// so 0 stands for nobody.
	best := h.PadGather(in.chunks, 0).Largest(1).PadGather(in.top, 0).Largest(1) // [S, H]
	rivals := best.Linear(w("rivals.max"), w("rivals.bias"))
	z := h.Linear(w("rivals.own"), nil).Add(rivals.Gather(in.of)).Relu()
	score = z.MatMul(w("score.weight")).Squeeze(1)
	if c.Value > 0 {
		value = best.Linear(w("value.weight"), w("value.bias")).Squeeze(1)
	}
	return score, value
}

// pool weighs the tokens of each goal and adds up the weights, and their
// squares, over each set: two values of shape [G*U, Heads].
//
//	w_ik = sigmoid(heads(conv(goal))_ik) / (0.5 + sum_j sigmoid(...)_jk)
func (c Config) pool(in inputs, w func(name string) *graph.V) (pooled, squares *graph.V) {
	words := table(w("word.table")).Gather(in.tokens) // [G, 64, E]
	present := in.tokenFacts.Slice(2, 1, 2)           // [G, 64, 1]
	open := graph.Concat(2, words, in.tokenFacts).Unfold(c.Width).
		Linear(w("conv.weight"), w("conv.bias")).Relu().
		Linear(w("heads.weight"), w("heads.bias")).Sigmoid().Mul(present)
	weight := open.Div(open.SumKeep(1).Plus(0.5)) // [G, 64, K]
	both := in.sets.MatMul(graph.Concat(2, weight, weight.Mul(weight)))
	both = both.Reshape(symG.Times(symU), graph.D(2*c.Heads))
	return both.Slice(1, 0, c.Heads), both.Slice(1, c.Heads, 2*c.Heads)
}

// table puts the row of the unknown, zero for ever, in front of a table.
func table(v *graph.V) *graph.V { return v.Pad(0, graph.D(1), graph.D(0), 0) }
