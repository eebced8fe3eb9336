package house_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zeebo/xxh3"

	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
)

var update = flag.Bool("update", false, "rewrite the golden file")

func bytesOf(t testing.TB, g *games.Game) []byte {
	t.Helper()
	b, err := g.Problem.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestGolden holds the bytes of a few games: the same on all machines, and from
// one version to the next unless a change is meant.
func TestGolden(t *testing.T) {
	c := house.Default()
	c.Games, c.Seed = 24, 7
	var got bytes.Buffer
	for i, g := range newGenerator(t, c).All() {
		b := bytesOf(t, g)
		fmt.Fprintf(&got, "%s %016x\n    %s | %s\n", g.ID, xxh3.Hash(b), g.Task, strings.Join(g.Human, " | "))
		if i == 0 {
			got.Write(b)
		}
	}
	const path = "testdata/games.golden"
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got.String(), string(want)); diff != "" {
		t.Errorf("got (-), want (+):\n%s", diff)
	}
}

// TestPrefix: a game does not depend on how many there are, nor on the order in
// which they are made.
func TestPrefix(t *testing.T) {
	c := house.Default()
	c.Games = 1000
	large := newGenerator(t, c)
	c.Games = 60
	small := newGenerator(t, c)
	var wg sync.WaitGroup
	for _, split := range games.Splits() {
		wg.Go(func() {
			for i := small.Count(split) - 1; i >= 0; i-- {
				a, b := small.Game(split, i), large.Game(split, i)
				if a.ID != b.ID || a.Task != b.Task || !cmp.Equal(a.Human, b.Human) || !bytes.Equal(bytesOf(t, a), bytesOf(t, b)) {
					t.Errorf("game %d of %s depends on the number of games: %s, %s", i, split, a.ID, b.ID)
				}
			}
		})
	}
	wg.Wait()
}

// TestSplits: no task is in two splits, the floor plans of valid_unseen are in
// no other, and the IDs are all different.
func TestSplits(t *testing.T) {
	c := house.Default()
	c.Games = 4000
	g := newGenerator(t, c)
	if diff := cmp.Diff([]int{g.Count("train"), g.Count("valid_train"), g.Count("valid_seen"), g.Count("valid_unseen")}, []int{3531, 197, 139, 133}); diff != "" {
		t.Errorf("counts: got (-), want (+):\n%s", diff)
	}
	tasks, scenes, seen := map[string]string{}, map[string]bool{}, map[string]bool{}
	types := map[string]int{}
	for _, game := range g.All() {
		if other, ok := tasks[game.Folder()]; ok && other != game.Split {
			t.Errorf("%s is in %s and %s", game.Folder(), other, game.Split)
		}
		tasks[game.Folder()] = game.Split
		unseen := game.Split == "valid_unseen"
		if was, ok := scenes[game.Scene()]; ok && was != unseen {
			t.Errorf("floor plan %s is in valid_unseen and another split", game.Scene())
		}
		scenes[game.Scene()] = unseen
		if seen[game.ID] {
			t.Errorf("%s is there twice", game.ID)
		}
		seen[game.ID] = true
		types[game.Split+" "+game.Type]++
	}
	for _, split := range games.Splits() {
		for _, typ := range games.Types() {
			if share := float64(types[split+" "+typ]) / float64(g.Count(split)); share < 0.04 || share > 0.35 {
				t.Errorf("%s: %.0f %% are %s", split, 100*share, typ)
			}
		}
	}
	t.Logf("%d tasks, %d floor plans, %v", len(tasks), len(scenes), types)
}

// TestSeeds: another seed makes other games.
func TestSeeds(t *testing.T) {
	c := house.Default()
	c.Games = 20
	a := newGenerator(t, c).All()
	c.Seed = 1
	b := newGenerator(t, c).All()
	for i := range a {
		if bytes.Equal(bytesOf(t, a[i]), bytesOf(t, b[i])) {
			t.Errorf("game %d is equal for both seeds", i)
		}
	}
}

