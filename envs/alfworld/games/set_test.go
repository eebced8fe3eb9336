package games_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/alfworld/games"
)

// write writes files below dir; names ending in / are folders.
func write(t testing.TB, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// gameJSON is a game.tw-pddl with a sentence, as the original lays it out.
func gameJSON(sentence, more string) string {
	grammar, err := json.Marshal(fmt.Sprintf("grammar :: \"\"\"\n{ \"task\": [{ \"rhs\": \"Your task is to: %s\" }] }\n\"\"\";", sentence))
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf(`{"pddl_domain": "(define (domain alfred))", "grammar": %s, "pddl_problem": "(define (problem p))"%s}`, grammar, more)
}

const traj = `{"task_type": "pick_and_place_simple", "pddl_params": {"object_target": "Mug", "parent_target": "Desk", "object_sliced": false},
	"turk_annotations": {"anns": [{"task_desc": "Put the mug away."}, {"task_desc": "Mug to desk"}]}}`

// trials is a folder with what the original takes and what it leaves out.
func trials(t testing.TB) string {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_2/game.tw-pddl":            gameJSON("put a mug in desk.", `, "solvable": true, "walkthrough": null`),
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_2/traj_data.json":          traj,
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_1/game.tw-pddl":            gameJSON("put some mug on desk.", `, "solvable": true`),
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_1/traj_data.json":          traj,
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/unsolved/game.tw-pddl":           gameJSON("x", `, "solvable": false`),
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/unsolved/traj_data.json":         traj,
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/unsaid/game.tw-pddl":             gameJSON("x", ``),
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/unsaid/traj_data.json":           traj,
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/no_traj/game.tw-pddl":            gameJSON("x", `, "solvable": true`),
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/no_game/traj_data.json":          traj,
		"valid_seen/pick_and_place_simple-MugSliced-None-Desk-2/trial/game.tw-pddl":        gameJSON("x", `, "solvable": true`),
		"valid_seen/pick_and_place_simple-MugSliced-None-Desk-2/trial/traj_data.json":      traj,
		"valid_seen/pick_and_place_with_movable_recep-Mug-Pan-Desk-2/trial/game.tw-pddl":   gameJSON("x", `, "solvable": true`),
		"valid_seen/pick_and_place_with_movable_recep-Mug-Pan-Desk-2/trial/traj_data.json": traj,
		"train/deep/down/look_at_obj_in_light-Pen-None-DeskLamp-7/trial/game.tw-pddl":      gameJSON(`say \"hi\".`, `, "solvable": true`),
		"train/deep/down/look_at_obj_in_light-Pen-None-DeskLamp-7/trial/traj_data.json":    `{"task_type": "look_at_obj_in_light"}`,
		"train/deep/down/look_at_obj_in_light-Pen-None-DeskLamp-7/trial/other.json":        `{`,
		"other/thing/trial/game.tw-pddl":                                                   gameJSON("x", `, "solvable": true`),
		"other/thing/trial/traj_data.json":                                                 `{"task_type": "pick_and_place_with_movable_recep"}`,
	})
	return dir
}

func ids(list []*games.Game) []string {
	out := []string{}
	for _, g := range list {
		out = append(out, g.ID)
	}
	return out
}

