package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/agent"
	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/runner"
)

type evalFlags struct {
	envFlags
	run, checkpoint string
	policies        []string
	device          string
	eval            runner.EvalConfig
	sample          bool
	alone           bool
	json            bool
}

func newEval() *cobra.Command {
	var f evalFlags
	c := &cobra.Command{
		Use:   "eval",
		Short: "Measure policies on a split",
		Long: `Measure a trained policy, the baselines, or both, on tasks of a split. The figures are
means over families (in webshop: products), so that a product with many goals weighs as much
as one with few; the 95 % intervals come from resampling families.

With --run the environment is the run's own, unless --config is given.
Baselines: ` + baselineList() + ` (expert knows the goal).`,
		Example: `  gym eval --run runs/first --split test
  gym eval --run runs/first --split test --episodes 200 --json
  gym eval --policy random,rule,verify,expert --split test`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.evaluate(c) },
	}
	f.add(c)
	fl := c.Flags()
	fl.StringVar(&f.run, "run", "", "folder of a training run whose policy is measured")
	fl.StringVar(&f.checkpoint, "checkpoint", "", "which of its checkpoints: best or last (default best)")
	fl.StringSliceVar(&f.policies, "policy", nil, "baselines to measure (default all of them)")
	fl.BoolVar(&f.alone, "alone", false, "the run's policy without baselines")
	fl.StringVar(&f.device, "device", "", "cpu, cuda or auto (default as trained)")
	fl.StringVar(&f.eval.Split, "split", "dev", "split to take tasks of")
	fl.IntVar(&f.eval.Episodes, "episodes", 0, "episodes at most; 0 for all")
	fl.IntVar(&f.eval.PerFamily, "per-family", 10, "tasks of a family at most; 0 for all")
	fl.IntVar(&f.eval.Repeats, "repeats", 1, "episodes of each task")
	fl.BoolVar(&f.sample, "sample", false, "draw actions instead of taking the most likely one")
	fl.Uint64Var(&f.eval.Seed, "seed", 0, "seed of sampling and of the intervals")
	fl.BoolVar(&f.json, "json", false, "print JSON")
	return c
}

// evalResult is a report with its headline figures first.
type evalResult struct {
	SuccessRate float64    `json:"success_rate"`
	MeanScore   float64    `json:"mean_score"`
	MeanTurns   float64    `json:"mean_turns"`
	CI95        [2]float64 `json:"ci95"` // of the success rate
	*runner.Report
	Baselines []evalResult `json:"baselines,omitempty"`
}

func newEvalResult(r *runner.Report) evalResult {
	short := *r
	short.ByFamily = nil
	return evalResult{r.Success.Mean, r.Score.Mean, r.Turns, [2]float64{r.Success.Low, r.Success.High}, &short, nil}
}

func (f *evalFlags) evaluate(c *cobra.Command) (err error) {
	f.eval.Greedy = !f.sample
	if f.alone && f.run == "" {
		return misused(errors.New("--alone goes with --run"))
	}
	env, learned, err := f.openEnv(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, env.Close()) }()
	var results []evalResult
	if learned != nil {
		p, err := learned.load(f.device)
		if err != nil {
			return err
		}
		r, err := f.one(c, env, p)
		if err = errors.Join(err, p.Close()); err != nil {
			return err
		}
		results = append(results, newEvalResult(r))
	}
	names := f.policies
	if len(names) == 0 && !f.alone {
		names = scripted.Names()
	}
	for _, name := range names {
		p, err := newScripted(name, env)
		if err != nil {
			return err
		}
		r, err := f.one(c, env, p)
		if err = errors.Join(err, p.Close()); err != nil {
			return err
		}
		results = append(results, newEvalResult(r))
	}
	return f.print(c.OutOrStdout(), results)
}

// openEnv opens the environment, and reads which policy --run holds.
func (f *evalFlags) openEnv(c *cobra.Command) (envs.Env, *trained, error) {
	if f.run == "" {
		env, err := f.open(c)
		return env, nil, err
	}
	t, err := openTrained(f.run, f.checkpoint)
	if err != nil {
		return nil, nil, err
	}
	name, config := t.config.Env, t.config.EnvConfig
	if c.Flags().Changed("env") {
		name = f.name
	}
	given, err := readConfig(f.config, c.InOrStdin())
	if err != nil {
		return nil, nil, err
	}
	if given != nil {
		config = given
	}
	env, err := openEnv(c.Context(), name, config)
	return env, &t, err
}

// one measures a policy.
func (f *evalFlags) one(c *cobra.Command, env envs.Env, p agent.Policy) (*runner.Report, error) {
	e := f.eval
	bar := newProgress(c.ErrOrStderr(), p.Name(), 0)
	e.Played = func(done, total int) { bar.Set(done) }
	r, err := runner.Evaluate(c.Context(), env, p, e)
	bar.Done()
	if errors.Is(err, envs.ErrNoSplit) {
		err = misused(err)
	}
	return r, err
}

// print writes a table, or one JSON object: the first policy's result, with
// those of the others as its baselines.
func (f *evalFlags) print(w io.Writer, results []evalResult) error {
	if len(results) == 0 {
		return errors.New("nothing was measured")
	}
	if f.json {
		first := results[0]
		first.Baselines = results[1:]
		return printJSON(w, first)
	}
	first := results[0].Report
	fmt.Fprintf(w, "%s, split %s: %d tasks of %d families, %d episodes a policy; means over families with 95 %% intervals.\n",
		first.Env, first.Split, first.Tasks, first.NumFamilies, first.Episodes+first.Lost)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "policy\tsuccess %\t95 %\tscore\t95 %\tturns\tout of turns\tlost\t")
	for _, r := range results {
		name := r.Policy
		if r.Informed {
			name += " (knows the goal)"
		}
		fmt.Fprintf(t, "%s\t%.1f\t[%.1f, %.1f]\t%.1f\t[%.1f, %.1f]\t%.1f\t%.1f %%\t%d\t\n", name,
			100*r.Success.Mean, 100*r.Success.Low, 100*r.Success.High,
			100*r.Score.Mean, 100*r.Score.Low, 100*r.Score.High,
			r.Turns, 100*float64(r.Failures.Truncated)/float64(max(1, r.Episodes)), r.Lost)
	}
	return t.Flush()
}
