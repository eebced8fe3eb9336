package alfworld

import (
	"context"
	"math/rand/v2"
	"testing"

	"stepgym/envs"
	"stepgym/internal/testdata"
)

// benchEnvs are the generated games and, where they are, published ones.
func benchEnvs(b *testing.B, run func(b *testing.B, env *Env, tasks []envs.Task)) {
	b.Run("generated", func(b *testing.B) { benchEnv(b, "", splitTrain, run) })
	b.Run("train", func(b *testing.B) {
		benchEnv(b, testdata.Shared(b, "alfworld/real/train.jsonl.xz"), "train", run)
	})
	b.Run("published", func(b *testing.B) {
		benchEnv(b, testdata.Shared(b, "alfworld/real/valid_seen.jsonl.xz"), "valid_seen", run)
	})
}

func benchEnv(b *testing.B, data, split string, run func(b *testing.B, env *Env, tasks []envs.Task)) {
	c := DefaultConfig()
	c.Data = data
	env, err := OpenConfig(b.Context(), c)
	if err != nil {
		b.Fatal(err)
	}
	var tasks []envs.Task
	for t, err := range env.Tasks(split) {
		if err != nil {
			b.Fatal(err)
		}
		if _, err := env.Reset(b.Context(), t, 0); err != nil { // loads it
			b.Fatal(err)
		}
		tasks = append(tasks, t)
	}
	run(b, env, tasks)
}

// BenchmarkStep is one step of a random agent that looks at every observation
// and takes any listed command; resets are part of it.
func BenchmarkStep(b *testing.B) {
	benchEnvs(b, func(b *testing.B, env *Env, tasks []envs.Task) {
		rng, ctx := rand.New(rand.NewPCG(1, 2)), context.Background()
		b.ReportAllocs()
		var ep envs.Episode
		for b.Loop() {
			if ep == nil {
				var err error
				if ep, err = env.Reset(ctx, tasks[rng.IntN(len(tasks))], 1); err != nil {
					b.Fatal(err)
				}
			}
			list := ep.Observation().Admissible
			r, err := ep.Step(ctx, list[rng.IntN(len(list))].Action)
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

// BenchmarkReset is a reset of a loaded game with a look at the first
// observation.
func BenchmarkReset(b *testing.B) {
	benchEnvs(b, func(b *testing.B, env *Env, tasks []envs.Task) {
		ctx, i := context.Background(), 0
		b.ReportAllocs()
		for b.Loop() {
			ep, err := env.Reset(ctx, tasks[i%len(tasks)], 1)
			if err != nil {
				b.Fatal(err)
			}
			if len(ep.Observation().Messages) == 0 {
				b.Fatal("nothing to see")
			}
			i++
		}
	})
}

// BenchmarkLoad loads a game from its packed form.
func BenchmarkLoad(b *testing.B) {
	benchEnvs(b, func(b *testing.B, env *Env, tasks []envs.Task) {
		var all []saying
		bytes := 0
		for _, t := range tasks {
			s, err := env.find(b.Context(), t.ID)
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, s)
		}
		rules, err := env.homes.rulesOf(all[0].game.Pair)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			h, err := newHome(all[i%len(all)], rules, nil)
			if err != nil {
				b.Fatal(err)
			}
			bytes += h.bytes()
			i++
		}
		b.ReportMetric(float64(bytes)/float64(i), "bytes/game")
	})
}
