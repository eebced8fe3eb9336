package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"stepgym/envs"
	"stepgym/internal/atomicfile"
	"stepgym/traces/export"
	"stepgym/traces/index"
	"stepgym/traces/viewer"
)

// metricsCSV is the format of --export that writes metrics instead of episodes.
const metricsCSV = "csv"

// exportFormats lists what --export takes.
func exportFormats() []string {
	var names []string
	for _, f := range viewer.Formats() {
		names = append(names, string(f))
	}
	return append(names, metricsCSV)
}

// pickFlags pick episodes of a run.
type pickFlags struct {
	outcomes, classes, tasks, groups, splits, types, ids []string
	text                                                 string
}

// pickNames are their names.
var pickNames = []string{"outcome", "class", "task", "group", "split", "type", "id", "text"}

func (p *pickFlags) add(c *cobra.Command) {
	fl := c.Flags()
	fl.StringArrayVar(&p.outcomes, "outcome", nil, "only episodes that ended so: success, failure, truncated, lost; may be repeated, as the others")
	fl.StringArrayVar(&p.classes, "class", nil, "only this class of failure")
	fl.StringArrayVar(&p.tasks, "task", nil, "only this task")
	fl.StringArrayVar(&p.groups, "group", nil, "only this group")
	fl.StringArrayVar(&p.splits, "split", nil, "only this split")
	fl.StringArrayVar(&p.types, "type", nil, "only this type of task")
	fl.StringArrayVar(&p.ids, "id", nil, "with --export, only the episode with this ID")
	fl.StringVar(&p.text, "text", "", "only episodes whose observations or actions hold this text")
}

// unused refuses the flags where nothing is picked.
func (p *pickFlags) unused(c *cobra.Command) error {
	for _, name := range pickNames {
		if c.Flags().Changed(name) {
			return fmt.Errorf("--%s goes with --export or --tui; the pages have filters of their own", name)
		}
	}
	return nil
}

// filter returns what the flags pick. If they go by the class of failure it
// waits until all classes are known.
func (p *pickFlags) filter(c *cobra.Command, x *index.Index) (index.Filter, error) {
	f := index.Filter{Class: p.classes, Task: p.tasks, Group: p.groups, Split: p.splits, Type: p.types, Text: p.text}
	for _, o := range p.outcomes {
		if !slices.Contains(index.Outcomes(), index.Outcome(o)) {
			return f, misused(fmt.Errorf("--outcome: %q, want one of %q", o, index.Outcomes()))
		}
		f.Outcome = append(f.Outcome, index.Outcome(o))
	}
	if len(p.classes) == 0 {
		return f, nil
	}
	names := []string{"-"}
	for _, class := range x.Classes() {
		names = append(names, class.Name)
	}
	for _, class := range p.classes {
		if !slices.Contains(names, class) {
			return f, misused(fmt.Errorf("--class: %q, want one of %s", class, strings.Join(names[1:], ", ")))
		}
	}
	return f, classified(c.Context(), x)
}

// classified waits until the class of every episode is known.
func classified(ctx context.Context, x *index.Index) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if v := x.View(); v.Known >= len(v.Rows) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// openIndex opens the episodes of a run folder.
func openIndex(dir string) (*index.Index, error) {
	x, err := index.Open(dir, index.Options{Classifier: func(env string) envs.Classifier { return classifierOf(env) }})
	if err != nil {
		return nil, runError(err)
	}
	return x, nil
}

// write writes the episodes that pass the filter, or the metrics.
func (f *replayFlags) write(c *cobra.Command, x *index.Index, filter index.Filter) error {
	if !slices.Contains(exportFormats(), f.export) {
		return misused(fmt.Errorf("--export: no format %q, want one of %s", f.export, strings.Join(exportFormats(), ", ")))
	}
	if f.out == "" && f.export == string(viewer.Parquet) && isTerminal(c.OutOrStdout()) {
		return misused(errors.New("parquet is no text: name a file by --out"))
	}
	left := 0
	fill := func(w io.Writer) error {
		if f.export == metricsCSV {
			if err := f.pick.unused(c); err != nil {
				return misused(fmt.Errorf("csv has the metrics, which belong to no episode: %w", err))
			}
			return viewer.WriteMetrics(w, x.Dir())
		}
		v := x.View()
		rows, err := f.rows(c.Context(), v, filter)
		if err != nil {
			return err
		}
		for _, fault := range v.Faults {
			fmt.Fprintf(c.ErrOrStderr(), "note: %s\n", fault)
		}
		return viewer.Export(c.Context(), w, v, rows, export.Format(f.export), func(err error) error {
			left++
			fmt.Fprintf(c.ErrOrStderr(), "left out: %v\n", err)
			return nil
		})
	}
	var err error
	if f.out == "" {
		err = fill(c.OutOrStdout())
	} else {
		err = atomicfile.WriteFunc(filepath.Clean(f.out), 0o666, fill)
	}
	if err == nil && left > 0 {
		err = fmt.Errorf("%d episodes could not be read and were left out", left)
	}
	return err
}

// rows returns the rows to export, those of --id in the order given.
func (f *replayFlags) rows(ctx context.Context, v *index.View, filter index.Filter) ([]int32, error) {
	rows, err := v.Select(ctx, filter)
	if err != nil || len(f.pick.ids) == 0 {
		return rows, err
	}
	var out []int32
	for _, id := range f.pick.ids {
		n, err := v.Find(id)
		if err != nil {
			return nil, misused(err)
		}
		if slices.Contains(rows, int32(n)) {
			out = append(out, int32(n))
		}
	}
	return out, nil
}
