package bfcl

import (
	"fmt"
	"strings"

	"stepgym/envs/toolcall/py"
)

// A lookupKey names the situation that a look-up is wanted in, and what for.
type lookupKey struct {
	steps   uint64 // evidence.hash
	turn    int
	skip    int
	writing string
	value   string
}

// target is a value that is wanted for a call and not offered.
type target struct {
	call  *function
	args  *py.Dict
	value py.Value
}

// lookUp says a call, or the rest of the one that is being written, whose result
// shows a value, so that it is offered from then on, and after which the ground
// truth still leads to a valid end. If no value is wanted, or if none is found but
// a call is being written, any call that does no harm will do.
func (w *wayfinder) lookUp(want *target) error {
	ep := w.ep
	g := ep.guide
	g.look(ep)
	key := lookupKey{g.evidence.hash, ep.trial.Turn(), w.skip, g.partial(), ""}
	if want != nil {
		key.value = py.Repr(want.value)
	}
	texts, ok := g.menu.lookups.Load(key)
	if !ok {
		texts = w.searchAll(want)
		g.menu.lookups.Store(key, texts)
	}
	list, _ := texts.([]string)
	if list == nil {
		return fmt.Errorf("%s is not offered, and no call shows it", key.value)
	}
	for _, t := range list {
		if err := w.say(t); err != nil {
			return err
		}
	}
	return nil
}

// searchAll looks through the calls; nil if there is none.
func (w *wayfinder) searchAll(want *target) []string {
	g := w.ep.guide
	t := g.menu.turn(w.ep.trial.Turn())
	if g.call != nil {
		if want != nil {
			if texts := w.search(t, g.call, want); texts != nil {
				return texts
			}
		}
		return w.search(t, g.call, nil)
	}
	for few := range 2 { // parameters that have no default
		for _, f := range t.calls {
			if f != nil && f.required() == few {
				if texts := w.search(t, f, want); texts != nil {
					return texts
				}
			}
		}
	}
	return nil
}

// required is the number of parameters that cannot be left out.
func (f *function) required() int {
	n := 0
	for _, p := range f.params {
		if !p.optional {
			n++
		}
	}
	return n
}

// search tries calls of f, those that begin as is written.
func (w *wayfinder) search(t *menuTurn, f *function, want *target) (texts []string) {
	g := w.ep.guide
	shown := ""
	if want != nil {
		switch want.value.(type) {
		case py.Str, py.Int, py.Float:
			shown = py.ToStr(want.value)
		default:
			return nil
		}
	}
	tries := 0
	g.tries(t, f, func(args []offer) bool {
		tries++
		if want != nil {
			results, _ := w.ep.trial.Fork().Run([]string{f.written(args)})
			if !strings.Contains(results[0], shown) {
				return true
			}
		}
		if said := g.remaining(f, args); w.helps(said, want) {
			texts = said
			return false
		}
		return want != nil || tries < maxTries
	})
	return texts
}

// maxTries is the number of calls that are tried for one that does no harm.
const maxTries = 8

// tries yields the arguments of calls of f: those written, all that are offered
// for the next parameter, and for each further one the first.
func (g *guide) tries(t *menuTurn, f *function, yield func(args []offer) bool) {
	h := guide{menu: g.menu, call: f, evidence: g.evidence}
	if g.call == f {
		h.args = g.args
	}
	if len(h.args) == len(f.params) {
		yield(h.args)
		return
	}
	start := h.args[:len(h.args):len(h.args)]
	for _, o := range h.options(t) {
		h.args = append(start, o)
		for len(h.args) < len(f.params) {
			h.args = append(h.args, h.options(t)[0])
		}
		if !yield(h.args) {
			return
		}
	}
}

// options are the offers for the next parameter, behind that of no value if it
// may be left out.
func (g *guide) options(t *menuTurn) []offer {
	s := g.slot(t)
	offers := s.offers(&g.evidence)
	if s.param.optional {
		return append([]offer{{}}, offers...)
	}
	return offers
}

// remaining are the choices that are still to be made for a call of f.
func (g *guide) remaining(f *function, args []offer) []string {
	var texts []string
	from := len(g.args)
	if g.call == nil {
		texts, from = append(texts, f.name), 0
	}
	for i := from; i < len(args); i++ {
		texts = append(texts, f.params[i].says(args[i]))
	}
	return texts
}

// helps reports whether choices lead to where a value is offered, if one is
// wanted, and the ground truth still holds.
func (w *wayfinder) helps(texts []string, want *target) bool {
	c, err := w.ep.copied()
	if err != nil {
		return false
	}
	turn := c.trial.Turn()
	for _, t := range texts {
		if c.guide.choose(c, t).Invalid {
			return false
		}
	}
	if c.over || c.trial.Turn() != turn || !c.follows(w.skip) {
		return false
	}
	if want == nil {
		return true
	}
	still := c.guide.missing(c, want.call, want.args)
	return still == nil || !py.Equal(still, want.value)
}
