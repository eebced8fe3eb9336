package alfworld

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"stepgym/envs"
	"stepgym/envs/alfworld/games"
)

// taskData is Task.Data: what a person or an informed policy may want to know
// of a game. Names are those of classes, "Mug".
type taskData struct {
	Type       string `json:"type"`
	Object     string `json:"object"`
	Receptacle string `json:"receptacle,omitempty"`
	Toggle     string `json:"toggle,omitempty"`
	Movable    string `json:"movable,omitempty"`
	Sliced     bool   `json:"sliced,omitempty"`
	Scene      string `json:"scene"` // the number of the floor plan
	Split      string `json:"split,omitempty"`
}

// saying is a game and the sentence that asks for it.
type saying struct {
	game *games.Game
	n    int // number of the human sentence from 1; 0 for the original's
}

// sayings returns the tasks that a game is.
func (e *Env) sayings(g *games.Game) []saying {
	if e.config.Goals != GoalsHuman || len(g.Human) == 0 {
		return []saying{{g, 0}}
	}
	list := make([]saying, len(g.Human))
	for i := range list {
		list[i] = saying{g, i + 1}
	}
	return list
}

// id returns the task's ID.
func (s saying) id() string {
	if s.n == 0 {
		return s.game.ID
	}
	return s.game.ID + "#" + strconv.Itoa(s.n)
}

// sentence returns the words that ask for the task, as they are shown after
// "Your task is to: ". Those of people end in a full stop as the original's do.
func (s saying) sentence() string {
	if s.n == 0 {
		return s.game.Task
	}
	text := strings.Join(strings.Fields(s.game.Human[s.n-1]), " ")
	if text == "" || strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}

// task describes a task. Its family is the trial's folder with the split in
// front: "valid_seen/pick_and_place_simple-Mug-None-Desk-301". The published
// valid_seen and valid_train ask for tasks that train has too, in the same
// rooms with things in other places, so that the folder alone would be in two
// splits.
func (s saying) task() (envs.Task, error) {
	g := s.game
	data, err := json.Marshal(taskData{
		Type: g.Type, Object: g.Params.Object, Receptacle: g.Params.Receptacle, Toggle: g.Params.Toggle,
		Movable: g.Params.Movable, Sliced: g.Params.Sliced, Scene: g.Scene(), Split: g.Split,
	})
	if err != nil {
		return envs.Task{}, fmt.Errorf("alfworld: task %s: %w", s.id(), err)
	}
	family := g.Folder()
	if g.Split != "" {
		family = g.Split + "/" + family
	}
	return envs.Task{ID: s.id(), Goal: s.sentence(), Family: family, Data: data}, nil
}

// find returns the task with an ID, or with another name that [games.Set.Find]
// takes. Without a "#" it is the first one of its game.
func (e *Env) find(ctx context.Context, id string) (saying, error) {
	name, number, numbered := id, "", false
	if at := strings.LastIndexByte(id, '#'); at >= 0 && e.config.Goals == GoalsHuman {
		name, number, numbered = id[:at], id[at+1:], true
	}
	g, err := e.set.Find(ctx, name)
	if u, ok := errors.AsType[*games.UnknownError](err); ok {
		return saying{}, fmt.Errorf("alfworld: %w: %q; %s", envs.ErrNoTask, u.Name, u.Reason)
	}
	if err != nil {
		return saying{}, err
	}
	list := e.sayings(g)
	if !numbered {
		return list[0], nil
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || n > len(list) || strconv.Itoa(n) != number || list[0].n == 0 {
		return saying{}, fmt.Errorf("alfworld: %w: %q; the game has %d human sentences", envs.ErrNoTask, id, len(g.Human))
	}
	return list[n-1], nil
}
