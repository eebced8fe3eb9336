package tools_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/serve/tools"
)

// desk is the description of an environment with tools of its own.
func desk() envs.Spec {
	return envs.Spec{Name: "desk", Tools: []envs.ToolSchema{
		{Name: "add", Description: "Adds.", Params: json.RawMessage(`{"type":"object","properties":{"a":{"type":"number"}}}`)},
		{Name: "stop"},
	}}
}

// TestAction checks what calls are, and what is wrong with those that are
// nothing.
func TestAction(t *testing.T) {
	text := tools.New(envs.Spec{}, listed([]string{"click[a]"}, []string{"search[<query>]"}))
	own := tools.New(desk())
	for _, c := range []struct {
		name, tool, args string
		set              *tools.Set
		want             string
		err              error
	}{
		{"a text", "click", `{"target":"x y"}`, text, "click[x y]", nil},
		{"more arguments", "click", ` {"target":"x","why":[1]} `, text, "click[x]", nil},
		{"an empty text", "click", `{"target":""}`, text, "click[]", nil},
		{"escapes", "search", `{"query":"\u00e9\n\""}`, text, "search[é\n\"]", nil},
		{"another tool", "fly", `{}`, text, "", tools.ErrNoTool},
		{"no tool", "", ``, text, "", tools.ErrNoTool},
		{"case counts", "Click", `{"target":"x"}`, text, "", tools.ErrNoTool},
		{"no arguments", "click", ``, text, "", tools.ErrArguments},
		{"null", "click", `null`, text, "", tools.ErrArguments},
		{"another argument", "click", `{"item":"x"}`, text, "", tools.ErrArguments},
		{"a number", "click", `{"target":1}`, text, "", tools.ErrArguments},
		{"null inside", "click", `{"target":null}`, text, "", tools.ErrArguments},
		{"a list", "click", `["x"]`, text, "", tools.ErrArguments},
		{"no JSON", "click", `{"target":`, text, "", tools.ErrArguments},
		{"two objects", "click", `{"target":"x"}{}`, text, "", tools.ErrArguments},
		{"own", "add", `{"a":1}`, own, `[{"name":"add","args":{"a":1}}]`, nil},
		{"own, what it thinks is its own business", "add", `{"b":"x"}`, own, `[{"name":"add","args":{"b":"x"}}]`, nil},
		{"own without arguments", "stop", ``, own, `[{"name":"stop","args":{}}]`, nil},
		{"own with null", "stop", ` null`, own, `[{"name":"stop","args":{}}]`, nil},
		{"own, a list", "stop", `[1]`, own, "", tools.ErrArguments},
		{"own, no JSON", "stop", `{`, own, "", tools.ErrArguments},
		{"own, another tool", "click", `{}`, own, "", tools.ErrNoTool},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := c.set.Action(c.tool, json.RawMessage(c.args))
			if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || a.String() != c.want {
				t.Errorf("got %q, %v, want %q, %v", a, err, c.want, c.err)
			}
		})
	}
	if _, err := text.Action(strings.Repeat("x", 1e6), nil); len(err.Error()) > 200 {
		t.Errorf("the error repeats %d bytes", len(err.Error()))
	}
}

// TestOwn checks the tools of an environment that has some.
func TestOwn(t *testing.T) {
	s := tools.New(desk())
	if !s.Own() || s.Menu(listed([]string{"x"}, nil)) != "" {
		t.Errorf("own %v, menu %q", s.Own(), s.Menu(listed([]string{"x"}, nil)))
	}
	want := desk().Tools
	want[1].Params = json.RawMessage(`{"type":"object","properties":{}}`)
	if d := cmp.Diff(s.Schemas(), want); d != "" {
		t.Errorf("got - want +\n%s", d)
	}
	if got := s.With(&envs.Observation{}); got != s {
		t.Errorf("an observation that says nothing changed the tools to %v", got.Schemas())
	}
	other := s.With(&envs.Observation{Tools: []envs.ToolSchema{{Name: "sub"}}})
	if _, err := other.Action("sub", nil); err != nil {
		t.Error(err)
	}
	if _, err := other.Action("add", nil); !errors.Is(err, tools.ErrNoTool) {
		t.Errorf("a tool of before: %v", err)
	}
	call := envs.ToolCall{Name: "add", Args: json.RawMessage(`{"a":1}`)}
	name, args, ok := s.Call(envs.Action{Calls: []envs.ToolCall{call}})
	if !ok || name != "add" || string(args) != `{"a":1}` {
		t.Errorf("%s %s %v", name, args, ok)
	}
	for _, a := range []envs.Action{{Text: "x"}, {Calls: []envs.ToolCall{call, call}}, {}} {
		if name, _, ok := s.Call(a); ok {
			t.Errorf("%v is a call of %s", a, name)
		}
	}
}

// FuzzAction calls with any name and arguments: an action or one of two errors,
// and what Call makes of the action means it again.
func FuzzAction(f *testing.F) {
	sets := []*tools.Set{
		tools.New(envs.Spec{}, listed([]string{"click[a]", "stop"}, []string{"search[<query>]", "tell <who> hello"})),
		tools.New(desk()),
	}
	for _, s := range []string{`{"target":"x"}`, `{"action":"click[x"}`, `{"query":null}`, `[1]`, `nul`, "\xff", `{"who":"a\ud800"}`} {
		f.Add("click", s)
		f.Add("act", s)
		f.Add("add", s)
	}
	f.Fuzz(func(t *testing.T, name, args string) {
		for _, s := range sets {
			a, err := s.Action(name, json.RawMessage(args))
			if err != nil {
				if !errors.Is(err, tools.ErrNoTool) && !errors.Is(err, tools.ErrArguments) {
					t.Errorf("error %v", err)
				}
				continue
			}
			again, back, ok := s.Call(a)
			if !ok {
				t.Fatalf("no call is %q", a)
			}
			if b, err := s.Action(again, back); err != nil || b.String() != a.String() {
				t.Errorf("%s(%s) is %q, %v, want %q", again, back, b, err, a)
			}
		}
	})
}

// FuzzNew makes tools of any action and form: they write the action.
func FuzzNew(f *testing.F) {
	f.Add("click[a]", "search[<query>]")
	f.Add("<", "<><>")
	f.Add("a[<b>]", "a[<b>]")
	f.Fuzz(func(t *testing.T, action, template string) {
		s := tools.New(envs.Spec{}, listed([]string{action}, []string{template}))
		name, args, ok := s.Call(envs.Action{Text: action})
		if !ok {
			t.Fatalf("no call is %q", action)
		}
		if a, err := s.Action(name, args); err != nil || a.Text != action && utf8.ValidString(action) {
			t.Errorf("%s(%s) is %q, %v, want %q", name, args, a, err, action)
		}
		seen := map[string]bool{}
		for _, tool := range s.Schemas() {
			if seen[tool.Name] || !json.Valid(tool.Params) {
				t.Errorf("tool %q, twice %v, schema %s", tool.Name, seen[tool.Name], tool.Params)
			}
			seen[tool.Name] = true
		}
	})
}
