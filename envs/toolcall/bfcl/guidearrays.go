package bfcl

import (
	"cmp"
	"slices"
	"strings"

	"stepgym/envs/toolcall/py"
)

// arrays puts lists of several values.
func (r *ranking) arrays(e *evidence) {
	if r.param.item == "string" {
		r.texts(e)
		return
	}
	r.numberLists(e)
}

// texts puts all that are listed, and all of each kind that were said.
func (r *ranking) texts(e *evidence) {
	if n := len(r.param.fixed); n > 1 {
		r.put(py.NewList(r.param.fixed...), fromList, 8)
	}
	for _, o := range []origin{fromQuote, fromID, fromName, fromFile} {
		var items []py.Value
		for i := range r.turn.said {
			c := &r.turn.said[i]
			if c.origin == o && !holds(items, c.value) {
				items = append(items, c.value)
			}
		}
		if len(items) > 1 {
			r.put(py.NewList(items...), fromList, 4)
		}
	}
	if r.param.begins == "" {
		return
	}
	var items []py.Value
	for i := range r.turn.said {
		c := &r.turn.said[i]
		s, ok := c.value.(py.Str)
		if !ok || strings.ContainsAny(string(s), " ") || c.origin == fromPhrase || c.origin == fromPart {
			continue
		}
		if !strings.HasPrefix(string(s), r.param.begins) {
			r.put(py.NewList(py.Str(r.param.begins)+s), c.origin, r.score(c, r.turn.asked)-1)
			continue
		}
		if !holds(items, s) {
			items = append(items, s)
		}
		r.put(py.NewList(s), c.origin, r.score(c, r.turn.asked)+4)
	}
	if len(items) > 0 {
		r.put(py.NewList(items...), fromList, 9)
		return
	}
	for i := range r.turn.said { // all that is quoted in one word
		if s, ok := r.turn.said[i].value.(py.Str); ok && r.turn.said[i].origin == fromQuote && !strings.Contains(string(s), " ") {
			items = append(items, py.Str(r.param.begins)+s)
		}
	}
	if len(items) > 1 {
		r.put(py.NewList(items...), fromList, 5)
	}
}

// holds reports whether v is among items.
func holds(items []py.Value, v py.Value) bool {
	return slices.ContainsFunc(items, func(x py.Value) bool { return py.Same(x, v) })
}

// numberLists puts the numbers of requests and of their sentences, the latest
// first, and what the calls of this turn gave.
func (r *ranking) numberLists(e *evidence) {
	for turn := r.turn.asked; turn >= 0; turn-- {
		t := r.menu.turn(turn)
		if t.asked != turn {
			continue
		}
		all, score := t.numbers, 5-float64(r.turn.asked-turn)
		for from := 0; from < len(all); {
			to := from
			for to < len(all) && all[to].sentence == all[from].sentence {
				to++
			}
			r.some(listOf(all[from:to]), score)
			from = to
		}
		r.some(listOf(all), score)
	}
	r.some(py.NewList(e.recent...), 5)
	for i := range e.clues {
		if c := &e.clues[i]; c.origin == fromList {
			if l, ok := fittedList(c.value, r.param.item); ok {
				list, _ := l.(*py.List)
				r.some(list, r.score(c, c.turn))
			}
		}
	}
}

// maxDropped is the length of a list at most that is offered with each of its
// items left out as well.
const maxDropped = 6

// some puts a list of two or more, without the first few, and without each one.
func (r *ranking) some(l *py.List, score float64) {
	items := l.Items
	if len(items) < 2 {
		return
	}
	r.put(l, fromList, score)
	for from := 1; from <= 3 && from < len(items)-1; from++ {
		r.put(py.NewList(items[from:]...), fromList, score-1)
	}
	if len(items) > maxDropped || len(items) < 3 {
		return
	}
	for i := range items {
		rest := append(items[:i:i], items[i+1:]...)
		r.put(py.NewList(rest...), fromList, score-1.5)
	}
}

// maxField is the number of values that are tried for a field of an object.
const maxField = 8

// objects puts objects of one field, and of two.
func (r *ranking) objects(e *evidence) {
	fields := make([][]offer, len(r.param.fields))
	for i, f := range r.param.fields {
		s := *r.slot
		s.param = f
		fields[i] = s.offers(e)
		fields[i] = fields[i][:min(len(fields[i]), maxField)]
		for _, o := range fields[i] {
			r.put(py.D(f.name, o.value), o.origin, o.score)
		}
	}
	slices.SortStableFunc(r.out, func(a, b offer) int { return cmp.Compare(b.score, a.score) })
	for i, f := range r.param.fields {
		for j := i + 1; j < len(fields); j++ {
			for k := range min(3, len(fields[i])) {
				for l := range min(3, len(fields[j])) {
					a, b := fields[i][k], fields[j][l]
					r.put(py.D(f.name, a.value, r.param.fields[j].name, b.value), fromList, (a.score+b.score)/2)
				}
			}
		}
	}
}
