package pddl_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/ulikunitz/xz"

	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

// published returns problems of the published games.
func published(tb testing.TB, name string) []string {
	tb.Helper()
	f, err := os.Open(testdata.Shared(tb, "alfworld/real/"+name+".jsonl.xz"))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r, err := xz.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for dec := json.NewDecoder(r); dec.More(); {
		var g struct {
			Problem string `json:"pddl_problem"`
		}
		if err := dec.Decode(&g); err != nil {
			tb.Fatal(err)
		}
		out = append(out, g.Problem)
	}
	return out
}

func BenchmarkParseProblem(b *testing.B) {
	bench := func(text []byte, parse func(string, []byte) (*pddl.Problem, error)) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := parse("p", text); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	small := readFile(b, "testdata/problem.pddl")
	b.Run("small/alone", bench(small, pddl.ParseProblem))
	b.Run("small/shared", bench(small, pddl.NewNames().ParseProblem))
	if testing.Short() {
		return
	}
	// The published problem whose length is nearest to 55 kB.
	text, off := "", 1<<30
	for _, p := range published(b, "valid_seen") {
		if d := max(len(p)-55_000, 55_000-len(p)); d < off {
			text, off = p, d
		}
	}
	b.Run("published/alone", bench([]byte(text), pddl.ParseProblem))
	b.Run("published/shared", bench([]byte(text), pddl.NewNames().ParseProblem))
}

func BenchmarkParseDomain(b *testing.B) {
	text := readFile(b, "testdata/domain.pddl")
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := pddl.ParseDomain("d", text); err != nil {
			b.Fatal(err)
		}
	}
}
