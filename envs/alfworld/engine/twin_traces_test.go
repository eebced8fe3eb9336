package engine_test

import (
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ulikunitz/xz"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

// twinGame is a game as the files have it.
type twinGame struct {
	ID      string `json:"id"`
	Task    string `json:"task"`
	Domain  string `json:"pddl_domain"`
	Grammar string `json:"grammar"`
	Problem string `json:"pddl_problem"`
}

// start starts a game with the task in its grammar.
func (g *twinGame) start(t testing.TB) *twin {
	t.Helper()
	d, err := pddl.ParseDomain("domain", []byte(g.Domain))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(strings.ReplaceAll(g.Grammar, "UNKNOWN GOAL.", g.Task), "UNKNOWN GOAL", g.Task)
	r, err := grammar.Parse("grammar", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, err := pddl.ParseProblem(g.ID, []byte(g.Problem))
	if err != nil {
		t.Fatal(err)
	}
	return newTwin(d, r, p)
}

func twinRead(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// twinGameFile reads a game.tw-pddl.
func twinGameFile(t testing.TB, id string) *twinGame {
	t.Helper()
	g := &twinGame{ID: id}
	if err := json.Unmarshal(twinRead(t, testdata.Shared(t, filepath.Join("alfworld/games", id, "game.tw-pddl"))), g); err != nil {
		t.Fatal(err)
	}
	return g
}

// twinPacked reads games of a split that keep wants, in the order of the file.
func twinPacked(t testing.TB, split string, keep func(id string) bool) []*twinGame {
	t.Helper()
	f, err := os.Open(testdata.Shared(t, "alfworld/real/"+split+".jsonl.xz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := xz.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	domain := string(twinRead(t, testdata.Shared(t, "alfworld/domain/alfred.pddl")))
	rules := string(twinRead(t, testdata.Shared(t, "alfworld/domain/alfred.twl2")))
	var out []*twinGame
	for dec := json.NewDecoder(r); dec.More(); {
		g := &twinGame{Domain: domain, Grammar: rules}
		if err := dec.Decode(g); err != nil {
			t.Fatal(err)
		}
		if keep(g.ID) {
			out = append(out, g)
		}
	}
	return out
}

// twinTrace is an episode of the original.
type twinTrace struct {
	Game  string
	Kind  string
	Steps []struct {
		Action     *string
		Obs        string
		Admissible []string
		Score      *float64
		Won        bool
		Done       *bool
	}
}

func twinTraces(t testing.TB, name string) []twinTrace {
	t.Helper()
	return twinTraceFile(t, testdata.Shared(t, "alfworld/traces/"+name+".jsonl.gz"))
}

func twinTraceFile(t testing.TB, path string) []twinTrace {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []twinTrace
	for dec := json.NewDecoder(r); dec.More(); {
		var tr twinTrace
		if err := dec.Decode(&tr); err != nil {
			t.Fatal(err)
		}
		out = append(out, tr)
	}
	return out
}

// twinTraceGames finds the games of traces.
func twinTraceGames(t testing.TB, all []twinTrace) map[string]*twinGame {
	t.Helper()
	games := make(map[string]*twinGame)
	want := make(map[string]bool)
	for _, tr := range all {
		switch {
		case strings.HasPrefix(tr.Game, "gen/") || strings.HasPrefix(tr.Game, "old_2.1.1/"):
			games[tr.Game] = twinGameFile(t, tr.Game)
		default:
			want[tr.Game] = true
		}
	}
	for _, split := range []string{"valid_unseen", "valid_seen", "valid_train", "train"} {
		if len(want) == 0 {
			break
		}
		for _, g := range twinPacked(t, split, func(id string) bool { return want[id] }) {
			games[g.ID] = g
			delete(want, g.ID)
		}
	}
	for id := range want {
		t.Fatalf("game %s is not in the data", id)
	}
	return games
}

// The twin plays as the original did.
func TestTwinTraces(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	for _, name := range []string{"real", "gen", "slice", "oldformat_2.1.1"} {
		t.Run(name, func(t *testing.T) {
			all := twinTraces(t, name)
			games := twinTraceGames(t, all)
			records := 0
			for _, tr := range all {
				w := games[tr.Game].start(t)
				for i, s := range tr.Steps {
					feedback := ""
					if s.Action == nil {
						feedback = w.intro()
					} else {
						feedback = w.step(*s.Action)
					}
					if diff := cmp.Diff(s.Obs, feedback); diff != "" {
						t.Fatalf("%s %s step %d, -original +twin:\n%s", tr.Game, tr.Kind, i, diff)
					}
					if diff := cmp.Diff(s.Admissible, w.admissible()); diff != "" {
						t.Fatalf("%s %s step %d, -original +twin:\n%s", tr.Game, tr.Kind, i, diff)
					}
					won := w.won()
					if won != s.Won || s.Score != nil && (*s.Score == 1) != won || s.Done != nil && *s.Done != won {
						t.Fatalf("%s %s step %d: won %v", tr.Game, tr.Kind, i, won)
					}
					records++
				}
			}
			t.Logf("%d episodes, %d records", len(all), records)
		})
	}
}
