package runner

import (
	"context"
	"sync"

	"stepgym/agent"
	"stepgym/envs"
)

// Play plays the episodes of specs and returns their outcomes in the same
// order. It returns when all of them have ended: one that is lost does not
// disturb the others, and after ctx has ended the rest are lost to that.
//
// At most parallel episodes run at once, a goroutine each; 0 means all. They
// run in waves: the players of a wave are all started before the first of them
// acts, and a wave has ended before the next one starts. A policy that decides
// for all its waiting players at once therefore sees batches that follow from
// the specs and not from timing.
//
// played, if not nil, is called after each episode with the number that have
// ended; calls do not overlap.
func Play(ctx context.Context, env envs.Env, policy agent.Policy, specs []Spec, parallel int, played func(n int)) []Outcome {
	return inWaves(len(specs), parallel, played, func(i int) func() Outcome {
		r := begin(env, policy, specs[i])
		return func() Outcome {
			r.play(ctx)
			return r.out
		}
	})
}

// inWaves calls start for each of n jobs, and what it returned in a goroutine
// of its own, wave by wave as Play describes.
func inWaves[T any](n, parallel int, ended func(int), start func(i int) func() T) []T {
	if parallel <= 0 {
		parallel = n
	}
	out := make([]T, n)
	var mu sync.Mutex // guards count and calls of ended
	count := 0
	for first := 0; first < n; first += parallel {
		wave := make([]func() T, min(parallel, n-first))
		for i := range wave {
			wave[i] = start(first + i)
		}
		var wg sync.WaitGroup
		for i, run := range wave {
			wg.Go(func() {
				out[first+i] = run()
				if ended != nil {
					mu.Lock()
					defer mu.Unlock()
					count++
					ended(count)
				}
			})
		}
		wg.Wait()
	}
	return out
}
