package choice

// Padding of a batch. Rows of a product of matrices come out with the same bits
// whatever stands in the other rows, as long as the number of rows is a
// multiple of these: then no row falls to the kernels for a single row. So a
// decision does not depend on who shares its batch; see [Policy].
const (
	padStates = 8
	padChunks = 2
	padSets   = 8
	padGoals  = 2
)

// chunk is the number of choices that lie together. States have from 1 to
// hundreds of choices; a rectangle for the longest would be mostly padding.
const chunk = 8

// A batch is the input of the net for some rows, flat and row-major. Symbols:
// G goals, U sets of tokens a goal, S states, P chunks of choices, Q chunks a
// state at most. Its memory is used again by the next build.
type batch struct {
	stateWidth, choiceWidth int
	numKinds, numPlaces     int

	g, u, s, p, q int

	tokens     []int64   // [G, maxGoal] numbers of words
	tokenFacts []float32 // [G, maxGoal, tokenFeatures]
	sets       []float32 // [G, U, maxGoal] 0 or 1

	stateSets  []int64   // [S, stateMasks] into [G*U]
	restSets   []int64   // [S, restMasks] into [G*U]
	stateFacts []float32 // [S, stateWidth]

	choiceSets  []int64   // [P, chunk, choiceMasks] into [G*U]
	choiceFacts []float32 // [P, chunk, choiceWidth]; zeros are padding
	owner       []int64   // [P] into [S]
	chunks      []int64   // [S, Q] into [P]; P means none
	at          []int64   // [P] into [S*Q]: where chunks names it

	first []int // where each row's choices begin in [P*chunk]

	goals map[*goal]int
	order []*goal
	index setIndex
	own   []int32 // scratch: the goal of each row
	flat  []int32 // scratch: the set of each mask of all rows, in the goal

	things     thingBatch
	flatThings []int32 // as flat, of things
}

func newBatch(c Config) batch {
	return batch{
		stateWidth: c.stateWidth(), choiceWidth: c.choiceWidth(), numKinds: c.Kinds, numPlaces: c.Places,
		goals: map[*goal]int{}, things: newThingBatch(c),
	}
}

// build fills b with rows, none of which is empty.
func (b *batch) build(rows []*row) {
	b.count(rows)
	b.fillGoals()
	b.indexSets(rows)
	b.fillStates(rows)
	b.fillChoices(rows)
	if b.things.on {
		b.fillThings(rows)
	}
}

// count finds the goals of rows and the sizes that do not depend on sets.
func (b *batch) count(rows []*row) {
	clear(b.goals)
	b.order, b.own, b.first = b.order[:0], b.own[:0], b.first[:0]
	b.p, b.q = 0, 1
	for _, r := range rows {
		i, ok := b.goals[r.goal]
		if !ok {
			i = len(b.order)
			b.goals[r.goal] = i
			b.order = append(b.order, r.goal)
		}
		b.own = append(b.own, int32(i))
		b.first = append(b.first, b.p*chunk)
		parts := (r.size() + chunk - 1) / chunk
		b.p, b.q = b.p+parts, max(b.q, parts)
	}
	b.g = roundUp(len(b.order), padGoals)
	b.s = roundUp(len(rows), padStates)
	b.p = roundUp(b.p, padChunks)
}

func (b *batch) fillGoals() {
	b.tokens = resize(b.tokens, b.g*maxGoal)
	b.tokenFacts = resize(b.tokenFacts, b.g*maxGoal*tokenFeatures)
	for i, g := range b.order {
		ids := b.tokens[i*maxGoal:]
		for j, id := range g.ids {
			ids[j] = int64(id)
		}
		copy(b.tokenFacts[i*maxGoal*tokenFeatures:], g.facts[:])
	}
}

// indexSets gives every set of tokens a place among those of its goal. Players
// of one goal see much the same, so there are far fewer sets than uses.
func (b *batch) indexSets(rows []*row) {
	total := 0
	for _, r := range rows {
		total += stateMasks + restMasks + len(r.choices)
		if b.things.on {
			total += handMasks + len(r.things)*thingMasks
		}
	}
	b.flat, b.flatThings = b.flat[:0], b.flatThings[:0]
	b.index.reset(total, len(b.order))
	for i, r := range rows {
		g := b.own[i]
		for _, m := range r.masks {
			b.flat = append(b.flat, b.index.get(g, m))
		}
		for _, m := range r.rest {
			b.flat = append(b.flat, b.index.get(g, m))
		}
		for _, m := range r.choices {
			b.flat = append(b.flat, b.index.get(g, m))
		}
		if b.things.on {
			b.indexThings(r, g)
		}
	}
	most := int32(1)
	for _, n := range b.index.used {
		most = max(most, n)
	}
	b.u = roundUp(int(most), padSets)
	b.sets = resize(b.sets, b.g*b.u*maxGoal)
	b.index.each(func(goal, set int32, mask uint64) {
		at := (int(goal)*b.u + int(set)) * maxGoal
		for ; mask != 0; mask >>= 8 {
			copy(b.sets[at:at+8], octets[mask&255][:])
			at += 8
		}
	})
}