func TestFolderRules(t *testing.T) {
	dir := trials(t)
	set, err := games.Open(t.Context(), dir, games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := all(t, set)
	if diff := cmp.Diff(ids(list), []string{
		"train/deep/down/look_at_obj_in_light-Pen-None-DeskLamp-7/trial",
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_1",
		"valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_2",
	}); diff != "" {
		t.Error(diff)
	}
	want := &games.Game{
		ID: "valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_1", Split: "valid_seen", Type: "pick_and_place_simple",
		Task: "put some mug on desk.", Human: []string{"Put the mug away.", "Mug to desk"}, Params: games.Params{Object: "Mug", Receptacle: "Desk"},
		Source: filepath.Join(dir, "valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_1/game.tw-pddl"), Pair: list[0].Pair, Problem: list[1].Problem,
	}
	if diff := cmp.Diff(list[1], want); diff != "" {
		t.Error(diff)
	}
	if list[0].Task != `say "hi".` || list[1].Folder() != "pick_and_place_simple-Mug-None-Desk-2" || list[1].Scene() != "2" {
		t.Errorf("%q, %q, %q", list[0].Task, list[1].Folder(), list[1].Scene())
	}
	if b, err := list[1].Problem.Bytes(); string(b) != "(define (problem p))" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	only, err := games.Open(t.Context(), dir, games.Options{Types: []string{"look_at_obj_in_light"}})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(all(t, only)); n != 1 {
		t.Errorf("%d games of one type, want 1", n)
	}
}

func TestOpenErrors(t *testing.T) {
	dir := trials(t)
	write(t, dir, map[string]string{
		"bad/valid_seen/a/t/game.tw-pddl": `{"grammar": 7}`, "bad/valid_seen/a/t/traj_data.json": traj,
		"short/valid_seen/a/t/game.tw-pddl": `{"grammar": "x"}`, "short/valid_seen/a/t/traj_data.json": traj,
		"badtraj/valid_seen/a/t/game.tw-pddl": gameJSON("x", `, "solvable": true`), "badtraj/valid_seen/a/t/traj_data.json": `{"task_type"`,
		"notraj/a/t/game.tw-pddl": gameJSON("x", ""), "empty/readme": "",
		"norules/valid_seen.jsonl":    `{"id": "a", "pddl_problem": "x"}`,
		"cut/valid_seen.jsonl":        `{"id": "a", "pddl_problem": "x"}` + "\n\n" + `{"id": "b", "pddl_problem": "y`,
		"cut/alfred.pddl":             "d",
		"cut/domain/alfred.twl2":      "g",
		"cut/alfred.twl2":             "g",
		"cutxz/valid_seen.jsonl.xz":   "\xfd7zXZ\x00\x00",
		"cutgz/valid_seen.jsonl.gz":   "\x1f\x8b\x08",
		"cutzst/valid_seen.jsonl.zst": "\x28\xb5\x2f\xfd\x00",
		"half/alfred.pddl":            "d", "half/valid_seen.jsonl": `{"id": "a", "pddl_problem": "x"}`,
		"file.txt": "x",
	})
	for _, d := range []string{"cutxz", "cutgz", "cutzst"} {
		write(t, dir, map[string]string{d + "/alfred.pddl": "d", d + "/alfred.twl2": "g"})
	}
	for _, tt := range []struct {
		data string
		want []string
	}{
		{"nowhere", []string{"data", "nowhere", "no such file"}},
		{"empty", []string{"empty", "there are no games", "game.tw-pddl"}},
		{"notraj", []string{"there are no games", "1 folders have a game.tw-pddl and no traj_data.json"}},
		{"file.txt", []string{"file.txt", "want a folder"}},
		{"bad", []string{"bad/valid_seen/a/t/game.tw-pddl", `"grammar" is a number, want a string`}},
		{"short", []string{"short/valid_seen/a/t/game.tw-pddl", `has no "pddl_domain"`, `has no "pddl_problem"`}},
		{"badtraj", []string{"badtraj/valid_seen/a/t/traj_data.json", "not JSON"}},
		{"norules", []string{"norules/valid_seen.jsonl", "no domain and grammar", "alfred.twl2"}},
		{"cut", []string{"cut/valid_seen.jsonl:3: the line ends in the middle of the problem"}},
		{"cutxz", []string{"cutxz/valid_seen.jsonl.xz", "damaged"}},
		{"cutgz", []string{"cutgz/valid_seen.jsonl.gz", "damaged"}},
		{"cutzst", []string{"cutzst/valid_seen.jsonl.zst", "damaged"}},
		{"half", []string{"half/alfred.twl2", "no such file"}},
	} {
		set, err := games.Open(t.Context(), filepath.Join(dir, tt.data), games.Options{})
		if err == nil {
			_, err = set.Games(t.Context(), "valid_seen")
		}
		for _, want := range tt.want {
			if err == nil || !strings.Contains(filepath.ToSlash(err.Error()), want) {
				t.Errorf("%s: got %v, want %q in it", tt.data, err, want)
			}
		}
	}
}

func isUnknown(err error) bool {
	_, ok := errors.AsType[*games.UnknownError](err)
	return ok
}

func TestFind(t *testing.T) {
	set, err := games.Open(t.Context(), trials(t), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if g, err := set.Find(t.Context(), "Desk-2/trial_1"); err == nil {
		t.Errorf("half a name found %s", g.ID)
	}
	for name, want := range map[string]string{
		"": "near are", "trail_1": "near are", "valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_3": "valid_seen/pick_and_place_simple-Mug-None-Desk-2/trial_1",
		strings.Repeat("x", 5000): "too long", "../trial_1": "near are",
	} {
		if g, err := set.Find(t.Context(), name); !isUnknown(err) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v, %v, want %q", name, g, err, want)
		}
	}
	two := games.FromMemory([]*games.Game{{ID: "b/same"}, {ID: "train/a/same", Split: "train"}, {ID: "b/same", Task: "second"}})
	if _, err := two.Find(t.Context(), "same"); !isUnknown(err) || !strings.Contains(err.Error(), "the end of 2 names, say which of train/a/same, b/same") {
		t.Errorf("two of one name: %v", err)
	}
	if g, err := two.Find(t.Context(), "b/same"); err != nil || g.Task != "" {
		t.Errorf("%v, %v", g, err)
	}
	if diff := cmp.Diff(two.Splits(), []string{"train", ""}); diff != "" {
		t.Error(diff)
	}
}

func TestPack(t *testing.T) {
	set, err := games.Open(t.Context(), trials(t), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	list := all(t, set)
	for _, name := range []string{"all.jsonl", "all.jsonl.xz", "all.jsonl.gz", "all.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, name)
			n := 0
			if err := games.Pack(t.Context(), file, list, func(done int) { n = done }); err != nil || n != len(list) {
				t.Fatal(n, err)
			}
			if err := games.Pack(t.Context(), file, list, nil); !errors.Is(err, fs.ErrExist) {
				t.Errorf("over an existing file: %v", err)
			}
			for _, data := range []string{dir, file} {
				packed, err := games.Open(t.Context(), data, games.Options{})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(packed.Splits(), set.Splits()); diff != "" {
					t.Error(diff)
				}
				for i, g := range all(t, packed) {
					g.Source, g.Pair = list[i].Source, list[i].Pair
					if diff := cmp.Diff(g, list[i]); diff != "" {
						t.Error(diff)
					}
				}
			}
		})
	}
	dir := t.TempDir()
	write(t, dir, map[string]string{"alfred.pddl": "another"})
	for path, want := range map[string]string{filepath.Join(dir, "all.jsonl"): "holds other rules", filepath.Join(dir, "all.zip"): "must end in one of"} {
		if err := games.Pack(t.Context(), path, list, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", path, err, want)
		}
	}
	if err := games.Pack(t.Context(), filepath.Join(t.TempDir(), "a.jsonl"), nil, nil); !errors.Is(err, games.ErrNoGames) {
		t.Errorf("nothing to pack: %v", err)
	}
}

