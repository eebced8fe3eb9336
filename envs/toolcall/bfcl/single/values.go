package single

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

// standard returns text as it is compared: without blanks and the characters
// ,./-_*^, in lower case, with double quotes for single ones.
func standard(s string) string {
	if strings.ContainsAny(s, " ,./-_*^") {
		var b strings.Builder
		b.Grow(len(s))
		for i := range len(s) {
			switch s[i] {
			case ' ', ',', '.', '/', '-', '_', '*', '^':
			default:
				b.WriteByte(s[i])
			}
		}
		s = b.String()
	}
	return strings.ReplaceAll(py.Lower(s), "'", `"`)
}

// standardized is standard for text, and any other value as it is.
func standardized(v py.Value) py.Value {
	if s, ok := v.(py.Str); ok {
		return py.Str(standard(string(s)))
	}
	return v
}

func checkString(param, value, possible py.Value) *Verdict {
	got := standard(string(value.(py.Str)))
	for _, p := range py.Iter(possible) {
		if s, ok := p.(py.Str); ok && standard(string(s)) == got {
			return valid()
		}
	}
	return wrongText("value_error:string", expectedOneOf(param, value, possible)+". Case insensitive.")
}

// checkList compares a list with each possible one, item by item.
//
// Quirk: a possible value of "", which says that the parameter is optional,
// counts as an empty list; other text as the list of its characters.
func checkList(param, value, possible py.Value) *Verdict {
	got := py.NewList(standardizedItems(value.(*py.List).Items)...)
	found := false
	for i := range py.Len(possible) {
		p := py.Index(possible, py.Int(i))
		py.Len(p) // raises, where there is none, even if an answer was found
		want := py.NewList(standardizedItems(indexed(p))...)
		found = found || py.Equal(got, want)
	}
	if !found {
		return wrongText("value_error:list/tuple", expectedOneOf(param, value, possible)+".")
	}
	return valid()
}

// indexed returns v[0], v[1] ... for as many as v has.
func indexed(v py.Value) []py.Value {
	if l, ok := v.(*py.List); ok {
		return l.Items
	}
	items := make([]py.Value, py.Len(v))
	for i := range items {
		items[i] = py.Index(v, py.Int(i))
	}
	return items
}

func standardizedItems(items []py.Value) []py.Value {
	out := make([]py.Value, len(items))
	for i, v := range items {
		out[i] = standardized(v)
	}
	return out
}

// checkDict compares a dict with each possible one, which has for every key a
// list of values; "" among them means that the key may be left out. What the
// last of them lacks is told.
func checkDict(value, possible py.Value) *Verdict {
	last := wrong("dict_checker:unclear")
	for i := range py.Len(possible) {
		p := py.Index(possible, py.Int(i))
		if py.Equal(p, py.Str("")) {
			continue
		}
		if last = checkOneDict(value, p); last.Valid {
			break
		}
	}
	return last
}

func checkOneDict(value, possible py.Value) *Verdict {
	var errors []py.Value
	kind := "dict_checker:unclear"
	d := py.DictAttr(value, "items")
	for _, it := range d.Items() {
		if !py.Contains(possible, it.Key) {
			errors, kind = append(errors, py.Str("Unexpected dict key parameter: '"+py.ToStr(it.Key)+"'.")), "value_error:dict_key"
			break
		}
		allowed := py.Index(possible, it.Key)
		want := py.NewList(standardizedItems(indexed(allowed))...)
		if !py.Contains(want, standardized(it.Value)) {
			errors, kind = append(errors, py.Str(expectedOneOf(it.Key, it.Value, want)+".")), "value_error:dict_value"
			break
		}
	}
	for _, it := range py.DictAttr(possible, "items").Items() {
		if !d.Has(it.Key) && !py.Contains(it.Value, py.Str("")) {
			errors, kind = append(errors, py.Str("Missing dict key parameter: '"+py.ToStr(it.Key)+"'.")), "value_error:dict_key"
			break
		}
	}
	if errors == nil {
		return valid()
	}
	return wrong(kind, errors...)
}

// checkDicts compares a list of dicts with each possible one, in order.
func checkDicts(value, possible py.Value) *Verdict {
	last := wrong("list_dict_checker:unclear")
next:
	for i := range py.Len(possible) {
		list := py.Index(possible, py.Int(i))
		if py.Len(value) != py.Len(list) {
			last = wrongText("value_error:list_dict_count", "Wrong number of dictionaries in the list.")
			continue
		}
		for k, item := range py.Iter(value) {
			if last = checkDict(item, py.NewList(py.Index(list, py.Int(k)))); !last.Valid {
				continue next
			}
		}
		return valid()
	}
	return last
}
