package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/runner"
	"stepgym/traces"
)

// A benchRun is a run to be there at the end.
type benchRun struct {
	dir    string
	label  string
	config runConfig
}

// make trains r, goes on with it, or keeps it, and says what there is now.
func (r benchRun) make(cmd *cobra.Command, env envs.Env) (note string, err error) {
	run, resume, err := r.open(env)
	if err != nil {
		return "", err
	}
	if run == nil {
		return "kept", nil
	}
	defer func() { err = errors.Join(err, run.Close()) }()
	learner, err := newLearner(r.config, env)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, learner.Close()) }()
	tr := runner.Trainer{
		Config: r.config.Train, Env: env, Learner: learner, Folder: run,
		Checkpoints: filepath.Join(run.Dir(), "checkpoints"), Resume: resume,
	}
	if r.config.Train.WarmRounds() > 0 {
		var expert agent.Policy
		if expert, err = newScripted(r.config.Expert, env); err != nil {
			return "", err
		}
		defer func() { err = errors.Join(err, expert.Close()) }()
		tr.Expert = expert
	}
	bar := newProgress(cmd.ErrOrStderr(), r.label, 1000)
	tr.Observer = func(e runner.Event) {
		if e.Kind == runner.EventIteration {
			bar.Set(int(1000 * e.Metrics.Progress))
		}
	}
	s, err := tr.Train(cmd.Context())
	bar.Done()
	if err != nil {
		return "", err
	}
	took := time.Duration(s.Elapsed * float64(time.Second)).Round(100 * time.Millisecond)
	note = fmt.Sprintf("%d iterations, %d steps, %s", s.Iteration, s.TotalSteps, took)
	if s.Last != nil {
		note += fmt.Sprintf(", %s: success %.1f %%", s.Last.Split, 100*s.Last.Success.Mean)
	}
	return note, nil
}

// open opens the folder of r for writing; nil where the run is complete.
func (r benchRun) open(env envs.Env) (run *traces.Run, resume bool, err error) {
	config, err := json.Marshal(r.config)
	if err != nil {
		return nil, false, err
	}
	old, err := traces.Open(r.dir)
	if errors.Is(err, traces.ErrNoRun) {
		run, err = traces.Create(r.dir, traces.Manifest{
			Command: "bench methods", Version: thisBuild().Version + " " + thisBuild().Revision, Env: env.Spec().ID(), Policy: r.config.Policy,
			Seed: r.config.Train.Seed, Created: time.Now().UTC().Truncate(time.Second), Config: config,
		}, traces.Options{})
		return run, false, err
	}
	if err != nil {
		return nil, false, err
	}
	c, err := configOf(old)
	if err != nil {
		return nil, false, err
	}
	is, err := json.Marshal(c)
	if err != nil {
		return nil, false, err
	}
	if string(is) != string(config) {
		return nil, false, fmt.Errorf("%s holds a run with other settings", r.dir)
	}
	if complete(r.dir, c) {
		return nil, false, nil
	}
	run, err = traces.OpenForAppend(r.dir, traces.Options{})
	return run, true, err
}

// complete reports whether the run in dir has spent its budget.
func complete(dir string, c runConfig) bool {
	s, err := runner.ReadState(filepath.Join(dir, "checkpoints"), runner.CheckpointLast)
	if err != nil || c.Train.EvalEvery > 0 && s.Evaluated != s.Iteration {
		return false
	}
	return c.Train.Steps > 0 && s.TotalSteps >= c.Train.Steps || c.Train.Iterations > 0 && s.Iteration >= c.Train.Iterations
}
