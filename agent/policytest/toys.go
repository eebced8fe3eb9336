package policytest

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"

	"stepgym/envs"
)

// Bandit is a game of one step: of six things one is what the goal asks for,
// and taking it gives 1. Taking blindly succeeds one time in six.
func Bandit() envs.Env {
	return &toy{name: "bandit", maxTurns: 1, start: func(t *toyTask) envs.Episode { return &bandit{task: t} }}
}

// Boxes is a game of memory: three boxes, of which one holds what the goal asks
// for. What a box holds is seen only while it is open, and a box can be claimed
// only from the hall. Claiming the right one gives 1; claiming blindly succeeds
// one time in three.
func Boxes() envs.Env {
	return &toy{name: "boxes", maxTurns: 8, start: func(t *toyTask) envs.Episode { return &boxes{task: t, at: -1} }}
}

var (
	toyColors = []string{"red", "green", "blue", "white", "black", "amber", "olive", "coral"}
	toyShapes = []string{"cube", "ball", "cone", "ring", "disc", "star"}
)

// toySplits are the splits with their first task and the number of tasks.
var toySplits = map[string][2]int{"train": {0, 200}, "dev": {1000, 50}, "test": {2000, 50}, "all": {0, 200}}

// A toy is an Env whose tasks are numbers.
type toy struct {
	name     string
	maxTurns int
	start    func(t *toyTask) envs.Episode
}

// A toyTask is a thing that is wanted and things that are there; wanted is
// things[right].
type toyTask struct {
	things []string
	right  int
}

func newToyTask(n, things int) *toyTask {
	rng := rand.New(rand.NewPCG(uint64(n), 7))
	t := &toyTask{right: rng.IntN(things)}
	for _, i := range rng.Perm(len(toyColors) * len(toyShapes))[:things] {
		t.things = append(t.things, toyColors[i%len(toyColors)]+" "+toyShapes[i/len(toyColors)])
	}
	return t
}

func (e *toy) Spec() envs.Spec {
	return envs.Spec{Name: e.name, Version: 1, MaxTurns: e.maxTurns, RewardMax: 1, Splits: []string{"train", "dev", "test", "all"}}
}

func (e *toy) things() int {
	if e.name == "bandit" {
		return 6
	}
	return 3
}

func (e *toy) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		s, ok := toySplits[split]
		if !ok {
			yield(envs.Task{}, fmt.Errorf("%s: split %q: %w", e.name, split, envs.ErrNoSplit))
			return
		}
		for i := s[0]; i < s[0]+s[1]; i++ {
			t := newToyTask(i, e.things())
			task := envs.Task{ID: fmt.Sprintf("toy:%d", i), Goal: "I want the " + t.things[t.right] + ", please"}
			if !yield(task, nil) {
				return
			}
		}
	}
}

func (e *toy) Reset(ctx context.Context, task envs.Task, _ uint64) (envs.Episode, error) {
	n := 0
	if _, err := fmt.Sscanf(task.ID, "toy:%d", &n); err != nil {
		return nil, fmt.Errorf("%s: task %q: %w", e.name, task.ID, envs.ErrNoTask)
	}
	return e.start(newToyTask(n, e.things())), ctx.Err()
}

func (e *toy) Close() error { return nil }

func message(text string) []envs.Message { return []envs.Message{{Role: "user", Content: text}} }

// bandit is an episode of Bandit.
type bandit struct {
	task         *toyTask
	done, closed bool
}

func (b *bandit) Observation() envs.Observation {
	o := envs.Observation{Messages: message("Take one."), Place: "shelf", Anchor: "shelf", StateKey: "shelf"}
	if b.done {
		o.StateKey = "end"
		return o
	}
	for i, thing := range b.task.things {
		o.Admissible = append(o.Admissible, &envs.Choice{Action: envs.Action{Text: fmt.Sprintf("take %d", i)}, Kind: "take", Desc: "a " + thing})
	}
	return o
}

func (b *bandit) Step(_ context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case b.closed:
		return envs.Result{}, envs.ErrClosed
	case b.done:
		return envs.Result{}, envs.ErrDone
	}
	b.done = true
	if a.Text == fmt.Sprintf("take %d", b.task.right) {
		return envs.Result{Reward: 1, Terminated: true, Success: true}, nil
	}
	return envs.Result{Terminated: true}, nil
}

func (b *bandit) Close() error { b.closed = true; return nil }

// boxes is an episode of Boxes.
type boxes struct {
	task         *toyTask
	at           int // the open box, -1 for the hall
	turn         int
	done, closed bool
}

func (b *boxes) Observation() envs.Observation {
	if b.done {
		return envs.Observation{Messages: message("The end."), Place: "end", Anchor: "end", StateKey: "end"}
	}
	if b.at >= 0 {
		text := "The box holds a " + b.task.things[b.at] + "."
		return envs.Observation{Messages: message(text), Place: "box", Focus: boxName(b.at), Body: text, Anchor: text, StateKey: boxName(b.at),
			Admissible: []*envs.Choice{{Action: envs.Action{Text: "back"}, Kind: "back"}}}
	}
	o := envs.Observation{Messages: message("There are boxes."), Place: "hall", Anchor: "hall", StateKey: "hall"}
	for i := range b.task.things {
		o.Admissible = append(o.Admissible,
			&envs.Choice{Action: envs.Action{Text: "open " + boxName(i)}, Kind: "open", Ref: boxName(i)},
			&envs.Choice{Action: envs.Action{Text: "claim " + boxName(i)}, Kind: "claim", Ref: boxName(i)})
	}
	return o
}

func boxName(i int) string { return "box " + string(rune('A'+i)) }

func (b *boxes) Step(_ context.Context, a envs.Action) (r envs.Result, err error) {
	switch {
	case b.closed:
		return r, envs.ErrClosed
	case b.done:
		return r, envs.ErrDone
	}
	b.turn++
	verb, name, _ := strings.Cut(a.Text, " ")
	box := -1
	for i := range b.task.things {
		if boxName(i) == name {
			box = i
		}
	}
	switch {
	case b.at >= 0 && verb == "back":
		b.at = -1
	case b.at < 0 && verb == "open" && box >= 0:
		b.at = box
	case b.at < 0 && verb == "claim" && box >= 0:
		b.done, r.Terminated = true, true
		if box == b.task.right {
			r.Reward, r.Success = 1, true
		}
	default:
		r.Invalid = true
	}
	if !b.done && b.turn >= 8 {
		b.done, r.Truncated = true, true
	}
	return r, nil
}

func (b *boxes) Close() error { b.closed = true; return nil }
