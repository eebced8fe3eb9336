package plan

import (
	"context"
	"errors"
	"os"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
)

// garden loads a game of another kind: the one that the engine is tested with.
func garden(t *testing.T) *engine.Game {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile("../engine/testdata/twin/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	d, err := pddl.ParseDomain("garden.pddl", read("garden.pddl"))
	if err != nil {
		t.Fatal(err)
	}
	gr, err := grammar.Parse("garden.twl2", read("garden.twl2"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Compile(d, gr)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pddl.ParseProblem("garden-1.pddl", read("garden-1.pddl"))
	if err != nil {
		t.Fatal(err)
	}
	g, err := r.Load(p, "garden.", engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestSearchOtherDomains(t *testing.T) {
	g := garden(t)
	p := New(g)
	if p.site != nil {
		t.Fatal("a garden passes for a household")
	}
	s := g.Start()
	way, err := p.Shortest(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d commands: %s", len(way), texts(g, way))
	replay(t, s.Clone(), way)
	if _, err := search(t.Context(), s, 3); !errors.Is(err, envs.ErrNoHint) {
		t.Errorf("a search of 3 states: %v, want ErrNoHint", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Shortest(ctx, s); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
	if _, err := search(ctx, s, defaultBudget); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}

// house loads a small house of ours with a goal.
func house(t testing.TB, goal string) *engine.Game {
	t.Helper()
	p, err := pddl.ParseProblem("house", []byte(`(define (problem house) (:domain alfred)
		(:objects agent1 - agent loc_bar_0 loc_bar_1 loc_bar_2 - location
			shelf_bar_0 fridge_bar_0 sink_bar_0_sinkbasin - receptacle
			apple_bar_0 apple_bar_1 apple_bar_2 knife_bar_0 - object
			ShelfType FridgeType SinkBasinType - rtype AppleType KnifeType - otype)
		(:init (atLocation agent1 loc_bar_0)
			(receptacleAtLocation shelf_bar_0 loc_bar_0) (receptacleType shelf_bar_0 ShelfType)
			(receptacleAtLocation fridge_bar_0 loc_bar_1) (receptacleType fridge_bar_0 FridgeType) (openable fridge_bar_0)
			(receptacleAtLocation sink_bar_0_sinkbasin loc_bar_2) (receptacleType sink_bar_0_sinkbasin SinkBasinType)
			(canContain ShelfType AppleType) (canContain FridgeType AppleType) (canContain ShelfType KnifeType)
			(objectType apple_bar_0 AppleType) (pickupable apple_bar_0) (cleanable apple_bar_0) (sliceable apple_bar_0) (inReceptacle apple_bar_0 fridge_bar_0) (objectAtLocation apple_bar_0 loc_bar_1)
			(objectType apple_bar_1 AppleType) (pickupable apple_bar_1) (inReceptacle apple_bar_1 shelf_bar_0) (objectAtLocation apple_bar_1 loc_bar_0)
			(objectType apple_bar_2 AppleType) (pickupable apple_bar_2) (inReceptacle apple_bar_2 fridge_bar_0) (objectAtLocation apple_bar_2 loc_bar_1)
			(objectType knife_bar_0 KnifeType) (pickupable knife_bar_0) (inReceptacle knife_bar_0 sink_bar_0_sinkbasin) (objectAtLocation knife_bar_0 loc_bar_2))
		(:goal `+goal+`))`))
	if err != nil {
		t.Fatal(err)
	}
	g, err := ourRules(t).Load(p, "test.", engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestOtherGoals asks for what the six kinds of goals do not.
func TestOtherGoals(t *testing.T) {
	for _, tt := range []struct {
		goal string
		want string // "" if there is no way
	}{
		{
			"(exists (?o - object) (isSliced ?o))",
			"go to sinkbasin 1; take knife 1 from sinkbasin 1; go to fridge 1; slice apple 3 with knife 1",
		},
		{"(and (opened fridge_bar_0) (not (atLocation agent1 loc_bar_1)))", "go to fridge 1; open fridge 1; go to shelf 1"},
		{"(forall (?o - object) (not (isSliced ?o)))", ""},
		{"(isHot apple_bar_0)", ""},
	} {
		g := house(t, tt.goal)
		if New(g).site != nil {
			t.Errorf("%s: taken for one of the six", tt.goal)
		}
		way, err := Shortest(t.Context(), g.Start())
		won := g.Start().Won()
		switch {
		case tt.want == "" && !won && !errors.Is(err, envs.ErrNoHint):
			t.Errorf("%s: %s, %v; want ErrNoHint", tt.goal, texts(g, way), err)
		case (tt.want != "" || won) && (err != nil || texts(g, way) != tt.want):
			t.Errorf("%s: %s, %v; want %s", tt.goal, texts(g, way), err, tt.want)
		}
	}
}

// TestHousehold plans where an apple can be cleaned, and a knife cannot.
func TestHousehold(t *testing.T) {
	g := house(t, "(exists (?r - receptacle) (exists (?o - object) (and (cleanable ?o) (objectType ?o KnifeType) (receptacleType ?r ShelfType) (isClean ?o) (inReceptacle ?o ?r))))")
	if _, err := Shortest(t.Context(), g.Start()); !errors.Is(err, envs.ErrNoHint) {
		t.Errorf("no knife can be cleaned: got %v, want ErrNoHint", err)
	}
	g = house(t, "(exists (?r - receptacle) (exists (?o - object) (and (cleanable ?o) (objectType ?o AppleType) (receptacleType ?r ShelfType) (isClean ?o) (inReceptacle ?o ?r))))")
	way, err := Shortest(t.Context(), g.Start())
	if err != nil {
		t.Fatal(err)
	}
	const want = "go to fridge 1; open fridge 1; take apple 3 from fridge 1; go to sinkbasin 1; clean apple 3 with sinkbasin 1; go to shelf 1; move apple 3 to shelf 1"
	if got := texts(g, way); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
