package house_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
)

// TestWrite: what is written is read back as the same games.
func TestWrite(t *testing.T) {
	c := house.Default()
	c.Games = 12
	g := newGenerator(t, c)
	dir := filepath.Join(t.TempDir(), "new", "houses")
	written := 0
	if err := house.Write(t.Context(), dir, g, func(n int) { written = n }); err != nil {
		t.Fatal(err)
	}
	set, err := games.Open(t.Context(), dir, games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*games.Game{}
	for _, game := range g.All() {
		byID[game.ID] = game
	}
	for _, split := range games.Splits() {
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		for _, got := range list {
			want := byID[got.ID]
			if want == nil {
				t.Errorf("%s was not generated", got.ID)
				continue
			}
			delete(byID, got.ID)
			type view struct {
				Split, Type, Task, Problem, Domain, Grammar string
				Human                                       []string
				Params                                      games.Params
			}
			of := func(x *games.Game) view {
				return view{x.Split, x.Type, x.Task, string(bytesOf(t, x)), x.Pair.Domain.Text, x.Pair.Grammar.Text, x.Human, x.Params}
			}
			if diff := cmp.Diff(of(got), of(want)); diff != "" {
				t.Errorf("%s: read (-), generated (+):\n%s", got.ID, diff)
			}
		}
	}
	if len(byID) > 0 || written != 12 {
		t.Errorf("%d games are missing; progress says %d were written", len(byID), written)
	}
}

// TestWalkthrough: the game file holds a way to win.
func TestWalkthrough(t *testing.T) {
	c := house.Default()
	c.Games = 1
	g := newGenerator(t, c)
	dir := filepath.Join(t.TempDir(), "houses")
	if err := house.Write(t.Context(), dir, g, nil); err != nil {
		t.Fatal(err)
	}
	game := g.Game("train", 0)
	folder := filepath.Join(dir, filepath.FromSlash(game.ID))
	var file struct {
		Problem string   `json:"pddl_problem"`
		Way     []string `json:"walkthrough"`
	}
	b, err := os.ReadFile(filepath.Join(folder, "game.tw-pddl"))
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := newProver(t).Load(game)
	if err != nil {
		t.Fatal(err)
	}
	s := loaded.Start()
	for _, action := range file.Way {
		if obs, ok := s.Step(action); !ok {
			t.Errorf("%q: %s", action, obs)
		}
	}
	if !s.Won() {
		t.Errorf("%q does not win", file.Way)
	}
	state, err := os.ReadFile(filepath.Join(folder, "initial_state.pddl"))
	if err != nil || string(state) != file.Problem {
		t.Errorf("initial_state.pddl is not the problem of the game (%v)", err)
	}
}

// TestWriteAtomic: there are all games or none, and nothing is overwritten.
func TestWriteAtomic(t *testing.T) {
	c := house.Default()
	c.Games = 8
	g := newGenerator(t, c)
	above := t.TempDir()
	dir := filepath.Join(above, "houses")
	ctx, cancel := context.WithCancel(t.Context())
	err := house.Write(ctx, dir, g, func(n int) {
		if n == 3 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if left, err := os.ReadDir(above); err != nil || len(left) > 0 {
		t.Errorf("cancelled: %v is left (%v)", left, err)
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := house.Write(t.Context(), dir, g, nil); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
	if err := house.Write(t.Context(), dir, g, nil); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a full folder: %v", err)
	}
	file := filepath.Join(above, "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := house.Write(t.Context(), file, g, nil); err == nil {
		t.Error("a file was taken for a folder")
	}
}
