package games

import (
	"cmp"
	"encoding/json"
	"strings"
)

// Game is one game: a house, a problem in it, and the words that ask for it.
// It is immutable.
type Game struct {
	// ID is the path of the game's folder from the name of its split on, such
	// as "valid_seen/pick_and_place_simple-Mug-None-Desk-301/trial_T2019...",
	// or below the folder that was opened if no split is in its path.
	ID string

	// Split is "train", "valid_train", "valid_seen" or "valid_unseen"; "" if
	// the game lies in none of them.
	Split string

	Type   string   // the task's type, one of [Types], or ""
	Task   string   // the sentence that the original shows: "put a mug in desk."
	Human  []string // what people wrote instead, perhaps nothing
	Params Params
	Source string // where it was read: a file, or "file:line"

	Pair    *Pair   // the rules that it is played by
	Problem Problem // its text in PDDL
}

// Params says what the task is about, by the names of classes: "Mug". Empty
// where the task has no such part.
type Params struct {
	Object     string `json:"object_target"`
	Receptacle string `json:"parent_target"`
	Movable    string `json:"mrecep_target"` // a receptacle that is to be moved too
	Toggle     string `json:"toggle_target"`
	Sliced     bool   `json:"object_sliced"`
}

// UnmarshalJSON reads an object with the keys of the original. Values may be
// null, and one of another type counts as absent.
func (p *Params) UnmarshalJSON(b []byte) error {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	*p = Params{}
	for key, into := range map[string]any{
		"object_target": &p.Object, "parent_target": &p.Receptacle, "mrecep_target": &p.Movable,
		"toggle_target": &p.Toggle, "object_sliced": &p.Sliced,
	} {
		if raw, ok := m[key]; ok {
			_ = json.Unmarshal(raw, into) // a wrong type leaves it empty
		}
	}
	return nil
}

// Folder returns the name of the game's folder above the trial:
// "pick_and_place_simple-Mug-None-Desk-301". Games with one such name are the
// same task in the same room, with things in other places.
func (g *Game) Folder() string {
	parts := strings.Split(g.ID, "/")
	if len(parts) < 2 {
		return g.ID
	}
	return parts[len(parts)-2]
}

// Scene returns the number of the floor plan at the end of Folder, "301", or
// Folder itself if there is none.
func (g *Game) Scene() string {
	folder := g.Folder()
	number := folder[strings.LastIndexByte(folder, '-')+1:]
	if number == "" || strings.Trim(number, "0123456789") != "" {
		return folder
	}
	return number
}

// Types returns the types of tasks, in the order of the original's numbers 1
// to 6.
func Types() []string {
	return []string{
		"pick_and_place_simple",
		"look_at_obj_in_light",
		"pick_clean_then_place_in_recep",
		"pick_heat_then_place_in_recep",
		"pick_cool_then_place_in_recep",
		"pick_two_obj_and_place",
	}
}

// movable is a type that the original's data has and its games have not.
const movable = "pick_and_place_with_movable_recep"

// typeOf guesses the type of a game from its folder's name.
func typeOf(folder string) string {
	prefix, _, _ := strings.Cut(folder, "-")
	for _, t := range append(Types(), movable) {
		if t == prefix {
			return t
		}
	}
	return ""
}

// compare orders games: by split as in [Splits], those without a split last,
// then by ID.
func compare(a, b *Game) int {
	return cmp.Or(cmp.Compare(splitRank(a.Split), splitRank(b.Split)), cmp.Compare(a.ID, b.ID))
}
