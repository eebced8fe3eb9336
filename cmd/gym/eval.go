package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/agent"
	"stepgym/agent/remote"
	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/runner"
)

type evalFlags struct {
	envFlags
	remoteFlags
	agent      string
	runs       []string
	checkpoint string
	policies   []string
	device     string
	eval       runner.EvalConfig
	sample     bool
	alone      bool
	json       bool
}

func newEval() *cobra.Command {
	var f evalFlags
	c := &cobra.Command{
		Use:   "eval",
		Short: "Measure policies on a split",
		Long: `Measure a trained policy, the baselines, or both, on tasks of a split. The figures are
means over families (in webshop: products), so that a product with many goals weighs as much
as one with few; the 95 % intervals come from resampling families. "Ahead by" is the
difference between the first policy and another one on the same families: where its interval
leaves 0 out, the difference is no accident of the families that were drawn.

With --agent openai a model behind an OpenAI-compatible endpoint is measured; gym rollout
keeps its episodes too. A call that fails for good loses its episode, which counts neither as
success nor as failure.

With --run the environment is the run's own, unless --config is given. Several runs, such
as those of the folds of a cross-validation or of several seeds, are pooled: results of a
family are averaged over the runs that it is in.

Baselines: ` + baselineList() + `.
expert knows what the agent cannot see: the product wanted, or the shortest way to success.`,
		Example: `  gym eval --run runs/first --split test
  gym eval --run runs/first --split test --episodes 200 --json
  gym eval --run runs/fold0 --run runs/fold1 --split test
  gym eval --agent openai --base-url http://127.0.0.1:8000/v1 --model qwen --split test --episodes 200
  gym eval --policy random,rule,verify,expert --split test`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.evaluate(c) },
	}
	f.envFlags.add(c)
	f.remoteFlags.add(c)
	fl := c.Flags()
	fl.StringVar(&f.agent, "agent", "", "openai: the model behind an endpoint is measured")
	fl.StringArrayVar(&f.runs, "run", nil, "folder of a training run whose policy is measured; may be repeated")
	fl.StringVar(&f.checkpoint, "checkpoint", "", "which of its checkpoints: best or last (default best)")
	fl.StringSliceVar(&f.policies, "policy", nil, "baselines to measure (default all those of the environment)")
	fl.BoolVar(&f.alone, "alone", false, "the run's policy or the agent without baselines")
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
	CI95        [2]float64 `json:"ci95"`           // of the success rate
	Runs        int        `json:"runs,omitempty"` // training runs that were pooled
	*runner.Report

	// Ahead is how far the first policy is ahead of this one, family by family.
	Ahead     *runner.Paired `json:"first_ahead_by,omitempty"`
	Baselines []evalResult   `json:"baselines,omitempty"`
}

func newEvalResult(r *runner.Report) evalResult {
	short := *r
	short.ByFamily = nil
	return evalResult{SuccessRate: r.Success.Mean, MeanScore: r.Score.Mean, MeanTurns: r.Turns, CI95: [2]float64{r.Success.Low, r.Success.High}, Report: &short}
}

func (f *evalFlags) evaluate(c *cobra.Command) (err error) {
	f.eval.Greedy = !f.sample
	endpoint := remote.DefaultConfig()
	if err := errors.Join(f.check(c), f.remoteFlags.overlay(c, &endpoint)); err != nil {
		return misused(err)
	}
	if f.agent == agentOpenAI {
		if err := endpoint.Validate(); err != nil {
			return misused(err)
		}
	}
	f.remoteFlags.c = endpoint
	given, err := readConfig(f.config, c.InOrStdin())
	if err != nil {
		return err
	}
	places, err := f.places(c, given)
	if err != nil {
		return err
	}
	var pool evalPool
	for _, p := range places {
		if err := f.at(c, p, &pool); err != nil {
			return err
		}
	}
	results, err := pool.results(len(f.runs))
	if err != nil {
		return err
	}
	return f.print(c.OutOrStdout(), results)
}

// check reports every fault of the flags at once.
func (f *evalFlags) check(c *cobra.Command) error {
	var errs []error
	fault := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	fault(f.alone && len(f.runs) == 0 && f.agent == "", "--alone goes with --run or --agent")
	fault(f.agent != "" && f.agent != agentOpenAI, "--agent is %q and not %s; baselines are named by --policy", f.agent, agentOpenAI)
	fault(f.agent != "" && len(f.runs) > 0, "--agent and --run: measure one of them at a time")
	if err := f.checkAgent(c, f.agent); err != nil {
		errs = append(errs, err)
	}
	fault(f.checkpoint != "" && f.checkpoint != runner.CheckpointBest && f.checkpoint != runner.CheckpointLast,
		"--checkpoint is %q, neither best nor last", f.checkpoint)
	fault(f.eval.Episodes < 0, "--episodes is %d, below 0", f.eval.Episodes)
	fault(f.eval.PerFamily < 0, "--per-family is %d, below 0", f.eval.PerFamily)
	fault(f.eval.Repeats < 1, "--repeats is %d, below 1", f.eval.Repeats)
	for i, name := range f.policies {
		fault(slices.Contains(f.policies[:i], name), "--policy names %s twice", name)
	}
	return errors.Join(errs...)
}

