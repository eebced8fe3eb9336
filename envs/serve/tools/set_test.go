package tools_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/tools"
	"stepgym/envs/webshop"
)

// worlds opens the environments.
func worlds(t testing.TB) map[string]envs.Env {
	t.Helper()
	out := map[string]envs.Env{"toy": toy.New()}
	for name, open := range map[string]envs.Opener{"webshop": webshop.Open, "alfworld": alfworld.Open} {
		env, err := open(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { env.Close() })
		out[name] = env
	}
	return out
}

// signatures writes tools as "name(param)".
func signatures(t testing.TB, s *tools.Set) (out []string) {
	t.Helper()
	for _, tool := range s.Schemas() {
		var schema struct {
			Type       string
			Properties map[string]struct{ Type string }
			Required   []string
		}
		if err := json.Unmarshal(tool.Params, &schema); err != nil {
			t.Fatalf("%s: the schema is no JSON: %v", tool.Name, err)
		}
		if schema.Type != "object" || len(schema.Required) != 1 || schema.Properties[schema.Required[0]].Type != "string" {
			t.Errorf("%s: schema %s", tool.Name, tool.Params)
		}
		if tool.Description == "" {
			t.Errorf("%s has no description", tool.Name)
		}
		out = append(out, tool.Name+"("+strings.Join(schema.Required, ", ")+")")
	}
	return out
}

// TestLearn checks the tools of the environments there are, which are the same
// every time.
func TestLearn(t *testing.T) {
	want := map[string][]string{
		"toy":      {"act(action)", "say(word)"},
		"webshop":  {"click(target)", "search(query)"},
		"alfworld": {"act(action)"},
	}
	for name, env := range worlds(t) {
		s, err := tools.Learn(t.Context(), env)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(signatures(t, s), want[name]); d != "" {
			t.Errorf("%s: got - want +\n%s", name, d)
		}
		again, err := tools.Learn(t.Context(), env)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if d := cmp.Diff(again.Schemas(), s.Schemas()); d != "" || s.Own() {
			t.Errorf("%s: own %v, the second time - the first +\n%s", name, s.Own(), d)
		}
	}
}

// TestEveryAction plays some episodes of each environment at random: the tools
// that were learned before write every action that is listed, and nothing but it.
func TestEveryAction(t *testing.T) {
	for name, env := range worlds(t) {
		s, err := tools.Learn(t.Context(), env)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		episodes, actions := 0, 0
		for task, err := range env.Tasks("train") {
			if err != nil {
				t.Fatal(err)
			}
			if episodes++; episodes > 10 {
				break
			}
			actions += playAtRandom(t, env, task, s, rng)
		}
		t.Logf("%s: %d actions", name, actions)
		if actions < 50 {
			t.Errorf("%s: only %d actions were seen", name, actions)
		}
	}
}

// playAtRandom plays 20 steps at most and returns how many actions it checked.
func playAtRandom(t *testing.T, env envs.Env, task envs.Task, s *tools.Set, rng *rand.Rand) (n int) {
	t.Helper()
	ep, err := env.Reset(t.Context(), task, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	for range 20 {
		o := ep.Observation()
		list := slices.Clone(o.Admissible)
		for _, f := range o.Forms {
			list = append(list, f.Candidates...)
		}
		menu := s.Menu(o)
		if len(list) == 0 && menu != "" {
			t.Errorf("%s: nothing is listed, but there is the menu %q", task.ID, menu)
		}
		if len(list) == 0 {
			break
		}
		for _, c := range list {
			callAndBack(t, s, c.Action, menu)
		}
		n += len(list)
		if _, err := ep.Step(t.Context(), list[rng.IntN(len(list))].Action); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func callAndBack(t *testing.T, s *tools.Set, a envs.Action, menu string) {
	t.Helper()
	name, args, ok := s.Call(a)
	if !ok {
		t.Fatalf("no call is %q", a)
	}
	back, err := s.Action(name, args)
	if err != nil || back.Text != a.Text || len(back.Calls) > 0 {
		t.Errorf("%s(%s) is %q, want %q (%v)", name, args, back, a, err)
	}
	if !strings.Contains(menu, "\n"+name+"(") {
		t.Errorf("%q is listed, but the menu has no %s:\n%s", a, name, menu)
	}
}

// listed returns an observation that lists these actions and forms.
func listed(actions, forms []string) envs.Observation {
	var o envs.Observation
	for _, a := range actions {
		o.Admissible = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: a}})
	}
	for _, f := range forms {
		o.Forms = append(o.Forms, envs.Form{Template: f})
	}
	return o
}

