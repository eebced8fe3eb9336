package tau

import (
	"slices"
	"strings"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// nestedKeys returns the keys of the objects that an argument is a list of, in
// the order in which the tools declare them.
func nestedKeys(param string) []string {
	switch param {
	case "flights":
		return []string{"flight_number", "date"}
	case "passengers":
		return []string{"first_name", "last_name", "dob"}
	case "payment_methods":
		return []string{"payment_id", "amount"}
	}
	return nil
}

// resort undoes what a writer of JSON does that sorts keys: reservations show the
// keys of their flights in the order in which the agent gave them, so that the
// order is seen in results. Where all keys of an action are sorted, and its
// arguments are therefore not in the order of the tool's parameters, the
// objects in its arguments get the order in which the tool declares their keys.
func resort(m *toolcall.Method, kwargs *py.Dict) *py.Dict {
	if !isSorted(kwargs) || isDeclared(m, kwargs) {
		return kwargs
	}
	out := py.NewDict(nil, kwargs.Len())
	for _, it := range kwargs.Items() {
		out.Set(it.Key, declared(it.Value, nestedKeys(py.ToStr(it.Key))))
	}
	return out
}

// isSorted reports whether the keys of a value, and of all that is in it, are
// sorted.
func isSorted(v py.Value) bool {
	switch v := v.(type) {
	case *py.List:
		return !slices.ContainsFunc(v.Items, func(it py.Value) bool { return !isSorted(it) })
	case *py.Dict:
		last := ""
		for _, it := range v.Items() {
			key := py.ToStr(it.Key)
			if strings.Compare(key, last) < 0 || !isSorted(it.Value) {
				return false
			}
			last = key
		}
	}
	return true
}

// isDeclared reports whether arguments are in the order of the parameters.
func isDeclared(m *toolcall.Method, kwargs *py.Dict) bool {
	last := -1
	for _, it := range kwargs.Items() {
		at := slices.IndexFunc(m.Params, func(p toolcall.Param) bool { return p.Name == py.ToStr(it.Key) })
		if at >= 0 && at < last {
			return false
		}
		last = max(last, at)
	}
	return true
}

// declared returns a list of objects with the given keys first, in their order.
func declared(v py.Value, keys []string) py.Value {
	l, ok := v.(*py.List)
	if !ok || keys == nil {
		return v
	}
	items := make([]py.Value, len(l.Items))
	for i, it := range l.Items {
		d, ok := it.(*py.Dict)
		if !ok {
			items[i] = it
			continue
		}
		first := py.NewDict(nil, d.Len())
		for _, k := range keys {
			if v, ok := d.GetStr(k); ok {
				first.SetStr(k, v)
			}
		}
		for _, it := range d.Items() {
			first.Set(it.Key, it.Value)
		}
		items[i] = first
	}
	return py.NewList(items...)
}
