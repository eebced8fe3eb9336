package engine

import (
	"math/rand/v2"
	"testing"

	"stepgym/envs/alfworld/pddl"
)

// benchGames returns the problems of the published unseen split.
func benchGames(b *testing.B) []packedGame {
	var games []packedGame
	packed(b, "valid_unseen", func(g packedGame) { games = append(games, g) })
	return games
}

// BenchmarkLoad measures Load of a parsed problem, and with parsing.
func BenchmarkLoad(b *testing.B) {
	rules, games := published(b), benchGames(b)
	names := pddl.NewNames()
	problems := make([]*pddl.Problem, len(games))
	for i, g := range games {
		var err error
		if problems[i], err = names.ParseProblem(g.ID, []byte(g.Problem)); err != nil {
			b.Fatal(err)
		}
		if _, err := rules.Load(problems[i], g.Task, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("parsed", func(b *testing.B) {
		b.ReportAllocs()
		i, bytes := 0, 0
		for b.Loop() {
			g, err := rules.Load(problems[i%len(games)], games[i%len(games)].Task, Options{})
			if err != nil {
				b.Fatal(err)
			}
			bytes += g.Bytes()
			i++
		}
		b.ReportMetric(float64(bytes)/float64(i)/1000, "kB/game")
	})
	b.Run("text", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			g := games[i%len(games)]
			p, err := names.ParseProblem(g.ID, []byte(g.Problem))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := rules.Load(p, g.Task, Options{}); err != nil {
				b.Fatal(err)
			}
			i++
		}
	})
}

// BenchmarkStart measures the start of an episode.
func BenchmarkStart(b *testing.B) {
	game := loadedGames(b, 1)[0]
	b.ReportAllocs()
	for b.Loop() {
		s := game.Start()
		_, _ = s.Intro(), s.Choices()
	}
}

// loadedGames returns the first n games of the published unseen split.
func loadedGames(b *testing.B, n int) []*Game {
	rules := published(b)
	var out []*Game
	for _, g := range benchGames(b)[:n] {
		out = append(out, load(b, rules, g.ID, g.Problem, g.Task))
	}
	return out
}

// BenchmarkStep measures random admissible commands, given as texts, in episodes
// of 50 steps over one game or many, with the list and the goal.
func BenchmarkStep(b *testing.B) {
	for _, bb := range []struct {
		name  string
		games int
	}{{"1", 1}, {"134", 134}} {
		b.Run("games="+bb.name, func(b *testing.B) {
			games := loadedGames(b, bb.games)
			rng := rand.New(rand.NewPCG(1, 2))
			var s *State
			n, won := 0, 0
			b.ReportAllocs()
			for b.Loop() {
				if n%50 == 0 {
					s = games[n/50%len(games)].Start()
				}
				choices := s.Choices()
				if _, ok := s.Step(choices[rng.IntN(len(choices))].Action.Text); !ok {
					b.Fatal("refused")
				}
				_ = s.Choices()
				if s.Won() {
					won++
				}
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}
