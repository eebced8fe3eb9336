package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/envs/toolcall/bfcl"
)

type scoreBFCLFlags struct {
	data, in, model string

	repaired, underscores, asJSON bool
}

func newScoreBFCL() *cobra.Command {
	var f scoreBFCLFlags
	c := &cobra.Command{
		Use:   "bfcl",
		Short: "Judge results on the Berkeley Function-Calling Leaderboard (v4)",
		Long: `Judge rows of results as the original's checkers do, in their order. A row is a line of JSON:
  {"id": "multi_turn_base_0", "model": [[["cd(folder='document')"], ["ls()"]], [...]]}
The model's turns are lists of steps, and steps are lists of calls. A step may also be what the
model wrote, a text or a list of {"name": "arguments in JSON"}, and the key may be "result": the
original's own result files are read as they are. A row of a single-turn category has what the model wrote,
or one turn of one step; a row of a memory question one turn, whose last step that is no call is
the answer:
  {"id": "simple_python_0", "model": "[calculate_triangle_area(base=10, height=5)]"}
  {"id": "memory_kv_0-customer-0", "model": [[["core_memory_retrieve(key='name')"], "It is Ada."]]}

The answer to each row is a line, in the order of the rows, with null where it is valid:
  {"id": "multi_turn_base_0", "valid": false, "error_type": "multi_turn:...", "error_message": "..."}
Without --json it is a table by category.

Calls are run with the original's quirks; --repaired runs them as they are written, as training
does (docs/bfcl.md says what differs).`,
		Example: `  gym score bfcl --data bfcl_eval-2026.3.23-py3-none-any.whl --in results.jsonl
  gym score bfcl --data bfcl_eval/data --in results.jsonl --json > verdicts.jsonl`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	fl := c.Flags()
	fl.StringVar(&f.data, "data", "", "the benchmark's data: a folder, or the wheel file of bfcl-eval")
	fl.StringVar(&f.in, "in", "", "rows of results; - for standard input")
	fl.StringVar(&f.model, "model", "m", "name of the model, which the original writes into some of its data")
	fl.BoolVar(&f.repaired, "repaired", false, "run calls as they are written, without the original's quirks")
	fl.BoolVar(&f.underscores, "underscores", false, `names of functions in single-turn rows have "_" for ".", as for many interfaces of function calling`)
	fl.BoolVar(&f.asJSON, "json", false, "print a line of JSON for each row")
	return c
}

func (f *scoreBFCLFlags) run(c *cobra.Command) error {
	if f.data == "" {
		return misused(errors.New("give --data: the data folder of the PyPI package bfcl-eval or its wheel file (pip download --no-deps bfcl-eval==2026.3.23)"))
	}
	s, err := bfcl.NewScorer(f.data, bfcl.ScoreOptions{Compat: !f.repaired, Model: f.model, Underscores: f.underscores})
	if err != nil {
		return err
	}
	return judgeLines(c, f.in, f.asJSON, s.Score, new(scoreTally))
}

// scoreTally counts judgements by category.
type scoreTally struct {
	names []string
	rows  map[string]*scoreRow
}

type scoreRow struct {
	rows, valid int
	types       map[string]int
}

func (t *scoreTally) add(v bfcl.Score) {
	name := bfcl.CategoryOf(v.ID)
	if t.rows == nil {
		t.rows = map[string]*scoreRow{}
	}
	r := t.rows[name]
	if r == nil {
		r = &scoreRow{types: map[string]int{}}
		t.rows[name], t.names = r, append(t.names, name)
	}
	r.rows++
	if v.Valid {
		r.valid++
	} else if v.Type != nil {
		r.types[*v.Type]++
	}
}

func (t *scoreTally) write(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "category\trows\tvalid\taccuracy\twhy not")
	for _, name := range t.names {
		r := t.rows[name]
		fmt.Fprintf(w, "%s\t%d\t%d\t%.2f %%\t%s\n", name, r.rows, r.valid, 100*float64(r.valid)/float64(r.rows), r.why())
	}
	return w.Flush()
}

// why lists the most frequent types of errors.
func (r *scoreRow) why() string {
	const most = 4
	kinds := slices.SortedFunc(maps.Keys(r.types), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.types[b], r.types[a]), cmp.Compare(a, b))
	})
	var why []string
	others := 0
	for i, kind := range kinds {
		if i < most {
			why = append(why, fmt.Sprintf("%s %d", kind, r.types[kind]))
		} else {
			others += r.types[kind]
		}
	}
	if others > 0 {
		why = append(why, fmt.Sprintf("others %d", others))
	}
	return strings.Join(why, ", ")
}
