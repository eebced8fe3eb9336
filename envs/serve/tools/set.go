package tools

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"stepgym/envs"
)

// The tool for actions that are any text, and the argument of tools that were
// made of actions without a form.
const (
	Act    = "act"
	action = "action"
	target = "target"
)

// A Set is the tools of an environment. It is immutable and safe for concurrent
// use. Equal environments give equal sets.
type Set struct {
	own     bool
	schemas []envs.ToolSchema
	forms   []form // forms[i] belongs to schemas[i]; none if own
}

// form is how a tool's argument becomes an action: between two fixed texts.
type form struct {
	name, arg     string
	before, after string
}

// New returns the tools by which an environment is played, given some of its
// observations: forms first, then actions, in the order in which they are seen,
// Act last. Where the spec has tools there are only those, and an observation
// that replaces them does so here.
func New(spec envs.Spec, seen ...envs.Observation) *Set {
	s := &Set{own: len(spec.Tools) > 0, schemas: spec.Tools}
	for i := range seen {
		s = s.With(&seen[i])
	}
	if s.own {
		return s
	}
	b := builder{}
	for i := range seen {
		for _, f := range seen[i].Forms {
			b.addForm(f.Template)
		}
	}
	for i := range seen {
		for _, c := range seen[i].Admissible {
			b.addAction(c.Action)
		}
	}
	if b.text || len(b.set.forms) == 0 {
		b.add(form{name: Act, arg: action})
	}
	return &b.set
}

// With returns the tools after an observation, which is s itself unless the
// observation replaces the environment's own tools.
func (s *Set) With(o *envs.Observation) *Set {
	if o.Tools == nil {
		return s
	}
	return &Set{own: true, schemas: o.Tools}
}

// Own reports whether the tools are the environment's own.
func (s *Set) Own() bool { return s.own }

// Schemas lists the tools. The slice is shared and not to be modified.
func (s *Set) Schemas() []envs.ToolSchema { return s.schemas }

// builder makes a Set.
type builder struct {
	set  Set
	text bool // there are actions that only Act can write
}

// addForm adds the tool of a form. A form without a slot is an action.
func (b *builder) addForm(template string) {
	open := strings.IndexByte(template, '<')
	size := -1
	if open >= 0 {
		size = strings.IndexByte(template[open:], '>')
	}
	if size < 0 {
		b.addAction(envs.Action{Text: template})
		return
	}
	f := form{before: template[:open], after: template[open+size+1:], arg: identifier(template[open+1 : open+size])}
	if f.arg == "" {
		f.arg = target
	}
	if f.name = identifier(f.before); f.name == "" {
		f.name = identifier(f.after)
	}
	if f.name == "" { // the slot is the whole action
		b.text = true
		return
	}
	b.add(f)
}

// addAction adds the tool of an action.
func (b *builder) addAction(a envs.Action) {
	if len(a.Calls) > 0 {
		return
	}
	name, _, ok := bracketed(a.Text)
	if !ok {
		b.text = true
		return
	}
	b.add(form{name: identifier(name), arg: target, before: name + "[", after: "]"})
}

// add adds a tool, unless there is one that writes the same texts. A name that
// is taken gets a number.
func (b *builder) add(f form) {
	taken := func(name string) bool {
		return slices.ContainsFunc(b.set.forms, func(g form) bool { return g.name == name })
	}
	if slices.ContainsFunc(b.set.forms, func(g form) bool { return g.before == f.before && g.after == f.after }) {
		return
	}
	name := f.name
	for n := 2; taken(f.name); n++ {
		f.name = name + "_" + strconv.Itoa(n)
	}
	b.set.forms = append(b.set.forms, f)
	b.set.schemas = append(b.set.schemas, f.schema())
}

// schema describes the tool of a form.
func (f *form) schema() envs.ToolSchema {
	what := "Takes the action " + f.before + "<" + f.arg + ">" + f.after + "."
	says := "what to put for <" + f.arg + ">"
	switch {
	case f.before == "" && f.after == "":
		what = "Takes one action. The observation says what there is to do."
		says = "the action as text, as the observation writes it"
	case f.arg == target:
		says = "one of those that the observation offers"
	}
	return envs.ToolSchema{Name: f.name, Description: what, Params: paramsOf(f.arg, says)}
}

// paramsOf writes the JSON Schema of an object with one string.
func paramsOf(name, says string) json.RawMessage {
	b := append([]byte(`{"type":"object","properties":{`), quote(name)...)
	b = append(append(b, `:{"type":"string","description":`...), quote(says)...)
	b = append(append(b, `}},"required":[`...), quote(name)...)
	return append(b, `]}`...)
}

// identifier makes a name of a text: what is no letter or digit of ASCII becomes
// an underscore, at the ends nothing, and there are at most 60 bytes. A name
// that would begin with a digit gets an underscore before it.
func identifier(text string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(text) {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
			gap = true
			continue
		}
		if gap && b.Len() > 0 || b.Len() == 0 && r <= '9' {
			b.WriteByte('_')
		}
		gap = false
		if b.WriteRune(r); b.Len() >= 60 {
			break
		}
	}
	return b.String()
}

// bracketed splits "name[argument]". The name is one word.
func bracketed(text string) (name, arg string, ok bool) {
	name, arg, ok = strings.Cut(text, "[")
	if !ok || identifier(name) != name || name == "" || !strings.HasSuffix(arg, "]") {
		return "", "", false
	}
	return name, strings.TrimSuffix(arg, "]"), true
}
