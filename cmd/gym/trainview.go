package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"stepgym/agent"
	"stepgym/runner"
)

// trainView shows a training run while it goes on: a line an iteration, and on
// a terminal a bar for what is in flight.
type trainView struct {
	out, talk io.Writer
	env       string     // name of the environment, known after start
	lines     *jsonLines // nil without --json
	bar       *progress
	barKind   runner.EventKind
	last      time.Time
}

func newTrainView(out, talk io.Writer, asJSON bool) *trainView {
	v := &trainView{out: out, talk: talk}
	if asJSON {
		v.lines = newJSONLines(out)
	}
	return v
}

// printf writes talk: beside JSON to standard error.
func (v *trainView) printf(format string, args ...any) {
	w := v.out
	if v.lines != nil {
		w = v.talk
	}
	v.endBar()
	fmt.Fprintf(w, format, args...)
}

func (v *trainView) start(dir string, c runConfig, weights, words int) {
	t := c.Train
	v.env = c.Env
	budget := fmt.Sprintf("%d iterations", t.Iterations)
	if t.Minutes > 0 {
		budget = fmt.Sprintf("%g minutes", t.Minutes)
	}
	if t.Steps > 0 {
		budget = fmt.Sprintf("%d steps", t.Steps)
	}
	method := t.Credit
	if t.Update != runner.UpdateJoint {
		method = fmt.Sprintf("%s (updates: %s, turns in one: %d)", method, t.Update, t.TurnsPerUpdate)
	}
	if loss := c.PolicyConfig.Loss.Name; loss != agent.LossPPO {
		method += ", loss " + loss
	}
	v.printf("Run %s: %s, %s policy (%d weights, %d words), %s over %s, %d tasks x %d episodes, %s.\n",
		dir, c.Env, c.Policy, weights, words, method, t.Grouping, t.Tasks, t.GroupSize, budget)
}

// see is the run's observer.
func (v *trainView) see(e runner.Event) {
	switch e.Kind {
	case runner.EventRollout:
		v.progress(e, "rollouts")
	case runner.EventEval:
		v.progress(e, "evaluation")
	case runner.EventLost:
		v.printf("An episode was lost: %v\n", e.Err)
	case runner.EventImitate, runner.EventIteration:
		v.iteration(e)
	case runner.EventReport:
		v.report(e)
	case runner.EventCheckpoint: // the report of an evaluation and the end of the run say enough
	}
}

func (v *trainView) progress(e runner.Event, what string) {
	if !isTerminal(v.talk) {
		return
	}
	if v.bar == nil || v.barKind != e.Kind {
		v.endBar()
		v.bar, v.barKind = newProgress(v.talk, what, e.Total), e.Kind
	}
	v.bar.Set(e.Done)
}

func (v *trainView) endBar() {
	if v.bar != nil {
		v.bar.Done()
		v.bar = nil
	}
}

// every is the time between two lines where nobody looks at a terminal.
const every = 2 * time.Second

func (v *trainView) iteration(e runner.Event) {
	m := e.Metrics
	if v.lines != nil {
		v.endBar()
		_ = v.lines.Write(m) // the same line is in metrics.jsonl
		_ = v.lines.Flush()
		return
	}
	if now := time.Now(); e.Kind == runner.EventIteration && now.Sub(v.last) < every {
		return
	} else {
		v.last = now
	}
	name := "iteration"
	if e.Kind == runner.EventImitate {
		name = "imitation"
	}
	line := fmt.Sprintf("%s %4d  %3.0f %%  success %5.1f %%  score %5.1f  turns %4.1f  entropy %.2f", name, m.Iteration, 100*m.Progress, 100*m.Success, 100*m.Score, m.Turns, m.Entropy)
	if u := m.Update; u != nil {
		line += fmt.Sprintf("  kl %.4f  clipped %4.1f %%", u.KL, 100*u.ClipShare)
	}
	if r := m.Resampled; r != nil {
		line += fmt.Sprintf("  dropped %d of %d groups", r.Dropped, r.Groups)
	}
	v.printf("%s  no credit %3.0f %%  %6.0f steps/s  %d steps\n", line, 100*m.ZeroGroups, m.StepsPerSecond, m.TotalSteps)
}

func (v *trainView) report(e runner.Event) {
	r := e.Report
	mark := ""
	if e.Best {
		mark = "  (best so far)"
	}
	if v.lines != nil {
		short := *r
		short.ByFamily = nil
		_ = v.lines.Write(runner.EvalLine{Kind: "eval", Iteration: e.Iteration, Best: e.Best, Report: &short})
		_ = v.lines.Flush()
		return
	}
	v.printf("%s after %d iterations: success %.1f %% [%.1f, %.1f], score %.1f, turns %.1f%s\n", r.Split, e.Iteration,
		100*r.Success.Mean, 100*r.Success.Low, 100*r.Success.High, 100*r.Score.Mean, r.Turns, mark)
}

func (v *trainView) done() { v.endBar() }

// finish says what came of the run and what to do next.
func (v *trainView) finish(dir string, s runner.Summary) {
	if s.Stopped {
		v.printf("Stopped after %d iterations. Go on with:\n  %s train --resume %s\n", s.Iteration, os.Args[0], dir)
		return
	}
	v.printf("Done: %d iterations, %d episodes, %d steps in %s.\n", s.Iteration, s.TotalEpisodes, s.TotalSteps,
		(time.Duration(s.Elapsed * float64(time.Second))).Round(time.Second))
	if b := s.Best; b != nil {
		v.printf("Best on %s: success %.1f %%, score %.1f, after %d iterations.\n", b.Split, 100*b.Success.Mean, 100*b.Score.Mean, s.BestIteration)
	}
	v.printf("The run is in %s. Next:\n  %s eval --run %s --split test     against the baselines, on tasks it has never seen\n  %s replay %s                     see in a browser where it failed, and why\n  %s play --env %s                 play an episode yourself\n", dir, os.Args[0], dir, os.Args[0], dir, os.Args[0], v.env)
}
