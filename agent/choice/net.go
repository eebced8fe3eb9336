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
	tokens, tokenFacts, sets        *graph.V
	stateSets, restSets, stateFacts *graph.V
	choiceSets, choiceFacts         *graph.V
	owner, chunks                   *graph.V
	at                              *graph.V // for gradients only: nil where nothing learns
	things                          thingInputs
}

// The symbols of the shapes; see batch.
var (
	symG = graph.Sym("G")
	symU = graph.Sym("U")
	symS = graph.Sym("S")
	symP = graph.Sym("P")
	symQ = graph.Sym("Q")
)

// declare makes the inputs of a batch.
func (c Config) declare(g *graph.Graph) inputs {
	ints := func(name string, shape ...graph.Dim) *graph.V { return g.Input(name, graph.I64, shape...) }
	floats := func(name string, shape ...graph.Dim) *graph.V { return g.Input(name, graph.F32, shape...) }
	d := graph.D
	in := inputs{
		tokens:      ints("tokens", symG, d(maxGoal)),
		tokenFacts:  floats("token_facts", symG, d(maxGoal), d(tokenFeatures)),
		sets:        floats("sets", symG, symU, d(maxGoal)),
		stateSets:   ints("state_sets", symS, d(stateMasks)),
		restSets:    ints("rest_sets", symS, d(restMasks)),
		stateFacts:  floats("state_facts", symS, d(c.stateWidth())),
		choiceSets:  ints("choice_sets", symP, d(chunk), d(choiceMasks)),
		choiceFacts: floats("choice_facts", symP, d(chunk), d(c.choiceWidth())),
		owner:       ints("owner", symP),
		chunks:      ints("chunks", symS, symQ),
	}
	if c.Things {
		in.things = c.declareThings(g)
	}
	return in
}

// stateWidth is the number of floats of a situation: its facts, then which
// place it is, then which kind of action was the last.
func (c Config) stateWidth() int { return numStates + c.Places + c.Kinds }

// choiceWidth is the number of floats of a choice: its facts, then which kind
// it is, then which rank it has from 1 on.
func (c Config) choiceWidth() int { return numFacts + c.Kinds + maxRank - 1 }

// A param is a tensor of weights.
type param struct {
	name  string
	shape []int
	fanIn int // the first weights are uniform in ±1/sqrt(fanIn); 0 means zeros
	zeros int // rows at the end that are zero at first: those of classes
}

// params lists the weights in order.
func (c Config) params() []param {
	h := c.Hidden
	unfolded := c.Width * (c.Embed + tokenFeatures)
	fan := (stateMasks+restMasks+choiceMasks)*c.Heads + numStates + numFacts
	ps := []param{
		{"word.table", []int{c.Words, c.Embed}, 0, 0},
		{"conv.weight", []int{unfolded, c.Conv}, unfolded, 0},
		{"conv.bias", []int{c.Conv}, unfolded, 0},
		{"heads.weight", []int{c.Conv, c.Heads}, c.Conv, 0},
		{"heads.bias", []int{c.Heads}, c.Conv, 0},
		{"state.sets", []int{(stateMasks + restMasks) * c.Heads, h}, fan, 0},
		{"state.facts", []int{c.stateWidth(), h}, fan, c.Places + c.Kinds},
		{"choice.sets", []int{choiceMasks * c.Heads, h}, fan, 0},
		{"choice.facts", []int{c.choiceWidth(), h}, fan, c.Kinds + maxRank - 1},
		{"hidden.weight", []int{h, h}, h, 0},
		{"hidden.bias", []int{h}, h, 0},
		{"rivals.own", []int{h, h}, 2 * h, 0},
		{"rivals.max", []int{h, h}, 2 * h, 0},
		{"rivals.bias", []int{h}, 2 * h, 0},
		{"score.weight", []int{h, 1}, 0, 0},
	}
	if c.Value > 0 {
		ps = append(ps, param{"value.weight", []int{h, 1}, 0, 0}, param{"value.bias", []int{1}, 0, 0})
	}
	if c.Things {
		ps = append(ps, c.thingParams()...)
	}
	return ps
}

