package bfcl

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"stepgym/envs"
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
	"stepgym/envs/toolcall/pycall"
)

// heard is what an agent has been told so far, in lower case.
type heard struct {
	text  string
	said  []string // messages and results as they are
	doc   string   // the documentation of the function that is called
	asked string   // what simple calls would tell, see found
}

func (h *heard) say(text string) {
	h.said = append(h.said, text)
	h.text += strings.ToLower(text) + "\n"
	h.asked = ""
}

// seen reports whether an argument stands in what was heard.
func (h *heard) seen(v py.Value) bool { return stands(v, h.text+h.doc) }

// found reports whether an argument stands in what functions tell that can be
// called without knowing more: those without required parameters, and those
// with one, on the values that its description lists and on names that were
// heard.
func (h *heard) found(v py.Value, x *toolcall.Executor, now []envs.ToolSchema) bool {
	if h.asked == "" {
		var b strings.Builder
		b.WriteByte('\n')
		for _, s := range now {
			for _, args := range simpleArguments(s, h.said) {
				b.WriteString(strings.ToLower(x.Fork().Call(s.Name, args).Text) + "\n")
			}
		}
		h.asked = b.String()
	}
	return stands(v, h.asked)
}

// mostNames bounds how many values of one parameter are tried.
const mostNames = 100

// simpleArguments returns the arguments to try a function with.
func simpleArguments(s envs.ToolSchema, said []string) []*py.Dict {
	var schema struct {
		Required   []string `json:"required"`
		Properties map[string]struct {
			Type        string `json:"type"`
			Description string `json:"description"`
		} `json:"properties"`
	}
	if json.Unmarshal(s.Params, &schema) != nil {
		return nil
	}
	switch len(schema.Required) {
	case 0:
		return []*py.Dict{py.NewDict(nil, 0)}
	case 1:
	default:
		return nil
	}
	name := schema.Required[0]
	if schema.Properties[name].Type != "string" {
		return nil
	}
	var out []*py.Dict
	values := namesIn(schema.Properties[name].Description)
	for _, text := range said {
		values = append(values, namesIn(text)...)
	}
	slices.Sort(values)
	values = slices.Compact(values)
	for _, v := range values[:min(mostNames, len(values))] {
		d := py.NewDict(nil, 1)
		d.SetStr(name, py.Str(v))
		out = append(out, d)
	}
	return out
}

// namesIn returns the phrases of capitalized words in a text.
func namesIn(text string) []string {
	var names []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",.;:?!()[]{}'\"\n", r) }) {
		var words []string
		for _, w := range append(strings.Fields(part), "") {
			if w != "" && w[0] >= 'A' && w[0] <= 'Z' {
				words = append(words, w)
				continue
			}
			if len(words) > 0 {
				names = append(names, strings.Join(words, " "))
			}
			words = nil
		}
	}
	return names
}

// arguments returns the name that a call calls and the texts and numbers among
// its arguments.
func arguments(call string) (name string, args []py.Value) {
	n, e := pycall.Parse(call)
	c, ok := n.(*pycall.Call)
	if e != nil || !ok {
		return "", nil
	}
	for _, a := range c.Args {
		args = leaves(args, a)
	}
	for _, k := range c.Keywords {
		args = leaves(args, k.Value)
	}
	return c.Name, args
}

func leaves(to []py.Value, n pycall.Node) []py.Value {
	switch v := n.(type) {
	case py.Str, py.Int, py.Float:
		return append(to, v.(py.Value))
	case *py.List:
		for _, x := range v.Items {
			to = leaves(to, x)
		}
	case *py.Dict:
		for _, it := range v.Items() {
			to = leaves(to, it.Value)
		}
	}
	return to
}

// stands reports whether an argument, or what it is made of, stands in a text in
// lower case: a text as it is, or all its words; a date in words; a number as it
// may be written. Numbers below 10 are not looked for: they are written in
// words, or counted.
func stands(v py.Value, text string) bool {
	switch v := v.(type) {
	case py.Int:
		return v > -10 && v < 10 || strings.Contains(strings.ReplaceAll(text, ",", ""), py.ToStr(v))
	case py.Float:
		whole, _ := strings.CutSuffix(py.ToStr(v), ".0")
		return v > -10 && v < 10 || strings.Contains(strings.ReplaceAll(text, ",", ""), whole)
	}
	want := strings.ToLower(strings.TrimSpace(py.ToStr(v)))
	if strings.Contains(text, want) {
		return true
	}
	if day, err := time.Parse(time.DateOnly, want); err == nil {
		return strings.Contains(text, strings.ToLower(day.Month().String()[:3])) && strings.Contains(text, day.Format("2"))
	}
	for _, w := range strings.FieldsFunc(want, noLetter) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// noLetter reports whether r is between the words of a text in lower case.
func noLetter(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r <= 127 }
