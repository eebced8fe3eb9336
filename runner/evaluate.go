package runner

import (
	"context"
	"errors"
	"fmt"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/traces"
)

// EvalConfig says what an evaluation plays.
type EvalConfig struct {
	Split     string
	PerFamily int    // at most so many tasks of a family, the first ones; 0 means all
	Episodes  int    // at most so many episodes, spread over the families; 0 means all
	Repeats   int    // episodes of each task, with different seeds; 0 means 1
	Greedy    bool   // take the most likely action
	Seed      uint64 // of sampling, environment and bootstrap
	MaxTurns  int    // see Spec.MaxTurns
	Parallel  int    // episodes at once; 0 means 256
	Full      bool   // see Spec.Full
	Iteration int    // written into the trajectories

	// Each, if not nil, gets every trajectory, in the order of the tasks, after
	// all have been played. Its error ends the evaluation.
	Each func(*traces.Trajectory) error

	// Played, if not nil, is told how many episodes of how many have ended.
	Played func(done, total int)
}

// evalParallel bounds the episodes of an evaluation that run at once by
// default.
const evalParallel = 256

// Evaluate plays policy on a split. An evaluation in which every episode is
// lost, or that ctx ends, is an error; single lost episodes are counted.
func Evaluate(ctx context.Context, env envs.Env, policy agent.Policy, c EvalConfig) (*Report, error) {
	tasks, err := readTasks(env, c.Split)
	if err != nil {
		return nil, err
	}
	specs := evalSpecs(capped(tasks, c.PerFamily, c.Episodes), c)
	parallel := c.Parallel
	if parallel <= 0 {
		parallel = evalParallel
	}
	var played func(int)
	if c.Played != nil {
		played = func(n int) { c.Played(n, len(specs)) }
	}
	outcomes := Play(ctx, env, policy, specs, parallel, played)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("runner: evaluate split %q: %w", c.Split, err)
	}
	if c.Each != nil {
		for _, o := range outcomes {
			if err := c.Each(o.Trajectory); err != nil {
				return nil, &Error{Stage: StageStorage, EpisodeID: o.Trajectory.ID, Err: err}
			}
		}
	}
	r := newReport(env, policy, c, outcomes)
	if r.Episodes == 0 {
		return r, fmt.Errorf("runner: evaluate split %q: all %d episodes were lost; the first: %w", c.Split, len(outcomes), firstLost(outcomes))
	}
	return r, nil
}

// evalSpecs returns the episodes to play. Seeds depend on the task and the
// repeat alone, so two policies meet the same episodes.
func evalSpecs(tasks []envs.Task, c EvalConfig) []Spec {
	repeats := max(1, c.Repeats)
	specs := make([]Spec, 0, len(tasks)*repeats)
	for i, task := range tasks {
		group := fmt.Sprintf("%s%d/%s", c.Split, c.Iteration, task.ID)
		for k := range repeats {
			specs = append(specs, Spec{
				Task:       task,
				EnvSeed:    Seed(c.Seed, streamEval, uint64(i), uint64(k)),
				SampleSeed: Seed(c.Seed, streamEval, uint64(i), uint64(k), 1),
				Greedy:     c.Greedy, MaxTurns: c.MaxTurns, Full: c.Full,
				ID: fmt.Sprintf("%s/%d", group, k), GroupID: group, Split: c.Split,
				Iteration: c.Iteration, Index: k,
			})
		}
	}
	return specs
}

// capped returns at most perFamily tasks of each family and at most total in
// all, both without limit if 0: first tasks first, family by family in turn
// where the total cuts. They come family by family.
func capped(tasks []envs.Task, perFamily, total int) []envs.Task {
	families := byFamily(tasks)
	if total <= 0 || total > len(tasks) {
		total = len(tasks)
	}
	taken := make([]int, len(families)) // tasks taken of each family
	for round, n := 0, 0; n < total && (perFamily <= 0 || round < perFamily); round++ {
		before := n
		for i, f := range families {
			if round < len(f) && n < total {
				taken[i]++
				n++
			}
		}
		if n == before {
			break
		}
	}
	var out []envs.Task
	for i, f := range families {
		out = append(out, f[:taken[i]]...)
	}
	return out
}

// firstLost returns the error of the first lost episode.
func firstLost(outcomes []Outcome) error {
	for _, o := range outcomes {
		if o.Err != nil {
			return o.Err
		}
	}
	return errors.New("none")
}
