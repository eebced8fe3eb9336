package choice

import "stepgym/agent/internal/nn"

// A thingBatch is the part of a batch that is about things; see Config.Things.
// Symbols as in batch.
type thingBatch struct {
	on      bool
	kinds   int
	places  int
	words   int
	width   int // of facts
	around  int // of handFacts
	sets    []int64
	facts   []float32
	classes []int64

	handSets    []int64   // [S, handMasks] into [G*U]
	handFacts   []float32 // [S, around]
	handClasses []int64   // [S, thingClasses]
	goals       []int64   // [S] into [G]
	bags        []float32 // [G, words]: how often the goal has each word

	numClasses   int     // with the 0 of none; 0 without Config.Kin
	kin, handKin []int64 // as classes and handClasses, into [G*numClasses]
}

func newThingBatch(c Config) thingBatch {
	t := thingBatch{on: c.Things, kinds: c.Kinds, places: c.Places, words: c.Words, width: c.thingWidth(), around: c.handWidth()}
	if c.Kin > 0 {
		t.numClasses = c.Classes + 1
	}
	return t
}

// thingWidth is the number of floats of the things of a choice: facts, then the
// places where they were last in focus, then what was done with the first.
func (c Config) thingWidth() int { return numThings + thingClasses*c.Places + c.Kinds }

// handWidth is the number of floats of what is at hand: facts, then the kind of
// action that put it there, then what was done with it, then what was done at all.
func (c Config) handWidth() int { return numHands + 3*c.Kinds }

// index appends the sets of r to those of its goal.
func (b *batch) indexThings(r *row, goal int32) {
	for _, m := range r.hand.sets {
		b.flatThings = append(b.flatThings, b.index.get(goal, m))
	}
	for i := range r.things {
		for _, m := range r.things[i].sets {
			b.flatThings = append(b.flatThings, b.index.get(goal, m))
		}
	}
}

// fillThings fills in what rows say of things; the sets are indexed already.
func (b *batch) fillThings(rows []*row) {
	t := &b.things
	t.sets = resize(t.sets, b.p*chunk*thingMasks)
	t.facts = resize(t.facts, b.p*chunk*t.width)
	t.classes = resize(t.classes, b.p*chunk*thingClasses)
	t.handSets = resize(t.handSets, b.s*handMasks)
	t.handFacts = resize(t.handFacts, b.s*t.around)
	t.handClasses = resize(t.handClasses, b.s*thingClasses)
	t.goals = resize(t.goals, b.s)
	t.bags = resize(t.bags, b.g*t.words)
	for i, g := range b.order {
		for _, id := range g.ids {
			if id > 0 {
				t.bags[i*t.words+int(id)-1]++
			}
		}
	}
	at := 0
	for i, r := range rows {
		base := int64(b.own[i]) * int64(b.u)
		t.goals[i] = int64(b.own[i])
		for j := range handMasks {
			t.handSets[i*handMasks+j] = base + int64(b.flatThings[at])
			at++
		}
		t.fillHand(i, r.hand)
		for j := range r.things {
			k := b.first[i] + j
			for m := range thingMasks {
				t.sets[k*thingMasks+m] = base + int64(b.flatThings[at])
				at++
			}
			t.fillThing(k, &r.things[j])
		}
	}
	if t.numClasses > 0 {
		t.fillKin(b)
	}
}

// fillKin turns classes into classes of a goal.
func (t *thingBatch) fillKin(b *batch) {
	t.kin, t.handKin = resize(t.kin, len(t.classes)), resize(t.handKin, len(t.handClasses))
	for i, c := range t.handClasses {
		t.handKin[i] = t.goals[i/thingClasses]*int64(t.numClasses) + c
	}
	for i, c := range t.classes {
		state := b.owner[i/(chunk*thingClasses)]
		t.kin[i] = t.goals[state]*int64(t.numClasses) + c
	}
}

// fillHand writes h as situation i.
func (t *thingBatch) fillHand(i int, h *handRow) {
	f := t.handFacts[i*t.around : (i+1)*t.around]
	f = f[copy(f, h.facts[:]):]
	mark(f, h.kind.row)
	f = f[t.kinds:]
	for _, k := range h.deeds {
		mark(f, k.row)
	}
	f = f[t.kinds:]
	for _, k := range h.done {
		mark(f, k.row)
	}
	for j, c := range h.classes {
		t.handClasses[i*thingClasses+j] = int64(c.row)
	}
}

// fillThing writes x as choice k.
func (t *thingBatch) fillThing(k int, x *thingRow) {
	f := t.facts[k*t.width : (k+1)*t.width]
	f = f[copy(f, x.facts[:]):]
	for _, p := range x.places {
		mark(f, p.row)
		f = f[t.places:]
	}
	for _, d := range x.deeds {
		mark(f, d.row)
	}
	for j, c := range x.classes {
		t.classes[k*thingClasses+j] = int64(c.row)
	}
}

// feedThings copies the part into the inputs of declareThings.
func (b *batch) feedThings(f *nn.Feeds) {
	t := &b.things
	copy(f.I64("thing_sets", b.p, chunk, thingMasks), t.sets)
	copy(f.F32("thing_facts", b.p, chunk, t.width), t.facts)
	copy(f.I64("thing_classes", b.p, chunk, thingClasses), t.classes)
	copy(f.I64("hand_sets", b.s, handMasks), t.handSets)
	copy(f.F32("hand_facts", b.s, t.around), t.handFacts)
	copy(f.I64("hand_classes", b.s, thingClasses), t.handClasses)
	copy(f.I64("goals", b.s), t.goals)
	copy(f.F32("bags", b.g, t.words), t.bags)
	if t.numClasses > 0 {
		copy(f.I64("thing_kin", b.p, chunk, thingClasses), t.kin)
		copy(f.I64("hand_kin", b.s, thingClasses), t.handKin)
	}
}
