package scripted

import (
	"context"
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent"
	"stepgym/envs"
)

// stock is what the test shop sells.
var stock = []article{
	{"B1", "Blue steel lamp", "$60.00", []string{"color: red", "size: small"}, ""},
	{"B2", "Lamp", "$10.00 to $90.00", []string{"color: blue", "size: small"}, "made of wood"},
	{"B3", "Desk lamp", "$20.00", []string{"color: red", "color: dark red", "size: small", "size: large"}, "made of glass"},
	{"B4", "Night lamp", "$15.00", []string{"color: red", "size: small"}, "long lasting, made of steel"},
	{"B5", "Floor lamp", "$15.00", []string{"color: pink", "size: large"}, ""},
}

const wish = "Find me long lasting, table lamps with color: red, and size: small, and price lower than 50.00 dollars"

func play(t *testing.T, name string, s shop, task envs.Task) string {
	t.Helper()
	p, err := New(name, Options{Env: shops, MaxTurns: s.limit})
	if err != nil {
		t.Fatal(err)
	}
	pl, err := p.Play(task, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	defer pl.Close()
	return s.visit(task.Goal).trace(pl)
}

func TestPolicies(t *testing.T) {
	data := json.RawMessage(`{"asin":"B4","options":[["color","red"],["size","small"]]}`)
	for _, tt := range []struct {
		what, policy, goal string
		limit              int
		stock              []article
		want               string
	}{
		{"", "first", wish, 15, stock, "search 0, b1, buy now: bought B1"},
		{"", "rule", wish, 15, stock, "search 0, b1, red, small, buy now: bought B1+color: red+size: small"},
		{
			"skips the dear one, backs out of the wrong one", "verify", wish, 15, stock,
			"search 1, b2, < prev, b3, red, small, buy now: bought B3+color: red+size: small",
		},
		{
			"the longest value of a name", "verify", "find me lamp with color: dark red", 15, stock,
			"search 1, b1, < prev, b2, < prev, b3, dark red, buy now: bought B3+color: dark red",
		},
		{
			"best of the page when none has all", "verify", "find me lamp with color: pink, and size: small", 20, stock,
			"search 1, b1, < prev, b2, < prev, b3, < prev, b1, small, buy now: bought B1+size: small",
		},
		{
			"out of turns on the last one", "verify", "find me lamp with color: pink, and size: small", 6, stock,
			"search 1, b1, small, buy now: bought B1+size: small",
		},
		{
			"nothing within the limit", "verify", "find me lamp, and price lower than 1.00 dollars", 15, stock,
			"search 1, b1, buy now: bought B1",
		},
		{
			"no results for the query", "verify", "nothing", 15, stock,
			"search 1, back to search, search 2, b1, buy now: bought B1",
		},
		{
			"the attribute is on no features page", "verify+features", wish, 15, stock[:3],
			"search 1, b2, < prev, b3, features, < prev, < prev, b3, red, small, buy now: bought B3+color: red+size: small",
		},
		{
			"the attribute is on the second", "verify+features", wish, 20, stock[1:],
			"search 1, b2, < prev, b3, features, < prev, < prev, b4, features, < prev, red, small, buy now: bought B4+color: red+size: small",
		},
		{"turns the page", "expert", wish, 15, stock, "search 1, next >, b4, red, small, buy now: bought B4+color: red+size: small"},
	} {
		got := play(t, tt.policy, shop{tt.stock, tt.limit}, envs.Task{ID: "x", Goal: tt.goal, Data: data})
		if got != tt.want {
			t.Errorf("%s, %s:\n got %s\nwant %s", tt.policy, tt.what, got, tt.want)
		}
	}
}

// TestVerifyAlwaysBuys checks the budget of turns: whatever the limit, something
// is bought.
func TestVerifyAlwaysBuys(t *testing.T) {
	for limit := 3; limit < 30; limit++ {
		for _, name := range []string{"verify", "verify+features"} {
			got := play(t, name, shop{stock, limit}, envs.Task{ID: "x", Goal: "find me tall lamp with made of steel, and price lower than 50.00 dollars"})
			if len(got) > 9 && got[len(got)-9:] == "truncated" {
				t.Errorf("%s with %d turns: %s", name, limit, got)
			}
		}
	}
}

func TestParseGoal(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want goal
	}{
		{
			"Find me long lasting, hand wash men's shirts with long sleeve for daily wear with color: red, and fit type: men, and price lower than 50.00 dollars",
			goal{limit: 50, pairs: 2, attrs: []string{"long lasting", "hand wash", "long sleeve", "daily wear"}},
		},
		{"i need a lamp under $30", goal{limit: 30, attrs: []string{"i need"}}},
		{"i need a lamp, and price lower than 9 dollars", goal{limit: 9, attrs: []string{"i need a lamp"}[:0]}},
		{"", goal{limit: math.Inf(1)}},
	} {
		got := parseGoal(tt.in)
		if got.limit != tt.want.limit || got.pairs != tt.want.pairs {
			t.Errorf("%q: limit %v, pairs %d; want %v, %d", tt.in, got.limit, got.pairs, tt.want.limit, tt.want.pairs)
		}
		if len(tt.want.attrs) > 0 {
			if d := cmp.Diff(got.attrs, tt.want.attrs); d != "" {
				t.Errorf("%q: (-got +want)\n%s", tt.in, d)
			}
		}
	}
}

