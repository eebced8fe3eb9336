package main

import (
	"context"
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
	"stepgym/credit"
	"stepgym/envs"
	"stepgym/runner"
	"stepgym/traces"
)

type trainFlags struct {
	config, out, resume string
	json                bool
	stopAfter           int
	told                int       // repairs of the run that were told
	c                   runConfig // values of flags; only those that were set count
	grouping            string
	creditParams        string
	clip                float64
	loss, lossParams    string
	transforms          string
	view                watcher
}

func newTrain() *cobra.Command {
	f := trainFlags{c: defaultRunConfig()}
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a policy",
		Long: `Train a policy: rollouts in groups of one task, step-level credit over the graph that
a group's trajectories merge into, a clipped update, and so on until the budget is spent.

The run is a folder. Ctrl-C ends it in order, and --resume goes on with it; with a budget
of iterations the numbers are those of an unbroken run. --config repeats a run from its
run.json, or configures the environment; a flag wins over it.`,
		Example: `  gym train --env webshop --minutes 3
  gym train --env webshop --config '{"data": "catalogue"}' --credit gigpo --iterations 200 --out runs/first
  gym train --update seeupo --iterations 200           turn after turn, the last one first
  gym train --loss dapo --iterations 200               groups that say nothing are replaced by others
  gym train --imitate 512 --dagger 4 --minutes 10      imitate a rule first
  gym train --config runs/first/run.json --seed 2
  gym train --resume runs/first`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.addFlags(c)
	return c
}

func (f *trainFlags) addFlags(c *cobra.Command) {
	fl, t, p := c.Flags(), &f.c.Train, &f.c.PolicyConfig
	fl.StringVar(&f.c.Env, "env", f.c.Env, "environment: "+strings.Join(envNames(), ", "))
	fl.StringVar(&f.config, "config", "", "a run.json to repeat, or the environment's configuration: a JSON object, a file, or -")
	fl.StringVar(&f.out, "out", "", "folder of the run (default runs/NAME with the time in it)")
	fl.StringVar(&f.resume, "resume", "", "folder of a run to go on with")
	fl.BoolVar(&f.json, "json", false, "print metrics as JSON lines")
	fl.IntVar(&f.stopAfter, "stop-after", 0, "stop when so many iterations are done, as Ctrl-C does: for machines that are lent by the hour")
	f.view.add(fl)

	fl.StringVar(&f.c.Policy, "policy", f.c.Policy, "policy that learns: choice")
	fl.StringVar(&t.Credit, "credit", t.Credit, "credit assignment: "+strings.Join(credit.Presets(), ", ")+"; without a preset its paper's")
	fl.StringVar(&f.creditParams, "credit-params", "", `its parameters as JSON, such as {"gamma": 1}`)
	fl.StringVar(&f.grouping, "grouping", string(t.Grouping), "what makes two steps the same state: anchor (the page, as the papers do) or state (the true state)")
	fl.StringVar(&t.Update, "update", t.Update, "joint, or turn after turn on SeeUPO's advantage product: "+strings.Join(runner.UpdateSchemes()[1:], ", ")+" (those bring --credit seeupo)")
	fl.IntVar(&t.TurnsPerUpdate, "turns-per-update", t.TurnsPerUpdate, "with such an --update, turns in one; more than 1 saves time and is not the published method any more")
	fl.IntVar(&t.Iterations, "iterations", t.Iterations, "budget in iterations")
	fl.Float64Var(&t.Minutes, "minutes", t.Minutes, "budget in minutes of wall time (default 3 if there is no other)")
	fl.IntVar(&t.Steps, "steps", t.Steps, "budget in steps of the environment")
	fl.Uint64Var(&t.Seed, "seed", t.Seed, "seed of everything in the run")
	fl.IntVar(&t.Tasks, "tasks", t.Tasks, "groups in an iteration")
	fl.IntVar(&t.GroupSize, "group-size", t.GroupSize, "episodes in a group")
	fl.IntVar(&t.Resample, "resample", t.Resample, "drop groups whose episodes all come to the same and play others in their place, up to so many times an iteration")
	fl.StringVar(&t.Sampler, "sampler", t.Sampler, "draw tasks by family (as many of one product as of another) or by task")
	fl.Float64Var(&t.Penalty, "penalty", t.Penalty, "subtracted for a refused action")
	fl.StringVar(&f.transforms, "transforms", "", `changes of the rewards before credit, as JSON or a file: see "gym credit transforms"`)
	fl.IntVar(&t.Imitate, "imitate", t.Imitate, "episodes of the expert to imitate first")
	fl.IntVar(&t.Dagger, "dagger", t.Dagger, "rounds in which the learner acts and the expert labels, after that")
	fl.StringVar(&f.c.Expert, "expert", f.c.Expert, "who demonstrates: "+baselineList()+" (default reader in webshop, explorer in alfworld)")
	fl.IntVar(&t.EvalEvery, "eval-every", t.EvalEvery, "iterations between evaluations on the dev split; 0 for none")
	fl.IntVar(&t.CheckpointEvery, "checkpoint-every", t.CheckpointEvery, "iterations between checkpoints")
	fl.IntVar(&t.RecordEvery, "record-every", t.RecordEvery, "iterations between those whose episodes are kept; 0 for none")

	fl.StringVar(&p.Device, "device", p.Device, "cpu, cuda or auto")
	fl.IntVar(&p.Threads, "threads", p.Threads, "threads of an update on the CPU")
	fl.Float64Var(&p.LearnRate, "learn-rate", p.LearnRate, "learning rate at the start")
	fl.Float64Var(&p.LearnRateEnd, "learn-rate-end", p.LearnRateEnd, "learning rate at the end")
	fl.Float64Var(&p.Entropy, "entropy", p.Entropy, "weight of the entropy bonus")
	fl.StringVar(&f.loss, "loss", p.Loss.Name, "what an update makes of ratios and advantages: "+strings.Join(agent.Losses(), ", ")+" (dapo brings --resample)")
	fl.StringVar(&f.lossParams, "loss-params", "", `its parameters as JSON, such as {"high": 0.3}: see docs/credit.md`)
	fl.Float64Var(&f.clip, "clip", p.Loss.High, "ratios are clipped to 1 - clip and 1 + clip, whatever the loss has for a default")
	fl.IntVar(&p.Epochs, "epochs", p.Epochs, "passes over a batch")
	fl.IntVar(&p.Minibatch, "minibatch", p.Minibatch, "decisions in a step of the optimizer")
	fl.Float64Var(&p.RefKL, "kl", p.RefKL, "weight of the KL divergence to the policy after the warm start")

	c.MarkFlagsMutuallyExclusive("out", "resume")
	c.MarkFlagsMutuallyExclusive("config", "resume")
	c.MarkFlagsMutuallyExclusive("iterations", "minutes", "steps")
	must(c.RegisterFlagCompletionFunc("env", cobra.FixedCompletions(envNames(), cobra.ShellCompDirectiveNoFileComp)))
	must(c.RegisterFlagCompletionFunc("update", cobra.FixedCompletions(runner.UpdateSchemes(), cobra.ShellCompDirectiveNoFileComp)))
	must(c.RegisterFlagCompletionFunc("loss", cobra.FixedCompletions(agent.Losses(), cobra.ShellCompDirectiveNoFileComp)))
	must(c.RegisterFlagCompletionFunc("credit", cobra.FixedCompletions(credit.Presets(), cobra.ShellCompDirectiveNoFileComp)))
}