// evalPlace is an environment and the trained policies that are measured in it.
type evalPlace struct {
	name    string
	config  json.RawMessage
	trained []trained
}

// places groups the runs by their environments.
func (f *evalFlags) places(c *cobra.Command, given json.RawMessage) ([]*evalPlace, error) {
	if len(f.runs) == 0 {
		return []*evalPlace{{name: f.name, config: given}}, nil
	}
	var places []*evalPlace
	for _, dir := range f.runs {
		t, err := openTrained(dir, f.checkpoint)
		if err != nil {
			return nil, err
		}
		p := evalPlace{name: t.config.Env, config: t.config.EnvConfig}
		if c.Flags().Changed("env") {
			p.name = f.name
		}
		if given != nil {
			p.config = given
		}
		k := slices.IndexFunc(places, func(q *evalPlace) bool { return q.name == p.name && bytes.Equal(q.config, p.config) })
		if k < 0 {
			k, places = len(places), append(places, &p)
		}
		places[k].trained = append(places[k].trained, t)
	}
	return places, nil
}

// at measures the place's policies and the baselines there.
func (f *evalFlags) at(c *cobra.Command, p *evalPlace, pool *evalPool) (err error) {
	env, err := openEnv(c, p.name, p.config)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, env.Close()) }()
	for _, t := range p.trained {
		policy, err := t.load(f.device)
		if err != nil {
			return err
		}
		r, err := f.one(c, env, policy)
		if err = errors.Join(err, policy.Close()); err != nil {
			return err
		}
		pool.add("", r)
	}
	if f.agent == agentOpenAI {
		if err := f.endpoint(c, env, pool); err != nil {
			return err
		}
	}
	names := f.policies
	if len(names) == 0 && !f.alone {
		names = scripted.Names(env.Spec().Name)
	}
	for _, name := range names {
		policy, err := newScripted(name, env)
		if errors.Is(err, errPrior) && len(f.policies) == 0 {
			fmt.Fprintln(c.ErrOrStderr(), "note: left out", err)
			continue
		}
		if err != nil {
			return err
		}
		r, err := f.one(c, env, policy)
		if err = errors.Join(err, policy.Close()); err != nil {
			return err
		}
		pool.add(name, r)
	}
	return nil
}

// endpoint measures the model behind the endpoint.
func (f *evalFlags) endpoint(c *cobra.Command, env envs.Env, pool *evalPool) (err error) {
	p, err := remote.New(env.Spec(), f.remoteFlags.c)
	if err != nil {
		return misused(err)
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := probe(c, p); err != nil {
		return err
	}
	r, err := f.one(c, env, p)
	if err != nil {
		return err
	}
	pool.add("", r)
	return nil
}

// evalPool collects reports by policy, in the order in which they come.
type evalPool struct {
	names   []string // "" for the trained policies
	reports map[string][]*runner.Report
}

func (p *evalPool) add(name string, r *runner.Report) {
	if p.reports == nil {
		p.reports = map[string][]*runner.Report{}
	}
	if p.reports[name] == nil {
		p.names = append(p.names, name)
	}
	p.reports[name] = append(p.reports[name], r)
}

// results merges the reports of each policy.
func (p *evalPool) results(runs int) ([]evalResult, error) {
	var out []evalResult
	var first *runner.Report
	for _, name := range p.names {
		r, err := runner.Merge(p.reports[name]...)
		if err != nil {
			return nil, err
		}
		result := newEvalResult(r)
		if name == "" {
			result.Runs = runs
		}
		if first == nil {
			first = r
		} else {
			d, err := first.Against(r)
			if err != nil {
				return nil, err
			}
			result.Ahead = &d
		}
		out = append(out, result)
	}
	return out, nil
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
	fmt.Fprint(t, "policy\tsuccess %\t95 %\tscore\t95 %\tturns\tout of turns\tlost\t")
	if len(results) > 1 {
		fmt.Fprintf(t, "%s ahead by\t95 %%, paired\t", first.Policy)
	}
	fmt.Fprintln(t)
	for _, r := range results {
		name := r.Policy
		if r.Informed {
			name += " (knows the goal)"
		}
		if r.Runs > 1 {
			name += fmt.Sprintf(" (%d runs)", r.Runs)
		}
		fmt.Fprintf(t, "%s\t%.1f\t[%.1f, %.1f]\t%.1f\t[%.1f, %.1f]\t%.1f\t%.1f %%\t%d\t", name,
			100*r.Success.Mean, 100*r.Success.Low, 100*r.Success.High,
			100*r.Score.Mean, 100*r.Score.Low, 100*r.Score.High,
			r.Turns, 100*float64(r.Failures.Truncated)/float64(max(1, r.Episodes)), r.Lost)
		if a := r.Ahead; a != nil {
			fmt.Fprintf(t, "%+.1f\t[%+.1f, %+.1f]\t", 100*a.Success.Mean, 100*a.Success.Low, 100*a.Success.High)
		}
		fmt.Fprintln(t)
	}
	return t.Flush()
}
