package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"stepgym/runner"
	"stepgym/traces"
)

type benchMethodsFlags struct {
	envFlags
	out       string
	budget    string
	methods   []string
	seeds     []int
	tasks     int
	groupSize int
	evalEvery int
	threads   int
	table     bool
	json      bool
}

func newBenchMethods() *cobra.Command {
	var f benchMethodsFlags
	c := &cobra.Command{
		Use:   "methods",
		Short: "Train with every method of credit, under equal conditions",
		Long: `Train the same policy with one method of credit after the other: equal rollouts, equal
seeds, equal settings. A method is a preset of "gym credit methods", and may name how the
updates go: seeupo/paper+joint. Without that SeeUPO goes turn after turn, the last one first,
and all others update on all turns at once. gae learns a value head besides.

Every run is a folder of its own in --out, as "gym train" makes them. Runs that are there are
kept, and one that was interrupted is gone on with: so the command can be stopped at any time
and given again, also with more methods or seeds. Several may work in one folder on different
ones. At the end, and with --table at once, what has been finished is put together:

  methods.md     the table     curves.svg   success on the dev split, by steps
  methods.json   all figures   curves.csv   the same as numbers`,
		Example: `  gym bench methods --env webshop --budget 200 --seeds 1,2,3 --out runs/methods
  gym bench methods --config '{"products": 100}' --budget 3 --methods grpo,gigpo,seeupo,seeupo+joint --out try
  gym bench methods --env alfworld --budget 300000steps --methods gae,gigpo/verl-agent --out runs/alf
  gym bench methods --table --out runs/methods`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.add(c)
	fl := c.Flags()
	fl.Lookup("config").Usage = "a run.json for the settings of all runs, or the environment's configuration: a JSON object, a file, or -"
	fl.StringVar(&f.out, "out", "", "folder of the runs and the table (default runs/methods-ENV)")
	fl.StringVar(&f.budget, "budget", "100", "of each run: a number of iterations, or of steps of the environment as in 200000steps")
	fl.StringSliceVar(&f.methods, "methods", nil, "methods to train with (default every preset, and SeeUPO's in every order)")
	fl.IntSliceVar(&f.seeds, "seeds", []int{1, 2, 3}, "seeds, each a run of every method")
	fl.IntVar(&f.tasks, "tasks", 0, "groups in an iteration (default as in gym train)")
	fl.IntVar(&f.groupSize, "group-size", 0, "episodes in a group (default as in gym train)")
	fl.IntVar(&f.evalEvery, "eval-every", 0, "iterations between evaluations (default a tenth of the budget, or as in gym train)")
	fl.IntVar(&f.threads, "threads", 1, "threads of an update")
	fl.BoolVar(&f.table, "table", false, "train nothing: put together what is there")
	fl.BoolVar(&f.json, "json", false, "print JSON")
	must(c.RegisterFlagCompletionFunc("methods", cobra.FixedCompletions(benchMethodNames(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

// setBudget sets the budget of a run as --budget says.
func (f *benchMethodsFlags) setBudget(t *runner.Config) error {
	number, steps := strings.CutSuffix(f.budget, "steps")
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(number, "iterations")))
	if err != nil || n < 1 {
		return fmt.Errorf("--budget is %q, want a number of iterations, or of steps as in 200000steps", f.budget)
	}
	t.Iterations, t.Minutes, t.Steps = n, 0, 0
	if steps {
		t.Iterations, t.Steps = 0, n
	} else {
		t.EvalEvery = max(1, n/10)
	}
	return nil
}

// base returns the settings that all runs share.
func (f *benchMethodsFlags) base(cmd *cobra.Command) (runConfig, error) {
	raw, err := readConfig(f.config, cmd.InOrStdin())
	if err != nil {
		return runConfig{}, err
	}
	name := ""
	if cmd.Flags().Changed("env") {
		name = f.name
	}
	c, err := parseRunConfig(raw, name)
	if err == nil {
		err = f.setBudget(&c.Train)
	}
	if err != nil {
		return c, misused(err)
	}
	for _, x := range []struct {
		to    *int
		value int
	}{{&c.Train.Tasks, f.tasks}, {&c.Train.GroupSize, f.groupSize}, {&c.Train.EvalEvery, f.evalEvery}} {
		if x.value != 0 {
			*x.to = x.value
		}
	}
	c.PolicyConfig.Threads, c.Train.RecordEvery = f.threads, 0
	if c.Expert == "" {
		c.Expert = defaultExpert(c.Env)
	}
	return c, misused(c.resolveEnv())
}

// plan lists the runs, all methods of a seed before the next one, and checks
// them.
func (f *benchMethodsFlags) plan(base runConfig) ([]benchRun, error) {
	names := f.methods
	if len(names) == 0 {
		names = benchMethodNames()
	}
	var errs []error
	var methods []benchMethod
	for _, name := range names {
		m, err := parseBenchMethod(name)
		if err == nil && slices.Contains(methods, m) {
			err = fmt.Errorf("--methods names %s twice", m)
		}
		methods, errs = append(methods, m), append(errs, err)
	}
	if len(f.seeds) == 0 {
		errs = append(errs, errors.New("--seeds names none"))
	}
	for i, seed := range f.seeds {
		if seed < 0 || slices.Contains(f.seeds[:i], seed) {
			errs = append(errs, fmt.Errorf("--seeds has %d, which is below 0 or there twice", seed))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var runs []benchRun
	for _, seed := range f.seeds {
		for _, m := range methods {
			c := m.with(base, seed)
			if err := c.validate(); err != nil {
				return nil, fmt.Errorf("%s: %w", m, err)
			}
			name := fmt.Sprintf("%s-s%d", strings.ReplaceAll(m.String(), "/", "-"), seed)
			runs = append(runs, benchRun{filepath.Join(f.out, "runs", name), fmt.Sprintf("%s, seed %d", m, seed), c})
		}
	}
	return runs, nil
}

func (f *benchMethodsFlags) run(cmd *cobra.Command) error {
	base, err := f.base(cmd)
	if err != nil {
		return err
	}
	if f.out == "" {
		f.out = filepath.Join("runs", "methods-"+base.Env)
	}
	if !f.table {
		err = f.trainAll(cmd, base)
		if _, ok := errors.AsType[misuseError](err); ok || cmd.Context().Err() != nil {
			return err
		}
	}
	return errors.Join(err, f.tabulate(cmd))
}

// trainAll makes the runs that are missing. A run that fails does not stop the
// others; what can be wrong with all of them is found before the first.
func (f *benchMethodsFlags) trainAll(cmd *cobra.Command, base runConfig) (err error) {
	runs, err := f.plan(base)
	if err != nil {
		return misused(err)
	}
	env, err := openEnv(cmd, base.Env, base.EnvConfig)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, env.Close()) }()
	for i := range runs {
		if p := &runs[i].config.PolicyConfig; p.MaxTurns == 0 {
			p.MaxTurns = env.Spec().MaxTurns
		}
	}
	if err := f.checkFolder(runs[0].config); err != nil {
		return misused(err)
	}
	var errs []error
	for i, r := range runs {
		note, err := r.make(cmd, env)
		if cmd.Context().Err() != nil {
			fmt.Fprintln(cmd.ErrOrStderr(), "Stopped in order; the same command goes on.")
			return errors.Join(err, cmd.Context().Err())
		}
		if err != nil {
			note = "not made: " + err.Error()
			errs = append(errs, fmt.Errorf("%s: %w", r.label, err))
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "[%d/%d] %s: %s\n", i+1, len(runs), r.label, note)
	}
	return errors.Join(errs...)
}

// checkFolder reports runs that could not be compared with one of c.
func (f *benchMethodsFlags) checkFolder(c runConfig) error {
	want, err := sharedConfig(c)
	if err != nil {
		return err
	}
	return eachRun(f.out, func(run *traces.Run, c runConfig) error {
		is, err := sharedConfig(c)
		if err == nil && string(is) != string(want) {
			err = fmt.Errorf("%s is a run with other settings: name another folder with --out, or give its own with --config %s", run.Dir(), filepath.Join(run.Dir(), "run.json"))
		}
		return err
	})
}
