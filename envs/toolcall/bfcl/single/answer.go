package single

import (
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// Answer returns calls that should be right: of every possible answer the first
// value that is given for each parameter. It is nil where no answers are judged.
// Values are written in the entry's language, as the interfaces that take
// arguments in JSON have them: in Java and JavaScript they are all texts.
//
// Ten entries of the data refuse their own answers; [Entry.Check] tells.
func (e *Entry) Answer() *py.List {
	truth, ok := e.Truth.(*py.List)
	if !ok {
		return nil
	}
	calls := py.NewList()
	for _, a := range truth.Items {
		answer, ok := a.(*py.Dict)
		if !ok || answer.Len() == 0 {
			return nil
		}
		name, possible := answer.At(0).Key, answer.At(0).Value
		parameters, ok := possible.(*py.Dict)
		if !ok {
			return nil
		}
		arguments := py.NewDict(nil, parameters.Len())
		for _, p := range parameters.Items() {
			v := firstGiven(p.Value)
			if py.Equal(v, py.Str("")) {
				continue
			}
			if v = unfold(v); e.Language != Python {
				v = py.Str(e.written(v, name, p.Key))
			}
			arguments.Set(p.Key, v)
		}
		call := py.NewDict(nil, 1)
		call.Set(name, arguments)
		calls.Append(call)
	}
	return calls
}

// firstGiven returns the first possible value that is not "", if there is one.
func firstGiven(possible py.Value) py.Value {
	l, ok := possible.(*py.List)
	if !ok {
		return possible
	}
	for _, v := range l.Items {
		if !py.Equal(v, py.Str("")) {
			return v
		}
	}
	if len(l.Items) > 0 {
		return l.Items[0]
	}
	return l
}

// unfold takes the first possible value for every key of the dicts in v, which
// have lists of them as well.
func unfold(v py.Value) py.Value {
	switch v := v.(type) {
	case *py.List:
		l := py.NewList()
		for _, x := range v.Items {
			l.Append(unfold(x))
		}
		return l
	case *py.Dict:
		d := py.NewDict(nil, v.Len())
		for _, it := range v.Items() {
			if l, ok := it.Value.(*py.List); ok && len(l.Items) == 1 && py.Equal(l.Items[0], py.Str("")) {
				continue
			}
			d.Set(it.Key, unfold(firstGiven(it.Value)))
		}
		return d
	}
	return v
}

// written writes a value in Java or JavaScript.
func (e *Entry) written(v, name, param py.Value) string {
	if e.Language == JavaScript {
		if s, ok := v.(py.Str); ok {
			return string(s)
		}
		b, _ := py.AppendJSON(nil, v)
		return string(b)
	}
	kind, items := "", ""
	// A document that lacks what is looked for tells no type.
	_, _ = py.Try(func() py.Value {
		p := py.Index(py.Index(py.Index(find(e.Functions, name), py.Str("parameters")), py.Str("properties")), param)
		kind = py.ToStr(py.Index(p, py.Str("type")))
		items = py.ToStr(py.Index(py.Index(p, py.Str("items")), py.Str("type")))
		return nil
	})
	return inJava(v, kind, items)
}

func inJava(v py.Value, kind, items string) string {
	switch v := v.(type) {
	case py.Bool:
		return strings.ToLower(py.Repr(v))
	case py.Int, py.Float:
		return py.Repr(v) + javaSuffix(kind)
	case *py.List:
		list := make([]string, len(v.Items))
		for i, x := range v.Items {
			list[i] = inJava(x, items, "")
			if _, ok := x.(py.Str); ok && kind == "ArrayList" && (items == "String" || items == "char") {
				list[i] = strconv.Quote(list[i])
			}
		}
		if kind == "ArrayList" {
			return "new ArrayList<>(Arrays.asList(" + strings.Join(list, ", ") + "))"
		}
		return "new Object[]{" + strings.Join(list, ", ") + "}"
	case *py.Dict:
		puts := make([]string, v.Len())
		for i, it := range v.Items() {
			s := inJava(it.Value, "", "")
			if _, ok := it.Value.(py.Str); ok {
				s = `"` + s + `"`
			}
			puts[i] = `put("` + py.ToStr(it.Key) + `", ` + s + `);`
		}
		return "new HashMap<String, Object>() {{ " + strings.Join(puts, " ") + " }}"
	}
	return py.ToStr(v)
}

// javaSuffix is what a literal number of a type ends in.
func javaSuffix(kind string) string {
	switch kind {
	case "long":
		return "L"
	case "float":
		return "f"
	}
	return ""
}
