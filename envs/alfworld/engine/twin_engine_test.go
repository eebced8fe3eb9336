package engine_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/grammar"
	"stepgym/envs/alfworld/pddl"
	"stepgym/internal/testdata"
)

// load loads the game into the engine.
func (g *twinGame) load(t testing.TB) *engine.Game {
	t.Helper()
	d, err := pddl.ParseDomain("domain", []byte(g.Domain))
	if err != nil {
		t.Fatal(err)
	}
	rules, err := grammar.Parse("grammar", []byte(g.Grammar))
	if err != nil {
		t.Fatal(err)
	}
	r, err := engine.Compile(d, rules)
	if err != nil {
		t.Fatal(err)
	}
	p, err := pddl.ParseProblem(g.ID, []byte(g.Problem))
	if err != nil {
		t.Fatal(err)
	}
	game, err := r.Load(p, g.Task, engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return game
}

// twinWalk walks at random through a game with the twin and the engine, and
// returns the first difference, "" if there is none.
func twinWalk(t testing.TB, g *twinGame, rng *rand.Rand, steps int) string {
	w, game := g.start(t), g.load(t)
	s := game.Start()
	var done []string
	differ := func(what string, want, got any) string {
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Sprintf("%s after %q: %s, -twin +engine:\n%s", g.ID, done, what, diff)
		}
		return ""
	}
	names := make(map[string]string) // the engine's names of states
	states := make(map[string]string)
	feedback, answer := w.intro(), s.Intro()
	for range steps {
		var texts []string
		for _, c := range s.Admissible() {
			texts = append(texts, game.Text(c))
		}
		state, name := w.state(), s.Key()
		if names[state] == "" && states[name] == "" {
			names[state], states[name] = name, state
		}
		for _, msg := range []string{
			differ("feedback", feedback, answer),
			differ("admissible commands", w.admissible(), texts),
			differ("won", w.won(), s.Won()),
			differ("key of a state", names[state], name),
			differ("state of a key", states[name], state),
		} {
			if msg != "" {
				return msg
			}
		}
		command := twinChoose(rng, texts)
		done = append(done, command)
		if feedback = w.step(command); w.vague {
			return ""
		}
		answer, _ = s.Step(command)
	}
	return ""
}

// twinChoose chooses a command, first its verb, so that rare ones come too; now
// and then one that cannot be done.
func twinChoose(rng *rand.Rand, texts []string) string {
	var verbs []string
	by := make(map[string][]string)
	for _, c := range texts {
		v, _, _ := strings.Cut(c, " ")
		if by[v] == nil {
			verbs = append(verbs, v)
		}
		by[v] = append(by[v], c)
	}
	if len(verbs) == 0 {
		return "look"
	}
	of := by[verbs[rng.IntN(len(verbs))]]
	c := of[rng.IntN(len(of))]
	switch rng.IntN(40) {
	case 0:
		return " \t" + c + "\n"
	case 1:
		return strings.ToUpper(c)
	case 2:
		return strings.Replace(c, " ", "  ", 1)
	case 3:
		return strings.Replace(c, "1", "2", 1)
	}
	return c
}

// The engine plays our own games as the twin does.
func TestTwinOwnGames(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 4
	}
	for _, id := range []string{"garden-1", "garden-2", "park-1", "park-2"} {
		name, number, _ := strings.Cut(id, "-")
		for seed := range seeds {
			if msg := twinWalk(t, twinOwn(t, name, number), rand.New(rand.NewPCG(seed, 1)), 100); msg != "" {
				t.Fatal(msg)
			}
		}
	}
}

// The engine plays published games, and those of the old format and the
// original generator's, as the twin does.
func TestTwinPublishedGames(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	var games []*twinGame
	n := 0
	for _, split := range []string{"valid_unseen", "valid_seen"} {
		games = append(games, twinPacked(t, split, func(string) bool { n++; return n%23 == 0 })...)
	}
	root := testdata.Shared(t, "alfworld/games")
	for _, pattern := range []string{"gen/*/*/game.tw-pddl", "old_2.1.1/*/*/*/game.tw-pddl"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range files {
			if i%3 == 0 {
				games = append(games, twinGameFile(t, strings.TrimPrefix(filepath.Dir(f), root+string(filepath.Separator))))
			}
		}
	}
	for i, g := range games {
		if msg := twinWalk(t, g, rand.New(rand.NewPCG(uint64(i), 2)), 60); msg != "" {
			t.Error(msg)
		}
	}
	t.Logf("%d games", len(games))
}
