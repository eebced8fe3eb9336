package games_test

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/games"
	"stepgym/internal/testdata"
)

// all reads all games of a set.
func all(t testing.TB, set *games.Set) []*games.Game {
	t.Helper()
	var out []*games.Game
	for _, split := range set.Splits() {
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list...)
	}
	return out
}

// TestPublished opens the published games, packed.
func TestPublished(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 200 MB of games")
	}
	set, err := games.Open(t.Context(), testdata.Shared(t, "alfworld/real"), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(set.Splits(), games.Splits()); diff != "" {
		t.Error(diff)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for split, want := range map[string]int{"train": 3553, "valid_train": 199, "valid_seen": 140, "valid_unseen": 134} {
		start := time.Now()
		list, err := set.Games(t.Context(), split)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d games in %v", split, len(list), time.Since(start))
		if len(list) != want {
			t.Errorf("%s has %d games, want %d", split, len(list), want)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	list := all(t, set)
	t.Logf("%d games take %.1f MB", len(list), float64(after.HeapAlloc-before.HeapAlloc)/1e6)
	for _, g := range list {
		if g.Pair != list[0].Pair || len(g.Human) < 1 || g.Task == "" || g.Params.Object == "" || g.Type == "" || g.Scene() == g.Folder() {
			t.Errorf("%s: incomplete: %+v", g.Source, g)
		}
	}
	start := time.Now()
	for _, g := range list[:200] {
		if b, err := g.Problem.Bytes(); err != nil || len(b) < 10_000 {
			t.Errorf("%s: %d bytes, %v", g.ID, len(b), err)
		}
	}
	t.Logf("a problem is unpacked in %v", time.Since(start)/200)
}

// TestOriginalFolders opens folders as they are published, from above, from below and
// by a single file, and finds games by what they may be called.
func TestOriginalFolders(t *testing.T) {
	const (
		bowl = "pick_and_place_simple-Bowl-None-Desk-304/trial_T20260712_098593_331431"
		mug  = "valid_unseen/look_at_obj_in_light-Mug-None-DeskLamp-308/trial_T20190908_201444_037645"
	)
	root := testdata.Shared(t, "alfworld")
	for _, tt := range []struct {
		data         string
		games, pairs int
		find         []string
		want         string
	}{
		{"games/gen", 12, 1, []string{bowl, "gen/" + bowl, filepath.Base(bowl), root + "/games/gen/" + bowl, bowl + "/game.tw-pddl"}, bowl},
		{"games/gen/" + bowl, 1, 1, []string{bowl, "gen/" + bowl}, bowl},
		{"games/gen/" + bowl + "/game.tw-pddl", 1, 1, []string{bowl}, bowl},
		{"games/old_2.1.1", 8, 1, []string{mug, "old_2.1.1/" + mug, mug[len("valid_unseen/"):]}, mug},
		{"games/old_2.1.1/valid_unseen", 3, 1, []string{mug, mug[len("valid_unseen/"):], "old_2.1.1/" + mug}, mug},
		{"games/old_2.1.1/" + mug, 1, 1, []string{mug}, mug},
		{"games", 20, 2, []string{"gen/" + bowl, bowl, "games/gen/" + bowl}, "gen/" + bowl},
		{"games", 20, 2, []string{"old_2.1.1/" + mug, mug}, "old_2.1.1/" + mug},
		{"real/valid_unseen.jsonl.xz", 134, 1, []string{mug, "real/" + mug}, mug},
	} {
		t.Run(tt.data, func(t *testing.T) {
			set, err := games.Open(t.Context(), filepath.Join(root, tt.data), games.Options{})
			if err != nil {
				t.Fatal(err)
			}
			pairs := map[*games.Pair]bool{}
			list := all(t, set)
			for _, g := range list {
				pairs[g.Pair] = true
				if g.Type == "" || g.Task == "" || g.Params.Object == "" {
					t.Errorf("%s: incomplete: %+v", g.Source, g)
				}
			}
			if len(list) != tt.games || len(pairs) != tt.pairs {
				t.Errorf("%d games and %d pairs, want %d and %d", len(list), len(pairs), tt.games, tt.pairs)
			}
			for _, name := range tt.find {
				if g, err := set.Find(t.Context(), name); err != nil || g.ID != tt.want {
					t.Errorf("%s is %v (%v), want %s", name, g, err, tt.want)
				}
			}
		})
	}
}

// TestEverything opens a folder with all of it: packed and single games, two
// vintages, and files of something else.
func TestEverything(t *testing.T) {
	set, err := games.Open(t.Context(), testdata.Shared(t, "alfworld"), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const mug = "look_at_obj_in_light-Mug-None-DeskLamp-308/trial_T20190908_201444_037645"
	for name, want := range map[string]string{
		"gen/pick_and_place_simple-Bowl-None-Desk-304/trial_T20260712_098593_331431": "games/gen/pick_and_place_simple-Bowl-None-Desk-304/trial_T20260712_098593_331431",
		"old_2.1.1/valid_unseen/" + mug:                                              "games/old_2.1.1/valid_unseen/" + mug,
		"valid_unseen/" + mug:                                                        "valid_unseen/" + mug,
		"alfworld/valid_unseen/" + mug:                                               "valid_unseen/" + mug,
	} {
		start := time.Now()
		if g, err := set.Find(t.Context(), name); err != nil || g.ID != want {
			t.Errorf("%s is %v (%v), want %s", name, g, err, want)
		}
		t.Logf("found in %v", time.Since(start))
	}
}
