package envs_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"stepgym/envs"
)

func TestParseAction(t *testing.T) {
	call := func(name, args string) envs.ToolCall { return envs.ToolCall{Name: name, Args: json.RawMessage(args)} }
	for _, a := range []envs.Action{
		{},
		{Text: "search[red shirt]"},
		{Text: `click[{"a"]`},
		{Text: `[{"name":"x"}]`},
		{Text: `[{"name":"x","args":{},"more":1}]`},
		{Calls: []envs.ToolCall{call("search", `{"q":"a, b"}`)}},
		{Calls: []envs.ToolCall{{ID: "c1", Name: "a", Args: json.RawMessage(`1`)}, call("b", `null`)}},
		{Text: "thinking: ", Calls: []envs.ToolCall{call("search", `{"q":"[{\"x\"}]"}`)}},
	} {
		if d := cmp.Diff(a, envs.ParseAction(a.String())); d != "" {
			t.Errorf("%s (-want +got):\n%s", a.String(), d)
		}
	}
}

func FuzzParseAction(f *testing.F) {
	f.Add(`search[x]`)
	f.Add(`a [{"name":"x","args":{"b":[1]}}]`)
	f.Add(`[{"name":"x","args":{}},{"id":"2","name":"y","args":""}]`)
	f.Fuzz(func(t *testing.T, s string) {
		if got := envs.ParseAction(s).String(); got != s {
			t.Fatalf("%q became %q", s, got)
		}
	})
}

// TestParseAnyAction undoes String for actions of any calls.
func TestParseAnyAction(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[^\[\]]*`)
		a := envs.Action{Text: text.Draw(t, "text")}
		for range rapid.IntRange(0, 3).Draw(t, "calls") {
			args, err := json.Marshal(rapid.MapOfN(rapid.String(), rapid.String(), 0, 2).Draw(t, "args"))
			if err != nil {
				t.Fatal(err)
			}
			a.Calls = append(a.Calls, envs.ToolCall{ID: text.Draw(t, "id"), Name: rapid.StringMatching(`[a-z]+`).Draw(t, "name"), Args: args})
		}
		if d := cmp.Diff(a, envs.ParseAction(a.String())); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
	})
}
