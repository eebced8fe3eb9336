package policytest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"stepgym/agent"
	"stepgym/envs"
)

// An Episode is what came of one play.
type Episode struct {
	Task      envs.Task
	Decisions []agent.Decision
	Return    float64
	Success   bool
}

// A Start says how to play one episode.
type Start struct {
	Task   envs.Task
	Seed   uint64 // of the player
	Greedy bool
}

// Play plays all starts at once, a goroutine each, and returns their episodes
// in order. It is the loop of the suite and of tests of learners; real rollouts
// are package runner's.
func Play(ctx context.Context, env envs.Env, p agent.Policy, starts []Start) ([]Episode, error) {
	out := make([]Episode, len(starts))
	errs := make([]error, len(starts))
	players := make([]agent.Player, len(starts))
	for i, s := range starts {
		x, err := p.Play(s.Task, s.Seed, s.Greedy)
		if err != nil {
			closeAll(players[:i])
			return nil, fmt.Errorf("policytest: play %s: %w", s.Task.ID, err)
		}
		players[i] = x
	}
	var wg sync.WaitGroup
	for i, s := range starts {
		wg.Go(func() {
			defer players[i].Close()
			out[i], errs[i] = playOne(ctx, env, players[i], s.Task)
		})
	}
	wg.Wait()
	return out, errors.Join(errs...)
}

func closeAll(players []agent.Player) {
	for _, x := range players {
		x.Close()
	}
}

// playOne plays one episode to its end.
func playOne(ctx context.Context, env envs.Env, x agent.Player, task envs.Task) (out Episode, err error) {
	out.Task = task
	ep, err := env.Reset(ctx, task, 0)
	if err != nil {
		return out, err
	}
	defer ep.Close()
	for {
		d, err := x.Act(ctx, ep.Observation())
		if err != nil {
			return out, fmt.Errorf("policytest: act in %s: %w", task.ID, err)
		}
		out.Decisions = append(out.Decisions, d)
		r, err := ep.Step(ctx, d.Action)
		if err != nil {
			return out, fmt.Errorf("policytest: step in %s: %w", task.ID, err)
		}
		out.Return += r.Reward
		if r.Done() {
			out.Success = r.Success
			return out, nil
		}
	}
}

// Tasks returns the first n tasks of a split.
func Tasks(env envs.Env, split string, n int) ([]envs.Task, error) {
	var out []envs.Task
	for t, err := range env.Tasks(split) {
		if err != nil {
			return nil, err
		}
		if len(out) == n {
			break
		}
		out = append(out, t)
	}
	return slices.Clip(out), nil
}
