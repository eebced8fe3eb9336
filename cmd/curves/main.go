// Command curves draws the learning curves of runs as an SVG, for the
// documentation: success on the dev split against steps or seconds.
//
//	go run ./cmd/curves -o docs/learning.svg "GRPO=runs/a,runs/b" "HGPO=runs/c,runs/d"
//
// The runs of one label are seeds: the line is their mean, the band their range.
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"

	"stepgym/internal/plot"
	"stepgym/runner"
	"stepgym/traces"
)

func main() {
	out := flag.String("o", "", "file to write; default standard output")
	seconds := flag.Bool("seconds", false, "against seconds of training instead of environment steps")
	flag.Parse()
	if err := run(*out, *seconds, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "curves: "+err.Error())
		os.Exit(1)
	}
}

func run(out string, seconds bool, args []string) error {
	p := plot.Plot{Seconds: seconds}
	for _, a := range args {
		label, runs, ok := strings.Cut(a, "=")
		if !ok {
			return fmt.Errorf("%q is not LABEL=RUN,RUN", a)
		}
		l := plot.Series{Label: label}
		for _, dir := range strings.Split(runs, ",") {
			c, err := readCurve(dir, seconds)
			if err != nil {
				return err
			}
			l.Curves = append(l.Curves, c)
		}
		p.Series = append(p.Series, l)
	}
	if len(p.Series) == 0 {
		return fmt.Errorf("no runs given")
	}
	if out == "" {
		_, err := os.Stdout.WriteString(p.SVG())
		return err
	}
	return os.WriteFile(out, []byte(p.SVG()), 0o644)
}

// readCurve returns the evaluations of a run.
func readCurve(dir string, seconds bool) (plot.Curve, error) {
	r, err := traces.Open(dir)
	if err != nil {
		return nil, err
	}
	h, err := runner.ReadHistory(r)
	if err != nil {
		return nil, err
	}
	var c plot.Curve
	for _, e := range h.Evals {
		x := float64(e.Steps)
		if seconds {
			x = e.Elapsed
		}
		c = append(c, plot.Point{X: x, Y: 100 * e.Report.Success.Mean})
	}
	if len(c) == 0 {
		return nil, fmt.Errorf("%s has no evaluations", dir)
	}
	return c, nil
}
