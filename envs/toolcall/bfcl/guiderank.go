package bfcl

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// maxOffers is the number of values that are offered for an argument at most.
const maxOffers = 40

// offer is a value that an argument may have.
type offer struct {
	met
	value py.Value
	text  string // as it is written in Python
	score float64
}

// met says where a value was met.
type met struct {
	origin origin
	source string // of a result its function and key, of an earlier argument its function and name; "" where it was said
	turn   int
}

// with names it for an agent: "quoted 2" was quoted in the second turn.
func (m met) with() string {
	what := m.source
	if what == "" {
		what = m.origin.name()
	}
	return what + " " + strconv.Itoa(m.turn+1)
}

// with is met.with, but that a value that is listed is known by itself.
func (o offer) with() string {
	if o.origin == fromEnum {
		return o.text + " " + strconv.Itoa(o.turn+1)
	}
	return o.met.with()
}

// slot is an argument that is being filled.
type slot struct {
	function *function
	param    *parameter
	menu     *menu
	turn     *menuTurn
	used     []py.Value // by the arguments before it
}

// offers returns the values that a slot may have, at most maxOffers: those that
// fit best first, never none.
func (s *slot) offers(e *evidence) []offer {
	r := ranking{slot: s, seen: make(map[string]int, 64)}
	p := s.param
	fixed := p.fixed
	if len(fixed) == 0 && p.sort == "string" {
		fixed = s.turn.listed[p.name]
	}
	for i, v := range fixed {
		score := 5 - float64(i)/100
		if text, ok := v.(py.Str); ok {
			if own := bagOf(string(text)); own.common(&s.turn.request) > 0 {
				score += 3
			}
			if text == ".." {
				score = 3
			}
		}
		r.put(v, fromEnum, score)
	}
	switch p.sort {
	case "boolean":
		r.put(py.Bool(true), fromEnum, 1)
		r.put(py.Bool(false), fromEnum, 0)
	case "object":
		r.objects(e)
	default:
		r.all(e)
	}
	if p.sort == "array" {
		r.arrays(e)
	}
	if p.longText && p.sort == "string" {
		r.put(py.Str(""), fromNothing, 2)
	}
	if len(r.out) == 0 {
		r.put(nothing(p.sort), fromNothing, 0)
	}
	slices.SortStableFunc(r.out, func(a, b offer) int { return cmp.Compare(b.score, a.score) })
	return r.mixed()
}

// maxOrigin is the number of offers of one origin that come before the others'
// turn.
const maxOrigin = 8

// mixed returns the best offers in order, maxOffers at most: of every origin the
// best maxOrigin first, and all that is listed, so that none crowds out the others.
func (r *ranking) mixed() []offer {
	if len(r.out) <= maxOffers {
		return r.out
	}
	var of [numOrigins]int
	keep, room := make([]bool, len(r.out)), maxOffers
	for _, most := range []int{maxOrigin, maxOffers} {
		for i := range r.out {
			if o := r.out[i].origin; room > 0 && !keep[i] && (of[o] < most || o == fromEnum) {
				keep[i] = true
				of[o]++
				room--
			}
		}
	}
	kept := r.out[:0]
	for i := range r.out {
		if keep[i] {
			kept = append(kept, r.out[i])
		}
	}
	return kept
}

// nothing is the value of a type that says least.
func nothing(sort string) py.Value {
	switch sort {
	case "integer":
		return py.Int(1)
	case "number":
		return py.Float(1)
	case "array":
		return py.NewList()
	case "object":
		return py.NewDict(nil, 0)
	}
	return py.Str("")
}

// ranking collects offers; an equal one is kept once, with its best score.
type ranking struct {
	*slot
	out  []offer
	seen map[string]int
}

// put offers a value that was made now.
func (r *ranking) put(v py.Value, o origin, score float64) {
	r.putMet(v, "", met{origin: o, turn: r.turn.asked}, score)
}

// putMet offers a value that was met somewhere. text is the value as it is
// written in Python, or "".
func (r *ranking) putMet(v py.Value, text string, m met, score float64) {
	fit, ok := fitted(v, r.param)
	if !ok {
		return
	}
	if fit.Type() != v.Type() || text == "" { // a fitted value of the same type is the same
		text = inPython(fit)
	}
	v = fit
	if text == "" || len(text) > maxHeard {
		return
	}
	for _, u := range r.used {
		if py.Same(u, v) {
			score -= 3
		}
	}
	if i, ok := r.seen[text]; ok {
		if score > r.out[i].score {
			r.out[i].met, r.out[i].score = m, score
		}
		return
	}
	r.seen[text] = len(r.out)
	r.out = append(r.out, offer{m, v, text, score})
}

// inPython is a value as it is written in Python; "" if it is nested too deeply.
func inPython(v py.Value) (text string) {
	switch v.(type) {
	case *py.List, *py.Dict, py.Tuple:
		_, _ = py.Try(func() py.Value {
			text = py.Repr(v)
			return nil
		})
		return text
	}
	return py.Repr(v)
}

