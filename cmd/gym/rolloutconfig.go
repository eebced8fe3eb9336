package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"stepgym/agent"
	"stepgym/agent/remote"
	"stepgym/envs"
	"stepgym/runner"
)

// rolloutConfig is all that a run of rollouts is made of: what run.json keeps
// under "config", and what "gym rollout --config run.json" repeats.
type rolloutConfig struct {
	Env        string           `json:"env"`
	EnvConfig  json.RawMessage  `json:"env_config,omitempty"`
	Agent      string           `json:"agent,omitempty"`      // agentOpenAI or a baseline; "" for the policy of Run
	Remote     *remote.Config   `json:"remote,omitempty"`     // of agentOpenAI
	Run        string           `json:"run,omitempty"`        // folder of a training run
	Checkpoint string           `json:"checkpoint,omitempty"` // of Run; "" for its best
	Plan       runner.GroupPlan `json:"plan"`
	Parallel   int              `json:"parallel"` // episodes at once; 0: see parallel
}

// manyParallel bounds the episodes that are open at once where no endpoint does.
const manyParallel = 256

// parallel returns the number of episodes to play at once. Of an endpoint it is
// that of its requests: more episodes would wait, and end later.
func (c *rolloutConfig) parallel() int {
	switch {
	case c.Parallel > 0:
		return c.Parallel
	case c.Remote != nil:
		return c.Remote.Concurrency
	}
	return manyParallel
}

func defaultRolloutConfig() rolloutConfig {
	return rolloutConfig{
		Env:  "webshop",
		Plan: runner.GroupPlan{Split: "train", Sampler: runner.ByFamily, Groups: 8, GroupSize: 8, Seed: 1, Full: true},
	}
}

// validate reports every fault at once.
func (c *rolloutConfig) validate() error {
	var errs []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	fault(c.Agent == "" && c.Run == "", "say who plays: --agent openai, a baseline, or --run FOLDER")
	fault(c.Run == "" && c.Checkpoint != "", "--checkpoint goes with --run")
	fault(c.Checkpoint != "" && c.Checkpoint != runner.CheckpointBest && c.Checkpoint != runner.CheckpointLast,
		"--checkpoint is %q, neither best nor last", c.Checkpoint)
	fault(c.Plan.Groups < 1 || c.Plan.GroupSize < 1, "%d groups of %d episodes: want at least 1 of each", c.Plan.Groups, c.Plan.GroupSize)
	fault(c.Plan.Sampler != runner.ByFamily && c.Plan.Sampler != runner.ByTask, "--sampler is %q, neither %s nor %s", c.Plan.Sampler, runner.ByFamily, runner.ByTask)
	fault(c.Plan.MaxTurns < 0, "--max-turns is %d, below 0", c.Plan.MaxTurns)
	fault(c.Parallel < 0, "--parallel is %d, below 0", c.Parallel)
	if c.Remote != nil {
		errs = append(errs, c.Remote.Validate())
	}
	return errors.Join(errs...)
}

// parseRolloutConfig reads what --config names: the run.json of a run of
// rollouts, the configuration inside one, or that of an environment, which has no
// key "env".
func parseRolloutConfig(raw json.RawMessage) (rolloutConfig, error) {
	c := defaultRolloutConfig()
	if raw == nil {
		return c, nil
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return c, err
	}
	if inner, ok := keys["config"]; ok && keys["format"] != nil {
		return parseRolloutConfig(inner)
	}
	if keys["env"] == nil {
		c.EnvConfig = raw
		return c, nil
	}
	if keys["remote"] != nil {
		d := remote.DefaultConfig()
		c.Remote = &d
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("configuration of rollouts: %w", err)
	}
	return c, nil
}

// policy makes the agent. That of an endpoint is asked what it can do.
func (c *rolloutConfig) policy(cmd *cobra.Command, env envs.Env) (agent.Policy, error) {
	switch {
	case c.Run != "":
		t, err := openTrained(c.Run, c.Checkpoint)
		if err != nil {
			return nil, err
		}
		return t.load("")
	case c.Agent == agentOpenAI:
		p, err := remote.New(env.Spec(), *c.Remote)
		if err != nil {
			return nil, misused(err)
		}
		if err := probe(cmd, p); err != nil {
			return nil, errors.Join(err, p.Close())
		}
		return p, nil
	}
	return newScripted(c.Agent, env)
}
