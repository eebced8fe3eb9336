package games

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Names of the files of a trial's folder.
const (
	gameFile = "game.tw-pddl"
	trajFile = "traj_data.json"
)

// gameText is game.tw-pddl. Its walkthrough, null or missing in the published
// files, is not needed.
type gameText struct {
	Domain   string          `json:"pddl_domain"`
	Grammar  string          `json:"grammar"`
	Problem  string          `json:"pddl_problem"`
	Solvable json.RawMessage `json:"solvable"` // true, false or null
}

// solvable reports whether the file says that the game can be won.
func (t *gameText) solvable() bool { return string(t.Solvable) == "true" }

// traj is what is read of traj_data.json.
type traj struct {
	Type   string `json:"task_type"`
	Params Params `json:"pddl_params"`
	Turk   struct {
		Anns []struct {
			Desc string `json:"task_desc"`
		} `json:"anns"`
	} `json:"turk_annotations"`
}

// parseGame reads the text of a game.tw-pddl.
func parseGame(b []byte) (*gameText, error) {
	var t gameText
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, jsonError(err)
	}
	var faults []error
	for _, m := range []struct{ key, value string }{{"pddl_domain", t.Domain}, {"grammar", t.Grammar}, {problemKey, t.Problem}} {
		if m.value == "" {
			faults = append(faults, fmt.Errorf("has no %q", m.key))
		}
	}
	return &t, errors.Join(faults...)
}

// parseTraj reads the text of a traj_data.json.
func parseTraj(b []byte) (*traj, error) {
	var t traj
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, jsonError(err)
	}
	return &t, nil
}

// trial is a game as read from its files, before it has a pair.
type trial struct {
	game            *Game
	domain, grammar File // the grammar without its sentence
}

// readTrial reads a game file and the traj_data.json beside it. Where that is
// missing, the folder's name tells the type of the task. Only with strict is
// a game that does not say that it is solvable left out, as nil.
func readTrial(root, rel string, strict bool) (*trial, error) {
	path := filepath.Join(root, filepath.FromSlash(rel))
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("alfworld: %w", err)
	}
	text, err := parseGame(b)
	if err != nil {
		return nil, fmt.Errorf("alfworld: %s: %w", path, err)
	}
	if strict && !text.solvable() {
		return nil, nil
	}
	g := &Game{Source: path, Problem: Compress([]byte(text.Problem))}
	g.ID, g.Split = place(root, filepath.ToSlash(filepath.Dir(rel)))
	if base := filepath.Base(rel); base != gameFile { // several may lie in a folder
		g.ID += "/" + base
	}
	t := &trial{game: g, domain: File{path + ": pddl_domain", text.Domain}, grammar: File{Source: path + ": grammar"}}
	t.grammar.Text, g.Task = cutSentence(text.Grammar)
	trajPath := filepath.Join(filepath.Dir(path), trajFile)
	b, err = os.ReadFile(trajPath)
	if errors.Is(err, fs.ErrNotExist) {
		g.Type = typeOf(g.Folder())
		return t, nil
	}
	if err != nil {
		return nil, fmt.Errorf("alfworld: %w", err)
	}
	data, err := parseTraj(b)
	if err != nil {
		return nil, fmt.Errorf("alfworld: %s: %w", trajPath, err)
	}
	g.Type, g.Params = data.Type, data.Params
	for _, a := range data.Turk.Anns {
		g.Human = append(g.Human, a.Desc)
	}
	return t, nil
}