func (b *batch) fillStates(rows []*row) {
	b.stateSets = resize(b.stateSets, b.s*stateMasks)
	b.restSets = resize(b.restSets, b.s*restMasks)
	b.stateFacts = resize(b.stateFacts, b.s*b.stateWidth)
	at := 0
	for i, r := range rows {
		base := int64(b.own[i]) * int64(b.u)
		for j := range stateMasks {
			b.stateSets[i*stateMasks+j] = base + int64(b.flat[at+j])
		}
		at += stateMasks
		for j := range restMasks {
			b.restSets[i*restMasks+j] = base + int64(b.flat[at+j])
		}
		at += restMasks + len(r.choices)
		f := b.stateFacts[i*b.stateWidth : (i+1)*b.stateWidth]
		copy(f, r.state[:])
		mark(f[numStates:], r.place.row)
		mark(f[numStates+b.numPlaces:], r.lastKind.row)
	}
}

// mark sets the float of class number n, counted from 1; none for 0.
func mark(f []float32, n int32) {
	if n > 0 {
		f[n-1] = 1
	}
}

func (b *batch) fillChoices(rows []*row) {
	b.choiceSets = resize(b.choiceSets, b.p*chunk*choiceMasks)
	b.choiceFacts = resize(b.choiceFacts, b.p*chunk*b.choiceWidth)
	b.owner = resize(b.owner, b.p)
	b.at = resize(b.at, b.p)
	b.chunks = resize(b.chunks, b.s*b.q)
	for i := range b.chunks {
		b.chunks[i] = int64(b.p)
	}
	at := 0
	for i, r := range rows {
		base := int64(b.own[i]) * int64(b.u)
		at += stateMasks + restMasks
		sets := b.choiceSets[b.first[i]*choiceMasks:]
		for j := range r.choices {
			sets[j] = base + int64(b.flat[at+j])
		}
		at += len(r.choices)
		for j, k := range r.kinds {
			f := b.choiceFacts[(b.first[i]+j)*b.choiceWidth:][:b.choiceWidth]
			copy(f, r.facts[j*numFacts:(j+1)*numFacts])
			mark(f[numFacts:], k.row)
			mark(f[numFacts+b.numKinds:], int32(min(r.ranks[j], maxRank-1)))
		}
		chunks := b.chunks[i*b.q:]
		for j := range (r.size() + chunk - 1) / chunk {
			p := b.first[i]/chunk + j
			chunks[j] = int64(p)
			b.owner[p] = int64(i)
			b.at[p] = int64(i*b.q + j)
		}
	}
}

// A setIndex numbers the different sets of each goal, in the order in which
// they come.
type setIndex struct {
	keys  []setKey // open addressing; a free one has set < 0
	shift uint
	used  []int32 // sets by goal
}

type setKey struct {
	mask      uint64
	goal, set int32
}

// reset empties x and makes room for n sets of the given number of goals.
func (x *setIndex) reset(n, goals int) {
	size, shift := 16, uint(60)
	for size < 2*n {
		size, shift = 2*size, shift-1
	}
	if cap(x.keys) < size {
		x.keys = make([]setKey, size)
	}
	x.keys, x.shift = x.keys[:size], shift
	for i := range x.keys {
		x.keys[i].set = -1
	}
	x.used = resize(x.used, goals)
}

// get returns the number of mask among the sets of goal.
func (x *setIndex) get(goal int32, mask uint64) int32 {
	h := (mask ^ uint64(goal)*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	h = (h ^ h>>32) * 0xc4ceb9fe1a85ec53
	last := len(x.keys) - 1
	for i := int(h >> x.shift); ; i = (i + 1) & last {
		k := &x.keys[i]
		if k.set < 0 {
			*k = setKey{mask, goal, x.used[goal]}
			x.used[goal]++
			return k.set
		}
		if k.mask == mask && k.goal == goal {
			return k.set
		}
	}
}

// each calls f with every set.
func (x *setIndex) each(f func(goal, set int32, mask uint64)) {
	for i := range x.keys {
		if k := &x.keys[i]; k.set >= 0 {
			f(k.goal, k.set, k.mask)
		}
	}
}

// octets is a read-only table: the bits of a byte as floats.
var octets = func() (t [256][8]float32) {
	for i := range t {
		for j := range t[i] {
			t[i][j] = float32(i >> j & 1)
		}
	}
	return t
}()

// roundUp returns the smallest positive multiple of m that is n or more.
func roundUp(n, m int) int { return max(1, (n+m-1)/m) * m }

// resize returns a slice of n zeros, in the memory of s if it is large enough.
func resize[T int64 | int32 | float32](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}
