package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"stepgym/agent"
	"stepgym/agent/choice"
	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/runner"
	"stepgym/traces"
)

// knower is an environment that can say where things are in the tasks of a
// split: see scripted.Options.
type knower interface {
	Prior(split string) (map[string]map[string]float64, error)
}

// errPrior is wrapped where explorer+prior has nothing to go by.
var errPrior = errors.New("no games to learn from where things are")

// newScripted makes one of the baselines for an environment.
func newScripted(name string, env envs.Env) (agent.Policy, error) {
	o := scripted.Options{Env: env.Spec().Name, MaxTurns: env.Spec().MaxTurns}
	if k, ok := env.(knower); ok && name == "explorer+prior" {
		var err error
		if o.Prior, err = k.Prior("train"); err != nil {
			return nil, fmt.Errorf("%s: %w: %w", name, errPrior, err)
		}
	}
	p, err := scripted.New(name, o)
	if err != nil {
		return nil, misused(err)
	}
	return p, nil
}

// defaultExpert names the baseline that demonstrates in a warm start.
func defaultExpert(env string) string {
	switch env {
	case "webshop":
		return "reader"
	case "alfworld":
		return "explorer"
	}
	return "expert"
}

// newLearner makes the policy of a run, with weights as they are before
// training.
func newLearner(c runConfig, env envs.Env) (*choice.Policy, error) {
	p, err := choice.New(c.PolicyConfig)
	if err != nil {
		return nil, err
	}
	if err := p.Fit(env.Tasks(c.Train.Split)); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// trained is the policy of a run and what it was trained on.
type trained struct {
	config runConfig
	dir    string // of the checkpoint
}

// openTrained reads which policy the run in dir holds: its best checkpoint, or
// the one that is named.
func openTrained(dir, checkpoint string) (trained, error) {
	run, err := traces.Open(dir)
	if err != nil {
		return trained{}, runError(err)
	}
	c, err := configOf(run)
	if err != nil {
		return trained{}, err
	}
	if checkpoint == "" {
		checkpoint = runner.CheckpointBest
		if _, err := runner.ReadState(filepath.Join(dir, "checkpoints"), checkpoint); err != nil {
			checkpoint = runner.CheckpointLast
		}
	}
	return trained{c, run.Checkpoint(checkpoint)}, nil
}

// runError marks the name of a folder that is no run as the caller's mistake.
func runError(err error) error {
	if errors.Is(err, traces.ErrNoRun) {
		return misused(err)
	}
	return err
}

// load makes the policy and reads its weights. device is "" for the run's own.
func (t trained) load(device string) (*choice.Policy, error) {
	c, err := choice.LoadConfig(t.dir)
	if err != nil {
		return nil, err
	}
	c.Library = ""
	if device != "" {
		c.Device = device
	}
	p, err := choice.New(c)
	if err != nil {
		return nil, err
	}
	if err := p.Load(t.dir); err != nil {
		return nil, errors.Join(err, p.Close())
	}
	return p, nil
}

// baselineList describes the baselines for a help text.
func baselineList() string {
	var lists []string
	for _, env := range envNames() {
		lists = append(lists, fmt.Sprintf("%s (%s)", strings.Join(scripted.Names(env), ", "), env))
	}
	return strings.Join(lists, "; ")
}
