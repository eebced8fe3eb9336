package engine

import (
	"math/rand/v2"
	"os"
	"syscall"
	"testing"
	"time"

	"stepgym/envs/alfworld/pddl"
)

func cpuNow() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(1, &u) // RUSAGE_THREAD
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestZZCPU(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	rules := published(t)
	names := pddl.NewNames()
	var probs []*pddl.Problem
	var tasks []string
	var games []*Game
	packed(t, "valid_unseen", func(p packedGame) {
		q, err := names.ParseProblem(p.ID, []byte(p.Problem))
		if err != nil {
			t.Fatal(err)
		}
		probs = append(probs, q)
		tasks = append(tasks, p.Task)
		g, err := rules.Load(q, p.Task, Options{})
		if err != nil {
			t.Fatal(err)
		}
		games = append(games, g)
	})
	c := cpuNow()
	n := 0
	for range 8 {
		for i := range probs {
			if _, err := rules.Load(probs[i], tasks[i], Options{}); err != nil {
				t.Fatal(err)
			}
			n++
		}
	}
	t.Logf("load %v", (cpuNow()-c)/time.Duration(n))
	for _, k := range []int{1, 134} {
		rng := rand.New(rand.NewPCG(1, 2))
		var s *State
		const N = 2000000
		c = cpuNow()
		for n := range N {
			if n%50 == 0 {
				s = games[n/50%k].Start()
			}
			choices := s.Choices()
			s.Step(choices[rng.IntN(len(choices))].Action.Text)
			_ = s.Choices()
		}
		t.Logf("games %d: step %v", k, (cpuNow()-c)/N)
	}
}
