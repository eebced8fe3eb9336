package plan_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/envs/alfworld/plan"
	"stepgym/internal/testdata"
)

// published opens the published games and compiles their rules.
func published(t testing.TB) (*games.Set, *engine.Rules) {
	t.Helper()
	set, err := games.Open(t.Context(), testdata.Shared(t, "alfworld/real"), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list, err := set.Games(t.Context(), "valid_seen")
	if err != nil {
		t.Fatal(err)
	}
	return set, compile(t, list[0].Pair)
}

func compile(t testing.TB, pair *games.Pair) *engine.Rules {
	t.Helper()
	d, err := pddl.ParseDomain(pair.Domain.Source, []byte(pair.Domain.Text))
	if err != nil {
		t.Fatal(err)
	}
	g, err := grammar.Parse(pair.Grammar.Source, []byte(pair.Grammar.Text))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := engine.Compile(d, g)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// TestOlderGames plans by the rules of an older vintage.
func TestOlderGames(t *testing.T) {
	set, err := games.Open(t.Context(), testdata.Shared(t, "alfworld/games/old_2.1.1"), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, split := range set.Splits() {
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range list {
			s := load(t, compile(t, g.Pair), g).Start()
			way, err := plan.Shortest(t.Context(), s)
			if err != nil {
				t.Fatalf("%s: %v", g.ID, err)
			}
			for _, c := range way {
				s.Do(c)
			}
			if !s.Won() || len(way) > 10 {
				t.Errorf("%s: won %v after %d commands", g.ID, s.Won(), len(way))
			}
			n++
		}
	}
	if n == 0 {
		t.Error("no games")
	}
	t.Logf("%d games", n)
}

func load(t testing.TB, rules *engine.Rules, g *games.Game) *engine.Game {
	t.Helper()
	text, err := g.Problem.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	p, err := pddl.ParseProblem(g.Source, text)
	if err != nil {
		t.Fatal(err)
	}
	game, err := rules.Load(p, g.Task, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return game
}

// TestPublishedGames wins every published game by its plan. The mean lengths
// are those that an enumeration of our own in another language, made before
// this one, came to: 5.8 for valid_seen, 5.9 for valid_unseen.
func TestPublishedGames(t *testing.T) {
	set, rules := published(t)
	for _, tt := range []struct {
		split string
		games int
		most  float64 // mean number of commands
	}{
		{"valid_seen", 140, 5.85}, {"valid_unseen", 134, 5.95}, {"valid_train", 199, 7}, {"train", 3553, 7},
	} {
		if testing.Short() && tt.split != "valid_seen" {
			continue
		}
		list, err := set.Games(t.Context(), tt.split)
		if err != nil {
			t.Fatal(err)
		}
		commands, longest, spent := 0, 0, time.Duration(0)
		for _, g := range list {
			s := load(t, rules, g).Start()
			start := time.Now()
			way, err := plan.Shortest(t.Context(), s)
			spent += time.Since(start)
			if err != nil {
				t.Fatalf("%s: %v", g.ID, err)
			}
			for i, c := range way {
				if s.Won() {
					t.Fatalf("%s: won before command %d", g.ID, i)
				}
				if _, ok := s.Step(s.Game().Text(c)); !ok {
					t.Fatalf("%s: %q is refused", g.ID, s.Game().Text(c))
				}
			}
			if !s.Won() {
				t.Fatalf("%s: not won", g.ID)
			}
			commands += len(way)
			longest = max(longest, len(way))
		}
		mean := float64(commands) / float64(len(list))
		t.Logf("%s: all %d games are won, in %.2f commands on average and %d at most; %v a plan", tt.split, len(list), mean, longest, spent/time.Duration(len(list)))
		if len(list) != tt.games || mean > tt.most {
			t.Errorf("%s: %d games, %.2f commands; want %d and at most %.2f", tt.split, len(list), mean, tt.games, tt.most)
		}
	}
}

// TestPublishedAgainstSearch compares plans with those of a search that tries
// everything.
func TestPublishedAgainstSearch(t *testing.T) {
	if testing.Short() {
		t.Skip("a search takes up to a second")
	}
	set, rules := published(t)
	compared, given := 0, 0
	for _, split := range []string{"valid_seen", "valid_unseen"} {
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(list); i += 9 {
			s := load(t, rules, list[i]).Start()
			want, err := plan.Search(t.Context(), s, 100_000)
			if errors.Is(err, envs.ErrNoHint) {
				given++
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			got, err := plan.Shortest(t.Context(), s)
			if err != nil || len(got) != len(want) {
				t.Errorf("%s: %d commands (%v), want %d", list[i].ID, len(got), err, len(want))
			}
			compared++
		}
	}
	t.Logf("%d games compared, %d given up by the search", compared, given)
}

// TestOneCommandOff plays the published games at random, towards the goal and
// away from it. From every state one command must lead to a state that is
// nearer by one, and none to one that is nearer by more: lengths with this
// property are the shortest there are.
func TestOneCommandOff(t *testing.T) {
	set, rules := published(t)
	const endless = 1000 // some things can be taken and put down nowhere
	states, lengths := 0, map[int]int{}
	splits := []string{"valid_seen", "valid_unseen"}
	if testing.Short() {
		splits = splits[:1]
	}
	for _, split := range splits {
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		for i, g := range list {
			if testing.Short() && i%20 != 0 {
				continue
			}
			game := load(t, rules, g)
			p := plan.New(game)
			distance := func(s *engine.State) int {
				way, err := p.Shortest(t.Context(), s)
				if errors.Is(err, envs.ErrNoHint) {
					return endless
				}
				if err != nil {
					t.Fatalf("%s: %v", g.ID, err)
				}
				return len(way)
			}
			rng := rand.New(rand.NewPCG(uint64(i), 3))
			s := game.Start()
			for range 40 {
				here, least := distance(s), endless
				all := s.Admissible()
				var good []engine.Command
				for _, c := range all {
					next := s.Clone()
					next.Do(c)
					left := distance(next)
					least = min(least, left)
					if left == here-1 {
						good = append(good, c)
					}
				}
				first, err := p.First(t.Context(), s)
				if err != nil && !errors.Is(err, envs.ErrNoHint) {
					t.Fatal(err)
				}
				if here < endless && !slices.Equal(first, good) {
					t.Fatalf("%s: %d first commands, want %d", g.ID, len(first), len(good))
				}
				if here > 0 && least != here-1 && (here < endless || least < endless) {
					t.Fatalf("%s: %d commands to go, and %d after the best one", g.ID, here, least)
				}
				states++
				lengths[here]++
				s.Do(chance(rng, game, all))
			}
		}
	}
	t.Logf("%d states; how many are so far from the goal: %v", states, lengths)
}

// chance draws a command; those that change more than the place are likelier.
func chance(rng *rand.Rand, g *engine.Game, all []engine.Command) engine.Command {
	for range 4 {
		c := all[rng.IntN(len(all))]
		switch g.Schema(c) {
		case "help", "inventory", "look", "examineReceptacle", "examineObject", "GotoLocation":
			continue
		}
		return c
	}
	return all[rng.IntN(len(all))]
}

// BenchmarkShortest plans in a kitchen, with and without what can be prepared
// for the game.
func BenchmarkShortest(b *testing.B) {
	set, rules := published(b)
	list, err := set.Games(b.Context(), "valid_seen")
	if err != nil {
		b.Fatal(err)
	}
	g := load(b, rules, list[len(list)-1])
	s := g.Start()
	b.Run("prepared", func(b *testing.B) {
		p := plan.New(g)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Shortest(b.Context(), s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("whole", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := plan.Shortest(b.Context(), s); err != nil {
				b.Fatal(err)
			}
		}
	})
}
