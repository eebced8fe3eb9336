package toolcall

import (
	"encoding/json"
	"fmt"

	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// Written returns a call with arguments in JSON as it is written in Python:
// name(key=value, ...). Nothing and null stand for no arguments. Arguments that
// are no JSON object are an error.
func Written(name string, args json.RawMessage) (string, error) {
	if len(args) == 0 || string(args) == "null" {
		return name + "()", nil
	}
	v, err := py.FromJSON(args)
	if err != nil {
		return "", fmt.Errorf("arguments of %s: %w", name, err)
	}
	d, ok := v.(*py.Dict)
	if !ok {
		return "", fmt.Errorf("arguments of %s: they are of type %s, not an object", name, v.Type())
	}
	b := append([]byte(name), '(')
	for i, it := range d.Items() {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, py.ToStr(it.Key)...), '=')
		b = py.AppendRepr(b, it.Value)
	}
	return string(append(b, ')')), nil
}

// Keywords reads a call of a method of the kit whose arguments are constants,
// and returns its name and its arguments by name as JSON. ok is false for
// anything else.
func (k *Kit) Keywords(src string) (name string, args json.RawMessage, ok bool) {
	n, e := pycall.Parse(src)
	c, is := n.(*pycall.Call)
	if e != nil || !is {
		return "", nil, false
	}
	m, _ := k.Method(c.Name)
	if m == nil || len(c.Args) > len(m.Params) {
		return "", nil, false
	}
	d := py.NewDict(nil, len(c.Args)+len(c.Keywords))
	for i, a := range c.Args {
		v, ok := a.(py.Value)
		if !ok {
			return "", nil, false
		}
		d.SetStr(m.Params[i].Name, v)
	}
	for _, w := range c.Keywords {
		v, ok := w.Value.(py.Value)
		if !ok || w.Name == "" {
			return "", nil, false
		}
		d.SetStr(w.Name, v)
	}
	b, ok := py.AppendJSON(nil, d)
	return c.Name, b, ok
}
