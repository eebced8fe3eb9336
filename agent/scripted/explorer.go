package scripted

import (
	"slices"
	"strings"

	"stepgym/envs"
)

// explorer runs an errand in a household that it does not know: it looks into
// the receptacles until it has found what is wanted. It goes by what it sees and
// by the sentence of the task.
type explorer struct {
	rooms
	task   envs.Task
	prior  map[string]map[string]float64
	errand errand
	begun  bool

	treated map[string]string // object: what was done to it last (cleaning apart)
	cleaned map[string]bool
	refused map[string]bool    // objects that cannot be taken, and "object>receptacle" that does not take it
	tried   map[[2]string]bool // classes of object and receptacle with which the task was not done
	widened bool
}

func newExplorer(t envs.Task, prior map[string]map[string]float64) *explorer {
	return &explorer{
		task: t, prior: prior, treated: map[string]string{}, cleaned: map[string]bool{},
		refused: map[string]bool{}, tried: map[[2]string]bool{},
	}
}

// taskPrefix comes before the sentence of the task in the first observation.
const taskPrefix = "Your task is to: "

func (e *explorer) label(o envs.Observation) []envs.Action {
	e.watch(o)
	if !e.begun {
		e.begun = true
		goal := e.task.Goal
		if goal == "" {
			_, goal, _ = strings.Cut(o.Text(), taskPrefix)
		}
		e.errand = parseErrand(goal, e.classes())
		if len(e.errand.places) == 0 {
			e.errand.places = e.classes()
		}
	}
	if a, ok := e.next(o); ok {
		return []envs.Action{a}
	}
	return e.wander(o)
}

func (e *explorer) took(_ envs.Observation, c *envs.Choice) {
	switch c.Kind {
	case kindMove, kindPut:
		e.put(c.Ref, c.With)
	case kindClean:
		e.cleaned[c.Ref] = true
	case kindHeat, kindCool:
		e.treated[c.Ref] = c.Kind
	}
}

// next returns what the errand needs next; ok is false if the explorer is at a
// loss.
func (e *explorer) next(o envs.Observation) (envs.Action, bool) {
	switch {
	case !e.errand.clear():
		return envs.Action{}, false
	case e.held != "" && !e.wanted(e.held):
		return e.drop(o)
	case e.held == "":
		return e.fetch(o)
	case e.errand.look:
		return e.light(o)
	case !e.ready(e.held):
		return e.treat(o)
	}
	return e.deliver(o)
}

// put notes what was put where: if that is what was asked for and the episode
// goes on, something else was meant.
func (e *explorer) put(object, rec string) {
	n, class := e.named[rec], classOf(object)
	if n == nil || !e.target(n) || !e.wanted(object) || !e.ready(object) {
		return
	}
	if !e.errand.two || slices.ContainsFunc(n.things, func(x string) bool { return x != object && classOf(x) == class }) {
		e.tried[[2]string{class, n.class}] = true
	}
}

// meant reports whether to put things of one class into receptacles of another
// may be what is asked for.
func (e *explorer) meant(object, place string) bool {
	return slices.Contains(e.errand.objects, object) && slices.Contains(e.errand.places, place) && !e.tried[[2]string{object, place}]
}

// wanted reports whether an object is of a class that may be meant.
func (e *explorer) wanted(object string) bool {
	class := classOf(object)
	return e.errand.look && slices.Contains(e.errand.objects, class) ||
		slices.ContainsFunc(e.errand.places, func(p string) bool { return e.meant(class, p) })
}

// target reports whether a receptacle is of the class that is asked for.
func (e *explorer) target(n *nook) bool {
	return !e.errand.look && slices.Contains(e.errand.places, n.class)
}

// ready reports whether an object is treated as asked for.
func (e *explorer) ready(object string) bool {
	switch e.errand.treat {
	case "":
		return true
	case kindClean:
		return e.cleaned[object]
	}
	return e.treated[object] == e.errand.treat
}

// choice returns the action of a kind with these names; an empty name is any.
func choice(o envs.Observation, kind, ref, with string) (envs.Action, bool) {
	for _, c := range o.Admissible {
		if c.Kind == kind && (ref == "" || c.Ref == ref) && (with == "" || c.With == with) {
			return c.Action, true
		}
	}
	return envs.Action{}, false
}

