package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"stepgym/envs"
)

func newBench() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure speed and memory",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newBenchEnv(), newBenchSearch(), newBenchCredit(), newBenchMethods())
	return c
}

type benchFlags struct {
	envFlags
	split   string
	seconds float64
	threads int
	seed    uint64
	json    bool
}

// benchResult is what "gym bench env" prints.
type benchResult struct {
	Env             string  `json:"env"`
	Threads         int     `json:"threads"`
	Seconds         float64 `json:"seconds"` // of the stepping part
	Steps           int64   `json:"steps"`
	Episodes        int64   `json:"episodes"`
	StepsPerSecond  float64 `json:"steps_per_second"`
	ResetsPerSecond float64 `json:"resets_per_second"`
	LoadSeconds     float64 `json:"load_seconds"`
	Tasks           int     `json:"tasks"`          // that are played
	FirstResetMS    float64 `json:"first_reset_ms"` // mean over the tasks; loads what a task needs
	RSSBytes        int64   `json:"rss_bytes"`      // of the process, right after opening; -1 where the system does not tell
	RSSEndBytes     int64   `json:"rss_end_bytes"`
	AllocsPerStep   float64 `json:"allocs_per_step"` // the resets between the steps included
	BytesPerStep    float64 `json:"bytes_per_step"`
	CPU             string  `json:"cpu"`
	Go              string  `json:"go"`
}

// benchTasks is the number of tasks of the split that are played, the first ones.
const benchTasks = 20_000

func newBenchEnv() *cobra.Command {
	var f benchFlags
	c := &cobra.Command{
		Use:   "env",
		Short: "Steps and resets a second of an environment",
		Long: `Measure an environment with random actions: each is drawn uniformly from what the
observation offers, admissible actions and the candidates of forms (so searches are among
them), and every observation is made. Then resets alone are measured, with their first
observation. Before that each task is reset once, so that what it loads is not counted as
steps. Run it on a quiet machine.`,
		Example: `  gym bench env --env webshop --seconds 5 --threads 1 --json
  gym bench env --env webshop --config '{"data": "catalogue"}'`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return f.run(c) },
	}
	f.add(c)
	fl := c.Flags()
	fl.StringVar(&f.split, "split", "train", "split to take tasks of")
	fl.Float64Var(&f.seconds, "seconds", 5, "how long to step; resets take a fifth of it")
	fl.IntVar(&f.threads, "threads", 1, "goroutines, each on a thread")
	fl.Uint64Var(&f.seed, "seed", 0, "seed of the random actions")
	fl.BoolVar(&f.json, "json", false, "print JSON")
	return c
}

func (f *benchFlags) run(c *cobra.Command) (err error) {
	if f.seconds <= 0 || f.threads < 1 {
		return misused(errors.New("--seconds must be above 0 and --threads at least 1"))
	}
	runtime.GOMAXPROCS(f.threads)
	start := time.Now()
	env, err := f.open(c)
	if err != nil {
		return err
	}
	r := benchResult{LoadSeconds: time.Since(start).Seconds(), Threads: f.threads, CPU: cpuName(), Go: runtime.Version()}
	defer func() { err = errors.Join(err, env.Close()) }()
	runtime.GC()
	r.Env, r.RSSBytes = env.Spec().ID(), rss()
	var tasks []envs.Task
	for t, err := range env.Tasks(f.split) {
		if err != nil {
			return splitError(err)
		}
		if tasks = append(tasks, t); len(tasks) == benchTasks {
			break
		}
	}
	if len(tasks) == 0 {
		return fmt.Errorf("split %q has no tasks", f.split)
	}
	if err := firstResets(c.Context(), env, tasks, &r); err != nil {
		return err
	}
	if err := f.measure(c.Context(), env, tasks, &r); err != nil {
		return err
	}
	r.RSSEndBytes = rss()
	if f.json {
		return printJSON(c.OutOrStdout(), r)
	}
	fmt.Fprintf(c.OutOrStdout(), "%s, %d thread(s), %s\n%12.0f steps/s (%d steps of %d episodes in %.2f s)\n%12.0f resets/s, the first of each of %d tasks in %.3f ms\n%12.2f allocations a step, %.0f bytes\n%12.3f s to load, %.1f MB resident, %.1f MB at the end\n",
		r.Env, r.Threads, r.CPU, r.StepsPerSecond, r.Steps, r.Episodes, r.Seconds, r.ResetsPerSecond, r.Tasks, r.FirstResetMS,
		r.AllocsPerStep, r.BytesPerStep, r.LoadSeconds, float64(r.RSSBytes)/1e6, float64(r.RSSEndBytes)/1e6)
	return nil
}

