package main

import (
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"stepgym/envs/toolcall/bfcl"
)

func newDataToolcall() *cobra.Command {
	c := &cobra.Command{
		Use:   "toolcall",
		Short: "Examine data of tool-calling environments",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDataToolcallLint())
	return c
}

func newDataToolcallLint() *cobra.Command {
	var data string
	var asJSON bool
	c := &cobra.Command{
		Use:   "lint",
		Short: "Report what is wrong with a data set of tool calls",
		Long: `Play the ground truth of every entry and report what is wrong with it, or worth knowing before
one trains on it:
  invalid_truth      it does not pass its own check
  truth_raises       a call of it raises
  truth_error        a call of it gives {"error": ...}
  won_by_nothing     the entry is valid without a single call
  state_unchanged    it changes no state: reading is all that is judged
  hidden_function    it calls a function that is not offered at that turn
  unasked_argument   an argument that only a call gives that the ground truth does not make
  unseen_argument    an argument that stands nowhere before, and that no simple call gives
  unused_config      an initial state of a class that is not involved
  duplicate          two scenarios with one first request, or with one start and one ground truth
  leak_across_split  variants of a scenario in more than one of train, dev and test`,
		Example: `  gym data toolcall lint --data bfcl_eval-2026.3.23-py3-none-any.whl
  gym data toolcall lint --data bfcl_eval/data --json | grep unseen_argument`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return lintToolcall(c, data, asJSON) },
	}
	c.Flags().StringVar(&data, "data", "", "the benchmark's data: a folder, or the wheel file of bfcl-eval")
	c.Flags().BoolVar(&asJSON, "json", false, "print a line of JSON for each finding")
	return c
}

func lintToolcall(c *cobra.Command, data string, asJSON bool) error {
	if data == "" {
		return misused(errors.New("give --data"))
	}
	categories, err := bfcl.Present(data)
	if err == nil && len(categories) == 0 {
		err = fmt.Errorf("%s has no multi-turn categories", data)
	}
	if err != nil {
		return err
	}
	d, err := bfcl.Load(data, categories...)
	if err != nil {
		return err
	}
	found, err := bfcl.Lint(d)
	if err != nil {
		return err
	}
	out := c.OutOrStdout()
	if asJSON {
		w := newJSONLines(out)
		for _, f := range found {
			if err := w.Write(f); err != nil {
				return err
			}
		}
		return w.Flush()
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "entries\t%d\t\n", len(d.Entries()))
	for _, k := range bfcl.CountFindings(found) {
		first := ""
		for _, f := range found {
			if f.Kind == k.Kind {
				first = fmt.Sprintf("%s %s %s", f.ID, f.Call, f.Detail)
				break
			}
		}
		fmt.Fprintf(w, "%s\t%d\tfirst: %.120s\t\n", k.Kind, k.N, first)
	}
	return w.Flush()
}
