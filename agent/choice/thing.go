package choice

import "stepgym/envs"

// Facts about the things that a choice names, in the order of thingRow.facts.
// The first thing is Choice.Ref, the second Choice.With.
const (
	thingFirst       = iota // the choice names a first thing
	thingFirstSeen          // which was in focus
	thingFirstVisits        // how often / 3, 1 at most
	thingFirstAge           // 1 / (1 + turns since it was)
	thingFirstHere          // it is in focus
	thingFirstHeld          // a lasting setting is of it
	thingFirstTimes         // actions that handled it / 3, 1 at most
	thingFirstNamed         // twice the share of the goal that its name says, 1 at most
	thingFirstHas           // the same of what was read of it
	thingSecond
	thingSecondSeen
	thingSecondVisits
	thingSecondAge
	thingSecondHere
	thingSecondHeld
	thingSecondNamed
	thingSecondHas
	thingUnseen // share of the choices of this kind whose first thing was never in focus
	thingEver   // times that the action was taken anywhere / 3, 1 at most
	thingRecent // it was one of the last actions
	numThings
)

// Facts about what is at hand, in the order of handRow.facts.
const (
	handAny     = iota // a lasting setting was made
	handDone           // kinds of actions taken / 8
	handSeen           // share of the first things of the choices that were in focus
	handAllSeen        // that is all of them
	handNamed          // thingFirstNamed of what is at hand
	numHands
)

// thingMasks is the number of sets of goal tokens of the things of a choice: in
// the names of the first and the second, in what was read of the first and the
// second, names left out.
const thingMasks = 4

// handMasks is the number of those of a situation: in the name of what is at
// hand, in the name of the thing in focus, in what was read of all things.
const handMasks = 3

// thingClasses is the number of things of a choice, and of a situation, whose
// class the net sees.
const thingClasses = 2

// A thingRow is what the net sees of the things that a choice names.
type thingRow struct {
	classes [thingClasses]*symbol
	places  [thingClasses]*symbol // where they were last in focus
	deeds   []*symbol             // of the first; not to be changed
	facts   [numThings]float32
	sets    [thingMasks]uint64
}

// A handRow is what the net sees of what is at hand and what was done.
type handRow struct {
	classes [thingClasses]*symbol // of what is at hand and in focus
	kind    *symbol               // of the action that put it there
	deeds   []*symbol             // of what is at hand; not to be changed
	done    []*symbol             // kinds of all actions; not to be changed
	facts   [numHands]float32
	sets    [handMasks]uint64
}

// readThings fills in the things of row out, which has the choices of o.
func (r *reader) readThings(out *row, o *envs.Observation) {
	e := &r.entities
	place := r.shared.places.get(o.Place)
	focus := e.get(o.Focus, r.goal, r.shared)
	e.see(focus, place, focus != e.focus)
	e.focus = focus
	out.things = make([]thingRow, len(r.choices))
	out.hand = &handRow{}
	r.refs = r.refs[:0]
	for i := range r.choices {
		r.refs = append(r.refs, e.get(r.choices[i].Ref, r.goal, r.shared))
	}
	hand := e.hand()
	for i := range r.choices {
		r.thingRow(&out.things[i], i, hand.of)
	}
	seen, all := r.unseenShares(out)
	r.handRow(out.hand, hand)
	if all > 0 {
		out.hand.facts[handSeen] = float32(seen) / float32(all)
		out.hand.facts[handAllSeen] = truth(seen == all)
	}
}

