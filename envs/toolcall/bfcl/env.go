package bfcl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"stepgym/envs"
)

// Env is entries of any categories as an environment. It implements [envs.Env]
// and [envs.Restorer].
type Env struct {
	config Config
	parts  []part
	multi  *multiTurn // one of parts, or nil
	tasks  []envs.Task
	owner  map[string]part // by the ID of a task
	tools  []envs.ToolSchema
	turns  int
}

// part is a group of categories whose entries are played in one way. It is
// read-only and shared.
type part interface {
	// tasks returns the tasks with their families, in the order of the data.
	tasks() []envs.Task

	// functions returns those of all tasks, as far as they can be told before a
	// task is known.
	functions() []envs.ToolSchema

	// split returns which of train, dev and test a task is in.
	split(t envs.Task) string

	// turns is the number of steps after which every episode has ended.
	turns() int

	// start starts an episode of a task, which is one of tasks.
	start(id string) (playable, error)

	// fingerprint is a hash of all that decides what happens in an episode of
	// a task: data and settings. A snapshot must find it again.
	fingerprint(id string) uint64
}

// playable is an episode that can do again what a snapshot says.
type playable interface {
	envs.Episode

	// replay does, from the start, what was done in an episode.
	replay(r record) error
}

// kind is a part that is not open.
type kind struct {
	categories []string
	open       func(s *source, c Config, categories []string) (part, error)
}

func kinds() []kind {
	return []kind{
		{Categories(), openMultiTurn},
		{SingleTurn(), openSingleTurn},
		{Memory(), openMemory},
	}
}

// Open opens the environment; it is an [envs.Opener]. See [Config] for the keys
// of its configuration, of which data is required.
func Open(_ context.Context, raw json.RawMessage) (envs.Env, error) {
	c, err := parseConfig(raw)
	if err != nil {
		return nil, &envs.ConfigError{Err: fmt.Errorf("bfcl: configuration: %w", err)}
	}
	return New(c)
}

// New opens the environment that c describes.
func New(c Config) (*Env, error) {
	if err := c.Validate(); err != nil {
		return nil, &envs.ConfigError{Err: fmt.Errorf("bfcl: configuration: %w", err)}
	}
	s, err := openSource(c.Data)
	if err != nil {
		return nil, err
	}
	e := &Env{config: c, owner: map[string]part{}}
	for _, k := range kinds() {
		if err = e.add(k, s); err != nil {
			break
		}
	}
	if err = errors.Join(err, s.close()); err != nil {
		return nil, err
	}
	return e, nil
}

// add opens a part for the categories of it that are configured.
func (e *Env) add(k kind, s *source) error {
	categories := both(e.config.Categories, k.categories)
	if len(categories) == 0 {
		return nil
	}
	p, err := k.open(s, e.config, categories)
	if err != nil {
		return err
	}
	if m, ok := p.(*multiTurn); ok {
		e.multi = m
	}
	e.parts = append(e.parts, p)
	e.turns = max(e.turns, p.turns())
	for _, t := range p.functions() {
		if !slices.ContainsFunc(e.tools, func(o envs.ToolSchema) bool { return o.Name == t.Name }) {
			e.tools = append(e.tools, t)
		}
	}
	for _, t := range p.tasks() {
		if e.owner[t.ID] != nil {
			return fmt.Errorf("bfcl: %s: two entries of id %s", s.name, t.ID)
		}
		e.owner[t.ID] = p
		e.tasks = append(e.tasks, t)
	}
	return nil
}

// Dataset returns the multi-turn entries that are played.
func (e *Env) Dataset() *Dataset {
	if e.multi == nil {
		return &Dataset{}
	}
	return e.multi.data
}

// Spec implements [envs.Env]. Its Tools are the functions of all multi-turn and
// memory entries; those of a task come with the first observation of an episode.
func (e *Env) Spec() envs.Spec {
	return envs.Spec{
		Name: "bfcl", Version: 1, Splits: splits(), RewardMax: 1,
		Talk: !e.config.Guided, Tools: e.tools, MaxTurns: e.turns,
	}
}

// Tasks implements [envs.Env]: multi-turn entries first, then single-turn ones,
// then questions to a memory. What is alike is in one of train, dev and test:
// see the parts' families.
func (e *Env) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		if !isSplit(split) {
			yield(envs.Task{}, fmt.Errorf("bfcl: %w: %q; there are %s", envs.ErrNoSplit, split, strings.Join(splits(), ", ")))
			return
		}
		for _, t := range e.tasks {
			if split != splitAll && e.owner[t.ID].split(t) != split {
				continue
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

// Reset implements [envs.Env]. There is no chance in an episode, so seed has no
// effect.
func (e *Env) Reset(ctx context.Context, task envs.Task, _ uint64) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	p := e.owner[task.ID]
	if p == nil {
		return nil, fmt.Errorf("bfcl: %w: %q", envs.ErrNoTask, task.ID)
	}
	ep, err := p.start(task.ID)
	if err != nil {
		return nil, err
	}
	return ep, nil
}

// Close implements [envs.Env].
func (e *Env) Close() error { return nil }
