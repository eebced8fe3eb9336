package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/tidwall/gjson"

	"stepgym/credit"
	"stepgym/credit/explain"
	"stepgym/credit/wire"
	"stepgym/runner"
	"stepgym/traces"
)

type explainFlags struct {
	methodFlags
	group, run, in, grouping string
	before                   credit.Transforms
	json                     bool
}

func newCreditExplain() *cobra.Command {
	var f explainFlags
	c := &cobra.Command{
		Use:   "explain",
		Short: "Say why each step of a group got its advantage",
		Long: `Print the steps of one group, what each was compared with, and what each comparison added to
its advantage: of a training run, by the run's own method unless --method is given, or of a file
in a form that 'gym credit' reads. For a method with statistics over the whole batch, the batch is
the iteration of the run, or the file.`,
		Example: `  gym credit explain --run runs/first --group it12/goal:7
  gym credit explain --run runs/first --group it12/goal:7 --method salt
  gym credit explain --in groups.jsonl --group g0 --method hgpo --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.explain(c) },
	}
	f.add(c, "")
	fl := c.Flags()
	fl.StringVar(&f.group, "group", "", "ID of the group; without it the IDs are listed")
	fl.StringVar(&f.run, "run", "", "folder of a training run")
	fl.StringVar(&f.in, "in", "", "groups: JSON lines, one JSON batch or a Parquet table; - for standard input")
	fl.StringVar(&f.grouping, "grouping", "", "what makes two steps of a run one state: anchor or state (default as trained)")
	fl.BoolVar(&f.json, "json", false, "print JSON")
	c.MarkFlagsMutuallyExclusive("run", "in")
	c.MarkFlagsMutuallyExclusive("grouping", "in")
	c.MarkFlagsOneRequired("run", "in")
	return c
}

func (f *explainFlags) explain(c *cobra.Command) error {
	var err error
	if f.before, err = f.changes(); err != nil {
		return err
	}
	load := f.fromFile
	if f.run != "" {
		load = f.fromRun
	}
	m, graphs, ids, err := load(c)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return fmt.Errorf("%s holds no episodes", cmp.Or(f.run, f.in))
	}
	if f.group == "" {
		for _, id := range ids {
			fmt.Fprintln(c.OutOrStdout(), id)
		}
		return nil
	}
	at := slices.IndexFunc(graphs, func(g *traces.Graph) bool { return g.ID == f.group })
	if at < 0 {
		some := strings.Join(ids[:min(len(ids), 5)], ", ")
		return misused(fmt.Errorf("--group: no group %q; there are %d, such as %s", f.group, len(ids), some))
	}
	if !m.Batchwise() {
		graphs, at = graphs[at:at+1], 0
	}
	for i, g := range graphs {
		if graphs[i], err = credit.Prepare(g, f.before...); err != nil {
			return err
		}
	}
	adv, err := credit.All(graphs, m, 1)
	if err != nil {
		return err
	}
	e, err := explain.Group(graphs[at], m, adv[at])
	if err != nil {
		return err
	}
	e.Transforms = f.before
	if f.json {
		return printJSON(c.OutOrStdout(), e)
	}
	return e.Write(c.OutOrStdout())
}

// fromFile reads the groups of a file: all of them, for a batchwise method
// needs all.
func (f *explainFlags) fromFile(c *cobra.Command) (m credit.Method, graphs []*traces.Graph, ids []string, err error) {
	f.method = cmp.Or(f.method, "gigpo")
	if m, err = f.open(c); err != nil {
		return m, nil, nil, err
	}
	groups, closeInput, err := openGroups(c, f.in, true, f.before)
	if err != nil {
		return m, nil, nil, err
	}
	defer closeInput()
	for r, err := range groups {
		if err != nil {
			return m, nil, nil, fmt.Errorf("%s: %w", f.in, err)
		}
		g, err := r.Group()
		if err != nil {
			return m, nil, nil, fmt.Errorf("%s, %w", f.in, &wire.InputError{Where: r.Where, Err: err})
		}
		ids = append(ids, g.ID)
		if f.group == "" || g.ID != f.group && !m.Batchwise() {
			continue
		}
		graph, err := traces.FromInputs(g.Inputs)
		if err != nil {
			return m, nil, nil, fmt.Errorf("%s, %w", f.in, &wire.InputError{Where: r.Where, Err: err})
		}
		graphs = append(graphs, graph)
	}
	return m, graphs, ids, nil
}

// fromRun reads the group of a run, and the others of its iteration, for they
// are its batch.
func (f *explainFlags) fromRun(c *cobra.Command) (m credit.Method, graphs []*traces.Graph, ids []string, err error) {
	run, err := traces.Open(f.run)
	if err != nil {
		return m, nil, nil, runError(err)
	}
	config := runner.DefaultConfig()
	if gjson.GetBytes(run.Manifest().Config, "train").Exists() { // rollouts and served episodes have none
		all, err := configOf(run)
		if err != nil {
			return m, nil, nil, err
		}
		config = all.Train
	}
	if f.method != "" || f.preset != "" || f.params != "" {
		f.method = cmp.Or(f.method, config.Credit)
		m, err = f.open(c)
	} else {
		m, err = credit.New(config.Credit, config.CreditParams)
	}
	if err != nil {
		return m, nil, nil, err
	}
	x, err := run.Index()
	if err != nil {
		return m, nil, nil, err
	}
	var iteration *int
	for i := range x.Heads {
		h := &x.Heads[i]
		if h.GroupID == f.group {
			iteration = &h.Iteration
		}
		if !slices.Contains(ids[max(0, len(ids)-64):], h.GroupID) {
			ids = append(ids, h.GroupID)
		}
	}
	if iteration == nil {
		return m, nil, ids, nil
	}
	if _, ok := m.Describe().Params.(credit.SeeUPOParams); ok && config.Update != runner.UpdateJoint {
		fmt.Fprintln(c.ErrOrStderr(), "note: the run was updated turn after turn, and what happened in between is not part of this: the advantages that it went by, products with the ratios, are in its episodes")
	}
	filter := traces.Filter{Group: f.group}
	if m.Batchwise() {
		filter = traces.Filter{Iteration: iteration}
	}
	graphs, err = f.graphs(run, filter, config)
	return m, graphs, ids, err
}

// graphs builds the graphs of the groups that pass the filter, with the run's
// penalty.
func (f *explainFlags) graphs(run *traces.Run, filter traces.Filter, config runner.Config) ([]*traces.Graph, error) {
	var ts []*traces.Trajectory
	for t, err := range run.Trajectories(filter) {
		if err != nil {
			return nil, err
		}
		ts = append(ts, t)
	}
	o := traces.GraphOptions{Grouping: traces.Grouping(cmp.Or(f.grouping, string(config.Grouping)))}
	graphs, err := traces.NewGraphs(traces.Collect(ts), o, 1)
	if err != nil {
		if !errors.Is(err, traces.ErrGroup) {
			err = misused(err) // the grouping
		}
		return nil, err
	}
	penalty := credit.Penalty{Coef: config.Penalty, Propagate: config.PenaltyBack}
	for i, g := range graphs {
		if graphs[i], err = penalty.Apply(g); err != nil {
			return nil, err
		}
	}
	return graphs, nil
}