// TestNew checks how tools follow from what is listed.
func TestNew(t *testing.T) {
	long := strings.Repeat("x", 200)
	for _, c := range []struct {
		name           string
		actions, forms []string
		want           []string
		text, call     string // an action and the call that is it
	}{
		{"nothing", nil, nil, []string{"act(action)"}, "anything", `act {"action":"anything"}`},
		{"words", []string{"left", "right"}, nil, []string{"act(action)"}, "left", `act {"action":"left"}`},
		{"brackets", []string{"click[a]", "click[b [c]]"}, nil, []string{"click(target)"}, "click[b [c]]", `click {"target":"b [c]"}`},
		{"empty brackets", []string{"wait[]"}, nil, []string{"wait(target)"}, "wait[]", `wait {"target":""}`},
		{"a form and its actions", []string{"search[x]"}, []string{"search[<query>]"}, []string{"search(query)"}, "search[y]", `search {"query":"y"}`},
		{"words in a form", nil, []string{"tell <who> hello"}, []string{"tell(who)"}, "tell Bob hello", `tell {"who":"Bob"}`},
		{"two forms of a word", nil, []string{"put <what> down", "put <what> up"}, []string{"put(what)", "put_2(what)"}, "put x up", `put_2 {"what":"x"}`},
		{"a slot alone", nil, []string{"<command>"}, []string{"act(command)"}, "run", `act {"command":"run"}`},
		{"odd names", []string{"8ball[x]", "été[x]", "a b[c]"}, []string{"say[<2 words>]"}, []string{"act(action)", "say(text)"}, "8ball[x]", `act {"action":"8ball[x]"}`},
		{"no slot", []string{"go"}, []string{"broken <slot"}, []string{"act(action)"}, "go", `act {"action":"go"}`},
		{"long", []string{"click[" + long + "]"}, nil, []string{"click(target)"}, "click[" + long + "]", `click {"target":"` + long + `"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := tools.New(envs.Spec{Name: "x"}, listed(c.actions, c.forms))
			if d := cmp.Diff(signatures(t, s), c.want); d != "" {
				t.Errorf("got - want +\n%s", d)
			}
			name, args, ok := s.Call(envs.Action{Text: c.text})
			if got := name + " " + string(args); !ok || got != c.call {
				t.Errorf("%q is the call %s, want %s", c.text, got, c.call)
			}
			if a, err := s.Action(name, args); err != nil || a.Text != c.text {
				t.Errorf("%s(%s) is %q, %v, want %q", name, args, a, err, c.text)
			}
		})
	}
}

// TestMoreSeen checks that order and repetition of what was seen do not matter.
func TestMoreSeen(t *testing.T) {
	a, b := listed([]string{"click[a]", "stop"}, nil), listed([]string{"click[b]", "open[c]"}, []string{"say[<word>]"})
	want := signatures(t, tools.New(envs.Spec{}, a, b))
	if d := cmp.Diff(want, []string{"act(action)", "click(target)", "open(target)", "say(word)"}); d != "" {
		t.Errorf("got - want +\n%s", d)
	}
	if d := cmp.Diff(signatures(t, tools.New(envs.Spec{}, b, a, a, b)), want); d != "" {
		t.Errorf("in another order - in the first +\n%s", d)
	}
}

// TestMenu checks the text of what may be called.
func TestMenu(t *testing.T) {
	s := tools.New(envs.Spec{}, listed([]string{"click[a]", "stop"}, []string{"search[<query>]"}))
	for _, c := range []struct {
		name string
		o    envs.Observation
		want string
	}{
		{
			"all", listed([]string{"click[a]", "click[b]", "stop", "go on"}, []string{"search[<query>]"}),
			"Possible calls:\nact(action), action one of: stop; go on\nclick(target), target one of: a; b\nsearch(query)",
		},
		{"a form", listed(nil, []string{"search[<query>]"}), "Possible calls:\nsearch(query)"},
		{"nothing", envs.Observation{}, ""},
	} {
		if got := s.Menu(c.o); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
