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
	}
}

// holds reports whether v is among items.
func holds(items []py.Value, v py.Value) bool {
	return slices.ContainsFunc(items, func(x py.Value) bool { return py.Same(x, v) })
}

// numberLists puts the numbers of the request, those of each of its sentences,
// and what the calls of this turn gave.
func (r *ranking) numberLists(e *evidence) {
	all := r.turn.numbers
	for from := 0; from < len(all); {
		to := from
		for to < len(all) && all[to].sentence == all[from].sentence {
			to++
		}
		if to-from > 1 {
			r.put(listOf(all[from:to]), fromList, 5)
		}
		from = to
	}
	if len(all) > 1 {
		r.put(listOf(all), fromList, 5)
	}
	if n := len(e.recent); n > 1 {
		r.put(py.NewList(e.recent...), fromList, 5)
		for from := 1; from < n-1; from++ {
			r.put(py.NewList(e.recent[from:]...), fromList, 4)
		}
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
