package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"stepgym/credit"
	"stepgym/internal/plot"
	"stepgym/runner"
	"stepgym/traces"
)

// methodRun is what one run of "gym bench methods" came to. Shares lie in
// [0, 1] and are those of the whole run.
type methodRun struct {
	Method string `json:"method"`
	Seed   uint64 `json:"seed"`

	Iterations int     `json:"iterations"`
	Episodes   int     `json:"episodes"`
	Steps      int     `json:"steps"`
	Minutes    float64 `json:"minutes"` // of wall time, evaluations included
	Updating   float64 `json:"update_minutes"`

	ZeroSteps  float64 `json:"zero_steps"`   // share of steps without advantage
	ZeroGroups float64 `json:"zero_groups"`  // share of groups without any
	Singletons float64 `json:"singletons"`   // share of steps whose state no other shares
	Merged     float64 `json:"merged_edges"` // share of transitions that occur more than once
	Minibatch  int     `json:"minibatches"`  // steps of the optimizer

	Success float64       `json:"success"` // on the dev split at methodTable.Steps
	Average float64       `json:"average"` // of it, from the beginning to there
	Curve   []methodPoint `json:"curve"`
}

// methodPoint is an evaluation on the dev split.
type methodPoint struct {
	Steps   int     `json:"steps"`
	Seconds float64 `json:"seconds"`
	Success float64 `json:"success"`
	Score   float64 `json:"score"`
}

// benchRow is a method in the table: means over its runs, one a seed.
type benchRow struct {
	Method     string          `json:"method"`
	Seeds      []uint64        `json:"seeds"`
	Success    runner.Interval `json:"success"` // 95 %, Student's, over the seeds
	Average    runner.Interval `json:"average"`
	ZeroSteps  float64         `json:"zero_steps"`
	ZeroGroups float64         `json:"zero_groups"`
	Singletons float64         `json:"singletons"`
	Merged     float64         `json:"merged_edges"`
	Minibatch  float64         `json:"minibatches"`
	Steps      float64         `json:"steps"`
	Minutes    float64         `json:"minutes"`
	Updating   float64         `json:"update_minutes"`
}

// methodTable is what "gym bench methods" prints.
type methodTable struct {
	Env        string          `json:"env"`
	Split      string          `json:"split"`
	Steps      int             `json:"at_steps"` // where all are compared: the shortest run ends
	Unfinished []string        `json:"unfinished,omitempty"`
	Rows       []benchRow      `json:"rows"`
	Runs       []methodRun     `json:"runs"`
	Config     json.RawMessage `json:"config"` // what all runs share
}

// tabulate puts together what is complete in the folder.
func (f *benchMethodsFlags) tabulate(cmd *cobra.Command) error {
	t, err := readMethodTable(f.out)
	if err != nil {
		return err
	}
	if err := t.write(f.out); err != nil {
		return err
	}
	if len(t.Unfinished) > 0 {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: left out, for they are not finished: %s\n", strings.Join(t.Unfinished, ", "))
	}
	if f.json {
		return printJSON(cmd.OutOrStdout(), t)
	}
	_, err = cmd.OutOrStdout().Write(t.markdown())
	return err
}

