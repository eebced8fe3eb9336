package main

import (
	"context"
	"fmt"
	"sync"

	"stepgym/agent"
	"stepgym/agent/remote"
	"stepgym/envs"
	"stepgym/runner"
	"stepgym/traces"
)

// manyLost is how many episodes in a row may be lost, if not more are played at
// once.
const manyLost = 16

// rolloutWriter writes episodes as they end, and reports them.
type rolloutWriter struct {
	run    *traces.Run
	remote *remote.Policy // nil where nothing is reported
	bar    *progress
	tally  runner.Tally
	ended  int
	inARow int // episodes lost since the last one that was not

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
			return &runner.Error{Stage: runner.StageStorage, EpisodeID: o.Trajectory.ID, Err: err}
		}
		w.tally.Add(o.Trajectory)
		w.ended++
		w.bar.Set(w.ended)
		if w.remote != nil {
			w.reports.Go(func() { w.report(ctx, o.Trajectory) })
		}
		if w.inARow++; o.Err == nil {
			w.inARow = 0
		}
		if w.inARow >= max(manyLost, parallel) { // nobody is there any more, and each episode would take its time to find out
			return fmt.Errorf("%d episodes in a row were lost; the last: %w", w.inARow, o.Err)
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