// overlay sets in c what flags were given for.
func (f *trainFlags) overlay(cmd *cobra.Command, c *runConfig) (err error) {
	set := func(name string, do func()) {
		if cmd.Flags().Changed(name) {
			do()
		}
	}
	t, p, ft, fp := &c.Train, &c.PolicyConfig, f.c.Train, f.c.PolicyConfig
	set("env", func() { c.Env = f.c.Env })
	set("policy", func() { c.Policy = f.c.Policy })
	set("expert", func() { c.Expert = f.c.Expert })
	set("update", func() {
		if t.Update = ft.Update; t.Update != runner.UpdateJoint && !strings.HasPrefix(t.Credit, "seeupo") {
			t.Credit, t.CreditParams = "seeupo/paper", nil
		}
	})
	set("turns-per-update", func() { t.TurnsPerUpdate = ft.TurnsPerUpdate })
	set("credit", func() { t.Credit, t.CreditParams = ft.Credit, nil })
	set("credit-params", func() { t.CreditParams = json.RawMessage(f.creditParams) })
	set("grouping", func() { t.Grouping = traces.Grouping(f.grouping) })
	set("iterations", func() { t.Iterations, t.Minutes, t.Steps = ft.Iterations, 0, 0 })
	set("minutes", func() { t.Iterations, t.Minutes, t.Steps = 0, ft.Minutes, 0 })
	set("steps", func() { t.Iterations, t.Minutes, t.Steps = 0, 0, ft.Steps })
	set("seed", func() { t.Seed, p.Seed = ft.Seed, ft.Seed })
	set("tasks", func() { t.Tasks = ft.Tasks })
	set("group-size", func() { t.GroupSize = ft.GroupSize })
	set("sampler", func() { t.Sampler = ft.Sampler })
	set("penalty", func() { t.Penalty = ft.Penalty })
	var faulty error
	set("transforms", func() { t.Transforms, faulty = readTransforms(f.transforms) })
	set("imitate", func() { t.Imitate = ft.Imitate })
	set("dagger", func() { t.Dagger = ft.Dagger })
	set("eval-every", func() { t.EvalEvery = ft.EvalEvery })
	set("checkpoint-every", func() { t.CheckpointEvery = ft.CheckpointEvery })
	set("record-every", func() { t.RecordEvery = ft.RecordEvery })
	set("device", func() { p.Device = fp.Device })
	set("threads", func() { p.Threads = fp.Threads })
	set("learn-rate", func() { p.LearnRate = fp.LearnRate })
	set("learn-rate-end", func() { p.LearnRateEnd = fp.LearnRateEnd })
	set("entropy", func() { p.Entropy = fp.Entropy })
	set("loss", func() { p.Loss, t.Resample = agent.DefaultLoss(f.loss), usualResample(f.loss) })
	set("loss-params", func() { err = p.Loss.UnmarshalJSON([]byte(f.lossParams)) })
	set("clip", func() { p.Loss.Low, p.Loss.High = f.clip, f.clip })
	set("resample", func() { t.Resample = ft.Resample })
	set("epochs", func() { p.Epochs = fp.Epochs })
	set("minibatch", func() { p.Minibatch = fp.Minibatch })
	set("kl", func() { p.RefKL = fp.RefKL })
	if t.Iterations == 0 && t.Minutes == 0 && t.Steps == 0 {
		t.Minutes = 3
	}
	if err != nil {
		return fmt.Errorf("--loss-params: %w", err)
	}
	return faulty
}

