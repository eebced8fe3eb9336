package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"stepgym/agent"
	"stepgym/agent/remote"
	"stepgym/envs"
	"stepgym/runner"
	"stepgym/traces"
)

type rolloutFlags struct {
	remoteFlags
	config, out, resume string
	json                bool
	episodes            int
	rewardURL           string
	r                   rolloutConfig // values of flags; only those that were set count
}

func newRollout() *cobra.Command {
	f := rolloutFlags{r: defaultRolloutConfig()}
	c := &cobra.Command{
		Use:   "rollout",
		Short: "Have an agent play, and keep what happened",
		Long: `Play episodes in groups of one task and write them into a run folder, each as soon as it
has ended. The agent is a model behind an OpenAI-compatible endpoint, a baseline, or the
policy of a training run.

Of a model, every call is kept: messages, token ids of prompt and completion,
log-probabilities, how it was sampled and why it ended. Ids are the endpoint's own and never
made from text; where it gives none the episodes are marked as for evaluation only.

With --run the environment is the run's own, unless --env or --config is given.

Ctrl-C loses no finished episode, and --resume plays what is missing. The key of the
endpoint is read from the variable OPENAI_API_KEY and written nowhere.

Baselines: ` + baselineList() + `.`,
		Example: `  gym rollout --agent openai --base-url http://127.0.0.1:8000/v1 --model qwen -n 64 --group-size 8
  gym rollout --env alfworld --agent openai --base-url URL --model M --prompt tools --out runs/m
  gym rollout --agent openai --base-url http://gateway/sessions/{rollout}/v1 --model M --reward-url http://gateway/sessions/{rollout}/reward
  gym rollout --agent rule -n 100 --group-size 1 --split dev
  gym rollout --run runs/first --split test
  gym rollout --resume runs/m`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.addFlags(c)
	return c
}

func (f *rolloutFlags) addFlags(c *cobra.Command) {
	fl, r := c.Flags(), &f.r
	fl.StringVar(&r.Env, "env", r.Env, "environment: "+strings.Join(envNames(), ", "))
	fl.StringVar(&f.config, "config", "", "a run.json to repeat, or the environment's configuration: a JSON object, a file, or -")
	fl.StringVar(&r.Agent, "agent", "", "who plays: openai, or a baseline")
	fl.StringVar(&r.Run, "run", "", "folder of a training run whose policy plays")
	fl.StringVar(&r.Checkpoint, "checkpoint", "", "which of its checkpoints: best or last (default best)")
	fl.IntVarP(&f.episodes, "episodes", "n", 64, "episodes to play")
	fl.IntVar(&r.Plan.GroupSize, "group-size", r.Plan.GroupSize, "episodes of one task")
	fl.StringVar(&r.Plan.Split, "split", r.Plan.Split, "split to take tasks of")
	fl.StringVar(&r.Plan.Sampler, "sampler", r.Plan.Sampler, "draw tasks by family (as many of one product as of another) or by task")
	fl.Uint64Var(&r.Plan.Seed, "seed", r.Plan.Seed, "seed of tasks, environment and sampling")
	fl.IntVar(&r.Plan.MaxTurns, "max-turns", 0, "turns of an episode at most; 0 leaves it to the environment")
	fl.BoolVar(&r.Plan.Greedy, "greedy", false, "take the most likely action; a model answers at temperature 0")
	fl.IntVar(&r.Parallel, "parallel", r.Parallel, "episodes at once; 0 for as many as requests, or 256 without an endpoint")
	fl.StringVar(&f.out, "out", "", "folder of the run (default runs/NAME with the time in it)")
	fl.StringVar(&f.resume, "resume", "", "folder of a run of rollouts to go on with")
	fl.StringVar(&f.rewardURL, "reward-url", "", "URL to post the outcome of each episode to; may have {rollout} in it")
	fl.BoolVar(&f.json, "json", false, "print the summary as JSON")
	f.add(c)
	c.MarkFlagsMutuallyExclusive("out", "resume")
	c.MarkFlagsMutuallyExclusive("config", "resume")
	c.MarkFlagsMutuallyExclusive("agent", "run")
	must(c.RegisterFlagCompletionFunc("env", cobra.FixedCompletions(envNames(), cobra.ShellCompDirectiveNoFileComp)))
}

// overlay sets in c what flags were given for.
func (f *rolloutFlags) overlay(cmd *cobra.Command, c *rolloutConfig) error {
	set := func(name string, do func()) {
		if cmd.Flags().Changed(name) {
			do()
		}
	}
	repeated := c.Agent != "" || c.Run != "" // the configuration is that of a run
	p, fp := &c.Plan, f.r.Plan
	set("env", func() { c.Env = f.r.Env })
	set("agent", func() { c.Agent, c.Run, c.Checkpoint = f.r.Agent, "", "" })
	set("run", func() { c.Agent, c.Run, c.Checkpoint = "", f.r.Run, "" })
	set("checkpoint", func() { c.Checkpoint = f.r.Checkpoint })
	set("group-size", func() { p.GroupSize = fp.GroupSize })
	set("split", func() { p.Split = fp.Split })
	set("sampler", func() { p.Sampler = fp.Sampler })
	set("seed", func() { p.Seed = fp.Seed })
	set("max-turns", func() { p.MaxTurns = fp.MaxTurns })
	set("greedy", func() { p.Greedy = fp.Greedy })
	set("parallel", func() { c.Parallel = f.r.Parallel })
	var errs []error
	if n := f.episodes; cmd.Flags().Changed("episodes") || !repeated {
		if p.GroupSize < 1 || n < 1 || n%p.GroupSize != 0 {
			errs = append(errs, fmt.Errorf("-n is %d, not a multiple of --group-size, which is %d", n, p.GroupSize))
		} else {
			p.Groups = n / p.GroupSize
		}
	}
	if c.Agent != agentOpenAI {
		c.Remote = nil
		if cmd.Flags().Changed("reward-url") {
			errs = append(errs, errors.New("--reward-url goes with --agent openai"))
		}
		return errors.Join(append(errs, f.checkAgent(cmd, c.Agent))...)
	}
	if c.Remote == nil {
		d := remote.DefaultConfig()
		c.Remote = &d
	}
	set("reward-url", func() { c.Remote.RewardURL = f.rewardURL })
	return errors.Join(append(errs, f.remoteFlags.overlay(cmd, c.Remote))...)
}

// resumable are the flags that may be given with --resume: they change how what
// is missing is played, and not what.
func (f *rolloutFlags) resumable() []string {
	return []string{"resume", "json", "base-url", "reward-url", "api-key", "api-key-env", "concurrency", "timeout", "retries", "max-wait", "parallel", "help"}
}

func (f *rolloutFlags) run(cmd *cobra.Command) error {
	if f.resume != "" {
		return f.goOn(cmd)
	}
	raw, err := readConfig(f.config, cmd.InOrStdin())
	if err != nil {
		return err
	}
	c, err := parseRolloutConfig(raw)
	if err != nil {
		return misused(err)
	}
	if err := errors.Join(f.overlay(cmd, &c), c.validate()); err != nil {
		return misused(err)
	}
	if c.Run != "" && raw == nil { // where it was trained, unless something else is said
		t, err := openTrained(c.Run, c.Checkpoint)
		if err != nil {
			return err
		}
		if c.EnvConfig = t.config.EnvConfig; cmd.Flags().Changed("env") && c.Env != t.config.Env {
			c.EnvConfig = nil
		} else {
			c.Env = t.config.Env
		}
	}
	return f.play(cmd, c, nil)
}

// goOn plays what a run lacks.
func (f *rolloutFlags) goOn(cmd *cobra.Command) (err error) {
	var errs []error
	cmd.Flags().Visit(func(fl *pflag.Flag) {
		if !slices.Contains(f.resumable(), fl.Name) {
			errs = append(errs, fmt.Errorf("--%s cannot be given with --resume, which goes on with the run's own", fl.Name))
		}
	})
	if len(errs) > 0 {
		return misused(errors.Join(errs...))
	}
	run, err := traces.OpenForAppend(f.resume, traces.Options{})
	if err != nil {
		return runError(err)
	}
	defer func() { err = errors.Join(err, run.Close()) }()
	for _, r := range run.Repairs() {
		fmt.Fprintln(cmd.ErrOrStderr(), "put right:", r)
	}
	if m := run.Manifest(); m.Command != "rollout" {
		return misused(fmt.Errorf("%s is a run of gym %s, not of rollouts", f.resume, cmp.Or(m.Command, "something else")))
	}
	c, err := parseRolloutConfig(run.Manifest().Config)
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Join(f.resume, "run.json"), err)
	}
	if err := errors.Join(f.overlay(cmd, &c), c.validate()); err != nil {
		return misused(err)
	}
	return f.play(cmd, c, run)
}

