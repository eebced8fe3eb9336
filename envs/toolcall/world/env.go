package world

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
)

// Env is a world with its tasks. It implements [envs.Env] and [envs.Restorer].
type Env[T any] struct {
	config Config[T]
	spec   envs.Spec
	tools  map[string]*made
	splits map[string][]*task[T]
	byID   map[string]*task[T]
	print  uint64 // hash of what a snapshot must find again
}

// task is a task and what its episodes begin with.
type task[T any] struct {
	Task[T]
	first []envs.Message
	key   string // of Start
}

// New makes an environment. All that is wrong with the configuration is
// reported at once.
func New[T any](c Config[T]) (*Env[T], error) {
	c = c.defaults()
	e := &Env[T]{config: c, tools: map[string]*made{}, splits: map[string][]*task[T]{}, byID: map[string]*task[T]{}}
	e.spec = envs.Spec{Name: c.Name, Version: c.Version, MaxTurns: c.MaxTurns, RewardMin: c.RewardMin, RewardMax: c.RewardMax, Talk: true}
	all := append(c.faults(), checkState[T](c.Key != nil)...)
	for _, t := range c.Tools {
		m, err := makeTool(t, reflect.TypeFor[*T]())
		if err == nil && e.tools[t.Name] != nil {
			err = fmt.Errorf("two tools are called %q", t.Name)
		}
		if err != nil {
			all = append(all, err)
			continue
		}
		e.tools[t.Name] = m
		e.spec.Tools = append(e.spec.Tools, envs.ToolSchema{Name: t.Name, Description: t.Doc, Params: m.schema})
	}
	families := map[string]string{}
	for _, split := range []struct {
		name  string
		tasks []Task[T]
	}{{"train", c.Train}, {"dev", c.Dev}, {"test", c.Test}} {
		if len(split.tasks) > 0 {
			e.spec.Splits = append(e.spec.Splits, split.name)
		}
		for _, t := range split.tasks {
			all = append(all, e.addTask(split.name, t, families)...)
		}
	}
	e.spec.Splits = append(e.spec.Splits, "all")
	if len(all) > 0 {
		return nil, fmt.Errorf("world: %s: %w", c.Name, errors.Join(all...))
	}
	spec, err := json.Marshal(e.spec)
	if err != nil {
		return nil, fmt.Errorf("world: %s: spec: %w", c.Name, err)
	}
	e.print = xxh3.Hash(spec)
	return e, nil
}

// addTask adds a task to a split and returns what is wrong with it. families
// tells the split that a family is in.
func (e *Env[T]) addTask(split string, given Task[T], families map[string]string) []error {
	t := &task[T]{Task: given}
	all := t.faults()
	if e.byID[t.ID] != nil {
		all = append(all, fmt.Errorf("task %q: another task has the same ID", t.ID))
	}
	if was, ok := families[t.Family]; ok && was != split && t.Family != "" {
		all = append(all, fmt.Errorf("task %q: its family %q is in %s and in %s", t.ID, t.Family, was, split))
	}
	families[t.Family] = split
	if e.config.System != "" {
		t.first = append(t.first, envs.Message{Role: "system", Content: e.config.System})
	}
	t.first = append(t.first, envs.Message{Role: "user", Content: t.Goal})
	t.first = slices.Clip(t.first)
	if t.Setup == nil && len(all) == 0 {
		if t.Start == nil {
			t.Start = new(T)
		}
		var err error
		if t.key, err = e.stateKey(t.Start); err != nil {
			all = append(all, fmt.Errorf("task %q: Start: %w", t.ID, err))
		}
	}
	e.byID[t.ID] = t
	e.splits[split] = append(e.splits[split], t)
	e.splits["all"] = append(e.splits["all"], t)
	return all
}

// stateKey names a state: see Config.Key.
func (e *Env[T]) stateKey(s *T) (string, error) {
	if e.config.Key != nil {
		return e.config.Key(s), nil
	}
	b, err := json.Marshal(s)
	return string(b), err
}

// Spec implements [envs.Env].
func (e *Env[T]) Spec() envs.Spec {
	s := e.spec
	s.Splits, s.Tools = slices.Clone(s.Splits), slices.Clone(s.Tools)
	return s
}

// Tasks implements [envs.Env].
func (e *Env[T]) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		if !slices.Contains(e.spec.Splits, split) {
			yield(envs.Task{}, fmt.Errorf("world: %s: split %q: %w", e.config.Name, split, envs.ErrNoSplit))
			return
		}
		for _, t := range e.splits[split] {
			if !yield(envs.Task{ID: t.ID, Goal: t.Goal, Family: t.Family}, nil) {
				return
			}
		}
	}
}

// Reset implements [envs.Env].
func (e *Env[T]) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ep, err := e.start(t.ID, seed)
	if err != nil {
		return nil, err
	}
	return ep.public(), nil
}

func (e *Env[T]) start(id string, seed uint64) (*Episode[T], error) {
	t := e.byID[id]
	if t == nil {
		return nil, fmt.Errorf("world: %s: task %q: %w", e.config.Name, id, envs.ErrNoTask)
	}
	ep := &Episode[T]{env: e, task: t, seed: seed, messages: t.first, key: t.key}
	if t.Setup == nil {
		ep.state = clone(t.Start)
		return ep, nil
	}
	var err error
	if ep.state = t.Setup(seed); ep.state == nil {
		return nil, fmt.Errorf("world: %s: task %q: Setup returned no state", e.config.Name, id)
	}
	if ep.key, err = e.stateKey(ep.state); err != nil {
		return nil, fmt.Errorf("world: %s: task %q: state: %w", e.config.Name, id, err)
	}
	return ep, nil
}

// Close implements [envs.Env].
func (e *Env[T]) Close() error { return nil }

// Opener returns the opener of a world for the table of a program. Its JSON
// configuration has one key, "max_turns", in place of Config.MaxTurns. config
// is called when the environment is opened.
func Opener[T any](config func() Config[T]) envs.Opener {
	return func(ctx context.Context, raw json.RawMessage) (envs.Env, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := config()
		given := struct {
			MaxTurns *int `json:"max_turns"`
		}{&c.MaxTurns}
		if len(bytes.TrimSpace(raw)) > 0 {
			d := json.NewDecoder(bytes.NewReader(raw))
			d.DisallowUnknownFields()
			err := d.Decode(&given)
			if _, more := d.Token(); err == nil && more != io.EOF {
				err = errors.New("something follows the object")
			}
			if err == nil && c.MaxTurns < 0 {
				err = errors.New("max_turns is negative")
			}
			if err != nil {
				return nil, &envs.ConfigError{Err: fmt.Errorf("world: %s: config: %w", c.Name, err)}
			}
		}
		e, err := New(c)
		if err != nil {
			return nil, err
		}
		return e, nil
	}
}
