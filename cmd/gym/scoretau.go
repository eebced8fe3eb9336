package main

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/envs/toolcall/tau"
)

type scoreTauFlags struct {
	data, in          string
	asWritten, asJSON bool
}

func newScoreTau() *cobra.Command {
	var f scoreTauFlags
	c := &cobra.Command{
		Use:   "tau",
		Short: "Judge results on tau-bench (v1: retail and airline)",
		Long: `Judge rows of actions as the original does: the database that they leave is compared with the
one that the task's own actions leave, and what the agent said is searched for the task's
outputs. A row is a line of JSON; the action respond says its content to the user:
  {"domain": "retail", "split": "test", "task": 0, "actions": [
    {"name": "get_order_details", "kwargs": {"order_id": "#W2378156"}},
    {"name": "respond", "kwargs": {"content": "It is on its way."}}]}
(on one line). Without a split it is test. Lines of recorded runs, with task_index and said, are
read as well.

The answer to each row is a line, in the order of the rows, with the result of every action ("" for
respond) and the original's hash of the final database:
  {"domain": "retail", "split": "test", "task": 0, "results": ["{...}", ""], "reward": 0, "final_hash": "..."}
Without --json it is a table by domain and split.

Where all keys of an action are in alphabetical order, flights, passengers and payments in it get
their keys in the order in which the tools declare them, which results show; --as-written leaves
them as they are.`,
		Example: `  gym score tau --data tau-bench/tau_bench/envs --in runs.jsonl
  gym score tau --data tau-bench/tau_bench/envs --in runs.jsonl --json > rewards.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "the benchmark's data: tau-bench's folder tau_bench/envs, or a copy of its folders retail and airline")
	fl.StringVar(&f.in, "in", "", "rows of actions; - for standard input")
	fl.BoolVar(&f.asWritten, "as-written", false, "take the order of keys in arguments as it is")
	fl.BoolVar(&f.asJSON, "json", false, "print a line of JSON for each row")
	return c
}

func (f *scoreTauFlags) run(c *cobra.Command) error {
	if f.data == "" {
		return misused(errors.New("give --data: the folder tau_bench/envs of tau-bench's repository, or a copy of its folders retail and airline"))
	}
	s := tau.NewScorer(f.data, tau.ScoreOptions{Hash: f.asJSON, AsWritten: f.asWritten})
	return judgeLines(c, f.in, f.asJSON, s.Score, &tauTally{rows: map[string]*tauRow{}})
}

// tauTally counts judgements by domain and split.
type tauTally struct {
	names []string
	rows  map[string]*tauRow
}

type tauRow struct{ rows, won, database, outputs int }

func (t *tauTally) add(v tau.Score) {
	name := v.Domain + " " + v.Split
	r := t.rows[name]
	if r == nil {
		r = new(tauRow)
		t.rows[name], t.names = r, append(t.names, name)
	}
	r.rows++
	if v.Reward == 1 {
		r.won++
	}
	if !v.Judgement.Database {
		r.database++
	}
	if len(v.Judgement.Missing) > 0 {
		r.outputs++
	}
}

func (t *tauTally) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "tasks\trows\treward 1\tmean\tdatabase differs\toutputs missing\t")
	for _, name := range t.names {
		r := t.rows[name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%.3f\t%d\t%d\t\n", name, r.rows, r.won, float64(r.won)/float64(r.rows), r.database, r.outputs)
	}
	return w.Flush()
}
