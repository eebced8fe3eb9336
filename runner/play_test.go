package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/agent"
	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/traces"
)

func toySpecs(t testing.TB, n int) []Spec {
	t.Helper()
	tasks, err := readTasks(toy.New(), "all")
	if err != nil {
		t.Fatal(err)
	}
	var out []Spec
	for i := range n {
		task := tasks[i%len(tasks)]
		out = append(out, Spec{Task: task, EnvSeed: uint64(i), SampleSeed: uint64(i) + 100, ID: fmt.Sprintf("e%d", i), GroupID: "g", Split: "all", Index: i, Full: true})
	}
	return out
}

func trajectories(outcomes []Outcome) []*traces.Trajectory {
	var out []*traces.Trajectory
	for _, o := range outcomes {
		out = append(out, o.Trajectory)
	}
	return out
}

func TestRollout(t *testing.T) {
	task := envs.Task{ID: "3", Goal: "Walk to place 3.", Family: "3"}
	o := Rollout(t.Context(), toy.New(), guide{}, Spec{Task: task, EnvSeed: 5, ID: "x", Split: "dev"})
	if o.Err != nil {
		t.Fatal(o.Err)
	}
	tr := o.Trajectory
	if !tr.Success || !tr.Terminated || tr.Return != 1 || tr.Score != 1 || tr.Turns != len(tr.Steps) || tr.Final == nil {
		t.Errorf("got %+v, want a success", tr)
	}
	if len(o.Decisions) != tr.Turns || tr.Steps[tr.Turns-1].Action != "stop" || tr.Env != "toy-v1" || tr.Policy != "guide" || tr.Family != "3" {
		t.Errorf("got %d decisions, last action %q, env %q, policy %q, family %q", len(o.Decisions), tr.Steps[tr.Turns-1].Action, tr.Env, tr.Policy, tr.Family)
	}
}

func TestPlayDoesNotDependOnParallel(t *testing.T) {
	specs := toySpecs(t, 40)
	want := trajectories(Play(t.Context(), toy.New(), newTabular(), specs, 1, nil))
	for _, parallel := range []int{0, 3, 16, 100} {
		var counts []int
		got := trajectories(Play(t.Context(), toy.New(), newTabular(), specs, parallel, func(n int) { counts = append(counts, n) }))
		if d := cmp.Diff(got, want); d != "" {
			t.Errorf("parallel %d: (-got +want)\n%s", parallel, d)
		}
		for i, n := range counts {
			if n != i+1 {
				t.Errorf("parallel %d: call %d said that %d had ended", parallel, i, n)
			}
		}
	}
	for i, tr := range want {
		again := Rollout(t.Context(), toy.New(), newTabular(), specs[i])
		if d := cmp.Diff(again.Trajectory, tr); d != "" {
			t.Fatalf("episode %d alone: (-got +want)\n%s", i, d)
		}
	}
}

func TestMaxTurnsTruncates(t *testing.T) {
	specs := toySpecs(t, 8)
	for i := range specs {
		specs[i].MaxTurns = 2
	}
	cut := 0
	for _, o := range Play(t.Context(), toy.New(), newTabular(), specs, 0, nil) {
		tr := o.Trajectory
		if o.Err != nil || tr.Turns > 2 || tr.Terminated == tr.Truncated || tr.Steps[tr.Turns-1].Truncated != tr.Truncated {
			t.Errorf("%s: %d turns, terminated %v, truncated %v, error %v", tr.ID, tr.Turns, tr.Terminated, tr.Truncated, o.Err)
		}
		if tr.Truncated {
			cut++
		}
	}
	if cut == 0 {
		t.Error("no episode was truncated")
	}
}

// valuing is a policy whose value of a page is the number of decisions before.
type valuing struct{ *tabular }

func (v valuing) Play(task envs.Task, seed uint64, greedy bool) (agent.Player, error) {
	p, err := v.tabular.Play(task, seed, greedy)
	return &valuingPlayer{Player: p}, err
}

type valuingPlayer struct {
	agent.Player
	n int
}

func (p *valuingPlayer) Act(ctx context.Context, o envs.Observation) (agent.Decision, error) {
	p.n++
	d, err := p.Player.Act(ctx, o)
	d.Value = float64(p.n)
	return d, err
}

// TestValueAfterTheCut asks for a value where the episode was cut off, and only there.
func TestValueAfterTheCut(t *testing.T) {
	specs := toySpecs(t, 16)
	seen := map[float64]int{}
	for i := range specs {
		specs[i].MaxTurns, specs[i].Bootstrap = 2, i < 12
	}
	for i, o := range Play(t.Context(), toy.New(), valuing{newTabular()}, specs, 0, nil) {
		want := 0.0
		if i < 12 && o.Trajectory.Truncated {
			want = 3
		}
		if got := o.Trajectory.Bootstrap; got != want || o.Err != nil {
			t.Errorf("episode %d: value %v after the cut, want %v; error %v", i, got, want, o.Err)
		}
		seen[want]++
	}
	if seen[3] == 0 || seen[0] < 5 {
		t.Errorf("values %v", seen)
	}
	for _, o := range Play(t.Context(), toy.New(), newTabular(), specs, 0, nil) {
		if o.Trajectory.Bootstrap != 0 {
			t.Errorf("value %v without a value head", o.Trajectory.Bootstrap)
		}
	}
}

// stagedError names its own stage.
type stagedError struct{}

func (stagedError) Error() string { return "the tool broke" }
func (stagedError) Stage() string { return "tool" }