// forward returns the score of every choice, of shape [P, chunk], and the value
// of every state, [S], nil without a value head. w gives the weights by name.
//
// The shapes avoid the operator that gathering leads to backwards (adding rows
// at indexes, which is slow): choices lie in chunks of one state, so that what
// a state gives to its choices is repeated by broadcasting.
func (c Config) forward(in inputs, w func(name string) *graph.V) (score, value *graph.V) {
	weight := c.weigh(in, w)
	pooled, squares := c.pool(in, weight)
	rows := graph.D(chunk).Times(symP)
	inChunks := func(v *graph.V) *graph.V { return v.Reshape(symP, graph.D(chunk), v.Dim(-1)) }

	found := pooled.Gather(in.stateSets).Reshape(symS, graph.D(stateMasks*c.Heads))
	rest := squares.Gather(in.restSets).Reshape(symS, graph.D(restMasks*c.Heads)).Plus(eps).Sqrt().Times(4)
	state := graph.Concat(1, found, rest).Linear(w("state.sets"), nil).
		Add(in.stateFacts.Linear(w("state.facts"), nil)) // [S, H]

	facts := in.choiceFacts.Reshape(rows, graph.D(c.choiceWidth()))
	h := pooled.Gather(in.choiceSets).Reshape(rows, graph.D(choiceMasks*c.Heads)).Linear(w("choice.sets"), nil).
		Add(facts.Linear(w("choice.facts"), nil))
	h = inChunks(h)
	var direct *graph.V
	if c.Things {
		var more, own *graph.V
		more, own, direct = c.aboutThings(in, weight, pooled, w)
		state, h = state.Add(more), h.Add(own)
	}
	h = relu(h.Add(state.Gather(in.owner).Unsqueeze(1))) // [P, chunk, H]
	h = relu(h.Linear(w("hidden.weight"), w("hidden.bias")))

	// The largest of each feature over the rivals; features are not negative,
	// so 0 stands for nobody.
	here := in.choiceFacts.Slice(2, factHere, factHere+1) // [P, chunk, 1]
	best := arrange(h.Mul(here).Largest(1), in).Largest(1)
	rivals := best.Linear(w("rivals.max"), w("rivals.bias")) // [S, H]
	z := relu(h.Linear(w("rivals.own"), nil).Add(rivals.Gather(in.owner).Unsqueeze(1)))
	score = z.Linear(w("score.weight"), nil).Squeeze(2)
	if direct != nil {
		score = score.Add(direct)
	}
	if c.Value > 0 {
		value = best.Linear(w("value.weight"), w("value.bias")).Squeeze(1)
		if c.Things {
			value = value.Add(relu(state).Linear(w("value.state"), nil).Squeeze(1))
		}
	}
	return score, value
}

// weigh returns the weight of every token of each goal in each head, of shape
// [G, 64, Heads]:
//
//	w_ik = sigmoid(heads(conv(goal))_ik) / (0.5 + sum_j sigmoid(...)_jk)
func (c Config) weigh(in inputs, w func(name string) *graph.V) *graph.V {
	words := w("word.table").Pad(0, graph.D(1), graph.D(0), 0).Gather(in.tokens) // [G, 64, E]; row 0 stays zero
	present := in.tokenFacts.Slice(2, 1, 2)                                      // [G, 64, 1]
	open := relu(graph.Concat(2, words, in.tokenFacts).Unfold(c.Width).
		Linear(w("conv.weight"), w("conv.bias"))).
		Linear(w("heads.weight"), w("heads.bias")).Sigmoid().Mul(present)
	return open.Div(open.SumKeep(1).Plus(0.5))
}

// pool adds up the weights, and their squares, over each set: two values of
// shape [G*U, Heads].
func (c Config) pool(in inputs, weight *graph.V) (pooled, squares *graph.V) {
	both := in.sets.MatMul(graph.Concat(2, weight, weight.Mul(weight)))
	both = both.Reshape(symG.Times(symU), graph.D(2*c.Heads))
	return both.Slice(1, 0, c.Heads), both.Slice(1, c.Heads, 2*c.Heads)
}

// arrange puts the rows of v [P, H] in a rectangle [S, Q, H], one row a state,
// filled up with zeros. It is PadGather by in.chunks. As every chunk stands in
// one place, its gradient is found there: in.at says where. (That of a chunk of
// padding is of no account.)
func arrange(v *graph.V, in inputs) *graph.V {
	y := v.PadGather(in.chunks, 0)
	width := v.Dim(1)
	if in.at == nil {
		return y
	}
	y.Node().Adjoint = &graph.Adjoint{In: []*graph.V{v}, Back: func(g *graph.V, _ func(int) bool) []*graph.V {
		return []*graph.V{g.Reshape(symS.Times(symQ), width).Gather(in.at)}
	}}
	return y
}

// relu is max(v, 0). Its gradient multiplies by min(1, 1e30 y), which is 1 where
// the result y is above 0, because the runtime's comparing and choosing
// operators are several times slower than multiplying.
func relu(v *graph.V) *graph.V {
	y := v.Relu()
	y.Node().Adjoint = &graph.Adjoint{In: []*graph.V{v}, Back: func(g *graph.V, _ func(int) bool) []*graph.V {
		return []*graph.V{g.Mul(y.Times(1e30).Clip(0, 1))}
	}}
	return y
}