// all puts what the user has said and what calls have given.
func (r *ranking) all(e *evidence) {
	for turn := range r.turn.asked + 1 {
		t := r.menu.turn(turn)
		if t.asked != turn {
			continue // it has the words of another turn
		}
		for i := range t.said {
			c := &t.said[i]
			r.putMet(c.value, c.text, met{c.origin, "", turn}, r.score(c, turn))
		}
	}
	for i := range e.clues {
		c := &e.clues[i]
		r.putMet(c.value, c.text, c.met, r.score(c, c.turn))
	}
}

// weights of origins in a short text, a long one, and a number.
var (
	shortWeights = [numOrigins]float64{fromEnum: 6, fromQuote: 4, fromFile: 3, fromID: 3, fromNumber: -1, fromDate: 1, fromName: 3, fromWord: 2, fromPhrase: 0, fromResult: 2, fromPart: -1, fromKey: 0, fromEarlier: 2}
	longWeights  = [numOrigins]float64{fromEnum: 1, fromQuote: 7, fromFile: 0, fromID: 1, fromNumber: 1, fromName: 1, fromWord: 0, fromPhrase: 3, fromResult: 3, fromPart: 0, fromKey: -1, fromEarlier: 1}
	otherWeights = [numOrigins]float64{fromEnum: 4, fromQuote: 2, fromID: 2, fromNumber: 4, fromName: 2, fromWord: 1, fromResult: 3, fromPart: 1, fromList: 3, fromEarlier: 2}
)

// score says how well a clue of a turn fits the slot.
func (r *ranking) score(c *clue, turn int) float64 {
	p := r.param
	weights := &shortWeights
	switch {
	case p.sort != "string":
		weights = &otherWeights
	case p.longText:
		weights = &longWeights
	}
	s := weights[c.origin] + r.shape(c)
	key := 1.2 * float64(min(3, c.near.common(&p.key)))
	switch c.origin {
	case fromResult, fromPart, fromKey, fromEarlier:
		s += 1.5 * float64(min(2, c.own.common(&r.turn.request)))
		if p.longText {
			key /= 4 // "message" is what every function calls its own
		}
	case fromDate:
		if strings.Contains(strings.ToLower(p.name), "date") {
			s += 6
		}
	}
	s += key + 0.5*float64(min(3, c.near.common(&p.about)))
	_, name, _ := strings.Cut(c.source, " ")
	switch {
	case name == p.name && c.source == r.function.name+" "+name:
		s -= 1.5 // a function is seldom called twice with the same
	case name == p.name && !p.longText:
		s += 3
	case c.origin == fromEarlier:
		s -= 1.5
	}
	if age := r.turn.asked - turn; age > 0 {
		return s - math.Min(2, 0.5*float64(age))
	}
	return s + 1
}

// shape says how much a text looks like what the parameter wants: files have a
// dot, folders have none, sentences have blanks and names do not.
func (r *ranking) shape(c *clue) float64 {
	p := r.param
	text, ok := c.value.(py.Str)
	if p.sort != "string" {
		return 0
	}
	if !ok && !p.longText { // a number that was not said as a word
		return -3
	}
	s, file := 0.0, fileName(string(text))
	blank := strings.ContainsAny(string(text), " \n")
	switch {
	case p.longText && !blank:
		s -= 1
	case !p.longText && blank && c.origin == fromName:
		s += 0.5 // all of a name rather than a part
	case !p.longText && blank:
		s -= 2
	}
	switch {
	case file && p.folder:
		s -= 4
	case file && (p.file || p.name == "source" || p.name == "destination"):
		s += 2
	case file:
		s--
	}
	return s
}

// fitted returns v as a value of the parameter's type.
func fitted(v py.Value, p *parameter) (py.Value, bool) {
	switch p.sort {
	case "string":
		return fittedText(v)
	case "integer", "number":
		return fittedNumber(v, p.sort)
	case "boolean":
		_, ok := v.(py.Bool)
		return v, ok
	case "array":
		return fittedList(v, p.item)
	case "object":
		_, ok := v.(*py.Dict)
		return v, ok
	}
	return v, true
}

func fittedText(v py.Value) (py.Value, bool) {
	switch v.(type) {
	case py.Str:
		return v, true
	case py.Int, py.Float:
		return py.Str(py.ToStr(v)), true
	}
	return nil, false
}

func fittedNumber(v py.Value, sort string) (py.Value, bool) {
	if s, ok := v.(py.Str); ok {
		f, ok := plainNumber(string(s))
		if !ok {
			return nil, false
		}
		v = numberOf(f)
	}
	switch v := v.(type) {
	case py.Int:
		return v, true
	case py.Float:
		if sort == "number" {
			return v, true
		}
		if f := float64(v); f == math.Trunc(f) && math.Abs(f) < 1e15 {
			return py.Int(int64(f)), true
		}
	}
	return nil, false
}

// fittedList is a list of values of a type: v, or v alone.
func fittedList(v py.Value, item string) (py.Value, bool) {
	inner := &parameter{sort: item}
	l, ok := v.(*py.List)
	if !ok {
		x, ok := fitted(v, inner)
		if _, text := v.(py.Str); ok && text != (item == "string") {
			return nil, false
		}
		return py.NewList(x), ok
	}
	for _, x := range l.Items {
		if y, ok := fitted(x, inner); !ok || y.Type() != x.Type() {
			return nil, false
		}
	}
	return l, true
}
