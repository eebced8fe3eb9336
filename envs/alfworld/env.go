package alfworld

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"

	"stepgym/envs"
	"stepgym/envs/alfworld/games"
	"stepgym/envs/alfworld/house"
)

// Env is a set of games, ready to be played. It implements [envs.Env] and
// [envs.Restorer].
type Env struct {
	config Config
	set    *games.Set
	homes  *homes
	lists  *lists // nil where the engine's lists are shown as they are
	splits []string

	// The metrics of a step: "score" is 1 if the game is won, 0 if not. All
	// results share them.
	lost, won map[string]float64
}

// Open opens the games that a JSON configuration describes; see [Config] for
// the keys. It is an [envs.Opener].
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

// OpenConfig opens the games that c describes. A split is read when it is first
// asked for, so that its faults may come from Tasks or Reset.
func OpenConfig(ctx context.Context, c Config) (*Env, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	set, err := openGames(ctx, c)
	if err != nil {
		return nil, err
	}
	return New(ctx, set, c)
}

// openGames opens the folder or file, or generates games.
func openGames(ctx context.Context, c Config) (*games.Set, error) {
	var types []string
	if len(c.TaskTypes) > 0 {
		types = c.TaskTypes
	}
	if c.Data != "" {
		return games.Open(ctx, c.Data, games.Options{Types: types, Rules: house.Rules()})
	}
	if len(c.House.Types) == 0 {
		c.House.Types = types // so that there are as many games as are asked for
	}
	generator, err := house.New(c.House)
	if err != nil {
		return nil, &envs.ConfigError{Err: fmt.Errorf("alfworld: config: %w", err)}
	}
	all := generator.All()
	if types != nil {
		all = slices.DeleteFunc(all, func(g *games.Game) bool { return !slices.Contains(types, g.Type) })
	}
	return games.FromMemory(all), nil
}

// New makes an Env of games that were opened. What c says of where games come
// from is not looked at.
func New(ctx context.Context, set *games.Set, c Config) (*Env, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	e := &Env{config: c, set: set, homes: newHomes(c.CacheMB << 20)}
	e.lost, e.won = map[string]float64{"score": 0}, map[string]float64{"score": 1}
	if c.Friendly || !c.Help {
		e.lists = newLists()
	}
	var err error
	e.splits, err = e.splitNames(ctx)
	return e, err
}

// Games returns the games of the environment.
func (e *Env) Games() *games.Set { return e.set }

// Config returns the configuration that the environment was opened with.
func (e *Env) Config() Config { return e.config }

// Spec implements [envs.Env].
func (e *Env) Spec() envs.Spec {
	return envs.Spec{
		Name:      "alfworld",
		Version:   1,
		MaxTurns:  e.config.MaxTurns,
		RewardMax: e.config.reward(),
		Splits:    slices.Clone(e.splits),
	}
}

// Tasks implements [envs.Env]. A task is a game: its ID is the path of the
// game's folder from the split's name on. It reads the split if that was not
// done before.
func (e *Env) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		list, err := e.gamesOf(context.Background(), split)
		if err != nil {
			yield(envs.Task{}, err)
			return
		}
		for _, g := range list {
			for _, s := range e.sayings(g) {
				task, err := s.task()
				if !yield(task, err) || err != nil {
					return
				}
			}
		}
	}
}

// Reset implements [envs.Env]. The seed matters for the numbers of things, if
// they are drawn. A game is loaded when it is first played; a problem that
// cannot be is an error with the place in its file.
func (e *Env) Reset(ctx context.Context, task envs.Task, seed uint64) (envs.Episode, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	h, err := e.home(ctx, task.ID, seed)
	if err != nil {
		return nil, err
	}
	return newEpisode(e, h, seed), nil
}

// home returns the loaded game of a task.
func (e *Env) home(ctx context.Context, id string, seed uint64) (*home, error) {
	if !e.config.RandomizeNumbers {
		if h := e.homes.get(key{id, 0}); h != nil { // most often
			return h, nil
		}
	}
	s, err := e.find(ctx, id)
	if err != nil {
		return nil, err
	}
	k := key{s.id(), 0}
	shuffled := e.config.RandomizeNumbers && (s.game.Split == splitTrain || s.game.Split == "" && drawn(s.game) == splitTrain)
	if shuffled {
		k.seed = seed
	}
	h, err := e.homes.load(k, s, shuffled)
	if err != nil {
		return nil, fmt.Errorf("alfworld: load %s: %w", s.id(), err)
	}
	return h, nil
}

// Close implements [envs.Env].
func (e *Env) Close() error { return nil }
