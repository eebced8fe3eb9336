package main

import (
	"context"
	"encoding/json"
	"fmt"

	"stepgym/agent"
	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/envs/alfworld"
	"stepgym/envs/toolcall/bfcl"
	"stepgym/envs/webshop"
	"stepgym/traces"
	"stepgym/traces/viewer"
)

// classifiers say why episodes failed, by environment.
func classifiers() map[string]envs.Classifier {
	return map[string]envs.Classifier{
		"alfworld": alfworld.Failures{},
		"bfcl":     bfcl.Failures{},
		"webshop":  webshop.Failures{},
	}
}

// classifierOf returns the classifier for an envs.Spec.ID, nil if there is none.
func classifierOf(env string) envs.Classifier {
	c, ok := classifiers()[viewer.EnvName(env)]
	if !ok {
		return nil
	}
	return c
}

// replayWorlds is what the viewer is to know of our environments and baselines.
func replayWorlds() viewer.Worlds {
	return viewer.Worlds{
		Classifier: classifierOf,
		Open:       openRecorded,
		Players:    func(env string) []string { return scripted.Names(viewer.EnvName(env)) },
		Play:       playRecorded,
	}
}

// openRecorded opens an environment with the configuration that a run had for
// it. Folders in it are meant as they were: from where the run was started.
func openRecorded(ctx context.Context, m traces.Manifest, env string) (envs.Env, error) {
	name := viewer.EnvName(env)
	open, ok := openers()[name]
	if !ok {
		return nil, fmt.Errorf("this program has no environment %q", name)
	}
	e, err := open(ctx, recordedConfig(m.Config, name))
	if err != nil {
		return nil, err
	}
	if id := e.Spec().ID(); id != env {
		return nil, fmt.Errorf("this program has %s, the run was made with %s", id, env)
	}
	return e, nil
}

// recordedConfig finds the configuration of an environment in that of a run of
// "gym train", "rollout" or "serve". Without one the environment's defaults are
// what the run had.
func recordedConfig(config json.RawMessage, name string) json.RawMessage {
	var c struct {
		Env       string          `json:"env"`
		EnvConfig json.RawMessage `json:"env_config"`
		Envs      []servedEnv     `json:"envs"`
	}
	if json.Unmarshal(config, &c) != nil {
		return nil
	}
	for _, e := range c.Envs {
		if e.Name == name {
			return e.Config
		}
	}
	if c.Env == name {
		return c.EnvConfig
	}
	return nil
}

// playRecorded starts a baseline on an episode.
func playRecorded(env envs.Env, name string, task envs.Task, seed uint64, ep envs.Episode) (viewer.Player, error) {
	policy, err := newScripted(name, env)
	if err != nil {
		return nil, err
	}
	player, err := policy.Play(task, seed, false)
	if err != nil {
		return nil, err
	}
	if hinted, ok := player.(agent.Hinted); ok {
		if hinter, ok := ep.(envs.Hinter); ok {
			hinted.TakeHints(hinter)
		}
	}
	return baseline{player}, nil
}

// baseline is a player as the viewer knows them. Baselines hold nothing that
// their policy would have to be kept for.
type baseline struct{ agent.Player }

// Act implements viewer.Player.
func (b baseline) Act(ctx context.Context, o envs.Observation) (viewer.Decision, error) {
	d, err := b.Player.Act(ctx, o)
	return viewer.Decision{
		Action: d.Action, LogProb: d.LogProb, Entropy: d.Entropy, Value: d.Value,
		Options: d.Options, Probs: d.Probs, Tokens: d.Tokens, Raw: d.Raw,
	}, err
}