// firstResets resets each task once: some environments load then what a task
// needs.
func firstResets(ctx context.Context, env envs.Env, tasks []envs.Task, r *benchResult) error {
	start := time.Now()
	for _, t := range tasks {
		ep, err := env.Reset(ctx, t, 0)
		if err != nil {
			return err
		}
		if err := ep.Close(); err != nil {
			return err
		}
	}
	r.Tasks, r.FirstResetMS = len(tasks), time.Since(start).Seconds()*1e3/float64(len(tasks))
	runtime.GC()
	return nil
}

func (f *benchFlags) measure(ctx context.Context, env envs.Env, tasks []envs.Task, r *benchResult) error {
	length := time.Duration(f.seconds * float64(time.Second))
	var before, after runtime.MemStats
	warm := func(w *benchWorker) error { return w.steps(ctx, time.Now().Add(length/10)) }
	if _, _, err := f.parallel(env, tasks, warm); err != nil {
		return err
	}
	runtime.ReadMemStats(&before)
	workers, took, err := f.parallel(env, tasks, func(w *benchWorker) error { return w.steps(ctx, time.Now().Add(length)) })
	if err != nil {
		return err
	}
	runtime.ReadMemStats(&after)
	for _, w := range workers {
		r.Steps += w.n
		r.Episodes += w.episodes
	}
	r.Seconds = took.Seconds()
	r.StepsPerSecond = float64(r.Steps) / r.Seconds
	r.AllocsPerStep = float64(after.Mallocs-before.Mallocs) / float64(max(1, r.Steps))
	r.BytesPerStep = float64(after.TotalAlloc-before.TotalAlloc) / float64(max(1, r.Steps))
	workers, took, err = f.parallel(env, tasks, func(w *benchWorker) error { return w.resets(ctx, time.Now().Add(length/5)) })
	for _, w := range workers {
		r.ResetsPerSecond += float64(w.n) / took.Seconds()
	}
	return err
}

// benchWorker plays on one goroutine.
type benchWorker struct {
	env         envs.Env
	tasks       []envs.Task
	rng         *rand.Rand
	n, episodes int64
}

// parallel runs do on f.threads workers and waits for them.
func (f *benchFlags) parallel(env envs.Env, tasks []envs.Task, do func(*benchWorker) error) ([]*benchWorker, time.Duration, error) {
	workers, errs := make([]*benchWorker, f.threads), make([]error, f.threads)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range workers {
		w := &benchWorker{env: env, tasks: tasks, rng: rand.New(rand.NewPCG(f.seed, uint64(i)))}
		workers[i] = w
		wg.Go(func() { errs[i] = do(w) })
	}
	wg.Wait()
	return workers, time.Since(start), errors.Join(errs...)
}

// steps plays random episodes until the deadline.
func (w *benchWorker) steps(ctx context.Context, deadline time.Time) error {
	for {
		ep, err := w.env.Reset(ctx, w.tasks[w.rng.IntN(len(w.tasks))], uint64(w.episodes))
		if err != nil {
			return err
		}
		w.episodes++
		for range 100 { // of an environment without a limit
			r, err := ep.Step(ctx, w.pick(ep.Observation()))
			if err != nil {
				return errors.Join(err, ep.Close())
			}
			w.n++
			if r.Done() {
				break
			}
		}
		if err := ep.Close(); err != nil {
			return err
		}
		if w.episodes%16 == 0 && (time.Now().After(deadline) || ctx.Err() != nil) {
			return ctx.Err()
		}
	}
}

// pick draws one of the actions that o offers.
func (w *benchWorker) pick(o envs.Observation) envs.Action {
	n := len(o.Admissible)
	for _, f := range o.Forms {
		n += len(f.Candidates)
	}
	if n == 0 {
		return envs.Action{Text: "look"}
	}
	k := w.rng.IntN(n)
	if k < len(o.Admissible) {
		return o.Admissible[k].Action
	}
	k -= len(o.Admissible)
	for _, f := range o.Forms {
		if k < len(f.Candidates) {
			return f.Candidates[k].Action
		}
		k -= len(f.Candidates)
	}
	return envs.Action{}
}

// resets starts episodes until the deadline.
func (w *benchWorker) resets(ctx context.Context, deadline time.Time) error {
	for {
		ep, err := w.env.Reset(ctx, w.tasks[w.rng.IntN(len(w.tasks))], uint64(w.n))
		if err != nil {
			return err
		}
		if len(ep.Observation().Messages) == 0 {
			return errors.New("the first observation has no messages")
		}
		if err := ep.Close(); err != nil {
			return err
		}
		if w.n++; w.n%64 == 0 && (time.Now().After(deadline) || ctx.Err() != nil) {
			return ctx.Err()
		}
	}
}

// rss returns the resident memory of the process in bytes, or -1.
func rss() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return -1
	}
	f := strings.Fields(string(b))
	if len(f) < 2 {
		return -1
	}
	pages, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil {
		return -1
	}
	return pages * int64(os.Getpagesize())
}

// cpuName returns the processor's name, or the architecture.
func cpuName() string {
	b, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return runtime.GOARCH
}
