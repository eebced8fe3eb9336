package bfcl

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"stepgym/envs"
)

// Env is the multi-turn entries as an environment. It implements [envs.Env] and
// [envs.Restorer].
type Env struct {
	config Config
	data   *Dataset
	judge  *Judge
	tools  map[*Entry]*tools
	family map[*Entry]string
	menus  map[*Entry]*menu // nil unless Config.Guided
	most   int              // turns of the longest entry
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
	d, err := Load(c.Data, c.Categories...)
	if err != nil {
		return nil, err
	}
	e := &Env{config: c, data: d, judge: NewJudge(c.Compat, c.Model), tools: map[*Entry]*tools{}}
	for _, entry := range d.Entries() {
		if e.tools[entry], err = d.tools(entry); err != nil {
			return nil, fmt.Errorf("bfcl: entry %s: %w", entry.ID, err)
		}
		e.most = max(e.most, len(entry.Question))
	}
	e.family = families(d.Entries())
	if c.Guided {
		if e.menus, err = e.newMenus(); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Dataset returns the entries that are played.
func (e *Env) Dataset() *Dataset { return e.data }

// Spec implements [envs.Env]. Functions differ from task to task: the first
// observation of an episode has them.
func (e *Env) Spec() envs.Spec {
	s := envs.Spec{
		Name: "bfcl", Version: 1, Splits: splits(), RewardMax: 1,
		MaxTurns: e.most * (e.config.StepLimit + 1),
	}
	if e.config.Guided {
		s.MaxTurns *= guidedSteps
	}
	return s
}

// Tasks implements [envs.Env]. Scenarios are in one of train, dev and test with
// all their variants, see families.
func (e *Env) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		if !isSplit(split) {
			yield(envs.Task{}, fmt.Errorf("bfcl: %w: %q; there are %s", envs.ErrNoSplit, split, strings.Join(splits(), ", ")))
			return
		}
		for _, entry := range e.data.Entries() {
			if split != splitAll && splitOf(e.family[entry], e.config.SplitSalt) != split {
				continue
			}
			if !yield(e.task(entry), nil) {
				return
			}
		}
	}
}

func (e *Env) task(entry *Entry) envs.Task {
	return envs.Task{ID: entry.ID, Goal: entry.opening(), Family: e.family[entry]}
}

// Reset implements [envs.Env]. There is no chance in an episode, so seed has no
// effect.
func (e *Env) Reset(ctx context.Context, task envs.Task, _ uint64) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ep, err := e.start(task.ID)
	if err != nil {
		return nil, err
	}
	return ep, nil
}

func (e *Env) start(id string) (*Episode, error) {
	entry := e.data.Entry(id)
	if entry == nil {
		return nil, fmt.Errorf("bfcl: %w: %q", envs.ErrNoTask, id)
	}
	t, err := e.judge.Try(entry)
	if err != nil {
		return nil, err
	}
	ep := &Episode{env: e, entry: entry, trial: t, sums: make([]stateSum, len(entry.Classes))}
	if e.config.Guided {
		ep.guide = newGuide(e.menus[entry], e.Spec().MaxTurns)
	}
	ep.openTurn()
	return ep, nil
}

// Close implements [envs.Env].
func (e *Env) Close() error { return nil }