// thingRow fills in t for choice i.
func (r *reader) thingRow(t *thingRow, i int, held *entity) {
	c, e := r.choices[i], &r.entities
	first, second := r.refs[i], e.get(c.With, r.goal, r.shared)
	f := &t.facts
	t.classes, t.places = [thingClasses]*symbol{unknown, unknown}, [thingClasses]*symbol{unknown, unknown}
	if first != nil {
		f[thingFirst], f[thingFirstHere], f[thingFirstHeld] = 1, truth(first == e.focus), truth(first == held)
		f[thingFirstSeen], f[thingFirstVisits], f[thingFirstAge] = e.visited(first)
		f[thingFirstTimes] = min(1, float32(first.times)/3)
		t.classes[0], t.places[0], t.deeds, t.sets[0] = first.class, first.place, first.deeds, first.words
		t.sets[2] = r.readOf(c.Ref) &^ first.words
		f[thingFirstNamed], f[thingFirstHas] = r.goal.says(first.words), r.goal.says(t.sets[2])
	}
	if second != nil {
		f[thingSecond], f[thingSecondHere], f[thingSecondHeld] = 1, truth(second == e.focus), truth(second == held)
		f[thingSecondSeen], f[thingSecondVisits], f[thingSecondAge] = e.visited(second)
		t.classes[1], t.places[1], t.sets[1] = second.class, second.place, second.words
		t.sets[3] = r.readOf(c.With) &^ second.words
		f[thingSecondNamed], f[thingSecondHas] = r.goal.says(second.words), r.goal.says(t.sets[3])
	}
	name := c.Action.Text
	if len(c.Action.Calls) > 0 {
		name = c.Action.String()
	}
	if n := e.ever[name]; n > 0 {
		f[thingEver] = min(1, float32(n)/3)
		f[thingRecent] = truth(e.isRecent(name))
	}
}

// says is twice the coverage of set, 1 at most: two words that matter are as
// much as all.
func (g *goal) says(set uint64) float32 { return min(1, 2*g.coverage(set)) }

// visited returns thingFirstSeen, thingFirstVisits and thingFirstAge.
func (e *entities) visited(x *entity) (seen, visits, age float32) {
	if x.visits == 0 {
		return 0, 0, 0
	}
	return 1, min(1, float32(x.visits)/3), 1 / float32(1+e.turn-x.turn)
}

// readOf returns the tokens of the goal that were read of the thing of a name.
func (r *reader) readOf(name string) uint64 {
	if t := r.byName[name]; t != nil {
		return t.found.words
	}
	return 0
}

// unseenShares fills in thingUnseen, and returns how many of the choices with a
// first thing lead to one that was in focus, and how many there are.
func (r *reader) unseenShares(out *row) (seen, all int) {
	r.unseen = r.unseen[:0]
	for i, x := range r.refs {
		k := 0
		for k < len(r.unseen) && r.unseen[k].kind != out.kinds[i] {
			k++
		}
		if k == len(r.unseen) {
			r.unseen = append(r.unseen, unseenOf{kind: out.kinds[i]})
		}
		u := &r.unseen[k]
		u.all++
		if x == nil {
			continue
		}
		all++
		if x.visits > 0 {
			seen++
		} else {
			u.n++
		}
	}
	for i := range r.refs {
		for k := range r.unseen {
			if u := &r.unseen[k]; u.kind == out.kinds[i] {
				out.things[i].facts[thingUnseen] = float32(u.n) / float32(u.all)
				break
			}
		}
	}
	return seen, all
}

// An unseenOf counts the choices of a kind, and those to things never in focus.
type unseenOf struct {
	kind   *symbol
	n, all int
}

// handRow fills in h.
func (r *reader) handRow(h *handRow, hand lasting) {
	e := &r.entities
	h.classes, h.kind = [thingClasses]*symbol{unknown, unknown}, hand.kind
	h.done = e.done
	h.facts[handDone] = min(1, float32(len(e.done))/8)
	if x := hand.of; x != nil {
		h.facts[handAny] = 1
		h.facts[handNamed] = r.goal.says(x.words)
		h.classes[0], h.deeds, h.sets[0] = x.class, x.deeds, x.words
	}
	if x := e.focus; x != nil {
		h.classes[1], h.sets[1] = x.class, x.words
	}
	h.sets[2] = r.all.words
}
