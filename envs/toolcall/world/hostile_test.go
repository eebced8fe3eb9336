package world_test

import (
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/toolcall/world"
)

// TestHostile: large and deep calls are answered, in bounded time and memory.
func TestHostile(t *testing.T) {
	const size = 1 << 20
	env := open(t, depotConfig())
	for _, c := range []struct {
		name   string
		action envs.Action
	}{
		{"open brackets", raw("echo", `{"any":`+strings.Repeat("[", size))},
		{"brackets", raw("echo", `{"any":`+strings.Repeat("[", size)+strings.Repeat("]", size)+`}`)},
		{"many values", raw("echo", `{"any":[`+strings.Repeat("1,", size)+`1],"no":1}`)},
		{"many keys", raw("echo", `{"`+strings.Repeat(`":1,"`, size/8)+`":1}`)},
		{"a long number", raw("fill", `{"order":`+strings.Repeat("9", size)+`}`)},
		{"a long fraction", raw("echo", `{"small":0.`+strings.Repeat("3", size)+`}`)},
		{"a long name", raw(strings.Repeat("f", size), `{}`)},
		{"a long text for an enum", raw("echo", `{"size":"`+strings.Repeat("x", size)+`"}`)},
		{"not UTF-8", raw("echo", "{\"size\":\"\xff\"}")},
	} {
		t.Run(c.name, func(t *testing.T) {
			ep := start(t, env, "a")
			if r := step(t, ep, c.action); !r.Invalid {
				t.Errorf("accepted: %+v", r)
			}
			if n := len(ep.Observation().Text()); n > 2000 {
				t.Errorf("the refusal has %d bytes", n)
			}
		})
	}
	ep := start(t, env, "a")
	if r := step(t, ep, world.Say(strings.Repeat("[{\"", size))); r.Invalid || !r.Terminated {
		t.Errorf("a text that looks like calls: %+v", r)
	}
}
