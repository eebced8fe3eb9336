package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/credit"
	"stepgym/credit/wire"
	"stepgym/internal/atomicfile"
)

// methodFlags name a way to assign credit.
type methodFlags struct {
	method, preset, params, transforms string
}

func (f *methodFlags) add(c *cobra.Command, method string) {
	fl := c.Flags()
	fl.StringVar(&f.method, "method", method, "method, such as gigpo, or method and preset, such as gigpo/verl-agent")
	fl.StringVar(&f.preset, "preset", "", "whose parameters to start from, such as paper or verl-agent")
	fl.StringVar(&f.params, "params", "", "parameters that differ from the preset: a JSON object or a file")
	fl.StringVar(&f.transforms, "transforms", "", "changes of the rewards before that, in order: a JSON list or a file; 'gym credit transforms' lists them")
}

// open returns the method.
func (f *methodFlags) open(c *cobra.Command) (credit.Method, error) {
	name := f.method
	if name == "" {
		return credit.Method{}, misused(errors.New("--method is missing; 'gym credit methods' lists them"))
	}
	if f.preset != "" {
		if strings.Contains(name, "/") {
			return credit.Method{}, misused(fmt.Errorf("--method %s names a preset already, and --preset another", name))
		}
		name += "/" + f.preset
	}
	params, err := readConfig(f.params, c.InOrStdin())
	if err != nil {
		return credit.Method{}, misused(errors.New(strings.Replace(err.Error(), "--config", "--params", 1)))
	}
	m, err := credit.New(name, params)
	return m, misused(err)
}

// changes returns the transforms.
func (f *methodFlags) changes() (credit.Transforms, error) { return readTransforms(f.transforms) }

// readTransforms reads what --transforms was given: JSON or the name of a file.
func readTransforms(given string) (credit.Transforms, error) {
	text := []byte(given)
	if path := strings.TrimSpace(given); path != "" && path[0] != '[' && path[0] != '{' {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, misused(fmt.Errorf("--transforms: %w", err))
		}
	}
	ts, err := credit.ParseTransforms(bytes.TrimPrefix(text, []byte("\ufeff")))
	if err != nil {
		return nil, misused(fmt.Errorf("--transforms: %w", err))
	}
	return ts, nil
}

type creditFlags struct {
	methodFlags
	in, out string
	batch   bool
	tokens  bool
	threads int
}