func TestAffordable(t *testing.T) {
	g := goal{limit: 20}
	for desc, want := range map[string]bool{
		"lamp $19.99": true, "lamp $20.0": true, "lamp $20.01": false, "lamp $10 to $99": true, "lamp $25 to $99": false,
		"$5 lamp": true, "$50 lamp": true, "": true, "$99 lamp $12": true,
	} {
		if got := g.affordable(desc); got != want {
			t.Errorf("%q: %v", desc, got)
		}
	}
}

func TestRandom(t *testing.T) {
	p, err := New("random", Options{})
	if err != nil {
		t.Fatal(err)
	}
	decide := func(task string, seed uint64, greedy bool) agent.Decision {
		pl, err := p.Play(envs.Task{ID: task}, seed, greedy)
		if err != nil {
			t.Fatal(err)
		}
		d, err := pl.Act(t.Context(), shop{stock, 15}.visit("x").Observation())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	counts := map[string]int{}
	for seed := range uint64(3000) {
		d := decide("a", seed, false)
		counts[d.Action.Text]++
		if len(d.Options) != 3 || math.Abs(d.LogProb+math.Log(3)) > 1e-12 || math.Abs(d.Entropy-math.Log(3)) > 1e-12 {
			t.Fatalf("%+v", d)
		}
	}
	if len(counts) != 3 {
		t.Errorf("drew %v; the no-op must be out, the queries in", counts)
	}
	for a, n := range counts {
		if n < 880 || n > 1120 {
			t.Errorf("%s: %d times of 3000, want 1000", a, n)
		}
	}
	if a, b := decide("a", 1, true), decide("a", 2, true); a.Action.Text != b.Action.Text {
		t.Error("greedy depends on the seed")
	}
	pl, _ := p.Play(envs.Task{}, 1, false)
	if _, err := pl.Act(t.Context(), envs.Observation{}); err == nil {
		t.Error("no error for nothing to choose")
	}
}

// TestFollow lets somebody else act: the expert must say what is right in the
// state that came about.
func TestFollow(t *testing.T) {
	p, _ := New("verify", Options{Env: shops, MaxTurns: 15})
	pl, err := p.Play(envs.Task{Goal: wish}, 1, false)
	if err != nil {
		t.Fatal(err)
	}
	l := pl.(agent.Labeler)
	v := shop{stock, 15}.visit(wish)
	for _, step := range []struct {
		want []string
		do   string
	}{
		{[]string{"search[plain " + wish + "]"}, "search[third]"},
		{[]string{"click[b2]"}, "click[b3]"},
		{[]string{"click[red]", "click[small]"}, "click[dark red]"},
		{[]string{"click[red]", "click[small]"}, "click[small]"},
		{[]string{"click[red]"}, "click[< prev]"}, // forgets the settings
		{[]string{"click[b2]"}, "click[b3]"},
		{[]string{"click[red]", "click[small]"}, "click[red]"},
		{[]string{"click[small]"}, "click[small]"},
		{[]string{"click[buy now]"}, "click[buy now]"},
	} {
		good, err := l.Label(v.Observation())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range good {
			got = append(got, a.Text)
		}
		if d := cmp.Diff(got, step.want); d != "" {
			t.Fatalf("turn %d: (-got +want)\n%s", v.turns, d)
		}
		l.Follow(envs.Action{Text: step.do})
		v.step(envs.Action{Text: step.do})
	}
}

func TestErrors(t *testing.T) {
	if _, err := New("clever", Options{}); err == nil {
		t.Error("no error for an unknown policy")
	}
	for _, tt := range []struct {
		name, want string
		o          Options
	}{
		{"clever", `scripted: no policy "clever": choose one of random, expert`, Options{}},
		{"rule", `scripted: policy "rule" is for webshop and makes nothing of alfworld: choose one of random, explorer, explorer+prior, expert`, Options{Env: households}},
		{"explorer", `scripted: policy "explorer" is for alfworld and makes nothing of webshop: choose one of random, first, rule, verify, verify+features, reader, expert`, Options{Env: shops}},
		{"first", `scripted: policy "first" is for webshop and makes nothing of an environment without a name: choose one of random, expert`, Options{}},
		{"explorer+prior", "scripted: explorer+prior needs Options.Prior: where things are in other houses", Options{Env: households}},
	} {
		if _, err := New(tt.name, tt.o); err == nil || err.Error() != tt.want {
			t.Errorf("%s for %q: got %v, want %s", tt.name, tt.o.Env, err, tt.want)
		}
	}
	for _, name := range Names(shops) {
		p, err := New(name, Options{Env: shops})
		if err != nil {
			t.Fatal(err)
		}
		if p.Name() != name || p.Informed() != (name == "expert") || p.Version() != 0 || p.Close() != nil {
			t.Errorf("%s: name %q, informed %v", name, p.Name(), p.Informed())
		}
		pl, err := p.Play(envs.Task{ID: "1", Data: json.RawMessage(`{"asin":"B1"}`)}, 1, false)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := pl.Act(ctx, envs.Observation{}); err == nil {
			t.Errorf("%s: no error from a context that has ended", name)
		}
	}
	p, _ := New("expert", Options{Env: shops})
	for _, data := range []string{"", "{", `{"asin":""}`, `{"asin":3}`} {
		if _, err := p.Play(envs.Task{Data: json.RawMessage(data)}, 1, false); err == nil {
			t.Errorf("expert: no error for data %q", data)
		}
	}
}

func FuzzGoal(f *testing.F) {
	f.Add(wish)
	f.Add("with : , for \xff with")
	f.Fuzz(func(t *testing.T, text string) {
		g := parseGoal(text)
		g.affordable(text)
		g.asks(text)
		g.wanted(envs.Observation{Admissible: []*envs.Choice{{Kind: kindOption, Desc: text, Slot: "a"}}})
	})
}
