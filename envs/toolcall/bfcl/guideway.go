package bfcl

import (
	"fmt"

	"stepgym/envs"
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// way is the ground truth from call number skip of the present turn on, in
// choices. There is none where a value is not offered, or where something else
// is being written.
func (g *guide) way(ep *Episode, skip int) ([]envs.Action, error) {
	copied, err := ep.Fork()
	if err != nil {
		return nil, err
	}
	f := copied.(*Episode)
	var way []envs.Action
	for !f.over {
		for _, call := range f.entry.Truth[f.trial.Turn()][skip:] {
			texts, err := f.guide.spell(f, call)
			if err != nil {
				return nil, fmt.Errorf("bfcl: %w: %w", envs.ErrNoHint, err)
			}
			for _, t := range texts {
				way = append(way, envs.Action{Text: t})
			}
			if f.over {
				break
			}
		}
		skip = 0
		if f.guide.call != nil {
			return nil, fmt.Errorf("bfcl: %w: a call of %s is being written, which the ground truth has no more of", envs.ErrNoHint, f.guide.call.name)
		}
		if !f.over {
			f.guide.choose(f, endTurn)
			way = append(way, envs.Action{Text: endTurn})
		}
	}
	if v := f.trial.End(); !v.Valid {
		return nil, fmt.Errorf("bfcl: %w: it does not lead to a valid end by choices", envs.ErrNoHint)
	}
	return way, nil
}

// spell makes a call by choices in an episode, going on with what is written,
// and returns them.
func (g *guide) spell(ep *Episode, src string) ([]string, error) {
	name, want, err := g.plain(ep, src)
	if err != nil {
		return nil, err
	}
	var texts []string
	say := func(text string) error {
		if g.choose(ep, text).Invalid {
			return fmt.Errorf("%q is not offered", text)
		}
		texts = append(texts, text)
		return nil
	}
	switch {
	case g.call == nil:
		f := g.menu.known[name]
		if f == nil {
			return nil, fmt.Errorf("no function %s", name)
		}
		if err := say(name); err != nil {
			return nil, err
		}
	case g.call.name != name:
		return nil, fmt.Errorf("a call of %s is being written", g.call.name)
	}
	for i, a := range g.args {
		if v, _ := want.GetStr(g.call.params[i].name); !agrees(a.value, v) {
			return nil, fmt.Errorf("a call with another %s is being written", g.call.params[i].name)
		}
	}
	for g.call != nil {
		text, err := g.wanted(ep, want)
		if err != nil {
			return nil, err
		}
		if err := say(text); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// agrees reports whether an argument is the wanted one, or both are left out.
func agrees(v, want py.Value) bool {
	if v == nil || want == nil {
		return v == nil && want == nil
	}
	return py.Equal(v, want)
}

// wanted is the choice for the argument that comes next.
func (g *guide) wanted(ep *Episode, want *py.Dict) (string, error) {
	g.look(ep)
	p := g.call.params[len(g.args)]
	v, ok := want.GetStr(p.name)
	if !ok {
		if !p.optional {
			return "", fmt.Errorf("the ground truth has no %s", p.name)
		}
		return p.name + leftOut, nil
	}
	if o := found(g.offered, v); o != nil {
		return p.name + " = " + o.text, nil
	}
	return "", fmt.Errorf("%s = %s is not offered", p.name, py.Repr(v))
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
func (g *guide) plain(ep *Episode, src string) (string, *py.Dict, error) {
	n, raised := pycall.Parse(src)
	c, ok := n.(*pycall.Call)
	if raised != nil || !ok {
		return "", nil, fmt.Errorf("%s is no plain call", src)
	}
	m, _ := ep.entry.kit.Method(c.Name)
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
