package choice

import (
	"math"

	"stepgym/envs"
)

// A reader turns the observations of one episode into rows. It belongs to one
// player; the goal, the documents and the symbols it uses are shared.
type reader struct {
	memory
	entities entities
	shared   *shared
	maxTurns int  // 0 if unknown
	named    bool // Config.Things

	choices []*envs.Choice // of the latest observation
	texts   []string       // scratch: the texts of choices, then the body
	found   []*match       // of texts
	best    []bestOf       // scratch: of each slot
	ranks   []ranked       // scratch: of each kind
	refs    []*entity      // of choices: their first things, nil for none
	unseen  []unseenOf     // scratch: of each kind
}

// A bestOf is the choice of a slot that stands in the goal most fully.
type bestOf struct {
	slot         string
	index        int
	level, words int32
}

// A ranked counts the choices of a kind.
type ranked struct {
	kind *symbol
	name string
	n    int
	next int // index of the first that leads to something not seen, -1 if none
}

// read files o and describes the decision to be made. The row has no choices
// if o offers none.
func (r *reader) read(o *envs.Observation) *row {
	r.choices = list(r.choices[:0], o)
	r.match(o)
	n := len(r.choices)
	body, own := r.found[n], r.found[:n]
	r.see(o, body, r.choices, own)
	out := &row{
		goal: r.goal, place: r.shared.places.get(o.Place), lastKind: r.last.kind,
		kinds: make([]*symbol, n), ranks: make([]uint8, n),
		facts: make([]float32, n*numFacts), choices: make([]uint64, n*choiceMasks),
	}
	if out.lastKind == nil {
		out.lastKind = unknown
	}
	r.rank(out, own)
	r.bestInSlots(own)
	wanted, fresh := 0, false
	for i := range r.choices {
		f := out.facts[i*numFacts : (i+1)*numFacts]
		r.textFacts(f, own[i])
		r.placeFacts(f, i, out.kinds[i])
		r.thingFacts(f, out.choices[i*choiceMasks:(i+1)*choiceMasks], i, own[i])
		if f[factWanted] != 0 {
			wanted++
		}
		fresh = fresh || f[factNext] != 0
	}
	r.situation(out, body, wanted, fresh)
	if r.named {
		r.readThings(out, o)
	}
	return out
}

// match fills r.found with the matches of the choices' texts and of the body.
func (r *reader) match(o *envs.Observation) {
	r.texts = r.texts[:0]
	for i := range r.choices {
		r.texts = append(r.texts, text(r.choices[i]))
	}
	r.texts = append(r.texts, o.Body)
	var all bool
	if r.found, all = r.goal.cache.lookup(r.found[:0], r.texts); all {
		return
	}
	for i, t := range r.texts {
		if r.found[i] == nil {
			r.found[i] = newMatch(r.goal, r.shared.docs.get(t))
			r.goal.cache.store(t, r.found[i])
		}
	}
}

// rank fills in kinds and ranks, and finds the choices to look at next.
func (r *reader) rank(out *row, own []*match) {
	r.ranks = r.ranks[:0]
	for i := range r.choices {
		c := r.choices[i]
		k := 0
		for k < len(r.ranks) && r.ranks[k].name != c.Kind {
			k++
		}
		if k == len(r.ranks) {
			r.ranks = append(r.ranks, ranked{kind: r.shared.kinds.get(c.Kind), name: c.Kind, next: -1})
		}
		q := &r.ranks[k]
		out.kinds[i] = q.kind
		out.ranks[i] = uint8(min(q.n, 255))
		q.n++
		if q.next < 0 && r.leads(c) && r.byName[c.Ref] == nil && !r.goal.limit.over(own[i].price) {
			q.next = i
		}
	}
	for i := range r.choices {
		f := out.facts[i*numFacts:]
		for k := range r.ranks {
			if q := &r.ranks[k]; q.kind == out.kinds[i] {
				f[factCount] = log1p(q.n) / 4
				f[factNext] = truth(q.next == i)
				break
			}
		}
		f[factRank] = min(2, float32(out.ranks[i])/10)
	}
}

