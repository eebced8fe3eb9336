package tools

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs"
)

// The tool for actions that are plain texts, and the parameter of those that
// name something in brackets.
const (
	actName, actParam = "act", "action"
	target            = "target"
)

// Set is the tools of an environment. It is immutable.
type Set struct {
	own   bool
	list  []envs.ToolSchema // in order of their names, or the environment's own
	texts []textTool        // as list; nil if own
}

// textTool is a tool for actions before + value + after.
type textTool struct {
	name, param   string
	before, after string
	listed        bool     // its values are listed by observations
	examples      []string // values, one of each kind of action
}

// New returns the tools of an environment with this description, as far as they
// show in the observations. Observations of different moments show more; see
// [Learn]. There is always a tool: act, if nothing else shows.
func New(spec envs.Spec, seen ...envs.Observation) *Set {
	if len(spec.Tools) > 0 {
		return ownTools(spec.Tools)
	}
	var f finder
	for i := range seen {
		f.add(&seen[i])
	}
	return f.set()
}

// ownTools returns the environment's own tools.
func ownTools(list []envs.ToolSchema) *Set {
	s := &Set{own: true, list: slices.Clone(list)}
	for i := range s.list {
		if len(s.list[i].Params) == 0 {
			s.list[i].Params = json.RawMessage(`{"type":"object","properties":{}}`)
		}
	}
	return s
}

// Own reports whether the tools are the environment's own: an action is then a
// call, and otherwise a text.
func (s *Set) Own() bool { return s.own }

// Schemas returns the tools. Params is the JSON Schema of an object. The slice is
// shared and not to be modified.
func (s *Set) Schemas() []envs.ToolSchema { return s.list }

// With returns the tools after an observation: others than before if it replaces
// the environment's own tools.
func (s *Set) With(o *envs.Observation) *Set {
	if o.Tools == nil {
		return s
	}
	return ownTools(o.Tools)
}

// finder collects the tools that show in observations.
type finder struct {
	tools []textTool
	kinds map[kindOf]bool // of the examples
}

// kindOf is a kind of action by a tool.
type kindOf struct{ tool, kind string }

func (f *finder) add(o *envs.Observation) {
	for i := range o.Forms {
		if before, after, param, ok := slot(o.Forms[i].Template); ok {
			f.tool(nameOf(before, o.Forms[i].Kind), before, after, param)
		}
	}
	for _, c := range o.Admissible {
		if len(c.Action.Calls) > 0 {
			continue
		}
		text := c.Action.Text
		t, value := match(f.tools, text)
		if t == nil || t.name == actName && bracketed(text) > 0 {
			if i := bracketed(text); i > 0 {
				t, value = f.tool(text[:i], text[:i+1], "]", target), text[i+1:len(text)-1]
			} else {
				t, value = f.tool(actName, "", "", actParam), text
			}
		}
		t.listed = true
		f.example(t, c.Kind, value)
	}
}

// tool returns the tool for actions before + value + after, a new one called
// name if there is none.
func (f *finder) tool(name, before, after, param string) *textTool {
	taken := map[string]bool{}
	for i := range f.tools {
		if t := &f.tools[i]; t.before == before && t.after == after {
			return t
		}
		taken[f.tools[i].name] = true
	}
	free := name
	for n := 2; taken[free]; n++ {
		free = name + "_" + strconv.Itoa(n)
	}
	f.tools = append(f.tools, textTool{name: free, param: param, before: before, after: after})
	return &f.tools[len(f.tools)-1]
}

// example keeps the first value of a kind.
func (f *finder) example(t *textTool, kind, value string) {
	k := kindOf{t.name, kind}
	if f.kinds[k] || len(t.examples) == maxExamples || len(value) > maxExample {
		return
	}
	if f.kinds == nil {
		f.kinds = map[kindOf]bool{}
	}
	f.kinds[k] = true
	t.examples = append(t.examples, value)
}

// How many examples a description has, and how long one is at most, in bytes.
const (
	maxExamples = 12
	maxExample  = 60
)

// set returns the tools that were found.
func (f *finder) set() *Set {
	if len(f.tools) == 0 {
		f.tool(actName, "", "", actParam)
	}
	s := &Set{texts: f.tools}
	slices.SortFunc(s.texts, func(a, b textTool) int { return strings.Compare(a.name, b.name) })
	for i := range s.texts {
		s.list = append(s.list, s.texts[i].schema())
	}
	return s
}

// schema describes the tool.
func (t *textTool) schema() envs.ToolSchema {
	var d strings.Builder
	if t.before+t.after == "" {
		d.WriteString("Take one action.")
	} else {
		d.WriteString("Take the action " + t.before + "<" + t.param + ">" + t.after + ".")
	}
	if t.listed {
		d.WriteString(" What there is to choose from is in the latest observation.")
	}
	for i, e := range t.examples {
		if i == 0 {
			d.WriteString(" Examples of " + t.param + ": ")
		} else {
			d.WriteString("; ")
		}
		d.WriteString(e)
	}
	return envs.ToolSchema{Name: t.name, Description: d.String(), Params: t.params()}
}

// params is the JSON Schema of the tool's arguments.
func (t *textTool) params() json.RawMessage {
	type property struct {
		Type        string `json:"type"`
		Description string `json:"description"`
	}
	about := "What to put for <" + t.param + "> in " + t.before + "<" + t.param + ">" + t.after
	if t.name == actName {
		about = "The action, to the letter"
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(struct {
		Type       string              `json:"type"`
		Properties map[string]property `json:"properties"`
		Required   []string            `json:"required"`
	}{"object", map[string]property{t.param: {"string", about}}, []string{t.param}})
	if err != nil { // strings alone are always written
		return nil
	}
	return bytes.TrimSpace(b.Bytes())
}

// match returns the tool whose actions text is one of, the most special one if
// it is of several, and the argument.
func match(all []textTool, text string) (best *textTool, value string) {
	for i := range all {
		t := &all[i]
		fixed := len(t.before) + len(t.after)
		if len(text) < fixed || !strings.HasPrefix(text, t.before) || !strings.HasSuffix(text, t.after) {
			continue
		}
		if best == nil || fixed > len(best.before)+len(best.after) {
			best, value = t, text[len(t.before):len(text)-len(t.after)]
		}
	}
	return best, value
}

// slot splits the template of a form, "search[<query>]", at its slot.
func slot(template string) (before, after, param string, ok bool) {
	before, rest, ok := strings.Cut(template, "<")
	if !ok {
		return "", "", "", false
	}
	param, after, ok = strings.Cut(rest, ">")
	if param = identifier(param); param == "" {
		param = "text"
	}
	return before, after, param, ok
}

// nameOf is the name of the tool for a form: its first word, or its kind.
func nameOf(before, kind string) string {
	if name := identifier(before); name != "" {
		return name
	}
	if name := identifier(kind); name != "" {
		return name
	}
	return actName
}

// identifier returns the letters, digits and underscores that text begins with,
// "" if that is no identifier.
func identifier(text string) string {
	for i := range len(text) {
		if !inName(text[i], i) {
			return text[:i]
		}
	}
	return text
}

// inName reports whether an identifier can have c at its place i.
func inName(c byte, i int) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || i > 0 && c >= '0' && c <= '9'
}

// bracketed returns where the bracket of "word[...]" is, 0 if text is not like
// that.
func bracketed(text string) int {
	i := len(identifier(text))
	if i == 0 || len(text) < i+2 || text[i] != '[' || text[len(text)-1] != ']' {
		return 0
	}
	return i
}