// reach returns the action that leads to n or opens it; there is none if it is
// at hand.
func reach(o envs.Observation, n *nook) (envs.Action, bool) {
	if !n.here {
		return choice(o, kindGo, n.name, "")
	}
	return choice(o, kindOpen, n.name, "")
}

// fetch takes an object that is wanted, or looks for one.
func (e *explorer) fetch(o envs.Observation) (envs.Action, bool) {
	var from *nook
	object, put := "", e.best()
	for _, n := range e.nooks {
		for _, x := range n.things {
			if e.wanted(x) && !e.refused[x] && !e.done(x, n, put) && (from == nil || e.cost(n) < e.cost(from)) {
				from, object = n, x
			}
		}
	}
	if from == nil {
		return e.search(o, e.errand.objects)
	}
	if a, ok := choice(o, kindTake, object, from.name); ok {
		return a, true
	}
	if a, ok := reach(o, from); ok {
		return a, true
	}
	e.refused[object] = true // it is at hand and cannot be taken
	return e.fetch(o)
}

// done reports whether an object in n may stay there; put is where things are
// to be put.
func (e *explorer) done(object string, n, put *nook) bool {
	if e.errand.two {
		return n == put
	}
	return e.target(n) && e.ready(object) && e.meant(classOf(object), n.class)
}

// treat cleans, heats or cools what is in hand.
func (e *explorer) treat(o envs.Observation) (envs.Action, bool) {
	if a, ok := choice(o, e.errand.treat, e.held, ""); ok {
		return a, true
	}
	tools := map[string][]string{kindClean: {"sinkbasin", "sink"}, kindHeat: {"microwave"}, kindCool: {"fridge"}}[e.errand.treat]
	var tool *nook
	for _, n := range e.nooks {
		if slices.Contains(tools, n.class) && !n.here && (tool == nil || e.cost(n) < e.cost(tool)) {
			tool = n
		}
	}
	if tool == nil {
		return envs.Action{}, false
	}
	return choice(o, kindGo, tool.name, "")
}

// deliver puts what is in hand where it is to be put.
func (e *explorer) deliver(o envs.Observation) (envs.Action, bool) {
	n := e.best()
	if n == nil {
		return e.drop(o)
	}
	return e.putInto(o, n, e.deliver)
}

// drop puts what is in hand anywhere.
func (e *explorer) drop(o envs.Observation) (envs.Action, bool) {
	var at *nook
	for _, n := range e.nooks {
		if !e.refused[e.held+">"+n.name] && (at == nil || e.cost(n) < e.cost(at)) {
			at = n
		}
	}
	if at == nil {
		return envs.Action{}, false
	}
	return e.putInto(o, at, e.drop)
}

// putInto puts what is in hand into n, or goes there first. Where n does not
// take it, otherwise goes on with another receptacle.
func (e *explorer) putInto(o envs.Observation, n *nook, otherwise func(envs.Observation) (envs.Action, bool)) (envs.Action, bool) {
	for _, kind := range []string{kindMove, kindPut} {
		if a, ok := choice(o, kind, e.held, n.name); ok {
			return a, true
		}
	}
	if a, ok := reach(o, n); ok {
		return a, true
	}
	e.refused[e.held+">"+n.name] = true
	if e.target(n) {
		e.tried[[2]string{classOf(e.held), n.class}] = true
	}
	return otherwise(o)
}

// light goes to a lamp with what is in hand, and turns it on.
func (e *explorer) light(o envs.Observation) (envs.Action, bool) {
	var at *nook
	for _, c := range ofKind(o, kindUse) {
		if e.lamp(c.Ref) {
			return c.Action, true
		}
	}
	for _, n := range e.nooks {
		if slices.ContainsFunc(n.things, e.lamp) && !n.here && (at == nil || e.cost(n) < e.cost(at)) {
			at = n
		}
	}
	if at == nil {
		return e.search(o, e.errand.places)
	}
	return choice(o, kindGo, at.name, "")
}

// lamp reports whether an object is the lamp that is asked for.
func (e *explorer) lamp(object string) bool { return slices.Contains(e.errand.places, classOf(object)) }