// leads reports whether c leads to a thing other than the one in focus.
func (r *reader) leads(c *envs.Choice) bool { return c.Ref != "" && c.Ref != r.focus }

// level tells how fully a choice for a setting stands in the goal, 0 not at
// all. A goal that names its settings means only what it names.
func (g *goal) level(m *match) int32 {
	switch {
	case m.exact:
		return 3
	case g.colons != 0:
		return 0
	case m.exactValue:
		return 2
	case m.wholeValue:
		return 1
	}
	return 0
}

// bestInSlots finds the best choice for every setting: the highest level, then
// the longest, then the first.
func (r *reader) bestInSlots(own []*match) {
	r.best = r.best[:0]
	for i := range r.choices {
		slot := r.choices[i].Slot
		level := r.goal.level(own[i])
		if slot == "" || level == 0 {
			continue
		}
		k := 0
		for k < len(r.best) && r.best[k].slot != slot {
			k++
		}
		b := bestOf{slot, i, level, own[i].words}
		switch {
		case k == len(r.best):
			r.best = append(r.best, b)
		case level > r.best[k].level || level == r.best[k].level && b.words > r.best[k].words:
			r.best[k] = b
		}
	}
}

// textFacts fills in what the text of a choice says.
func (r *reader) textFacts(f []float32, m *match) {
	f[factHere], f[factShare], f[factPairShare] = 1, m.share, m.pairShare
	f[factWhole], f[factExact] = truth(m.whole), truth(m.exact)
	f[factValueWhole], f[factValueExact] = truth(m.wholeValue), truth(m.exactValue)
	f[factAllWords] = truth(m.words > 0 && m.share == 1)
	f[factLength] = log1p(int(m.words)) / 4
	if !m.price.known {
		return
	}
	f[factPriced], f[factWithin], f[factCertain] = 1, 1, 1
	if l := r.goal.limit; l.known {
		f[factWithin], f[factCertain] = truth(m.price.low <= l.max), truth(m.price.up <= l.max)
		f[factPriceRatio] = 2
		if m.price.up < 2*l.max {
			f[factPriceRatio] = float32(m.price.up / l.max)
		}
	}
}

// placeFacts fills in what was done with choice i here.
func (r *reader) placeFacts(f []float32, i int, kind *symbol) {
	c := r.choices[i]
	name := c.Action.Text
	if len(c.Action.Calls) > 0 {
		name = c.Action.String()
	}
	if n := r.timesTaken(name); n > 0 {
		f[factTaken] = 1
		f[factTimes] = min(1, float32(n)/3)
	}
	f[factLast] = truth(r.turn > 0 && name == r.last.text)
	f[factKindTimes] = min(1, float32(r.timesKind(kind))/8)
	if c.Slot == "" {
		return
	}
	f[factSet] = r.setTo(c.Slot, name)
	for _, b := range r.best {
		if b.index == i {
			f[factBestInSlot] = float32(b.level) / 3
			f[factWanted] = truth(f[factSet] != 1)
		}
	}
}

// thingFacts fills in what is known of the thing that choice i leads to.
func (r *reader) thingFacts(f []float32, masks []uint64, i int, m *match) {
	c, found := r.choices[i], m.findings
	asked := r.goal.asked()
	if r.leads(c) {
		f[factRefers] = 1
		if t := r.byName[c.Ref]; t != nil {
			found = found.join(t.found)
			f[factSeen] = 1
			f[factVisits] = min(1, float32(t.visits)/3)
			f[factBestSeen] = truth(t == r.memory.best)
			f[factComplete] = truth(r.goal.settings(found.clauses) == asked)
		}
	}
	if asked > 0 {
		f[factSettings] = float32(r.goal.settings(found.clauses)) / float32(asked)
	}
	f[factCoverage] = r.goal.coverage(found.words)
	f[factClauses] = r.goal.coverage(found.clauses)
	masks[0], masks[1], masks[2] = found.words, found.pairs, found.clauses
	masks[3] = m.findings.words &^ r.set.words
}