func TestLostEpisodes(t *testing.T) {
	broken := errors.New("the world broke")
	env := hooked{Env: toy.New(),
		step: func(task envs.Task, turn int) error {
			switch {
			case task.ID == "1" && turn == 1:
				return broken
			case task.ID == "2" && turn == 0:
				panic("the world panicked")
			case task.ID == "3" && turn == 0:
				return fmt.Errorf("calling: %w", stagedError{})
			}
			return nil
		},
		look: func(task envs.Task, turn int) {
			if task.ID == "4" && turn == 1 {
				panic(broken)
			}
		},
	}
	specs := toySpecs(t, 8)
	specs[5].Task.ID = "no such task"
	specs[6].Task.Goal = "gibberish" // guide.Play fails
	got := Play(t.Context(), env, guide{}, specs, 0, nil)
	for i, want := range map[int]struct{ stage, text string }{
		1: {"env", "the world broke"}, 2: {"env", "panic: the world panicked"}, 3: {"tool", "the tool broke"},
		4: {"env", "panic: the world broke"}, 5: {"env", "no such task"}, 6: {"policy", ""},
	} {
		o := got[i]
		var e *Error
		if !errors.As(o.Err, &e) {
			t.Errorf("episode %d: error %v is no *Error", i, o.Err)
			continue
		}
		if string(e.Stage) != want.stage || o.Trajectory.Stage != want.stage || !strings.Contains(o.Trajectory.Err, want.text) || e.EpisodeID != o.Trajectory.ID {
			t.Errorf("episode %d: %q at %q, want %q at %q", i, o.Trajectory.Err, o.Trajectory.Stage, want.text, want.stage)
		}
		if o.Trajectory.Turns != len(o.Trajectory.Steps) || len(o.Decisions) != o.Trajectory.Turns {
			t.Errorf("episode %d: %d turns, %d steps, %d decisions", i, o.Trajectory.Turns, len(o.Trajectory.Steps), len(o.Decisions))
		}
	}
	if !errors.Is(got[1].Err, broken) || !errors.Is(got[4].Err, broken) {
		t.Error("the reason is not wrapped")
	}
	for _, i := range []int{0, 7} {
		if got[i].Err != nil || !got[i].Trajectory.Success {
			t.Errorf("sibling %d was disturbed: %v", i, got[i].Err)
		}
	}
}

func TestPlayCanceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	env := hooked{Env: toy.New(), step: func(task envs.Task, turn int) error {
		if task.ID == "0" {
			cancel()
		}
		return nil
	}}
	outcomes := Play(ctx, env, newTabular(), toySpecs(t, 30), 5, nil)
	if len(outcomes) != 30 {
		t.Fatalf("got %d outcomes", len(outcomes))
	}
	for _, o := range outcomes[5:] {
		if !errors.Is(o.Err, context.Canceled) {
			t.Errorf("%s: error %v, want canceled", o.Trajectory.ID, o.Err)
		}
	}
}

// barrier is a policy that decides only when all its live players wait, and
// notes who was in each batch.
type barrier struct {
	mu      sync.Mutex
	live    int
	waiting []*barrierPlayer
	batches []string
}

func (b *barrier) Name() string { return "barrier" }
func (b *barrier) Version() int { return 0 }
func (b *barrier) Close() error { return nil }

func (b *barrier) Play(_ envs.Task, seed uint64, _ bool) (agent.Player, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.live++
	return &barrierPlayer{b: b, id: seed, turns: int(seed) % 5, wake: make(chan struct{}, 1)}, nil
}

type barrierPlayer struct {
	b     *barrier
	id    uint64
	turns int
	wake  chan struct{}
}

func (p *barrierPlayer) Act(context.Context, envs.Observation) (agent.Decision, error) {
	p.b.mu.Lock()
	p.b.waiting = append(p.b.waiting, p)
	p.b.flush()
	p.b.mu.Unlock()
	<-p.wake
	if p.turns--; p.turns < 0 {
		return agent.Decision{Action: envs.Action{Text: "stop"}}, nil
	}
	return agent.Decision{Action: envs.Action{Text: "left"}}, nil
}

func (p *barrierPlayer) Close() {
	p.b.mu.Lock()
	defer p.b.mu.Unlock()
	p.b.live--
	p.b.flush()
}

// flush decides if everyone waits; b.mu is held.
func (b *barrier) flush() {
	if len(b.waiting) == 0 || len(b.waiting) < b.live {
		return
	}
	sum := uint64(0)
	for _, p := range b.waiting {
		sum += p.id
		p.wake <- struct{}{}
	}
	b.batches = append(b.batches, fmt.Sprintf("%d players, sum of seeds %d", len(b.waiting), sum))
	b.waiting = nil
}

func TestBarrierPolicySeesTheSameBatches(t *testing.T) {
	for _, parallel := range []int{0, 7} {
		var want []string
		for try := range 5 {
			b := &barrier{}
			env := hooked{Env: toy.New(), step: func(task envs.Task, turn int) error {
				if task.ID == "5" && turn == 1 {
					return errors.New("lost")
				}
				return nil
			}}
			Play(t.Context(), env, b, toySpecs(t, 50), parallel, nil)
			if try == 0 {
				want = b.batches
			}
			if d := cmp.Diff(b.batches, want); d != "" {
				t.Fatalf("parallel %d: (-got +want)\n%s", parallel, d)
			}
			if b.live != 0 {
				t.Errorf("%d players were not closed", b.live)
			}
		}
	}
}

func BenchmarkPlay(b *testing.B) {
	specs := toySpecs(b, 64)
	b.ReportAllocs()
	steps := 0
	for b.Loop() {
		for _, o := range Play(b.Context(), toy.New(), guide{}, specs, 0, nil) {
			steps += o.Trajectory.Turns
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(steps), "ns/step")
}
