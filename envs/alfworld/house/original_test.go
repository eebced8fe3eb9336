package house_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/engine"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
	"stepgym/internal/testdata"
)

// record is what a game shows after a command.
type record struct {
	Obs        string   `json:"obs"`
	Admissible []string `json:"admissible"`
	Won        bool     `json:"won"`
	Score      int      `json:"score"`
	Done       bool     `json:"done"`
}

// script is a game's file and the commands to play.
type script struct {
	Game    string   `json:"game"`
	Actions []string `json:"actions"`
}

// TestOriginal plays generated games in the original engine and compares all
// that it shows with what ours shows. Our planner's way must win.
func TestOriginal(t *testing.T) {
	python := original(t)
	var scripts []script
	var want [][]record
	prover := newProver(t)
	for _, c := range sample() {
		g := newGenerator(t, c)
		dir := filepath.Join(t.TempDir(), "games")
		if err := house.Write(t.Context(), dir, g, nil); err != nil {
			t.Fatal(err)
		}
		game := g.Game("train", 0)
		loaded, err := prover.Load(game)
		if err != nil {
			t.Fatal(err)
		}
		actions, records := wander(t, loaded)
		if !slices.ContainsFunc(records, func(r record) bool { return r.Won }) {
			t.Errorf("%s: the planner's way does not win", game.ID)
		}
		file := filepath.Join(dir, filepath.FromSlash(game.ID), "game.tw-pddl")
		scripts, want = append(scripts, script{file, actions}), append(want, records)
	}
	compareOriginal(t, python, scripts, want)
}

// original returns the Python that has the original engine.
func original(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("the original takes a second a game and 50 ms a step: not with -short")
	}
	path, err := exec.LookPath("python3")
	if err == nil {
		err = exec.Command(path, "-c", "from importlib.util import find_spec as f; exit(not (f('textworld') and f('fast_downward') and f('tatsu')))").Run()
	}
	if err != nil {
		testdata.Missing(t, "textworld", "python3 does not have textworld and fast_downward_textworld: make test-needs installs them")
	}
	return path
}

// compareOriginal plays the scripts in the original engine: it must show what
// ours did.
func compareOriginal(t *testing.T, python string, scripts []script, want [][]record) {
	t.Helper()
	var in, errs bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, s := range scripts {
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(python, "testdata/original.py")
	cmd.Stdin, cmd.Stderr = &in, &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, errs.Bytes())
	}
	d, steps := json.NewDecoder(bytes.NewReader(out)), 0
	for i := range want {
		var got []record
		if err := d.Decode(&got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, want[i]); diff != "" {
			t.Errorf("%s: original (-) and ours (+) differ:\n%s", scripts[i].Game, diff)
		}
		steps += len(got) - 1
	}
	t.Logf("%d games, %d steps, each observation, list of admissible commands, score, won and done", len(want), steps)
}

// sample returns configurations of one game each: all types of tasks, all kinds
// of rooms, and games of different difficulty.
func sample() (list []house.Config) {
	for i, typ := range games.Types() {
		c := house.Default()
		c.Seed, c.Games, c.Types = uint64(100+i), 1, []string{typ}
		switch typ {
		case "pick_and_place_simple":
			c.Rooms = []string{"livingroom"}
		case "pick_clean_then_place_in_recep":
			c.Rooms = []string{"bathroom"}
		}
		c.Size, c.Clutter = 0.5+0.2*float64(i%3), 0.5+0.25*float64(i%3)
		c.Closed, c.Hidden, c.Surprise = 0.2*float64(i), 0.2*float64(i), 0.5
		list = append(list, c)
	}
	return list
}

// wander plays in our engine: with chance and nonsense for a while, then our
// planner's shortest way from there, then with chance again.
func wander(t *testing.T, game *engine.Game) (actions []string, records []record) {
	t.Helper()
	s := game.Start()
	rng := rand.New(rand.NewPCG(1, uint64(len(game.Entities()))))
	records = []record{show(s, s.Intro())}
	do := func(action string) {
		actions = append(actions, action)
		obs, _ := s.Step(action)
		records = append(records, show(s, obs))
	}
	for range 10 {
		do(busy(rng, s))
	}
	for _, action := range []string{"", "go to nowhere 1", " look\t", "LOOK", "help", "inventory"} {
		do(action)
	}
	for _, action := range solve(t, s) {
		do(action)
	}
	for range 4 {
		do(busy(rng, s))
	}
	return actions, records
}

// busy draws an admissible command, going and helping more rarely than the rest.
func busy(rng *rand.Rand, s *engine.State) string {
	all := s.Admissible()
	for range 4 {
		text := s.Game().Text(all[rng.IntN(len(all))])
		if !strings.HasPrefix(text, "go ") && text != "help" && text != "inventory" {
			return text
		}
	}
	return s.Game().Text(all[rng.IntN(len(all))])
}

func show(s *engine.State, obs string) record {
	r := record{Obs: obs, Won: s.Won(), Done: s.Won(), Admissible: []string{}}
	if r.Won {
		r.Score = 1
	}
	for _, c := range s.Admissible() {
		r.Admissible = append(r.Admissible, s.Game().Text(c))
	}
	return r
}
