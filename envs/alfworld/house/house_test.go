package house_test

import (
	"errors"
	"testing"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/house"
	"stepgym/envs/alfworld/plan"
)

func newGenerator(t testing.TB, c house.Config) *house.Generator {
	t.Helper()
	g, err := house.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func newProver(t testing.TB) *house.Prover {
	t.Helper()
	p, err := house.NewProver()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// solve returns the planner's shortest way from a state. In published games
// there may be none: who takes the paper towels can never put them down.
func solve(t testing.TB, s *engine.State) []string {
	t.Helper()
	steps, err := plan.Shortest(t.Context(), s)
	if err != nil && !errors.Is(err, envs.ErrNoHint) {
		t.Fatal(err)
	}
	var texts []string
	for _, c := range steps {
		texts = append(texts, s.Game().Text(c))
	}
	return texts
}
