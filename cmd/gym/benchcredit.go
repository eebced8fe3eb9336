package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"stepgym/credit"
	"stepgym/credit/lab"
	"stepgym/credit/wire"
	"stepgym/traces"
)

// creditBench is what "gym bench credit" prints.
type creditBench struct {
	Groups   int           `json:"groups"`
	Rollouts int           `json:"rollouts"` // a group
	Length   int           `json:"length"`   // steps a rollout
	Threads  int           `json:"threads"`
	CPU      string        `json:"cpu"`
	Go       string        `json:"go"`
	Methods  []methodBench `json:"methods"`
}

// methodBench is the speed of one method, everything before it included.
type methodBench struct {
	Method        string  `json:"method"`
	Milliseconds  float64 `json:"ms"` // the fastest of the runs
	NsPerStep     float64 `json:"ns_per_step"`
	AllocsPerStep float64 `json:"allocs_per_step"`
	BytesPerStep  float64 `json:"bytes_per_step"`
	Runs          int     `json:"runs"`
}

type benchCreditFlags struct {
	groups, rollouts, length, threads int
	seconds                           float64
	methods                           []string
	lab                               bool
	seeds                             int
	json                              bool
}

func newBenchCredit() *cobra.Command {
	var f benchCreditFlags
	c := &cobra.Command{
		Use:   "credit",
		Short: "Speed of the methods of credit; with --lab, what theory says of them",
		Long: `Measure how long each method takes for groups of random rollouts over 120 pages a group,
from their texts: checks, hashing, returns and all. The fastest of some runs counts. The last
row is the whole way of 'gym credit': JSON lines in, JSON lines out. Run it on a quiet machine.

With --lab, small games are solved exactly and learnt from samples instead, and every claim of
the SeeUPO paper about its updates is held against the numbers, whether they reproduce it or not.`,
		Example: `  gym bench credit --threads 1
  gym bench credit --methods gigpo,hgpo --groups 1024
  gym bench credit --lab`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.lab {
				return f.runLab(c)
			}
			return f.run(c)
		},
	}
	fl := c.Flags()
	fl.IntVar(&f.groups, "groups", 1024, "groups")
	fl.IntVar(&f.rollouts, "rollouts", 8, "rollouts a group")
	fl.IntVar(&f.length, "length", 50, "steps a rollout")
	fl.IntVar(&f.threads, "threads", 1, "goroutines")
	fl.Float64Var(&f.seconds, "seconds", 1, "how long to repeat each method; at least two runs")
	fl.StringSliceVar(&f.methods, "methods", []string{
		"grpo", "rloo", "reinforce++", "gae", "gigpo", "hgpo", "salt", "arpo", "rtmc", "graphgpo", "graft", "seeupo",
	}, "methods or presets to measure")
	fl.BoolVar(&f.lab, "lab", false, "the tabular laboratory instead of speed")
	fl.IntVar(&f.seeds, "seeds", lab.DefaultConfig().Seeds, "seeds of the laboratory's sampled experiments")
	fl.BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func (f *benchCreditFlags) run(c *cobra.Command) error {
	if f.groups < 1 || f.rollouts < 1 || f.length < 1 || f.threads < 1 || f.seconds < 0 {
		return misused(errors.New("--groups, --rollouts, --length and --threads must be at least 1, --seconds not below 0"))
	}
	var methods []credit.Method
	for _, name := range f.methods {
		m, err := credit.Parse(name)
		if err != nil {
			return misused(err)
		}
		methods = append(methods, m)
	}
	runtime.GOMAXPROCS(f.threads)
	r := creditBench{Groups: f.groups, Rollouts: f.rollouts, Length: f.length, Threads: f.threads, CPU: cpuName(), Go: runtime.Version()}
	groups := f.synthetic()
	for _, m := range methods {
		b, err := f.measure(c, m.Name(), func() error {
			_, err := credit.Assign(groups, traces.GraphOptions{}, m, f.threads)
			return err
		})
		if err != nil {
			return err
		}
		r.Methods = append(r.Methods, b)
	}
	b, err := f.lines(c, groups)
	if err != nil {
		return err
	}
	r.Methods = append(r.Methods, b)
	if f.json {
		return printJSON(c.OutOrStdout(), r)
	}
	fmt.Fprintf(c.OutOrStdout(), "%d groups of %d rollouts of %d steps, %d thread(s), %s\n", r.Groups, r.Rollouts, r.Length, r.Threads, r.CPU)
	t := tabwriter.NewWriter(c.OutOrStdout(), 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "method\tms\tns/step\tallocs/step\tB/step\t")
	for _, m := range r.Methods {
		fmt.Fprintf(t, "%s\t%.1f\t%.0f\t%.2f\t%.0f\t\n", m.Method, m.Milliseconds, m.NsPerStep, m.AllocsPerStep, m.BytesPerStep)
	}
	return t.Flush()
}

