package tau

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strconv"

	"stepgym/envs"
)

// Env is the tasks of some domains as an environment. It implements [envs.Env].
type Env struct {
	config Config
	tasks  []envs.Task
	played map[string]played // by the ID of a task
	splits []string
	tools  []envs.ToolSchema
}

// played is a task and where it is played.
type played struct {
	data  *Data
	task  *Task
	tools []envs.ToolSchema
}

// splitAll is the split of all tasks.
const splitAll = "all"

// Open opens the environment; it is an [envs.Opener]. See [Config] for the keys
// of its configuration, of which data is required.
func Open(_ context.Context, raw json.RawMessage) (envs.Env, error) {
	c, err := parseConfig(raw)
	if err != nil {
		return nil, &envs.ConfigError{Err: fmt.Errorf("tau: configuration: %w", err)}
	}
	return New(c)
}

// New opens the environment that c describes.
func New(c Config) (*Env, error) {
	if err := c.Validate(); err != nil {
		return nil, &envs.ConfigError{Err: fmt.Errorf("tau: configuration: %w", err)}
	}
	e := &Env{config: c, played: map[string]played{}}
	here := map[string]bool{}
	for _, name := range c.Domains {
		d, err := Load(c.Data, name)
		if err != nil {
			return nil, err
		}
		tools := schemas(d.Class())
		for _, t := range tools {
			if !slices.ContainsFunc(e.tools, func(o envs.ToolSchema) bool { return o.Name == t.Name }) {
				e.tools = append(e.tools, t)
			}
		}
		for _, split := range d.Splits() {
			here[split] = true
			for _, t := range d.Tasks(split) {
				id := name + "/" + split + "/" + strconv.Itoa(t.Index)
				e.played[id] = played{d, t, tools}
				e.tasks = append(e.tasks, envs.Task{ID: id, Goal: t.Instruction})
			}
		}
	}
	for _, split := range []string{"train", "dev", "test"} {
		if here[split] {
			e.splits = append(e.splits, split)
		}
	}
	e.splits = append(e.splits, splitAll)
	return e, nil
}

// Spec implements [envs.Env]. Its Tools are those of all domains; those of a
// task's come with the first observation of an episode.
func (e *Env) Spec() envs.Spec {
	return envs.Spec{
		Name: "tau", Version: 1, Splits: slices.Clone(e.splits), RewardMax: 1,
		Talk: true, Tools: e.tools, MaxTurns: e.config.MaxTurns,
	}
}

// Tasks implements [envs.Env]. The splits are the original's.
func (e *Env) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		if !slices.Contains(e.splits, split) {
			yield(envs.Task{}, fmt.Errorf("tau: %w: %q; there are %v", envs.ErrNoSplit, split, e.splits))
			return
		}
		for _, t := range e.tasks {
			if split != splitAll && e.played[t.ID].task.Split != split {
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
	p, ok := e.played[task.ID]
	if !ok {
		return nil, fmt.Errorf("tau: %w: %q", envs.ErrNoTask, task.ID)
	}
	ep := &Episode{env: e, played: p, session: p.data.Begin(p.task), tools: p.tools}
	if p.data.Wiki() != "" {
		ep.messages = append(ep.messages, envs.Message{Role: "system", Content: p.data.Wiki()})
	}
	ep.messages = append(ep.messages, envs.Message{Role: "user", Content: p.task.Instruction})
	return ep, nil
}

// Close implements [envs.Env].
func (e *Env) Close() error { return nil }