func newCredit() *cobra.Command {
	var f creditFlags
	c := &cobra.Command{
		Use:   "credit",
		Short: "Assign credit to the steps of rollouts of any trainer",
		Long: `Read groups of rollouts, one group a line, and write the advantage of every step.

A group is the rollouts of one task under one policy:
  {"id": "g0", "trajectories": [{"id": "t0", "obs": ["…", …], "actions": ["…", …], "rewards": [0, …],
    "final_obs": "…", "n_tokens": [12, …], "values": [0.1, …], "bootstrap": 0, "success": true}]}
obs, actions and rewards have one entry a step; obs is what was seen before the action, without
its history. The rest is optional: some methods need values, tokens, final_obs or success. The
answer to it is a line too, in the order of the input:
  {"id": "g0", "advantages": [[…]], "stats": {…}}
with the statistics that were used. --transforms changes the rewards before the method sees them,
each transform in its turn: penalty (refused actions), otc (tool calls), gates (stages), gdpo
(several rewards), overlong and short_best (lengths); the answer repeats them. An input that is a Parquet table has one row a step (uid,
traj_uid, step, obs, action, reward, …); an output called *.parquet becomes one.

Groups are read and answered one after the other, in constant memory, on all processors. With
--batch the input is one batch, {"groups": [...]} or lines, for methods that take statistics over
all of it. A fault of the input is reported with its line, group, trajectory and step; the file of
--out appears when all is well and not before.`,
		Example: `  gym credit --method gigpo --in groups.jsonl --out advantages.jsonl
  gym credit --method hgpo --preset verl-agent --params '{"K": 4}' < groups.jsonl
  gym credit --method reinforce++ --batch --in batch.json --tokens
  gym credit --method gigpo --transforms '[{"name": "penalty", "coef": 0.1}, {"name": "otc", "c": 2}]' --in groups.jsonl
  gym credit --method salt --in rollouts.parquet --out advantages.parquet`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.add(c, "")
	fl := c.Flags()
	fl.StringVar(&f.in, "in", "-", "groups: JSON lines or a Parquet table; - for standard input")
	fl.StringVar(&f.out, "out", "-", "advantages: JSON lines, or a Parquet table if it is called *.parquet; - for standard output")
	fl.BoolVar(&f.batch, "batch", false, "the input is one batch")
	fl.BoolVar(&f.tokens, "tokens", false, "add the advantage of every token, by n_tokens")
	fl.IntVar(&f.threads, "threads", 0, "goroutines that compute; 0 for one a processor")
	c.AddCommand(newCreditExplain(), newCreditMethods(), newCreditTransforms())
	return c
}

func (f *creditFlags) run(c *cobra.Command) error {
	if f.threads < 0 {
		return misused(errors.New("--threads is below 0"))
	}
	m, err := f.open(c)
	if err != nil {
		return err
	}
	if m.Batchwise() && !f.batch {
		return misused(fmt.Errorf("%s takes statistics over the whole batch: add --batch if the input is one", m.Name()))
	}
	ts, err := f.changes()
	if err != nil {
		return err
	}
	groups, closeInput, err := openGroups(c, f.in, f.batch, ts)
	if err != nil {
		return err
	}
	defer closeInput()
	n, err := f.write(c, groups, wire.Options{Method: m, Transforms: ts, Batch: f.batch, Tokens: f.tokens, Workers: f.threads})
	if err != nil && f.in != "-" {
		if _, ok := errors.AsType[*wire.InputError](err); ok {
			return fmt.Errorf("%s, %w", f.in, err)
		}
	}
	if err == nil && f.out != "-" {
		fmt.Fprintf(c.ErrOrStderr(), "%s: %d groups, %d steps, %d of them with advantage 0\n", f.out, n.Groups, n.Steps, n.ZeroSteps)
	}
	return err
}

// write answers the groups to where --out says.
func (f *creditFlags) write(c *cobra.Command, groups iter.Seq2[wire.Record, error], o wire.Options) (n wire.Totals, err error) {
	if f.out == "-" {
		return wire.Run(c.Context(), groups, wire.NewLines(c.OutOrStdout()), o)
	}
	var fault error
	err = atomicfile.WriteFunc(f.out, 0o666, func(w io.Writer) error {
		sink := wire.NewLines(w)
		if filepath.Ext(f.out) == ".parquet" {
			sink = wire.NewTable(w, f.tokens)
		}
		n, fault = wire.Run(c.Context(), groups, sink, o)
		return fault
	})
	if fault != nil {
		return n, fault // the file has no part in it
	}
	return n, err
}

// openGroups opens an input of groups; - is standard input. Of a table it reads
// what ts ask for.
func openGroups(c *cobra.Command, path string, batch bool, ts credit.Transforms) (groups iter.Seq2[wire.Record, error], closer func(), err error) {
	read := wire.Lines
	if batch {
		read = wire.Batch
	}
	if path == "-" {
		return read(c.InOrStdin()), func() {}, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, misused(fmt.Errorf("--in: %w", err))
	}
	closer = func() { file.Close() }
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = misused(fmt.Errorf("--in: %s is a folder", path))
	}
	if err != nil {
		closer()
		return nil, nil, err
	}
	magic := make([]byte, 4)
	if n, _ := file.ReadAt(magic, 0); n == len(magic) && string(magic) == "PAR1" {
		return wire.Table(file, info.Size(), ts.Parts()...), closer, nil
	}
	return read(file), closer, nil
}

// methodRow is one line of "gym credit methods".
type methodRow struct {
	credit.Description
	Batchwise bool `json:"batchwise"` // its statistics run over the whole batch
}

func newCreditMethods() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "methods",
		Short: "List the methods, their presets, formulas and parameters",
		Example: `  gym credit methods
  gym credit methods --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var rows []methodRow
			for _, name := range credit.Presets() {
				m, err := credit.Parse(name)
				if err != nil {
					return err
				}
				rows = append(rows, methodRow{m.Describe(), m.Batchwise()})
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), rows)
			}
			t := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "method/preset\tbatch\tformula\tcompares\t")
			for _, r := range rows {
				batch := ""
				if r.Batchwise {
					batch = "whole"
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", r.Name, batch, r.Formula, r.Grouping)
			}
			return t.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with all parameters")
	return c
}

func newCreditTransforms() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "transforms",
		Short: "List the changes of rewards that come before credit",
		Long: `List the transforms that --transforms takes, with their parameters as they are where none are
given. A reward part is a column of a trajectory's "reward_parts": {"format": [0, …], …}, or the
column of that name in a Parquet table.`,
		Example: `  gym credit transforms
  gym credit --method reinforce++ --batch --transforms '[{"name": "gdpo", "rewards": ["format", "answer"]}]' --in batch.json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			all := credit.DescribeTransforms()
			if asJSON {
				return printJSON(c.OutOrStdout(), all)
			}
			t := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', 0)
			fmt.Fprintln(t, "name\tdefaults\twhat it does\t")
			for _, d := range all {
				params, err := json.Marshal(d.Defaults)
				if err != nil {
					return err
				}
				fmt.Fprintf(t, "%s\t%s\t%s\t\n", d.Name, params, d.About)
			}
			return t.Flush()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}