func (f *trainFlags) run(cmd *cobra.Command) error {
	if f.stopAfter < 0 {
		return misused(fmt.Errorf("--stop-after is %d, below 0", f.stopAfter))
	}
	if f.resume != "" {
		if err := f.checkResume(cmd); err != nil {
			return misused(err)
		}
		return f.goOn(cmd)
	}
	raw, err := readConfig(f.config, cmd.InOrStdin())
	if err != nil {
		return err
	}
	env := ""
	if cmd.Flags().Changed("env") {
		env = f.c.Env
	}
	c, err := parseRunConfig(raw, env)
	if err != nil {
		return misused(err)
	}
	if err := f.overlay(cmd, &c); err != nil {
		return misused(err)
	}
	if c.Expert == "" {
		c.Expert = defaultExpert(c.Env)
	}
	if err := errors.Join(c.validate(), c.resolveEnv()); err != nil {
		return misused(err)
	}
	return f.train(cmd, c, func(env envs.Env) (*traces.Run, error) {
		dir := f.out
		if dir == "" {
			dir = runName(c)
		}
		config, err := json.Marshal(c)
		if err != nil {
			return nil, err
		}
		return traces.Create(dir, traces.Manifest{
			Command: "train", Version: thisBuild().Version + " " + thisBuild().Revision, Env: env.Spec().ID(), Policy: c.Policy,
			Seed: c.Train.Seed, Created: time.Now().UTC().Truncate(time.Second), Config: config,
		}, traces.Options{})
	})
}

// resumeFlags may be given with --resume: they change how long a run goes on and
// how it is run, and not what it learns from.
var resumeFlags = []string{
	"resume", "json", "stop-after", "iterations", "minutes", "steps", "eval-every", "checkpoint-every", "record-every", "device", "threads", "view", "help",
}

// checkResume refuses flags that would make another run of a resumed one.
func (f *trainFlags) checkResume(cmd *cobra.Command) error {
	var errs []error
	cmd.Flags().Visit(func(fl *pflag.Flag) {
		if !slices.Contains(resumeFlags, fl.Name) {
			errs = append(errs, fmt.Errorf("--%s cannot be given with --resume, which goes on with the run's own; start another run with: gym train --config %s --%s %s",
				fl.Name, filepath.Join(f.resume, "run.json"), fl.Name, fl.Value))
		}
	})
	return errors.Join(errs...)
}

