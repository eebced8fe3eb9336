package main

import (
	"context"
	"sync"

	"stepgym/agent"
	"stepgym/agent/remote"
	"stepgym/envs"
	"stepgym/runner"
	"stepgym/traces"
)

// rolloutWriter writes episodes as they end, and reports them.
type rolloutWriter struct {
	run    *traces.Run
	remote *remote.Policy // nil where nothing is reported
	bar    *progress
	total  int
	tally  runner.Tally
	ended  int

	reports         sync.WaitGroup
	mu              sync.Mutex // guards what follows
	unreported      int
	firstUnreported error
}

// collect plays specs. It returns when all is written and reported.
func (w *rolloutWriter) collect(ctx context.Context, env envs.Env, policy agent.Policy, specs []runner.Spec, parallel int) error {
	defer w.reports.Wait()
	defer w.bar.Done()
	return runner.Collect(ctx, env, policy, specs, parallel, func(o runner.Outcome) error {
		if err := w.run.Append(o.Trajectory); err != nil {
			return err
		}
		w.tally.Add(o.Trajectory)
		w.ended++
		w.bar.Set(w.ended)
		if w.remote != nil {
			w.reports.Go(func() { w.report(ctx, o.Trajectory) })
		}
		return nil
	})
}

func (w *rolloutWriter) report(ctx context.Context, t *traces.Trajectory) {
	err := w.remote.Report(ctx, remote.Report{
		Rollout: t.ID, Reward: t.Return, Score: t.Score, Success: t.Success,
		Terminated: t.Terminated, Truncated: t.Truncated, Turns: t.Turns, Error: t.Err,
	})
	if err == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unreported++; w.unreported == 1 {
		w.firstUnreported = err
	}
}
