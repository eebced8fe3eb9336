package bfcl

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api"
	"stepgym/envs/toolcall/py"
)

// Message is a message of a conversation.
type Message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Entry is one multi-turn problem. It is read-only and shared.
type Entry struct {
	ID       string
	Category string      // "multi_turn_base"
	Question [][]Message // a turn is the user's messages; none where functions are revealed
	Classes  []string    // in the order in which their functions are listed

	// Missed are the functions that are missing at first, by the turn that
	// reveals them.
	Missed map[int][]string

	// Truth are the calls of the ground truth, a list a turn; a turn without
	// calls is one that cannot be answered by calls yet.
	Truth [][]string

	kit     *toolcall.Kit
	initial json.RawMessage // an object: class -> scenario
	loads   []api.Class
	long    *py.Dict // literals of long_context; nil in the other categories

	once       sync.Once // for what follows
	prototypes []toolcall.State
	loadError  error
}

// Scenario is the number that the variants of one problem share: entries of
// all four categories with one number are one scenario.
func (e *Entry) Scenario() string { return e.ID[strings.LastIndexByte(e.ID, '_')+1:] }

// Judged is the number of turns that are judged: those whose ground truth has
// calls.
func (e *Entry) Judged() int {
	n := 0
	for _, calls := range e.Truth {
		if len(calls) > 0 {
			n++
		}
	}
	return n
}

// entryLine is an entry in the file.
type entryLine struct {
	ID       string              `json:"id"`
	Question [][]Message         `json:"question"`
	Initial  json.RawMessage     `json:"initial_config"`
	Classes  []string            `json:"involved_classes"`
	Missed   map[string][]string `json:"missed_function"`
}

type truthLine struct {
	ID    string     `json:"id"`
	Truth [][]string `json:"ground_truth"`
}

// start returns the states that every episode of the entry starts from.
func (e *Entry) start() ([]toolcall.State, error) {
	e.once.Do(func() {
		e.prototypes, e.loadError = e.load()
	})
	return e.prototypes, e.loadError
}

func (e *Entry) load() ([]toolcall.State, error) {
	initial, err := dict(e.initial, "initial_config")
	if err != nil {
		return nil, fmt.Errorf("bfcl: entry %s: %w", e.ID, err)
	}
	states := make([]toolcall.State, len(e.loads))
	for i, c := range e.loads {
		if states[i], err = e.loadClass(c, e.Classes[i], initial); err != nil {
			return nil, err
		}
	}
	return states, nil
}

func (e *Entry) loadClass(c api.Class, name string, initial *py.Dict) (s toolcall.State, err error) {
	scenario := py.NewDict(nil, 0)
	if v, ok := initial.GetStr(name); ok {
		if scenario, ok = v.(*py.Dict); !ok {
			return nil, fmt.Errorf("bfcl: entry %s: initial_config of %s is of type %s, not an object", e.ID, name, v.Type())
		}
	}
	_, raised := py.Try(func() py.Value {
		s = c.Load(scenario, e.long)
		return nil
	})
	if raised != nil {
		return nil, fmt.Errorf("bfcl: entry %s: initial_config of %s: %w", e.ID, name, raised)
	}
	return s, nil
}

// New starts an executor for one episode.
func (e *Entry) New() (*toolcall.Executor, error) {
	states, err := e.start()
	if err != nil {
		return nil, err
	}
	return e.kit.New(states), nil
}

// check reports what is wrong with an entry as it was read.
func (e *Entry) check() error {
	switch {
	case e.ID == "":
		return errors.New("the entry has no id")
	case len(e.Question) == 0:
		return fmt.Errorf("entry %s: it has no question", e.ID)
	case len(e.Classes) == 0:
		return fmt.Errorf("entry %s: it involves no class", e.ID)
	}
	for turn := range e.Missed {
		if turn < 0 || turn >= len(e.Question) {
			return fmt.Errorf("entry %s: missed_function names turn %d of %d", e.ID, turn, len(e.Question))
		}
	}
	return nil
}
