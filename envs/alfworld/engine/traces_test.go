package engine

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ulikunitz/xz"

	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

// record is a step of a trace of the original.
type record struct {
	Action     *string  `json:"action"`
	Obs        string   `json:"obs"`
	Admissible []string `json:"admissible"`
	Score      *int     `json:"score"`
	Won        bool     `json:"won"`
	Done       *bool    `json:"done"`
}

// trace is an episode of the original.
type trace struct {
	Game  string   `json:"game"`
	Kind  string   `json:"kind"`
	Steps []record `json:"steps"`
}

// parsed compiles the rules of texts.
func parsed(t testing.TB, domain, text []byte) *Rules {
	t.Helper()
	d, err := pddl.ParseDomain("domain.pddl", domain)
	if err != nil {
		t.Fatal(err)
	}
	g, err := grammar.Parse("grammar.twl2", text)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compile(d, g)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// published compiles the published rules.
func published(t testing.TB) *Rules {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(testdata.Shared(t, "alfworld/domain/"+name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	return parsed(t, read("alfred.pddl"), read("alfred.twl2"))
}

// packedGame is a line of the packed games.
type packedGame struct {
	ID      string `json:"id"`
	Task    string `json:"task"`
	Problem string `json:"pddl_problem"`
}

// packed calls f with every game of a split.
func packed(t testing.TB, split string, f func(packedGame)) {
	t.Helper()
	file, err := os.Open(testdata.Shared(t, "alfworld/real/"+split+".jsonl.xz"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	x, err := xz.NewReader(bufio.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(x)
	for dec.More() {
		var g packedGame
		if err := dec.Decode(&g); err != nil {
			t.Fatal(err)
		}
		f(g)
	}
}

// validGames returns the games of the two small splits, by ID.
var validGames = sync.OnceValue(func() map[string]packedGame { return map[string]packedGame{} })

// loadFile loads a game.tw-pddl file with its own rules.
func loadFile(t *testing.T, path string) *Game {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Domain  string `json:"pddl_domain"`
		Grammar string `json:"grammar"`
		Problem string `json:"pddl_problem"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return load(t, parsed(t, []byte(f.Domain), []byte(f.Grammar)), path, f.Problem, "")
}

func load(t testing.TB, r *Rules, name, problem, task string) *Game {
	t.Helper()
	p, err := pddl.ParseProblem(name, []byte(problem))
	if err != nil {
		t.Fatal(err)
	}
	g, err := r.Load(p, task, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestTraces compares with every record of the original's episodes.
func TestTraces(t *testing.T) {
	if testing.Short() {
		t.Skip("long: the published games")
	}
	rules := published(t)
	games := validGames()
	for _, split := range []string{"valid_seen", "valid_unseen"} {
		packed(t, split, func(g packedGame) { games[g.ID] = g })
	}
	episodes, records := 0, 0
	for _, name := range []string{"real", "gen", "slice", "oldformat_2.1.1"} {
		for _, tr := range readTraces(t, name) {
			var g *Game
			if p, ok := games[tr.Game]; ok {
				g = load(t, rules, tr.Game, p.Problem, p.Task)
			} else {
				g = loadFile(t, filepath.Join(testdata.Shared(t, "alfworld/games"), tr.Game, "game.tw-pddl"))
			}
			episodes++
			records += compare(t, g, tr)
		}
	}
	t.Logf("%d episodes, %d records", episodes, records)
}

// readTraces reads a file of traces.
func readTraces(t *testing.T, name string) []trace {
	t.Helper()
	f, err := os.Open(testdata.Shared(t, "alfworld/traces/"+name+".jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []trace
	dec := json.NewDecoder(z)
	for dec.More() {
		var tr trace
		if err := dec.Decode(&tr); err != nil {
			t.Fatal(err)
		}
		out = append(out, tr)
	}
	return out
}

// compare plays a trace and returns how many records were equal.
func compare(t *testing.T, g *Game, tr trace) int {
	t.Helper()
	s := g.Start()
	obs := s.Intro()
	for i, want := range tr.Steps {
		if want.Action != nil {
			var ok bool
			obs, ok = s.Step(*want.Action)
			if ok != (want.Obs != "Nothing happens.") {
				t.Errorf("%s %s step %d %q: ok %v, want %q", tr.Game, tr.Kind, i, *want.Action, ok, want.Obs)
			}
			if *want.Done != s.Won() || (*want.Score == 1) != s.Won() {
				t.Errorf("%s %s step %d: done %v, score %d, won %v", tr.Game, tr.Kind, i, *want.Done, *want.Score, s.Won())
			}
		}
		got := record{want.Action, obs, texts(s), want.Score, s.Won(), want.Done}
		if d := cmp.Diff(got, want); d != "" {
			t.Errorf("%s %s step %d (-got +want):\n%s", tr.Game, tr.Kind, i, d)
			return i
		}
	}
	return len(tr.Steps)
}

// texts returns the texts of what is admissible.
func texts(s *State) []string {
	out := make([]string, 0, len(s.Admissible()))
	for _, c := range s.Admissible() {
		out = append(out, s.Game().Text(c))
	}
	return out
}
