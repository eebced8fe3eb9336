package webshop

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"strings"

	"stepgym/envs"
)

// Env is an open shop. It implements [envs.Env] and [envs.Restorer].
type Env struct {
	world *world
	close func() error
}

// Open opens the shop that a JSON configuration describes; see [Config] for the
// keys. It is an [envs.Opener].
func Open(ctx context.Context, raw json.RawMessage) (envs.Env, error) {
	c, err := ParseConfig(raw)
	if err != nil {
		return nil, &envs.ConfigError{Err: err}
	}
	e, err := OpenConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// OpenConfig opens the shop that c describes.
func OpenConfig(ctx context.Context, c Config) (*Env, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if c.Data == "" {
		return openEmbedded(c)
	}
	return openFolder(c)
}

// New makes an Env over a catalogue that the caller keeps open until the Env is
// closed. The parts of c that make a catalogue are not looked at.
func New(catalog *Catalog, c Config) (*Env, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	engine, err := newEngine(catalog)
	if err != nil {
		return nil, err
	}
	return &Env{world: newWorld(c, catalog, engine), close: func() error { return nil }}, nil
}

// Catalog returns the products and goals of the shop.
func (e *Env) Catalog() *Catalog { return e.world.catalog }

// Config returns the configuration that the shop was opened with.
func (e *Env) Config() Config { return e.world.config }

// Spec implements [envs.Env].
func (e *Env) Spec() envs.Spec {
	return envs.Spec{
		Name:      "webshop",
		Version:   1,
		MaxTurns:  e.world.config.MaxTurns,
		RewardMax: e.world.config.reward(1),
		Splits:    []string{"train", "dev", "test", "all"},
	}
}

// Tasks implements [envs.Env]. A task is a goal: its ID is "goal:" and the
// goal's number, its Family the group of products that the goal's belongs to.
func (e *Env) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		if !knownSplit(split) {
			yield(envs.Task{}, fmt.Errorf("webshop: %w: %q; there are train, dev, test and all", envs.ErrNoSplit, split))
			return
		}
		goals, err := e.world.catalog.Split(e.world.config.splitOptions(), split)
		if err != nil {
			yield(envs.Task{}, err)
			return
		}
		for _, i := range goals {
			task, err := e.task(int(i))
			if !yield(task, err) || err != nil {
				return
			}
		}
	}
}

func knownSplit(name string) bool {
	return name == "train" || name == "dev" || name == "test" || name == "all"
}

// taskData is Task.Data: what a person or an informed policy may want to know
// of a goal. Options of goals written by people have no names.
type taskData struct {
	ASIN       string      `json:"asin"`
	Category   string      `json:"category"`
	Query      string      `json:"query"`
	Attributes []string    `json:"attributes"`
	Options    [][2]string `json:"options"`
	PriceUpper float64     `json:"price_upper"`
	Human      bool        `json:"human,omitempty"`
	Weight     float64     `json:"weight"`
}

// task describes goal i.
func (e *Env) task(i int) (envs.Task, error) {
	g := e.world.catalog.Goal(i)
	d := taskData{
		ASIN: g.ASIN, Category: g.Category, Query: g.Query, Attributes: g.Attributes,
		Options: [][2]string{}, PriceUpper: g.PriceUpper, Human: g.Human, Weight: g.Weight,
	}
	for _, o := range g.Options {
		d.Options = append(d.Options, [2]string{o.Name, o.Value})
	}
	data, err := json.Marshal(d)
	if err != nil {
		return envs.Task{}, fmt.Errorf("webshop: goal %d: %w", i, err)
	}
	return envs.Task{
		ID:     "goal:" + strconv.Itoa(i),
		Goal:   strings.Clone(g.Instruction), // tasks may outlive the Env
		Family: strings.Clone(e.world.catalog.Family(i)),
		Data:   data,
	}, nil
}

// Reset implements [envs.Env]. The seed matters for random searches alone.
func (e *Env) Reset(ctx context.Context, task envs.Task, seed uint64) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	i, err := e.goalOf(task.ID)
	if err != nil {
		return nil, err
	}
	ep := &Episode{history: newHistory(e.world.config)}
	ep.session.start(e.world, e.world.catalog.Goal(i), seed)
	return ep, nil
}

// goalOf reads a task's ID.
func (e *Env) goalOf(id string) (int, error) {
	n := e.world.catalog.NumGoals()
	digits, ok := strings.CutPrefix(id, "goal:")
	i, err := strconv.Atoi(digits)
	if !ok || err != nil || i < 0 || i >= n || strconv.Itoa(i) != digits {
		return 0, fmt.Errorf("webshop: %w: %q; the tasks are goal:0 to goal:%d", envs.ErrNoTask, id, n-1)
	}
	return i, nil
}

// Close implements [envs.Env].
func (e *Env) Close() error { return e.close() }
