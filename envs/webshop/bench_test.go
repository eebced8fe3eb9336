package webshop

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"stepgym/envs"
)

// benchEnv opens the generated catalogue of 1,000 products.
func benchEnv(b *testing.B) (*Env, []envs.Task) {
	b.Helper()
	env := openShop(b, DefaultConfig())
	tasks := make([]envs.Task, env.Catalog().NumGoals())
	for i := range tasks {
		tasks[i].ID = fmt.Sprintf("goal:%d", i)
	}
	return env, tasks
}

// BenchmarkStep is one step of a random agent that looks at every observation
// and takes any offered action, searches included; resets are part of it.
func BenchmarkStep(b *testing.B) {
	env, tasks := benchEnv(b)
	for _, goals := range []int{64, len(tasks)} {
		b.Run(fmt.Sprintf("%d goals", goals), func(b *testing.B) {
			rng := rand.New(rand.NewPCG(1, 2))
			ctx := context.Background()
			b.ReportAllocs()
			var ep envs.Episode
			for b.Loop() {
				if ep == nil {
					var err error
					if ep, err = env.Reset(ctx, tasks[rng.IntN(goals)], 1); err != nil {
						b.Fatal(err)
					}
				}
				r, err := ep.Step(ctx, randomAction(ep.Observation(), rng))
				if err != nil {
					b.Fatal(err)
				}
				if r.Done() {
					ep = nil
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
		})
	}
}

// BenchmarkReset is a reset with a look at the first observation.
func BenchmarkReset(b *testing.B) {
	env, tasks := benchEnv(b)
	ctx := context.Background()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		ep, err := env.Reset(ctx, tasks[i%len(tasks)], 1)
		if err != nil {
			b.Fatal(err)
		}
		if len(ep.Observation().Forms) == 0 {
			b.Fatal("no search bar")
		}
		i++
	}
}

// BenchmarkObservation is the observation of a page of results that the
// episode has not looked at, but others of its goal have.
func BenchmarkObservation(b *testing.B) {
	for _, mode := range []string{ModeText, ModeRich, ModeHTML, ModeURL} {
		b.Run(mode, func(b *testing.B) {
			c := DefaultConfig()
			c.Observation = mode
			env := openShop(b, c)
			ep := benchResults(b, env)
			b.ReportAllocs()
			for b.Loop() {
				ep.seen = nil
				if ep.Observation().Anchor == "" {
					b.Fatal("empty page")
				}
			}
		})
	}
}

// benchResults is an episode on a page of results.
func benchResults(b *testing.B, env *Env) *Episode {
	b.Helper()
	ep, err := env.Reset(b.Context(), envs.Task{ID: "goal:0"}, 1)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := ep.Step(b.Context(), ep.Observation().Forms[0].Candidates[1].Action); err != nil {
		b.Fatal(err)
	}
	return ep.(*Episode)
}

// BenchmarkFork copies an episode, BenchmarkSnapshot writes and reads one.
func BenchmarkFork(b *testing.B) {
	env, _ := benchEnv(b)
	ep := benchResults(b, env)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ep.Fork(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	env, _ := benchEnv(b)
	ep := benchResults(b, env)
	b.ReportAllocs()
	for b.Loop() {
		s, err := ep.Snapshot()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := env.Restore(b.Context(), s); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen generates, loads and indexes 1,000 products.
func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if err := openShop(b, DefaultConfig()).Close(); err != nil {
			b.Fatal(err)
		}
	}
}
