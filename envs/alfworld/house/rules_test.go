package house_test

import (
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/house"
	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

// TestRules plays published games by the published rules and by ours, side by
// side: they must show the same.
func TestRules(t *testing.T) {
	stride, steps := 3, 120
	if testing.Short() {
		stride, steps = 20, 60
	}
	ours, compared := newProver(t), 0
	for _, split := range []string{"valid_seen", "valid_unseen"} {
		set, err := games.Open(t.Context(), testdata.Shared(t, "alfworld/real/"+split+".jsonl.xz"), games.Options{})
		if err != nil {
			t.Fatal(err)
		}
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		theirs := compile(t, list[0].Pair)
		for i := 0; i < len(list); i += stride {
			compareRules(t, ours, theirs, list[i], steps)
			compared++
		}
	}
	t.Logf("%d games, %d steps each and more", compared, steps)
}

// TestOwnRules does the same with generated games.
func TestOwnRules(t *testing.T) {
	domain, words, err := games.ReadPair(testdata.Shared(t, "alfworld/domain"))
	if err != nil {
		t.Fatal(err)
	}
	ours, theirs := newProver(t), compile(t, &games.Pair{Domain: domain, Grammar: words})
	c := house.Default()
	c.Games = 24
	for _, game := range newGenerator(t, c).All() {
		compareRules(t, ours, theirs, game, 80)
	}
}

func compile(t *testing.T, pair *games.Pair) *engine.Rules {
	t.Helper()
	d, err := pddl.ParseDomain(pair.Domain.Source, []byte(pair.Domain.Text))
	if err != nil {
		t.Fatal(err)
	}
	g, err := grammar.Parse(pair.Grammar.Source, []byte(pair.Grammar.Text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Compile(d, g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// compareRules plays a game in both: with chance, then to win it, then with
// chance again.
func compareRules(t *testing.T, ours *house.Prover, theirs *engine.Rules, game *games.Game, steps int) {
	t.Helper()
	a, err := ours.Load(game)
	if err != nil {
		t.Fatal(err)
	}
	problem, err := pddl.ParseProblem(game.ID, bytesOf(t, game))
	if err != nil {
		t.Fatal(err)
	}
	b, err := theirs.Load(problem, game.Task, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, u := a.Start(), b.Start()
	same := func(action, x, y string) bool {
		if diff := cmp.Diff(show(s, x), show(u, y)); diff != "" {
			t.Errorf("%s: after %q: our rules (-), published (+):\n%s", game.ID, action, diff)
			return false
		}
		return true
	}
	do := func(action string) bool {
		x, _ := s.Step(action)
		y, _ := u.Step(action)
		return same(action, x, y)
	}
	if !same("", s.Intro(), u.Intro()) {
		return
	}
	rng := rand.New(rand.NewPCG(9, uint64(len(game.ID))))
	for i := range steps {
		if !do(busy(rng, s)) {
			return
		}
		if i == steps/2 {
			for _, action := range solve(t, s) {
				if !do(action) {
					return
				}
			}
		}
	}
}
