package runner

import (
	"fmt"
	"math/rand/v2"

	"stepgym/envs"
)

// Sampler draws the tasks of each iteration. What it draws depends on seed and
// iteration alone, so a run can be resumed from the iteration's number. It is
// immutable and safe for concurrent use.
type Sampler struct {
	seed     uint64
	families [][]envs.Task // the units drawn: families, or single tasks
}

// Sampling modes of [NewSampler].
const (
	// ByFamily draws families uniformly and then a task of the family, so that
	// a family with hundreds of tasks weighs as much as one with a single task.
	ByFamily = "family"
	// ByTask draws tasks uniformly.
	ByTask = "task"
)

// NewSampler reads the tasks of a split. An empty split, a task that cannot be
// read or an unknown mode is an error.
func NewSampler(env envs.Env, split, mode string, seed uint64) (*Sampler, error) {
	if mode != ByFamily && mode != ByTask {
		return nil, fmt.Errorf("runner: no sampler %q: choose %q or %q", mode, ByFamily, ByTask)
	}
	tasks, err := readTasks(env, split)
	if err != nil {
		return nil, err
	}
	s := &Sampler{seed: seed}
	if mode == ByFamily {
		s.families = byFamily(tasks)
		return s, nil
	}
	for i := range tasks {
		s.families = append(s.families, tasks[i:i+1:i+1])
	}
	return s, nil
}

// readTasks returns the tasks of a split, at least one.
func readTasks(env envs.Env, split string) ([]envs.Task, error) {
	var tasks []envs.Task
	for t, err := range env.Tasks(split) {
		if err != nil {
			return nil, fmt.Errorf("runner: tasks of %s, split %q: %w", env.Spec().ID(), split, err)
		}
		tasks = append(tasks, t)
	}
	if len(tasks) == 0 {
		return nil, fmt.Errorf("runner: split %q of %s has no tasks", split, env.Spec().ID())
	}
	return tasks, nil
}

// byFamily groups tasks by family, both in order of first appearance. A task
// without a family is one of its own.
func byFamily(tasks []envs.Task) [][]envs.Task {
	index := make(map[string]int)
	var families [][]envs.Task
	for _, t := range tasks {
		i, ok := index[t.Family]
		if !ok || t.Family == "" {
			i = len(families)
			families = append(families, nil)
			index[t.Family] = i
		}
		families[i] = append(families[i], t)
	}
	return families
}

// Families returns the number of units that are drawn from: families, or tasks
// with [ByTask].
func (s *Sampler) Families() int { return len(s.families) }

// Sample returns the n tasks of an iteration, from 0. Families are walked in
// shuffled epochs that run on from iteration to iteration, so that each is
// drawn equally often; within a family every draw is uniform and independent.
func (s *Sampler) Sample(iteration, n int) []envs.Task {
	out := make([]envs.Task, n)
	f := len(s.families)
	var perm []int
	last := -1
	for i := range out {
		at := iteration*n + i
		if epoch := at / f; epoch != last {
			last = epoch
			perm = shuffled(f, newRand(s.seed, streamTasks, uint64(epoch)))
		}
		family := s.families[perm[at%f]]
		rng := newRand(s.seed, streamTasks, uint64(last), uint64(at%f), 1)
		out[i] = family[rng.IntN(len(family))]
	}
	return out
}

// More returns n further tasks for an iteration, in its given round after the
// first: of families in random order, first tasks that drawn has none of, then
// any. Like those of Sample they depend on seed, iteration and round alone, and
// on what was drawn.
func (s *Sampler) More(iteration, round, n int, drawn map[string]int) []envs.Task {
	rng := newRand(s.seed, streamMore, uint64(iteration), uint64(round))
	var out, again []envs.Task
	for len(out) < n {
		for _, i := range shuffled(len(s.families), rng) {
			task := s.families[i][rng.IntN(len(s.families[i]))]
			if drawn[task.ID] == 0 {
				out = append(out, task)
			} else {
				again = append(again, task)
			}
			if len(out) == n {
				return out
			}
		}
		out = append(out, again[:min(len(again), n-len(out))]...)
		again = nil
	}
	return out
}

// shuffled returns a random permutation of 0..n-1.
func shuffled(n int, rng *rand.Rand) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	rng.Shuffle(n, func(i, j int) { p[i], p[j] = p[j], p[i] })
	return p
}
