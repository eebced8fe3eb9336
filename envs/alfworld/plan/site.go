package plan

import (
	"slices"
	"strings"

	"stepgym/envs/alfworld/engine"
)

// site is what never changes in a game of the household domain.
type site struct {
	game    *engine.Game
	domain  domain
	goal    goal
	recs    []int  // receptacles, as entities; others number them by their places here
	rec     []int  // by entity: the place in recs, -1 for what is no receptacle
	loc     []int  // by receptacle: the location's entity, -1 without one
	kind    []int  // by receptacle: the entity of its type, -1 without one
	lid     []bool // by receptacle: it can be opened and closed
	targets []int
	tools   []int
	takes   bool
	wanted  []int  // objects that the goal may be about
	lamps   []int  // objects
	class   []int  // by entity: its type as an object, -1 without one
	moves   []bool // by entity: it can be picked up
}

// survey reads the site of a game. It is nil if domain or goal are of another
// kind, or if a thing has two types or two locations.
func survey(g *engine.Game) *site {
	d, ok := recognise(g.Rules().Domain())
	if !ok {
		return nil
	}
	goal, ok := readGoal(g.Goal())
	if !ok {
		return nil
	}
	v := &site{game: g, domain: d, goal: goal}
	s := g.Start()
	if !v.readReceptacles(s) || !v.readObjects(s) {
		return nil
	}
	return v
}

// readReceptacles numbers the receptacles and tells what they are for.
func (v *site) readReceptacles(s *engine.State) bool {
	n := len(v.game.Entities())
	v.rec = fill(n)
	for _, fact := range []struct {
		predicate string
		arg       int
	}{{"receptacleatlocation", 0}, {"receptacletype", 0}, {"inreceptacle", 1}} {
		s.Each(fact.predicate, func(args []int) bool {
			v.rec[args[fact.arg]] = 0
			return true
		})
	}
	for e := range v.rec {
		if v.rec[e] == 0 {
			v.rec[e] = len(v.recs)
			v.recs = append(v.recs, e)
		}
	}
	v.loc, v.kind, v.lid = fill(len(v.recs)), fill(len(v.recs)), make([]bool, len(v.recs))
	ok := v.once(s, "receptacleatlocation", func(e, l int) *int { return &v.loc[v.rec[e]] }) &&
		v.once(s, "receptacletype", func(e, t int) *int { return &v.kind[v.rec[e]] })
	target := v.entity(v.goal.receptacle)
	var tools []int
	for _, name := range v.domain.tools[v.goal.treat] {
		tools = append(tools, v.entity(name))
	}
	for r, e := range v.recs {
		v.lid[r] = s.Has("openable", e)
		if v.kind[r] < 0 {
			continue
		}
		if v.kind[r] == target {
			v.targets = append(v.targets, r)
		}
		if v.loc[r] >= 0 && slices.Contains(tools, v.kind[r]) {
			v.tools = append(v.tools, r)
		}
	}
	return ok
}

// readObjects finds the objects that the goal may be about.
func (v *site) readObjects(s *engine.State) bool {
	n := len(v.game.Entities())
	v.class, v.moves = fill(n), make([]bool, n)
	ok := v.once(s, "objecttype", func(e, t int) *int { return &v.class[e] })
	object, lamp, target := v.entity(v.goal.object), v.entity(v.goal.lamp), v.entity(v.goal.receptacle)
	v.takes = object >= 0 && target >= 0 && s.Has("cancontain", target, object)
	for e, t := range v.class {
		v.moves[e] = s.Has("pickupable", e)
		switch {
		case t < 0:
		case t == object:
			if v.goal.treat == stand || s.Has(v.goal.treat.able(), e) {
				v.wanted = append(v.wanted, e)
			}
		case t == lamp && s.Has("toggleable", e):
			v.lamps = append(v.lamps, e)
			ok = ok && !v.moves[e]
		}
	}
	return ok
}

// once stores the second argument of each fact of the predicate where place
// says; false if that is done twice to one place.
func (v *site) once(s *engine.State, predicate string, place func(a, b int) *int) bool {
	ok := true
	s.Each(predicate, func(args []int) bool {
		p := place(args[0], args[1])
		ok = ok && (*p < 0 || *p == args[1])
		*p = args[1]
		return ok
	})
	return ok
}

// entity returns the entity with the ID, -1 if there is none.
func (v *site) entity(id string) int {
	if e, ok := v.game.Entity(id); ok && id != "" {
		return e
	}
	return -1
}

// named reports whether a schema of the game's grammar is the action.
func (v *site) named(schema string, do verb) bool {
	return strings.EqualFold(schema, v.domain.schemas[do])
}

// fill returns n times -1.
func fill(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	return out
}

// look reads a state. ok is false if it is of a kind that the published games
// do not reach: nobody or several to act, or more than one thing in hand.
func (v *site) look(s *engine.State) (h *home, ok bool) {
	h = &home{
		at: -1, held: -1, loc: v.loc, closed: make([]bool, len(v.recs)), fits: make([]bool, len(v.recs)),
		targets: v.targets, tools: v.tools, treat: v.goal.treat, takes: v.takes,
	}
	ok = true
	agent := -1
	s.Each("atlocation", func(args []int) bool {
		ok = agent < 0
		agent, h.at = args[0], args[1]
		return ok
	})
	if !ok || agent < 0 {
		return nil, false
	}
	s.Each("holds", func(args []int) bool {
		ok = ok && h.held < 0 && args[0] == agent
		h.held = args[1]
		return ok
	})
	if !ok || s.Has("holdsany", agent) != (h.held >= 0) || h.held >= 0 && slices.Contains(v.lamps, h.held) {
		return nil, false
	}
	for r, e := range v.recs {
		h.closed[r] = v.lid[r] && !s.Has("opened", e)
		h.fits[r] = h.held >= 0 && v.loc[r] >= 0 && v.kind[r] >= 0 && v.class[h.held] >= 0 && s.Has("cancontain", v.kind[r], v.class[h.held])
	}
	v.lookAtThings(s, h)
	return h, true
}

// lookAtThings reads where the objects that matter are and how.
func (v *site) lookAtThings(s *engine.State, h *home) {
	place := make([]int, len(v.class)) // by entity: 1 + index into things, or - 1 - index into lamps
	for _, e := range v.wanted {
		h.things = append(h.things, thing{object: e, wanted: true, portable: v.moves[e], treated: v.goal.treat == stand || s.Has(v.goal.treat.is(), e)})
		place[e] = len(h.things)
	}
	if h.held >= 0 && place[h.held] == 0 {
		h.things = append(h.things, thing{object: h.held, portable: v.moves[h.held]})
		place[h.held] = len(h.things)
	}
	for _, e := range v.lamps {
		h.lamps = append(h.lamps, lamp{object: e, used: s.Has("istoggled", e)})
		place[e] = -len(h.lamps)
	}
	s.Each("inreceptacle", func(args []int) bool {
		switch i, r := place[args[0]], v.rec[args[1]]; {
		case i > 0:
			h.things[i-1].in = append(h.things[i-1].in, r)
		case i < 0:
			h.lamps[-i-1].in = append(h.lamps[-i-1].in, r)
		}
		return true
	})
}
