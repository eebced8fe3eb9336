package bfcl

import (
	"errors"
	"fmt"

	"stepgym/envs"
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// way is the ground truth from call number skip of the present turn on, in
// choices. Where a value is not offered, a look-up goes before the call: a call
// whose result shows the value and after which the ground truth still holds. A
// call that is being written and is no part of that is ended so that it does no
// harm. There is no way where all this does not help.
func (g *guide) way(ep *Episode, skip int) ([]envs.Action, error) {
	f, err := ep.copied()
	if err != nil {
		return nil, err
	}
	w := wayfinder{ep: f, skip: skip}
	for !f.over {
		if err := w.turn(); err != nil {
			return nil, fmt.Errorf("bfcl: %w: %w", envs.ErrNoHint, err)
		}
	}
	if v := f.trial.End(); !v.Valid {
		return nil, fmt.Errorf("bfcl: %w: choices do not lead to a valid end", envs.ErrNoHint)
	}
	return w.way, nil
}

// copied is Fork with its own type.
func (ep *Episode) copied() (*Episode, error) {
	c, err := ep.Fork()
	if err != nil {
		return nil, err
	}
	f, ok := c.(*Episode)
	if !ok {
		return nil, errors.New("bfcl: a fork is of another type")
	}
	return f, nil
}

// wayfinder plays an episode to its end by the ground truth.
type wayfinder struct {
	ep   *Episode
	skip int // calls of the present turn that are done
	way  []envs.Action
}

// say makes a choice.
func (w *wayfinder) say(text string) error {
	if w.ep.guide.choose(w.ep, text).Invalid {
		return fmt.Errorf("%q is not offered", text)
	}
	w.way = append(w.way, envs.Action{Text: text})
	return nil
}

// turn says the rest of a turn.
func (w *wayfinder) turn() error {
	ep, turn := w.ep, w.ep.trial.Turn()
	calls := ep.entry.Truth[turn]
	for w.skip < len(calls) {
		if err := w.spell(calls[w.skip]); err != nil {
			return err
		}
		if w.skip++; ep.over || ep.trial.Turn() != turn {
			return errors.New("the turn ends before its calls do")
		}
	}
	if ep.guide.call != nil {
		if err := w.lookUp(nil); err != nil {
			return err
		}
	}
	w.skip = 0
	return w.say(endTurn)
}

// spell says a call of the ground truth.
func (w *wayfinder) spell(src string) error {
	g := w.ep.guide
	name, want, err := plain(w.ep.entry, src)
	if err != nil {
		return err
	}
	f := g.menu.known[name]
	if f == nil {
		return fmt.Errorf("%s is not offered", name)
	}
	for range len(f.params) + 1 {
		missing := g.missing(w.ep, f, want)
		if missing == nil && g.agrees(f, want) {
			break
		}
		var wanted *target
		if missing != nil {
			wanted = &target{f, want, missing}
		}
		if err := w.lookUp(wanted); err != nil {
			return err
		}
	}
	if g.call == nil {
		if err := w.say(name); err != nil {
			return err
		}
	}
	for g.call == f {
		if err := w.argument(want); err != nil {
			return err
		}
	}
	return nil
}

// argument says the next argument.
func (w *wayfinder) argument(want *py.Dict) error {
	g := w.ep.guide
	g.look(w.ep)
	p := g.call.params[len(g.args)]
	o := &offer{}
	if v, ok := want.GetStr(p.name); ok {
		o = found(g.offered, v)
	}
	if o == nil {
		return fmt.Errorf("no value for %s is offered", p.name)
	}
	return w.say(p.says(*o))
}

// agrees reports whether what is being written, if anything, is the beginning of
// a call of f with the arguments want.
func (g *guide) agrees(f *function, want *py.Dict) bool {
	if g.call == nil {
		return true
	}
	if g.call != f {
		return false
	}
	for i, a := range g.args {
		v, ok := want.GetStr(f.params[i].name)
		if ok != (a.value != nil) || ok && !py.Equal(v, a.value) {
			return false
		}
	}
	return true
}

// missing returns a wanted argument of f that is not offered, nil if there is
// none.
func (g *guide) missing(ep *Episode, f *function, want *py.Dict) py.Value {
	g.look(ep)
	s := slot{function: f, menu: g.menu, turn: g.menu.turn(ep.trial.Turn())}
	for _, p := range f.params {
		v, ok := want.GetStr(p.name)
		if !ok {
			continue
		}
		s.param = p
		if found(s.offers(&g.evidence), v) == nil {
			return v
		}
		s.used = append(s.used, v)
	}
	return nil
}

// found returns the offer of a value, of an equal one of another type if there
// is no other, or nil.
func found(offers []offer, v py.Value) *offer {
	var like *offer
	for i := range offers {
		o := &offers[i]
		if !py.Equal(o.value, v) {
			continue
		}
		if py.Repr(v) == o.text {
			return o
		}
		if like == nil {
			like = o
		}
	}
	return like
}

// plain reads a call whose arguments are constants.
func plain(e *Entry, src string) (string, *py.Dict, error) {
	n, raised := pycall.Parse(src)
	c, ok := n.(*pycall.Call)
	if raised != nil || !ok {
		return "", nil, fmt.Errorf("%s is no plain call", src)
	}
	m, _ := e.kit.Method(c.Name)
	if m == nil || len(c.Args) > len(m.Params) {
		return "", nil, fmt.Errorf("%s is no call of a function of the entry", src)
	}
	args := py.NewDict(nil, len(c.Args)+len(c.Keywords))
	for i, a := range c.Args {
		v, ok := a.(py.Value)
		if !ok {
			return "", nil, fmt.Errorf("%s has an argument that is no constant", src)
		}
		args.SetStr(m.Params[i].Name, v)
	}
	for _, k := range c.Keywords {
		v, ok := k.Value.(py.Value)
		if !ok || k.Name == "" {
			return "", nil, fmt.Errorf("%s has an argument that is no constant", src)
		}
		args.SetStr(k.Name, v)
	}
	return c.Name, args, nil
}
