package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"stepgym/internal/atomicfile"
	"stepgym/internal/plot"
	"stepgym/runner"
)

// write puts the files of the table into dir, each whole or not at all.
func (t *methodTable) write(dir string) error {
	data, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	var csv bytes.Buffer
	csv.WriteString("method,seed,steps,seconds,success,score\n")
	p := plot.Plot{}
	for i, r := range t.Runs {
		if i == 0 || r.Method != t.Runs[i-1].Method {
			p.Series = append(p.Series, plot.Series{Label: r.Method})
		}
		s := &p.Series[len(p.Series)-1]
		s.Curves = append(s.Curves, r.curve())
		for _, q := range r.Curve {
			fmt.Fprintf(&csv, "%s,%d,%d,%.1f,%g,%g\n", r.Method, r.Seed, q.Steps, q.Seconds, q.Success, q.Score)
		}
	}
	var errs []error
	for name, data := range map[string][]byte{
		"methods.json": append(data, '\n'), "methods.md": t.markdown(), "curves.csv": csv.Bytes(), "curves.svg": []byte(p.SVG()),
	} {
		errs = append(errs, atomicfile.Write(filepath.Join(dir, name), data, os.FileMode(0o644)))
	}
	return errors.Join(errs...)
}

// markdown is the table as text.
func (t *methodTable) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "| method | seeds | success at %d steps | on the way there | steps without advantage | groups without | steps in a state of their own | transitions shared | optimizer steps | minutes (updates) |\n|---|---|---|---|---|---|---|---|---|---|\n", t.Steps)
	for _, r := range t.Rows {
		fmt.Fprintf(&b, "| %s | %d | %s | %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.0f | %.1f (%.1f) |\n", r.Method, len(r.Seeds),
			percent(r.Success, len(r.Seeds)), percent(r.Average, len(r.Seeds)), 100*r.ZeroSteps, 100*r.ZeroGroups, 100*r.Singletons, 100*r.Merged, r.Minibatch, r.Minutes, r.Updating)
	}
	return b.Bytes()
}

// percent writes a share and, of more than one run, its interval.
func percent(i runner.Interval, runs int) string {
	if runs < 2 {
		return fmt.Sprintf("%.1f %%", 100*i.Mean)
	}
	return fmt.Sprintf("%.1f %% ± %.1f", 100*i.Mean, 50*(i.High-i.Low))
}
