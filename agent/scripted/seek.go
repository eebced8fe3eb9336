package scripted

import (
	"stepgym/envs"
)

// search looks into the receptacle from which most is to be hoped for, measured
// by the actions that it takes. When all have been seen it begins anew.
func (e *explorer) search(o envs.Observation, classes []string) (envs.Action, bool) {
	for range 2 {
		var best *nook
		most := 0.0
		for _, n := range e.nooks {
			if n.seen || e.held != "" && n.known { // a full hand can only be after a lamp, which closed doors do not hide
				continue
			}
			if v := e.hope(n, classes) / max(1, e.cost(n)); best == nil || v > most {
				best, most = n, v
			}
		}
		if best != nil {
			if a, ok := reach(o, best); ok {
				return a, true
			}
			best.seen = true
			if a, ok := choice(o, kindExamine, best.name, ""); ok {
				return a, true
			}
			return e.search(o, classes)
		}
		e.widen()
		for _, n := range e.nooks {
			n.seen, n.known = n.here, n.known && e.held == ""
		}
	}
	return envs.Action{}, false
}

// widen takes other things into account that may have been meant, where what
// was asked for is not found.
func (e *explorer) widen() {
	if e.widened || !e.errand.clear() {
		return
	}
	e.widened = true
	e.errand.objects = alike(e.errand.objects)
	if !e.errand.look {
		e.errand.places = alike(e.errand.places)
	}
}

// hope returns how much of the classes to expect in n.
func (e *explorer) hope(n *nook, classes []string) float64 {
	const little = 1e-3 // things may be where they never were
	if e.prior == nil {
		if e.hopeless(n) {
			return little
		}
		return e.wealth(n)
	}
	h := 0.0
	for _, c := range classes {
		h += e.prior[c][n.class]
	}
	if e.hopeless(n) {
		h = 0
	}
	return h + little
}

// wealth guesses how much there is in n, by the receptacles of its class that
// were seen.
func (e *explorer) wealth(n *nook) float64 {
	things, seen := 1.0, 1.0
	for _, m := range e.nooks {
		if m.class == n.class && m.seen {
			things += float64(len(m.things))
			seen++
		}
	}
	return things / seen
}

// hopeless reports whether what is wanted cannot be in n, or the task would be
// done.
func (e *explorer) hopeless(n *nook) bool {
	return e.target(n) && e.errand.treat == "" && !e.errand.two
}

// wander looks around where the explorer does not know what to do.
func (e *explorer) wander(o envs.Observation) []envs.Action {
	if a, ok := e.search(o, nil); ok {
		return []envs.Action{a}
	}
	return nil
}

// best returns the target to put things into, nil if there is none: the one that
// has most of what is asked for, and then the one that is quickest at hand.
func (e *explorer) best() *nook {
	var best *nook
	most := 0
	for _, n := range e.nooks {
		if !e.target(n) || e.held != "" && (e.refused[e.held+">"+n.name] || !e.meant(classOf(e.held), n.class)) {
			continue
		}
		k := 0
		for _, x := range n.things {
			class := classOf(x)
			if e.errand.two && x != e.held && e.meant(class, n.class) && (e.held == "" || class == classOf(e.held)) {
				k++
			}
		}
		if best == nil || k > most || k == most && e.cost(n) < e.cost(best) {
			best, most = n, k
		}
	}
	return best
}

// cost guesses the number of actions until something can be taken from n or put
// there.
func (e *explorer) cost(n *nook) float64 {
	c := 0.0
	if !n.here {
		c++
	}
	if n.known {
		if n.closed {
			c++
		}
		return c
	}
	closed, known := 0.1, 0.5
	for _, m := range e.nooks {
		if m.class == n.class && m.known {
			known++
			if m.closed {
				closed++
			}
		}
	}
	return c + closed/known
}