// situation fills in the state of row out.
func (r *reader) situation(out *row, body *match, wanted int, fresh bool) {
	g, s := r.goal, &out.state
	seen := r.all
	asked := g.asked()
	made := g.settings(r.set.clauses)
	if r.focus != "" {
		t := r.byName[r.focus]
		seen = t.found
		s[stateFocus] = 1
		s[stateRevisit] = truth(t.visits > 1)
		s[statePages] = min(1, float32(len(t.pages))/3)
		s[stateBest] = truth(t == r.memory.best)
		s[stateBehind] = min(1, (r.memory.best.score-t.score)/2)
		s[stateOver] = truth(t.over)
		present := g.settings(seen.clauses)
		s[statePresent] = float32(present) / 3
		s[stateMissing] = truth(present < asked)
		s[stateComplete] = truth(asked > 0 && present == asked)
		s[stateCoverage] = g.coverage(seen.words)
		s[stateClauses] = g.coverage(seen.clauses)
	}
	r.turnFacts(s, max(asked-made, 0)+1+int(1-s[stateFocus]))
	s[stateSeen] = min(1, float32(len(r.things))/4)
	s[stateSeenFar] = min(1, float32(len(r.things))/10)
	s[stateInPlace] = min(1, float32(r.inPlace)/5)
	s[stateRepeats] = min(1, float32(r.repeats)/3)
	s[stateSettings] = min(2, float32(len(r.settings))/3)
	s[stateAsked] = min(2, float32(asked)/3)
	if asked > 0 {
		s[stateMade] = float32(made) / float32(asked)
	}
	s[stateWanted] = min(2, float32(wanted)/3)
	s[stateNoneWanted] = truth(wanted == 0)
	s[stateFresh] = truth(fresh)
	for _, t := range r.things {
		if !t.over && g.settings(t.found.clauses) == asked {
			s[stateAnyComplete] = 1
		}
	}
	out.masks = [stateMasks]uint64{
		seen.words, seen.pairs, seen.clauses,
		r.set.words, seen.words &^ r.set.words, body.findings.words, body.clauses,
	}
	out.rest = [restMasks]uint64{
		g.mask &^ seen.words, g.mask &^ (seen.pairs | r.set.words), g.mask &^ seen.clauses,
	}
}

// turnFacts fills in how much time there is; need is the number of turns that
// it takes to finish from here.
func (r *reader) turnFacts(s *[numStates]float32, need int) {
	if r.maxTurns <= 0 {
		s[stateTurn] = float32(r.turn) / float32(r.turn+15)
		s[stateLeft], s[stateSlack], s[stateSlackFar] = 1, 1, 1
		return
	}
	left := max(r.maxTurns-r.turn, 0)
	s[stateTurn] = min(1, float32(r.turn)/float32(r.maxTurns))
	s[stateLeft] = min(1, float32(left)/8)
	s[stateSlack] = max(-1, min(1, float32(left-need)/4))
	s[stateSlackFar] = max(-1, min(1, float32(left-need)/16))
}

// decided files that choice i of the latest observation was carried out.
func (r *reader) decided(i int) {
	c := r.choices[i]
	t := taken{text: c.Action.String(), kind: r.shared.kinds.get(c.Kind), slot: c.Slot, found: r.found[i].findings}
	r.act(t)
	if r.named {
		r.entities.act(t.text, t.kind, c, r.refs[i])
	}
}

// followed files that a, listed or not, was carried out.
func (r *reader) followed(a envs.Action) {
	name := a.String()
	for i := range r.choices {
		if r.choices[i].Action.String() == name {
			r.decided(i)
			return
		}
	}
	r.act(taken{text: name, kind: unknown})
	if r.named {
		r.entities.act(name, unknown, nil, nil)
	}
}

// log1p is log(1+n) for the small n of lengths and counts.
func log1p(n int) float32 {
	if n < len(logs) {
		return logs[n]
	}
	return float32(math.Log1p(float64(n)))
}

// logs is a read-only table.
var logs = func() (t [256]float32) {
	for i := range t {
		t[i] = float32(math.Log1p(float64(i)))
	}
	return t
}()