// goOn resumes a run with its own configuration; a budget that was given
// replaces the run's.
func (f *trainFlags) goOn(cmd *cobra.Command) error {
	run, err := traces.OpenForAppend(f.resume, traces.Options{})
	if err != nil {
		return runError(err)
	}
	f.tellRepairs(cmd, run)
	c, err := configOf(run)
	if err == nil {
		err = misused(errors.Join(f.overlay(cmd, &c), c.validate()))
	}
	if err != nil {
		return errors.Join(err, run.Close())
	}
	return f.train(cmd, c, func(envs.Env) (*traces.Run, error) { return run, nil })
}

// tellRepairs says what was put right in the run since it was last asked.
func (f *trainFlags) tellRepairs(cmd *cobra.Command, run *traces.Run) {
	all := run.Repairs()
	for _, r := range all[f.told:] {
		fmt.Fprintln(cmd.ErrOrStderr(), "put right:", r)
	}
	f.told = len(all)
}

// runName is the folder of a run that was given none.
func runName(c runConfig) string {
	method, _, _ := strings.Cut(c.Train.Credit, "/")
	if c.Train.Update != runner.UpdateJoint && c.Train.Update != method {
		method += "-" + c.Train.Update
	}
	if loss := c.PolicyConfig.Loss.Name; loss != agent.LossPPO {
		method += "-" + loss
	}
	name := fmt.Sprintf("%s-%s-s%d-%s", c.Env, method, c.Train.Seed, time.Now().Format("20060102-150405"))
	return filepath.Join("runs", name)
}

// train runs the configuration into the folder that open opens. Everything
// that can be wrong is found before the folder is made.
func (f *trainFlags) train(cmd *cobra.Command, c runConfig, open func(envs.Env) (*traces.Run, error)) (err error) {
	var closers []func() error
	defer func() {
		for i := len(closers) - 1; i >= 0; i-- {
			err = errors.Join(err, closers[i]())
		}
	}()
	if f.resume != "" { // open has nothing left to do, but the folder is to be closed
		run, _ := open(nil)
		closers = append(closers, run.Close)
	}
	if err := f.view.listen(cmd); err != nil {
		return err
	}
	closers = append(closers, f.view.close)
	env, err := openEnv(cmd, c.Env, c.EnvConfig)
	if err != nil {
		return err
	}
	closers = append(closers, env.Close)
	if c.PolicyConfig.MaxTurns == 0 {
		c.PolicyConfig.MaxTurns = env.Spec().MaxTurns
	}
	learner, err := newLearner(c, env)
	if err != nil {
		return err
	}
	closers = append(closers, learner.Close)
	var expert agent.Policy
	if c.Train.WarmRounds() > 0 {
		if expert, err = newScripted(c.Expert, env); err != nil {
			return err
		}
		closers = append(closers, expert.Close)
	}
	run, err := open(env)
	if err != nil {
		return err
	}
	if f.resume == "" {
		closers = append(closers, run.Close)
	}
	if err := f.view.show(cmd, run.Dir()); err != nil {
		return err
	}
	show := newTrainView(cmd.OutOrStdout(), cmd.ErrOrStderr(), f.json)
	show.start(run.Dir(), c, learner.Size(), learner.Words())
	tr := runner.Trainer{
		Config: c.Train, Env: env, Learner: learner, Expert: expert,
		Folder: run, Checkpoints: filepath.Join(run.Dir(), "checkpoints"), Resume: f.resume != "",
	}
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	defer context.AfterFunc(cmd.Context(), func() {
		fmt.Fprintln(cmd.ErrOrStderr(), "Stopping in order; a second time stops at once.")
	})()
	tr.Observer = func(e runner.Event) {
		show.see(e)
		if e.Kind == runner.EventIteration && e.Iteration == f.stopAfter {
			stop()
		}
	}
	summary, err := tr.Train(ctx)
	show.done()
	f.tellRepairs(cmd, run)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, advice(run, err))
	}
	show.finish(run.Dir(), summary)
	return nil
}

// advice says what to do with a run that ended in an error.
func advice(run *traces.Run, err error) string {
	switch {
	case errors.Is(err, runner.ErrTasks):
		return "Nothing was changed."
	case !errors.Is(err, runner.ErrCheckpoint):
		return fmt.Sprintf("The run is in %s; go on with: %s train --resume %s", run.Dir(), os.Args[0], run.Dir())
	}
	best := run.Checkpoint(runner.CheckpointBest)
	if _, err := os.Stat(best); err != nil {
		return "Nothing was changed."
	}
	return fmt.Sprintf("Nothing was changed. To go on from the best state instead, put a copy of %s in place of %s.", best, run.Checkpoint(runner.CheckpointLast))
}
