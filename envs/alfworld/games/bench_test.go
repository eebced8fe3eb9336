package games_test

import (
	"testing"

	"stepgym/envs/alfworld/games"
	"stepgym/internal/testdata"
)

// BenchmarkRead opens packed games and reads all of them,
// packed with xz at 3 kB a game.
func BenchmarkRead(b *testing.B) {
	file := testdata.Shared(b, "alfworld/real/valid_seen.jsonl.xz")
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		set, err := games.Open(b.Context(), file, games.Options{})
		if err != nil {
			b.Fatal(err)
		}
		list, err := set.Games(b.Context(), "valid_seen")
		if err != nil {
			b.Fatal(err)
		}
		n += len(list)
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "games/s")
}

// BenchmarkProblem unpacks the text of a problem.
func BenchmarkProblem(b *testing.B) {
	set, err := games.Open(b.Context(), testdata.Shared(b, "alfworld/real/valid_seen.jsonl.xz"), games.Options{})
	if err != nil {
		b.Fatal(err)
	}
	list := all(b, set)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		text, err := list[i%len(list)].Problem.Bytes()
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(len(text)))
		i++
	}
}
