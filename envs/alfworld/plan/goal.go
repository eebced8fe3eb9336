package plan

import "stepgym/envs/alfworld/pddl"

// goal is what a game of the household domain asks for.
type goal struct {
	shape      shape
	object     string // type of the things
	receptacle string // type of the targets
	lamp       string // type of the lamps
	treat      verb   // clean, heat or cool, or stand if nothing is asked for
}

// able and is name the predicates of what can be treated and what is.
func (v verb) able() string {
	return [...]string{clean: "cleanable", heat: "heatable", cool: "coolable"}[v]
}
func (v verb) is() string { return [...]string{clean: "isclean", heat: "ishot", cool: "iscool"}[v] }

// readGoal tells what a goal asks for; ok is false if it is of another kind.
func readGoal(f *pddl.Formula) (g goal, ok bool) {
	parts := blocks(f)
	switch len(parts) {
	case 1:
		return readPlace(parts[0])
	case 2:
		if g, ok = readLamp(parts[0], parts[1]); !ok {
			g, ok = readLamp(parts[1], parts[0])
		}
		return g, ok
	}
	return goal{}, false
}

// blocks returns the parts of a conjunction, those of conjunctions in it too.
func blocks(f *pddl.Formula) []*pddl.Formula {
	if f == nil {
		return nil
	}
	if f.Op != pddl.And {
		return []*pddl.Formula{f}
	}
	var out []*pddl.Formula
	for _, s := range f.Subs {
		out = append(out, blocks(s)...)
	}
	return out
}

// reading is a formula without alternatives, taken apart.
type reading struct {
	vars     scope
	literals []literal
}

// read takes a formula apart; ok is false if it has alternatives.
func read(f *pddl.Formula) (r reading, ok bool) {
	r.vars = scope{}
	all, ok := cases(f, false, r.vars)
	if !ok || len(all) != 1 {
		return r, false
	}
	r.literals = all[0]
	return r, true
}

// matches compares the formula with a pattern.
func (r reading) matches(text string) (names map[string]string, ok bool) {
	return unify(pattern(text), r.literals, r.vars)
}

// readPlace tells what a goal to place one or two things asks for.
func readPlace(f *pddl.Formula) (g goal, ok bool) {
	r, ok := read(f)
	if !ok {
		return goal{}, false
	}
	const one = "inreceptacle o r; objecttype o *o; receptacletype r *r"
	g = goal{shape: placeOne}
	names, ok := r.matches(one)
	for _, v := range []verb{clean, heat, cool} {
		if !ok {
			if names, ok = r.matches(one + "; " + v.able() + " o; " + v.is() + " o"); ok {
				g.treat = v
			}
		}
	}
	const two = one + "; inreceptacle o2 r; objecttype o2 *o; "
	for _, differ := range []string{"-= o o2", "-= o2 o"} {
		if !ok {
			g.shape = placeTwo
			names, ok = r.matches(two + differ)
		}
	}
	g.object, g.receptacle = names["*o"], names["*r"]
	return g, ok
}

// readLamp tells what a goal to hold a thing under a lamp asks for.
func readLamp(light, hand *pddl.Formula) (g goal, ok bool) {
	rl, okl := read(light)
	rh, okh := read(hand)
	if !okl || !okh {
		return goal{}, false
	}
	l, okl := rl.matches("objecttype o *o; toggleable o; istoggled o; inreceptacle o r; receptacleatlocation r l; atlocation a l")
	h, okh := rh.matches("objecttype o *o; holds a o")
	return goal{shape: underLamp, lamp: l["*o"], object: h["*o"]}, okl && okh && l["*o"] != h["*o"]
}
