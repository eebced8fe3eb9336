package house

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"stepgym/envs/alfworld/games"
	"stepgym/internal/atomicfile"
)

// Write writes all games of g into dir as the original keeps them: a folder
// <split>/<task>/<trial> each, with game.tw-pddl, traj_data.json and
// initial_state.pddl. Each game is proven solvable, and its shortest solution is
// the walkthrough of game.tw-pddl. Write calls progress, which may be nil, with
// the number of games written so far.
//
// A folder that exists and is not empty is an error that wraps [fs.ErrExist].
// The games are written beside dir and moved there at the end: after an error, or
// when the process is killed, there is no dir.
func Write(ctx context.Context, dir string, g *Generator, progress func(n int)) (err error) {
	if err := vacant(dir); err != nil {
		return fmt.Errorf("house: write %s: %w", dir, err)
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("house: write: %w", err)
	}
	above := filepath.Dir(dir)
	if err := os.MkdirAll(above, 0o777); err != nil {
		return fmt.Errorf("house: write: %w", err)
	}
	temp, err := os.MkdirTemp(above, "."+filepath.Base(dir)+".*.tmp")
	if err != nil {
		return fmt.Errorf("house: write: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	if err := writeAll(ctx, temp, g, progress); err != nil {
		return err
	}
	return publish(temp, dir)
}

// vacant reports an error if a path is more than an empty folder.
func vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(entries) > 0:
		return fmt.Errorf("%w and is not empty: name another folder", fs.ErrExist)
	}
	return nil
}

// publish gives the finished folder its name.
func publish(temp, dir string) error {
	err := os.Chmod(temp, 0o755) // MkdirTemp keeps others out
	if err == nil {
		err = os.Remove(dir) // it is empty if it is there
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.Rename(temp, dir)
	}
	if err == nil {
		err = atomicfile.SyncDir(filepath.Dir(dir))
	}
	if err != nil {
		return fmt.Errorf("house: write: %w", err)
	}
	return nil
}

func writeAll(ctx context.Context, dir string, g *Generator, progress func(n int)) error {
	p, err := NewProver()
	if err != nil {
		return err
	}
	n := 0
	for _, split := range games.Splits() {
		for i := range g.Count(split) {
			if err := ctx.Err(); err != nil {
				return err
			}
			game := g.Game(split, i)
			if err := writeGame(ctx, filepath.Join(dir, filepath.FromSlash(game.ID)), game, p); err != nil {
				return err
			}
			if n++; progress != nil {
				progress(n)
			}
		}
	}
	return nil
}

// writeGame writes the folder of one game.
func writeGame(ctx context.Context, dir string, g *games.Game, p *Prover) error {
	problem, err := g.Problem.Bytes()
	if err != nil {
		return err
	}
	solution, err := p.Prove(ctx, g)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return fmt.Errorf("house: write: %w", err)
	}
	files := []struct {
		name string
		data any
	}{
		{"game.tw-pddl", gameFile{
			Domain:      g.Pair.Domain.Text,
			Grammar:     strings.Replace(g.Pair.Grammar.Text, games.Unknown, g.Task, 1),
			Problem:     string(problem),
			Solvable:    true,
			Walkthrough: solution,
		}},
		{"traj_data.json", trajectory(g)},
		{"initial_state.pddl", problem},
	}
	for _, f := range files {
		b, ok := f.data.([]byte)
		if !ok {
			if b, err = encode(f.data); err != nil {
				return fmt.Errorf("house: write: %w", err)
			}
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), b, 0o666); err != nil {
			return fmt.Errorf("house: write: %w", err)
		}
	}
	return nil
}

// encode returns x as JSON, without the escapes that HTML needs.
func encode(x any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(x)
	return b.Bytes(), err
}

// gameFile is game.tw-pddl.
type gameFile struct {
	Domain      string   `json:"pddl_domain"`
	Grammar     string   `json:"grammar"`
	Problem     string   `json:"pddl_problem"`
	Solvable    bool     `json:"solvable"`
	Walkthrough []string `json:"walkthrough"`
}

// trajFile is traj_data.json. The original's has the steps of a robot, too.
type trajFile struct {
	ID     string       `json:"task_id"`
	Type   string       `json:"task_type"`
	Params games.Params `json:"pddl_params"`
	Scene  struct {
		Plan   string `json:"floor_plan"`
		Number int    `json:"scene_num"`
	} `json:"scene"`
	Turk struct {
		Anns []annotation `json:"anns"`
	} `json:"turk_annotations"`
	Plan struct {
		High []string `json:"high_pddl"`
		Low  []string `json:"low_actions"`
	} `json:"plan"`
}

// annotation is a person's way to ask for the task.
type annotation struct {
	Task  string   `json:"task_desc"`
	Steps []string `json:"high_descs"`
}

func trajectory(g *games.Game) *trajFile {
	t := &trajFile{ID: filepath.Base(filepath.FromSlash(g.ID)), Type: g.Type, Params: g.Params}
	t.Scene.Plan = "FloorPlan" + g.Scene()
	_, _ = fmt.Sscan(g.Scene(), &t.Scene.Number) // a number, as folder writes it
	t.Turk.Anns = []annotation{}
	for _, h := range g.Human {
		t.Turk.Anns = append(t.Turk.Anns, annotation{h, []string{}})
	}
	t.Plan.High, t.Plan.Low = []string{}, []string{}
	return t
}
