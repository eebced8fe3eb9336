package session

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"
	"sync"

	"stepgym/envs"
)

// world is an environment that is served, with its tasks by number and what is
// counted of it.
type world struct {
	name  string
	env   envs.Env
	spec  envs.Spec
	turns int          // limit of an episode, 0 if the environment's own is the first
	seed  maphash.Seed // of the hashes of step IDs, which never leave the process
	stats counters

	mu     sync.Mutex // guards what follows
	splits map[string][]envs.Task
	where  map[string]taskAt // by ID, once it was needed
}

// taskAt is the place of a task in a split.
type taskAt struct {
	split string
	index int
}

func newWorld(name string, env envs.Env, o *Options) *world {
	w := &world{name: name, env: env, spec: env.Spec(), seed: maphash.MakeSeed(), splits: map[string][]envs.Task{}}
	switch limit := w.spec.MaxTurns; {
	case o.MaxTurns > 0 && (limit <= 0 || o.MaxTurns < limit):
		w.turns = o.MaxTurns
	case limit <= 0:
		w.turns = turnLimit
	}
	return w
}

// tasks returns the tasks of a split, for reading only.
func (w *world) tasks(split string) ([]envs.Task, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.read(split)
}

// read reads a split once. The caller holds w.mu.
func (w *world) read(split string) ([]envs.Task, error) {
	if ts, ok := w.splits[split]; ok {
		return ts, nil
	}
	ts := []envs.Task{}
	for t, err := range w.env.Tasks(split) {
		if err != nil {
			return nil, resetError(w.name, err)
		}
		ts = append(ts, t)
	}
	ts = slices.Clip(ts)
	w.splits[split] = ts
	return ts, nil
}

// find returns the task with an ID and the split that lists it first. An
// environment may know tasks that no split lists.
func (w *world) find(id string) (envs.Task, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.where == nil {
		w.where = map[string]taskAt{}
		for _, split := range w.spec.Splits {
			if split == "all" && len(w.spec.Splits) > 1 {
				continue // the others together
			}
			ts, err := w.read(split)
			if err != nil {
				continue // what is wrong with it is said to who asks for it
			}
			for i, t := range ts {
				if _, ok := w.where[t.ID]; !ok {
					w.where[t.ID] = taskAt{split, i}
				}
			}
		}
	}
	if at, ok := w.where[id]; ok {
		return w.splits[at.split][at.index], at.split
	}
	return envs.Task{ID: id}, ""
}

// Start says which episode a session plays next: the task with the ID Task; or
// the task at Index of Split; or, with neither, the task of Split that the seed
// picks. The zero value is a task of the training split drawn from the server's
// own sequence.
type Start struct {
	Env   string // the session's environment if empty
	Task  string
	Split string // default "train", or the environment's first
	Index *int   // from 0

	// Seed is given to the environment. Without it the seed is 0 for a task
	// that is named, so that equal requests start equal episodes, and drawn for
	// one that is not.
	Seed *uint64

	MaxTurns int    // truncates earlier than the server's limit; 0 leaves it there
	Client   string // the caller's own name for the episode; written into the trajectory
}

// pick returns the task and seed that s asks for. draw makes a seed.
func (w *world) pick(s *Start, draw func() uint64) (task envs.Task, split string, seed uint64, err error) {
	if s.MaxTurns < 0 {
		return task, "", 0, fault(CodeInvalid, "max_turns is %d, want at least 0", s.MaxTurns)
	}
	if s.Seed != nil {
		seed = *s.Seed
	}
	if s.Task != "" {
		if s.Index != nil {
			return task, "", 0, fault(CodeInvalid, "task %q and index %d are both given: give one", s.Task, *s.Index)
		}
		task, split = w.find(s.Task)
		return task, split, seed, nil
	}
	if split = s.Split; split == "" {
		split = w.defaultSplit()
	}
	ts, err := w.tasks(split)
	switch {
	case err != nil:
		return task, "", 0, err
	case len(ts) == 0:
		return task, "", 0, fault(CodeNoTask, "%s: split %q has no tasks", w.name, split)
	case s.Index == nil:
		if s.Seed == nil {
			seed = draw()
		}
		return ts[mix(seed)%uint64(len(ts))], split, seed, nil
	case *s.Index < 0 || *s.Index >= len(ts):
		return task, "", 0, fault(CodeNoTask, "%s: index %d of split %q, which has %d tasks", w.name, *s.Index, split, len(ts))
	}
	return ts[*s.Index], split, seed, nil
}

func (w *world) defaultSplit() string {
	if slices.Contains(w.spec.Splits, "train") || len(w.spec.Splits) == 0 {
		return "train"
	}
	return w.spec.Splits[0]
}

// reset starts an episode. A panic of the environment is an error.
func (w *world) reset(ctx context.Context, task envs.Task, seed uint64) (ep envs.Episode, err error) {
	defer func() {
		if p := recover(); p != nil {
			ep, err = nil, fmt.Errorf("reset panicked: %v", p)
		}
	}()
	w.stats.resets.Add(1)
	return w.env.Reset(ctx, task, seed)
}

// step takes a step and looks at what came of it. A panic is an error.
func step(ctx context.Context, ep envs.Episode, a envs.Action, out *Answer) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("step panicked: %v", p)
		}
	}()
	if out.Result, err = ep.Step(ctx, a); err == nil {
		out.Observation = ep.Observation()
	}
	return err
}

// observe looks at an episode. A panic is an error.
func observe(ep envs.Episode) (o envs.Observation, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("observation panicked: %v", p)
		}
	}()
	return ep.Observation(), nil
}

// closeEpisode releases an episode, however broken it is.
func closeEpisode(ep envs.Episode) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(err, fmt.Errorf("close panicked: %v", p))
		}
	}()
	return ep.Close()
}

// mix is one step of splitmix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
