package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"

	"stepgym/agent"
	"stepgym/agent/choice"
	"stepgym/runner"
	"stepgym/traces"
)

// runConfig is all that a training run is made of. It is what run.json keeps
// under "config", and what "gym train --config run.json" repeats.
type runConfig struct {
	Env          string          `json:"env"`
	EnvConfig    json.RawMessage `json:"env_config,omitempty"`
	Policy       string          `json:"policy"`
	PolicyConfig choice.Config   `json:"policy_config"`
	Expert       string          `json:"expert,omitempty"` // who demonstrates in a warm start; "" for the environment's default
	Train        runner.Config   `json:"train"`
}

func defaultRunConfig() runConfig {
	return runConfig{
		Env: "webshop", Policy: "choice",
		PolicyConfig: choice.DefaultConfig(), Train: runner.DefaultConfig(),
	}
}

// configFor returns the settings that a run in an environment starts from: the
// defaults, and what docs/learning.md and docs/learning-alfworld.md measured to
// be better there.
func configFor(env string) runConfig {
	c := defaultRunConfig()
	c.Env = env
	if env == "alfworld" {
		p, t := &c.PolicyConfig, &c.Train
		p.Things, p.Novelty, p.Epochs = true, 3, 3
		p.Words, p.MinFamilies, p.Kinds, p.Places, p.Classes = 256, 3, 20, 5, 160
		p.Dropout, p.Masks = 0, 1
		p.LearnRate, p.LearnRateEnd, p.Entropy, p.EntropyEnd = 2e-3, 2e-4, 0.003, 0.001
		p.Value = 0.5
		t.Tasks, t.GroupSize, t.Sampler = 32, 4, runner.ByTask
		t.Credit, t.CreditParams, t.Gamma = "gae", json.RawMessage(`{"gamma":0.95,"lam":0.95}`), 0.95
	}
	return c
}

// usualResample is how often an iteration replaces uniform groups where nothing
// else is said: it is a part of dapo.
func usualResample(loss string) int {
	if loss == agent.LossDAPO {
		return 4
	}
	return 0
}

// trainDefaults are the settings of environments that differ from their own
// defaults when a policy is trained. Others win over them.
func trainDefaults(env string) map[string]json.RawMessage {
	switch env {
	case "webshop": // success alone is rewarded: partial scores teach to buy early
		return map[string]json.RawMessage{"reward": json.RawMessage(`"success"`)}
	}
	return nil
}

// parseRunConfig reads what --config of "gym train" names: the run.json of a
// run, the configuration inside one, or the configuration of an environment. An
// environment's configuration has no key "env", and the other two have one. What
// is not given is as configFor says of env or, if that is "", of the environment
// that the configuration names, and as usualResample says of the loss; a method of
// credit that is named without parameters has its own.
func parseRunConfig(raw json.RawMessage, env string) (runConfig, error) {
	c := configFor(cmp.Or(env, defaultRunConfig().Env))
	if raw == nil {
		return c, nil
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		return c, err
	}
	if inner, ok := keys["config"]; ok && keys["format"] != nil {
		return parseRunConfig(inner, env)
	}
	if keys["env"] == nil {
		c.EnvConfig = raw
		return c, nil
	}
	var named string
	if err := json.Unmarshal(keys["env"], &named); err != nil {
		return c, fmt.Errorf("run configuration: env: %w", err)
	}
	c = configFor(cmp.Or(env, named))
	var policy struct{ Loss struct{ Name string } }
	if err := json.Unmarshal([]byte(cmp.Or(string(keys["policy_config"]), "{}")), &policy); err == nil { // an error is found again below
		c.Train.Resample = usualResample(policy.Loss.Name)
	}
	var train struct{ Credit *string }
	if err := json.Unmarshal([]byte(cmp.Or(string(keys["train"]), "{}")), &train); err == nil && train.Credit != nil {
		c.Train.CreditParams = nil // they are of the method that is not taken
	}
	for key, base := range map[string]any{"policy_config": c.PolicyConfig, "train": c.Train} {
		if err := under(keys, key, base); err != nil {
			return c, fmt.Errorf("run configuration: %s: %w", key, err)
		}
	}
	raw, err := json.Marshal(keys)
	if err != nil {
		return c, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return c, fmt.Errorf("run configuration: %w", err)
	}
	return c, nil
}

// under puts the fields of base under those of the object keys[key], which may
// be missing.
func under(keys map[string]json.RawMessage, key string, base any) error {
	b, err := json.Marshal(base)
	if err != nil {
		return err
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(b, &fields); err != nil {
		return err
	}
	if keys[key] != nil {
		if err := json.Unmarshal(keys[key], &fields); err != nil {
			return err
		}
	}
	keys[key], err = json.Marshal(fields)
	return err
}

// configOf reads the configuration of the training run in a folder, which is all
// there and names an environment.
func configOf(run *traces.Run) (runConfig, error) {
	path, raw := filepath.Join(run.Dir(), "run.json"), run.Manifest().Config
	var keys struct {
		Env json.RawMessage `json:"env"`
	}
	if err := json.Unmarshal(raw, &keys); err != nil || keys.Env == nil {
		return runConfig{}, fmt.Errorf("%s: has no configuration of a training run", path)
	}
	c, err := parseRunConfig(raw, "")
	if err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// resolveEnv puts the training defaults under the environment's configuration.
func (c *runConfig) resolveEnv() error {
	under := trainDefaults(c.Env)
	if len(under) == 0 {
		return nil
	}
	given := map[string]json.RawMessage{}
	if c.EnvConfig != nil {
		if err := json.Unmarshal(c.EnvConfig, &given); err != nil {
			return fmt.Errorf("env_config: %w", err)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(under)) {
		if _, ok := given[key]; !ok {
			given[key] = under[key]
		}
	}
	b, err := json.Marshal(given)
	c.EnvConfig = b
	return err
}

// validate reports every fault at once.
func (c *runConfig) validate() error {
	var errs []error
	if c.Policy != "choice" {
		errs = append(errs, fmt.Errorf("policy %q does not learn: choice does", c.Policy))
	}
	return errors.Join(append(errs, c.PolicyConfig.Validate(), c.Train.Validate())...)
}
