package world_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/toolcall/world"
)

func TestParseCalls(t *testing.T) {
	call := func(id, name, args string) envs.ToolCall {
		return envs.ToolCall{ID: id, Name: name, Args: json.RawMessage(args)}
	}
	for _, c := range []struct {
		text string
		want []envs.ToolCall
	}{
		{`hello`, nil},
		{``, nil},
		{`{"total": 5}`, nil},
		{`[1, 2]`, nil},
		{`{"name": "a", "args": [1]}`, nil},
		{`{"name": "a", "args": {}`, nil},
		{`[{"name": "a", "args": {}}, {"total": 1}]`, nil},
		{` {"name": "a", "args": {"x": 1}} `, []envs.ToolCall{call("", "a", `{"x": 1}`)}},
		{`[{"name": "a"}, {"id": "7", "name": "b", "arguments": "{\"x\":1}"}]`, []envs.ToolCall{{Name: "a"}, call("7", "b", `{"x":1}`)}},
		{`thinking [{"name":"a","args":{}}]`, []envs.ToolCall{call("", "a", `{}`)}},
	} {
		got, err := world.ParseCalls(c.text)
		if d := cmp.Diff(got, c.want); d != "" || err != nil {
			t.Errorf("%s: %v (-got +want)\n%s", c.text, err, d)
		}
	}
}

// TestParseOfItsOwn: another notation for calls, and texts that are broken in it.
func TestParseOfItsOwn(t *testing.T) {
	c := depotConfig()
	c.Parse = func(text string) ([]envs.ToolCall, error) {
		rest, ok := strings.CutPrefix(text, "!")
		switch {
		case !ok:
			return nil, nil
		case rest == "":
			return nil, errors.New("there is no call after the !")
		}
		return []envs.ToolCall{{Name: rest}}, nil
	}
	ep := start(t, open(t, c), "a")
	if r := step(t, ep, world.Say("!")); !r.Invalid || ep.Observation().Text() != `{"error":"there is no call after the !"}` {
		t.Errorf("%+v %s", r, ep.Observation().Text())
	}
	if r := step(t, ep, world.Say("!open_orders")); r.Invalid || ep.Observation().Text() != `[7,9]` {
		t.Errorf("%+v %s", r, ep.Observation().Text())
	}
	if r := step(t, ep, envs.Action{}); !r.Invalid || r.Done() {
		t.Errorf("empty: %+v", r)
	}
}

// FuzzCall: whatever is called, the result is a message, and JSON where it is
// an error; a refused call changes nothing.
func FuzzCall(f *testing.F) {
	f.Add("echo", []byte(`{"count":1,"lines":[{"part":"a","count":1}],"labels":{"x":2},"any":[{}]}`), "")
	f.Add("fill", []byte(`{"order":1e400}`), `[{"name":"fill","args":{"order":9}}]`)
	f.Add("stock", []byte(`{"part":"\ud800","count":-0}`), `{"name":"close","arguments":"{}"}`)
	f.Add("echo", []byte(`{"any":[[[[[[]]]]]],"any":1}`), "\xff[")
	env, err := world.New(depotConfig())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name string, args []byte, text string) {
		for _, a := range []envs.Action{{Calls: []envs.ToolCall{{Name: name, Args: args}}}, {Text: text}} {
			ep := start(t, env, "b")
			before := ep.(interface{ State() *depot }).State()
			kept, err := json.Marshal(before)
			if err != nil {
				t.Fatal(err)
			}
			r := step(t, ep, a)
			o := ep.Observation()
			after, err := json.Marshal(before)
			if err != nil || r.Invalid && len(a.Calls) == 1 && string(after) != string(kept) {
				t.Fatalf("a refused call changed %s to %s, %v", kept, after, err)
			}
			if !r.Done() && len(o.Messages) == 0 {
				t.Fatal("no message")
			}
			var refused struct{ Error *string }
			if r.Invalid && (json.Unmarshal([]byte(o.Messages[0].Content), &refused) != nil || refused.Error == nil) {
				t.Fatalf("a refusal reads %q", o.Text())
			}
			snapshot(t, env, ep)
		}
	})
}