// measure repeats do and takes the fastest run.
func (f *benchCreditFlags) measure(c *cobra.Command, name string, do func() error) (methodBench, error) {
	steps := float64(f.groups * f.rollouts * f.length)
	b := methodBench{Method: name}
	var before, after runtime.MemStats
	for start := time.Now(); b.Runs < 2 || time.Since(start).Seconds() < f.seconds; b.Runs++ {
		if c.Context().Err() != nil {
			return b, c.Context().Err()
		}
		runtime.ReadMemStats(&before)
		from := time.Now()
		if err := do(); err != nil {
			return b, err
		}
		ms := time.Since(from).Seconds() * 1e3
		runtime.ReadMemStats(&after)
		if b.Runs == 0 || ms < b.Milliseconds {
			b.Milliseconds = ms
		}
		b.AllocsPerStep = float64(after.Mallocs-before.Mallocs) / steps
		b.BytesPerStep = float64(after.TotalAlloc-before.TotalAlloc) / steps
	}
	b.NsPerStep = b.Milliseconds * 1e6 / steps
	return b, nil
}

// lines measures the whole way of "gym credit", in memory.
func (f *benchCreditFlags) lines(c *cobra.Command, groups []*traces.Group) (methodBench, error) {
	m, err := credit.Parse("gigpo")
	if err != nil {
		return methodBench{}, err
	}
	var in bytes.Buffer
	e := json.NewEncoder(&in)
	for _, g := range groups {
		if err := e.Encode(columnsOf(g)); err != nil {
			return methodBench{}, err
		}
	}
	return f.measure(c, m.Name()+", JSON to JSON", func() error {
		_, err := wire.Run(c.Context(), wire.Lines(bytes.NewReader(in.Bytes())), wire.NewLines(io.Discard), wire.Options{Method: m, Workers: f.threads})
		return err
	})
}

// synthetic returns groups of random rollouts. Every observation is a copy of
// its own, as after reading it from a file.
func (f *benchCreditFlags) synthetic() []*traces.Group {
	const pages = 120
	rng := rand.New(rand.NewPCG(1, 2))
	groups := make([]*traces.Group, f.groups)
	for g := range groups {
		groups[g] = &traces.Group{ID: fmt.Sprintf("g%d", g)}
		for i := range f.rollouts {
			t := &traces.Trajectory{ID: fmt.Sprintf("t%d", i), TaskID: "task", Steps: make([]traces.Step, f.length)}
			for k := range t.Steps {
				page := rng.IntN(pages)
				t.Steps[k] = traces.Step{
					Observation: traces.Observation{Text: fmt.Sprintf("You are in room %d-%d. Looking around you, you see a bed 1, a desk 2, a drawer %d, a shelf %d and a safe 1. What do you do next? This is step text %d", g%64, page, page, page%7, page)},
					Action:      fmt.Sprintf("go to drawer %d", rng.IntN(8)), Tokens: 8,
				}
			}
			if t.Success = rng.IntN(2) == 0; t.Success {
				t.Steps[f.length-1].Reward = 10
			}
			groups[g].Trajectories = append(groups[g].Trajectories, t)
		}
	}
	return groups
}

// columnsOf returns a group in the form in which other trainers hand it over.
func columnsOf(g *traces.Group) traces.Inputs {
	in := traces.Inputs{ID: g.ID}
	for _, t := range g.Trajectories {
		var c traces.Input
		c.ID, c.Success = t.ID, t.Success
		for _, s := range t.Steps {
			c.Obs, c.Actions = append(c.Obs, s.Observation.Text), append(c.Actions, s.Action)
			c.Rewards, c.NTokens = append(c.Rewards, s.Reward), append(c.NTokens, s.Tokens)
		}
		in.Trajectories = append(in.Trajectories, c)
	}
	return in
}

// runLab prints every experiment as it comes, and a summary.
func (f *benchCreditFlags) runLab(c *cobra.Command) error {
	if f.seeds < 2 {
		return misused(errors.New("--seeds must be at least 2"))
	}
	w := c.OutOrStdout()
	var all []lab.Result
	err := lab.Run(c.Context(), lab.Config{Seeds: f.seeds}, func(r lab.Result) error {
		all = append(all, r)
		if f.json {
			return nil
		}
		return printLab(w, r)
	})
	switch {
	case err != nil:
		return err
	case f.json:
		return printJSON(w, all)
	}
	fmt.Fprintln(w, "In short:")
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, r := range all {
		fmt.Fprintf(t, "  %s\t%s\t%s (%s)\n", r.Name, r.Verdict, r.Claim, r.Because)
	}
	return t.Flush()
}

func printLab(w io.Writer, r lab.Result) error {
	fmt.Fprintf(w, "%s  %s\n", r.Name, r.Setting)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\t%s\t\n", strings.Join(r.Columns, "\t"))
	for _, row := range r.Rows {
		fmt.Fprintf(t, "%s\t", row.Name)
		for _, x := range row.Values {
			fmt.Fprintf(t, "%.4g\t", x)
		}
		fmt.Fprintln(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "claim: %s\n%s: %s\n\n", r.Claim, r.Verdict, r.Because)
	return err
}