// eachRun calls f with every run of a folder, in the order of their names.
func eachRun(dir string, f func(run *traces.Run, c runConfig) error) error {
	entries, err := os.ReadDir(filepath.Join(dir, "runs"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		run, err := traces.Open(filepath.Join(dir, "runs", e.Name()))
		if errors.Is(err, traces.ErrNoRun) {
			continue
		}
		if err != nil {
			return err
		}
		c, err := configOf(run)
		if err != nil {
			return err
		}
		if err := f(run, c); err != nil {
			return err
		}
	}
	return nil
}

// readMethodTable reads the runs of a folder, which have to be of equal
// conditions.
func readMethodTable(dir string) (*methodTable, error) {
	t, first := &methodTable{}, ""
	err := eachRun(dir, func(run *traces.Run, c runConfig) error {
		if !complete(run.Dir(), c) {
			t.Unfinished = append(t.Unfinished, filepath.Base(run.Dir()))
			return nil
		}
		shared, err := sharedConfig(c)
		if err != nil {
			return err
		}
		if t.Config == nil {
			t.Env, t.Split, t.Config, first = c.Env, c.Train.DevSplit, shared, run.Dir()
		} else if !bytes.Equal(t.Config, shared) {
			return fmt.Errorf("%s and %s are of different settings, and cannot be compared:\n%s\n%s", first, run.Dir(), t.Config, shared)
		}
		r, err := readMethodRun(run, c)
		t.Runs = append(t.Runs, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	if len(t.Runs) == 0 {
		return nil, misused(fmt.Errorf("there is no finished run in %s", filepath.Join(dir, "runs")))
	}
	return t, t.sumUp()
}

// sharedConfig is the settings of a run without what makes the difference.
func sharedConfig(c runConfig) (json.RawMessage, error) {
	t, p := &c.Train, &c.PolicyConfig
	t.Seed, p.Seed = 0, 0
	t.Credit, t.CreditParams, t.Update = "", nil, ""
	p.Value = 0 // gae has it in any case
	p.Threads, p.Library = 0, ""
	return json.Marshal(c)
}

// readMethodRun reads the metrics of a run.
func readMethodRun(run *traces.Run, c runConfig) (methodRun, error) {
	r := methodRun{Seed: c.Train.Seed}
	m, err := credit.New(c.Train.Credit, c.Train.CreditParams)
	if err != nil {
		return r, err
	}
	r.Method = benchMethod{m.Name(), c.Train.Update}.String()
	h, err := runner.ReadHistory(run)
	if err != nil {
		return r, err
	}
	if len(h.Train) == 0 || len(h.Evals) == 0 {
		return r, fmt.Errorf("%s has no iterations or no evaluations", run.Dir())
	}
	steps, groups := 0.0, float64(len(h.Train))
	for _, m := range h.Train {
		n := float64(m.Steps)
		steps += n
		r.ZeroSteps += n * m.ZeroSteps
		r.Singletons += n * m.Singletons
		r.Merged += m.Merged / groups
		r.ZeroGroups += m.ZeroGroups / groups
		r.Updating += m.UpdateSeconds / 60
		if m.Update != nil {
			r.Minibatch += m.Update.Minibatch
		}
	}
	r.ZeroSteps, r.Singletons = r.ZeroSteps/max(1, steps), r.Singletons/max(1, steps)
	for _, e := range h.Evals {
		r.Curve = append(r.Curve, methodPoint{e.Steps, e.Elapsed, e.Report.Success.Mean, e.Report.Score.Mean})
	}
	last := h.Train[len(h.Train)-1]
	r.Iterations, r.Episodes, r.Steps, r.Minutes = len(h.Train), last.TotalEpisodes, last.TotalSteps, h.Evals[len(h.Evals)-1].Elapsed/60
	return r, nil
}

// curve returns success in percent by steps.
func (r methodRun) curve() plot.Curve {
	var c plot.Curve
	for _, p := range r.Curve {
		c = append(c, plot.Point{X: float64(p.Steps), Y: 100 * p.Success})
	}
	return c
}

// average returns the mean of a curve between its beginning and end.
func average(c plot.Curve, end float64) float64 {
	sum, from := 0.0, c[0]
	for _, p := range append(slices.Clone(c[1:]), plot.Point{X: end, Y: c.At(end)}) {
		if p.X > end {
			continue
		}
		sum += (p.X - from.X) * (p.Y + from.Y) / 2
		from = p
	}
	if end <= c[0].X {
		return c[0].Y
	}
	return sum / (end - c[0].X)
}

// sumUp puts the runs in order, finds where they can be compared, and fills in
// the rows.
func (t *methodTable) sumUp() error {
	names := benchMethodNames()
	place := func(m string) int {
		if i := slices.Index(names, m); i >= 0 {
			return i
		}
		return len(names)
	}
	slices.SortFunc(t.Runs, func(a, b methodRun) int {
		return cmp.Or(cmp.Compare(place(a.Method), place(b.Method)), strings.Compare(a.Method, b.Method), cmp.Compare(a.Seed, b.Seed))
	})
	t.Steps = t.Runs[0].Curve[len(t.Runs[0].Curve)-1].Steps
	for _, r := range t.Runs {
		t.Steps = min(t.Steps, r.Curve[len(r.Curve)-1].Steps)
	}
	for i := range t.Runs {
		r, end := &t.Runs[i], float64(t.Steps)
		r.Success, r.Average = r.curve().At(end)/100, average(r.curve(), end)/100
	}
	for i := 0; i < len(t.Runs); {
		n := 1
		for i+n < len(t.Runs) && t.Runs[i+n].Method == t.Runs[i].Method {
			if t.Runs[i+n].Seed == t.Runs[i+n-1].Seed {
				return fmt.Errorf("there are two runs of %s with seed %d", t.Runs[i].Method, t.Runs[i+n].Seed)
			}
			n++
		}
		t.Rows = append(t.Rows, newBenchRow(t.Runs[i:i+n]))
		i += n
	}
	return nil
}

// newBenchRow takes the means over runs.
func newBenchRow(runs []methodRun) benchRow {
	row := benchRow{Method: runs[0].Method}
	n := float64(len(runs))
	var success, average []float64
	for _, r := range runs {
		row.Seeds = append(row.Seeds, r.Seed)
		success, average = append(success, r.Success), append(average, r.Average)
		row.ZeroSteps += r.ZeroSteps / n
		row.ZeroGroups += r.ZeroGroups / n
		row.Singletons += r.Singletons / n
		row.Merged += r.Merged / n
		row.Minibatch += float64(r.Minibatch) / n
		row.Steps += float64(r.Steps) / n
		row.Minutes += r.Minutes / n
		row.Updating += r.Updating / n
	}
	row.Success, row.Average = runner.Student(success), runner.Student(average)
	return row
}