func TestCanceledAndConcurrent(t *testing.T) {
	set, err := games.Open(t.Context(), trials(t), games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dead, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := set.Games(dead, "train"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, split := range set.Splits() {
				if _, err := set.Games(t.Context(), split); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// TestBesideOthers leaves files alone that hold lines of something else.
func TestBesideOthers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"plays.jsonl": `{"game": "a", "steps": []}`, "games.jsonl": "\n" + `{"id": "a", "task_type": "t", "pddl_problem": "x"}`,
		"domain/alfred.pddl": "d", "domain/alfred.twl2": "g",
	})
	set, err := games.Open(t.Context(), dir, games.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ids(all(t, set)), []string{"a"}); diff != "" {
		t.Error(diff)
	}
	if set, err = games.Open(t.Context(), filepath.Join(dir, "plays.jsonl"), games.Options{}); err == nil || !strings.Contains(err.Error(), `plays.jsonl:1: has no "pddl_problem"`) {
		t.Errorf("%v, %v", set, err)
	}
}

// TestLinks follows links to files, and waits for no pipe.
func TestLinks(t *testing.T) {
	from, dir := t.TempDir(), t.TempDir()
	write(t, from, map[string]string{"blob": `{"id": "train/a/b", "pddl_problem": "x"}`})
	if err := os.Symlink(filepath.Join(from, "blob"), filepath.Join(dir, "train.jsonl")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink(filepath.Join(from, "nowhere"), filepath.Join(dir, "valid_seen.jsonl")); err != nil {
		t.Fatal(err)
	}
	set, err := games.Open(t.Context(), dir, games.Options{Rules: &games.Pair{}})
	if err != nil {
		t.Fatal(err)
	}
	list, err := set.Games(t.Context(), "train")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(ids(list), []string{"train/a/b"}); diff != "" {
		t.Error(diff)
	}
	if _, err := set.Games(t.Context(), "valid_seen"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a link to nowhere: %v", err)
	}
	if _, err := games.Open(t.Context(), os.DevNull, games.Options{}); err == nil || !strings.Contains(err.Error(), "neither a folder nor a file") {
		t.Errorf("a device: %v", err)
	}
}