// snapshot restores the episode and compares what is seen.
func snapshot(t *testing.T, env *world.Env[depot], ep envs.Episode) {
	t.Helper()
	b, err := ep.(envs.Snapshotter).Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	twin, err := env.Restore(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(twin.Observation(), ep.Observation()); d != "" {
		t.Fatal(d)
	}
}

// FuzzRestore: bytes that are no snapshot are errors that say so.
func FuzzRestore(f *testing.F) {
	env, err := world.New(depotConfig())
	if err != nil {
		f.Fatal(err)
	}
	ep := start(f, env, "b")
	step(f, ep, raw("stock", `{"part":"bolt","count":1}`))
	b, err := ep.(envs.Snapshotter).Snapshot()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, true)
	f.Add(b[:len(b)-1], false)
	f.Fuzz(func(t *testing.T, b []byte, sum bool) {
		if sum {
			b = world.Reseal(b)
		}
		ep, err := env.Restore(t.Context(), b)
		if err != nil && !errors.Is(err, envs.ErrSnapshot) || (err == nil) != (ep != nil) {
			t.Fatal(ep, err)
		}
	})
}

// TestHints: the shortest rest of the solution that leads to success is found
// from anywhere on its way, and none where none does. In the end nothing need be
// said, since closing is what ends the episode.
func TestHints(t *testing.T) {
	env := open(t, depotConfig())
	ep := start(t, env, "b").(envs.Hinter)
	for _, want := range []int{4, 3, 1, 0} {
		way, err := ep.Hint(t.Context())
		if err != nil || len(way) != want {
			t.Fatalf("%d actions, %v; want %d", len(way), err, want)
		}
		if want > 0 {
			step(t, ep.(envs.Episode), way[0])
		}
	}
	lost := start(t, env, "b")
	step(t, lost, world.Say("x")) // the first turn is over with order 7 unfilled
	step(t, lost, raw("fill", `{"order":9}`))
	if _, err := lost.(envs.Hinter).Hint(t.Context()); !errors.Is(err, envs.ErrNoHint) {
		t.Errorf("got %v, want ErrNoHint", err)
	}
	c := depotConfig()
	c.Train[0].Solution = nil
	if _, ok := start(t, open(t, c), "a").(envs.Hinter); ok {
		t.Error("an episode without a solution gives hints")
	}
}

func benchEnv(b *testing.B, parts int) *world.Env[depot] {
	c := depotConfig()
	start := newDepot(1)
	for i := range parts {
		start.Parts.Set(fmt.Sprint("part", i), i)
	}
	c.Train[0].Start = start
	c.Key = func(*depot) string { return "" } // not measured: it depends on the size of the state
	c.MaxTurns = 0
	return open(b, c)
}

func BenchmarkCall(b *testing.B) {
	env := benchEnv(b, 1000)
	ep := start(b, env, "a")
	a := raw("stock", `{"part":"bolt","count":1}`)
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if n++; n%1000 == 0 {
			ep = start(b, env, "a") // so that the record of actions stays short
		}
		if r, err := ep.Step(context.Background(), a); err != nil || r.Invalid {
			b.Fatal(r, err)
		}
	}
}

func BenchmarkReset(b *testing.B) {
	env := benchEnv(b, 1000)
	b.ReportAllocs()
	for b.Loop() {
		start(b, env, "a")
	}
}

func BenchmarkFork(b *testing.B) {
	ep := start(b, benchEnv(b, 1000), "a").(envs.Forker)
	step(b, ep.(envs.Episode), raw("stock", `{"part":"bolt","count":1}`))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ep.Fork(); err != nil {
			b.Fatal(err)
		}
	}
}
