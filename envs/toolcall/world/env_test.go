package world_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest"
	"stepgym/envs/toolcall/world"
)

func open[T any](t testing.TB, c world.Config[T]) *world.Env[T] {
	t.Helper()
	e, err := world.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestContract(t *testing.T) {
	t.Run("depot", func(t *testing.T) {
		envtest.Run(t, func(t testing.TB) envs.Env { return open(t, depotConfig()) }, envtest.Config{})
	})
	t.Run("library", func(t *testing.T) {
		c := config()
		c.Candidates = func(*Desk, string) (list []*envs.Choice) {
			for _, a := range append(c.Train[0].Solution, world.Use("lend", Loan{"B1", "Ben"})) {
				list = append(list, &envs.Choice{Action: a})
			}
			return list
		}
		envtest.Run(t, func(t testing.TB) envs.Env { return open(t, c) }, envtest.Config{})
	})
}

// TestDocsShowTheExample: what the page shows is what is compiled here.
func TestDocsShowTheExample(t *testing.T) {
	page, err := os.ReadFile("../../../docs/toolcall-world.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("example_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, world, _ := strings.Cut(string(code), "// Desk is")
	world, play, ok := strings.Cut(world, "// A complete world")
	if !ok || !strings.Contains(string(page), "// Desk is"+strings.TrimRight(world, "\n")) {
		t.Error("the page does not show the world of example_test.go")
	}
	_, play, _ = strings.Cut(play, "\terr = envs.Play(")
	play, _, ok = strings.Cut(play, "\tif err != nil")
	play = strings.TrimSpace("err = envs.Play(" + strings.ReplaceAll(play, "\n\t", "\n"))
	if !ok || !strings.Contains(string(page), play) {
		t.Error("the page does not show the play of example_test.go:\n" + play)
	}
}

func start(t testing.TB, env envs.Env, id string) envs.Episode {
	t.Helper()
	ep, err := env.Reset(context.Background(), envs.Task{ID: id}, 2)
	if err != nil {
		t.Fatal(err)
	}
	return ep
}

func step(t testing.TB, ep envs.Episode, a envs.Action) envs.Result {
	t.Helper()
	r, err := ep.Step(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func raw(name, args string) envs.Action {
	return envs.Action{Calls: []envs.ToolCall{{ID: "c1", Name: name, Args: json.RawMessage(args)}}}
}

func TestTurns(t *testing.T) {
	ep := start(t, open(t, depotConfig()), "b")
	if d := cmp.Diff(ep.Observation().Messages, []envs.Message{
		{Role: "system", Content: "You keep the depot."}, {Role: "user", Content: "Fill order 7."},
	}); d != "" {
		t.Error(d)
	}
	two := envs.Action{Calls: []envs.ToolCall{
		{ID: "x", Name: "stock", Args: json.RawMessage(`{"part":"bolt","count":4}`)},
		{ID: "y", Name: "fill", Args: json.RawMessage(`{"order":7.0}`)},
		{ID: "z", Name: "fill", Args: json.RawMessage(`{"order":8}`)},
	}}
	if r := step(t, ep, two); r.Invalid || r.Done() {
		t.Errorf("parallel calls: %+v", r)
	}
	if d := cmp.Diff(ep.Observation().Messages, []envs.Message{
		{Role: "tool", ToolCallID: "x", Content: `{"ok":true}`},
		{Role: "tool", ToolCallID: "y", Content: `{"Part":"bolt","Count":4,"Filled":true}`},
		{Role: "tool", ToolCallID: "z", Content: `{"error":"there is no order 8"}`},
	}); d != "" {
		t.Error(d)
	}
	if r := step(t, ep, world.Say("filled")); r.Reward != 0.25 || r.Done() {
		t.Errorf("end of a turn: %+v", r)
	}
	if got := ep.Observation().Text(); got != "Now order 9, and close." {
		t.Errorf("the next turn is %q", got)
	}
	step(t, ep, raw("fill", `{"order":9}`))
	want := envs.Result{Reward: 1, Terminated: true, Success: true, Metrics: map[string]float64{"calls": 5}}
	if d := cmp.Diff(step(t, ep, raw("close", "")), want); d != "" {
		t.Error(d)
	}
}

func TestRefusals(t *testing.T) {
	long := strings.Repeat("x", 1000)
	for _, c := range []struct{ name, tool, args, want string }{
		{"no such tool", "clos", `{}`, `there is no tool "clos"; there are close, echo, fill, open_orders, stock`},
		{"no JSON", "fill", `{"order":`, `fill: the arguments are not valid JSON`},
		{"no object", "fill", `[9]`, `fill: the arguments must be one JSON object, not an array`},
		{"missing", "stock", `{}`, `stock: the argument count is missing; the argument part is missing`},
		{"unknown", "fill", `{"order":9,"b":1,"a":2}`, `fill: there is no argument a; there are order; there is no argument b; there are order`},
		{"none taken", "close", `{"now":true}`, `close: there is no argument now; the tool takes none`},
		{"type", "fill", `{"order":"9"}`, `fill: order: it is a string, but must be an integer`},
		{"fraction", "fill", `{"order":9.5}`, `fill: order: it is a number, but must be an integer`},
		{"null", "fill", `{"order":null}`, `fill: order: it is null, but must be an integer`},
		{"twice", "fill", `{"order":9,"order":7}`, `fill: "order" is given twice`},
		{"bound", "stock", `{"part":"bolt","count":10}`, `stock: count: maximum: got 10, want 9`},
		{"nested", "echo", `{"count":1,"lines":[{"part":"a","count":1},{"part":"","count":1}]}`, `echo: lines[1].part: minLength: got 0, want 1`},
		{"nested unknown", "echo", `{"count":1,"lines":[{"part":"a","count":1,"x":2}]}`, `echo: there is no argument lines[0].x`},
		{"enum", "echo", `{"size":"xl"}`, `echo: size: value must be one of 's', 'm', 'l'`},
		{"small", "echo", `{"small":200}`, `echo: small: maximum: got 200, want 127`},
		{"huge", "echo", `{"ratio":1e999999999}`, `echo: the number 1e999999999 is out of range`},
		{"too big", "fill", `{"order":1e30}`, `fill: order: 1e+30 is out of range`},
		{"unexported", "echo", `{"hidden":1}`, `echo: there is no argument hidden; there are flag, small, count, ratio, size, level, lines, labels, pair, any`},
		{"long", "fill", `{"order":1,"` + long + `":1}`, `fill: there is no argument ` + long[:80] + `...; there are order`},
		{"deep", "echo", `{"any":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`, `echo: the arguments are nested more than 64 deep`},
	} {
		t.Run(c.name, func(t *testing.T) {
			ep := start(t, open(t, depotConfig()), "a")
			before := ep.Observation().StateKey
			r := step(t, ep, raw(c.tool, c.args))
			o := ep.Observation()
			var got struct{ Error string }
			if err := json.Unmarshal([]byte(o.Text()), &got); err != nil {
				t.Fatalf("%q: %v", o.Text(), err)
			}
			if d := cmp.Diff(got.Error, c.want); d != "" || !r.Invalid || r.Done() {
				t.Errorf("%+v (-got +want):\n%s", r, d)
			}
			if o.StateKey != before {
				t.Error("the state changed")
			}
		})
	}
}

// TestArguments: what is accepted arrives in the struct as it was written.
func TestArguments(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{``, `{"count":null,"pair":["",""]}`},
		{`null`, `{"count":null,"pair":["",""]}`},
		{
			`{"flag":true,"small":-128,"count":3,"ratio":0.5,"size":"m","level":2,"lines":[{"part":"a<b","count":9}],"labels":{"b":1,"a":2},"pair":["x","y"],"any":{"k":[1,2.5,"s",null]}}`,
			`{"flag":true,"small":-128,"count":3,"ratio":0.5,"size":"m","level":2,"lines":[{"part":"a<b","count":9}],"labels":{"a":2,"b":1},"pair":["x","y"],"any":{"k":[1,2.5,"s",null]}}`,
		},
		{`{"count":18446744073709551615}`, `{"count":18446744073709551615,"pair":["",""]}`},
	} {
		ep := start(t, open(t, depotConfig()), "a")
		r := step(t, ep, raw("echo", c.args))
		if d := cmp.Diff(ep.Observation().Text(), c.want); d != "" || r.Invalid {
			t.Errorf("%s: %+v\n%s", c.args, r, d)
		}
	}
}

func TestSchema(t *testing.T) {
	want := `{"type":"object","properties":{"part":{"type":"string","description":"name of a part","minLength":1,"maxLength":20},` +
		`"count":{"type":"integer","minimum":1,"maximum":9}},"required":["part","count"],"additionalProperties":false}`
	for _, tool := range open(t, depotConfig()).Spec().Tools {
		if tool.Name == "stock" {
			if d := cmp.Diff(string(tool.Params), want); d != "" {
				t.Error(d)
			}
			return
		}
	}
	t.Error("no tool stock")
}

// TestForksShareNothing: two forks and their original, and the start of the
// task, go their own ways.
func TestForksShareNothing(t *testing.T) {
	env := open(t, depotConfig())
	ep := start(t, env, "a")
	first := ep.Observation().StateKey
	step(t, ep, raw("stock", `{"part":"bolt","count":1}`))
	mid := ep.Observation().StateKey
	fork, err := ep.(envs.Forker).Fork()
	if err != nil {
		t.Fatal(err)
	}
	step(t, fork, raw("stock", `{"part":"bolt","count":2}`))
	step(t, ep, raw("stock", `{"part":"bolt","count":3}`))
	if a, b := ep.Observation().StateKey, fork.Observation().StateKey; a == b || a == mid || b == mid {
		t.Error("the forks share a state")
	}
	step(t, fork, raw("stock", `{"part":"bolt","count":1}`))
	if ep.Observation().StateKey != fork.Observation().StateKey {
		t.Error("equal states have different keys")
	}
	if start(t, env, "a").Observation().StateKey != first {
		t.Error("a play changed the task's start")
	}
}

// TestBrokenWorlds: faults of the world are errors of Step, and stay.
func TestBrokenWorlds(t *testing.T) {
	c := depotConfig()
	c.Tools = []world.Tool{
		{Name: "boom", Func: func(*depot) string { panic("oh") }},
		{Name: "nan", Func: func(*depot) float64 { return math.NaN() }},
		{Name: "ok", Func: func(*depot) string { return "ok" }},
	}
	c.Train[0].Judge = func(*depot, string) world.Verdict { return world.Verdict{Reward: 3} }
	c.Candidates = nil
	for _, c2 := range []struct {
		action envs.Action
		want   string
	}{
		{raw("boom", ""), "panic: oh"},
		{raw("nan", ""), "tool nan: result: json: unsupported value: NaN"},
		{world.Say("x"), "outside [0, 2]"},
	} {
		ep := start(t, open(t, c), "a")
		step(t, ep, raw("ok", ""))
		_, err := ep.Step(t.Context(), c2.action)
		if err == nil || !strings.Contains(err.Error(), c2.want) {
			t.Errorf("got %v, want %s", err, c2.want)
		}
		if _, again := ep.Step(t.Context(), raw("ok", "")); !errors.Is(again, err) {
			t.Errorf("then %v", again)
		}
	}
}

func TestOpener(t *testing.T) {
	opener := world.Opener(config)
	env, err := opener(t.Context(), json.RawMessage(`{"max_turns":3}`))
	if err != nil || env.Spec().MaxTurns != 3 {
		t.Errorf("%v", err)
	}
	if env, err = opener(t.Context(), nil); err != nil || env.Spec().MaxTurns != 8 {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{`{"x":1}`, `{"max_turns":-1}`, `{"max_turns":"3"}`, `[]`, `{} {}`} {
		if _, err := opener(t.Context(), json.RawMessage(bad)); err == nil {
			t.Errorf("%s: no error", bad)
		} else if _, ok := errors.AsType[*envs.ConfigError](err); !ok {
			t.Errorf("%s: %v is no ConfigError", bad, err)
		}
	}
}