// TestSolvable lets the planner win games of many configurations.
func TestSolvable(t *testing.T) {
	n := 300
	if testing.Short() {
		n = 15
	}
	p, lengths := newProver(t), map[int]int{}
	rng := rand.New(rand.NewPCG(3, 3))
	for i := range n {
		c := house.Default()
		if i%2 == 1 {
			c = randomConfig(rng)
		}
		c.Seed, c.Games = rng.Uint64(), 8
		c.Layouts, c.Unseen = 1+rng.IntN(3), 1
		g, err := house.New(c)
		if err != nil {
			continue // no task fits
		}
		for _, game := range g.All() {
			way, err := p.Prove(t.Context(), game)
			if err != nil {
				t.Errorf("%+v: %v", c, err)
				continue
			}
			lengths[len(way)]++
		}
	}
	t.Logf("lengths of the shortest ways: %v", lengths)
}

// randomConfig draws a valid configuration.
func randomConfig(rng *rand.Rand) house.Config {
	c := house.Config{
		Games: 1 + rng.IntN(30), Seed: rng.Uint64(), Layouts: 1 + rng.IntN(5), Unseen: 1 + rng.IntN(3),
		Size: 0.2 + 2.8*rng.Float64(), Clutter: 3 * rng.Float64(), Copies: rng.IntN(7),
		Closed: rng.Float64(), Hidden: rng.Float64(), Surprise: rng.Float64(),
	}
	for _, typ := range games.Types() {
		if rng.IntN(2) == 0 {
			c.Types = append(c.Types, typ)
		}
	}
	for _, room := range house.Rooms() {
		if rng.IntN(2) == 0 {
			c.Rooms = append(c.Rooms, room)
		}
	}
	return c
}

// FuzzConfig: whatever the configuration, there is an error or there are games
// that can be won.
func FuzzConfig(f *testing.F) {
	p := newProver(f)
	f.Add(uint64(1), 3, uint8(0), uint8(0), 2, 1, 1.0, 1.0, 0, 0.5, 0.5, 0.5)
	f.Add(uint64(2), 8, uint8(2), uint8(4), 1, 1, 0.2, 0.0, 6, 1.0, 1.0, 1.0)
	f.Add(uint64(3), -1, uint8(255), uint8(255), 99, -1, 4.0, -1.0, 7, -0.1, 2.0, 1.5)
	f.Fuzz(func(t *testing.T, seed uint64, n int, types, rooms uint8, layouts, unseen int, size, clutter float64, copies int, closed, hidden, surprise float64) {
		if n > 6 || layouts > 3 && layouts < 90 {
			return // slow, and nothing new
		}
		c := house.Config{Games: n, Seed: seed, Layouts: layouts, Unseen: unseen, Size: size, Clutter: clutter, Copies: copies, Closed: closed, Hidden: hidden, Surprise: surprise}
		c.Types, c.Rooms = some(games.Types(), types), some(house.Rooms(), rooms)
		g, err := house.New(c)
		if err != nil {
			return
		}
		for _, game := range g.All() {
			if _, err := p.Prove(t.Context(), game); err != nil {
				t.Errorf("%+v: %v", c, err)
			}
		}
	})
}

// some returns the elements whose bits are set.
func some(list []string, bits uint8) (out []string) {
	for i, s := range list {
		if bits>>i&1 == 1 {
			out = append(out, s)
		}
	}
	return out
}

func TestErrors(t *testing.T) {
	c := house.Config{Games: 0, Types: []string{"sing", "pick_two_obj_and_place", "pick_two_obj_and_place"}, Rooms: []string{"attic"}, Layouts: 0, Unseen: 100, Size: 5, Clutter: -1, Copies: 9, Closed: 2, Hidden: -1, Surprise: 2}
	_, err := house.New(c)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"games is 0", `no "sing"`, `"pick_two_obj_and_place" is there twice`, `no "attic"`, "layouts is 0", "unseen is 100",
		"size is 5", "clutter is -1", "copies is 9", "closed is 2", "hidden is -1", "surprise is 2",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say %q", err, want)
		}
	}
	c = house.Default()
	c.Types, c.Rooms = []string{"pick_heat_then_place_in_recep"}, []string{"bathroom"}
	if _, err := house.New(c); err == nil || !strings.Contains(err.Error(), "no task fits") {
		t.Errorf("heating in a bathroom: %v", err)
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := house.New(house.Default()); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkGame makes a game with its problem.
func BenchmarkGame(b *testing.B) {
	g := newGenerator(b, house.Default())
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		bytesOf(b, g.Game("train", i%g.Count("train")))
	}
}