// play plays the configuration into run, or into a folder that it makes when
// everything that can be wrong has been found.
func (f *rolloutFlags) play(cmd *cobra.Command, c rolloutConfig, run *traces.Run) (err error) {
	env, err := openEnv(cmd, c.Env, c.EnvConfig)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, env.Close()) }()
	specs, err := c.Plan.Specs(env)
	if err != nil {
		return splitError(err)
	}
	if run != nil {
		index, err := run.Index()
		if err != nil {
			return err
		}
		if len(runner.Remaining(specs, index)) == 0 {
			return f.summary(cmd, run, specs)
		}
	}
	policy, err := c.policy(cmd, env)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, policy.Close()) }()
	if run == nil {
		if run, err = f.create(c, env, policy); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, run.Close()) }()
	}
	index, err := run.Index()
	if err != nil {
		return err
	}
	missing := runner.Remaining(specs, index)
	fmt.Fprintf(cmd.ErrOrStderr(), "%s: %d of %d episodes to play, into %s\n", policy.Name(), len(missing), len(specs), run.Dir())
	w := rolloutWriter{run: run, bar: newProgress(cmd.ErrOrStderr(), "rollout", len(missing))}
	w.remote, _ = policy.(*remote.Policy)
	err = w.collect(cmd.Context(), env, policy, missing, c.parallel())
	if err != nil {
		fmt.Fprintf(cmd.ErrOrStderr(), "%d of %d episodes are in %s; go on with: %s rollout --resume %s\n",
			len(specs)-len(missing)+w.tally.Episodes, len(specs), run.Dir(), os.Args[0], run.Dir())
		return err
	}
	if w.unreported > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: %d outcomes could not be posted to the reward URL; the first: %v\n", w.unreported, w.firstUnreported)
	}
	return f.summary(cmd, run, specs)
}

// create makes the folder of the run.
func (f *rolloutFlags) create(c rolloutConfig, env envs.Env, policy agent.Policy) (*traces.Run, error) {
	config, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	dir := f.out
	if dir == "" {
		who := cmp.Or(c.Agent, "trained")
		dir = filepath.Join("runs", fmt.Sprintf("%s-%s-s%d-%s", c.Env, who, c.Plan.Seed, time.Now().Format("20060102-150405")))
	}
	return traces.Create(dir, traces.Manifest{
		Command: "rollout", Version: thisBuild().Version + " " + thisBuild().Revision, Env: env.Spec().ID(), Policy: policy.Name(),
		Seed: c.Plan.Seed, Created: time.Now().UTC().Truncate(time.Second), Config: config,
	}, traces.Options{})
}
