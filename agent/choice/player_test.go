package choice

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/envs"
)

func TestDraw(t *testing.T) {
	probs := []float64{0, 0.25, 0, 0.5, 0.25, 0}
	for _, tt := range []struct {
		u    float64
		want int
	}{{0, 1}, {0.2499, 1}, {0.25, 3}, {0.7499, 3}, {0.75, 4}, {0.9999999999, 4}, {1, 4}} {
		if got := draw(probs, tt.u); got != tt.want {
			t.Errorf("draw at %v is %d, want %d", tt.u, got, tt.want)
		}
	}
	rng := rand.New(rand.NewPCG(1, 1))
	n := make([]int, len(probs))
	for range 10000 {
		n[draw(probs, rng.Float64())]++
	}
	if n[0]+n[2]+n[5] != 0 || n[3] < 4800 || n[3] > 5200 {
		t.Errorf("drawn %v times", n)
	}
}

// TestFollow lets somebody else act: the memory must hold what was done.
func TestFollow(t *testing.T) {
	p := open(t, nil)
	env := policytest.Boxes()
	tasks, err := policytest.Tasks(env, "train", 1)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	y, err := p.Play(tasks[0], 1, false)
	if err != nil {
		t.Fatal(err)
	}
	defer y.Close()
	x := y.(*player)
	ep, err := env.Reset(ctx, tasks[0], 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ep.Close()
	for i, done := range []string{"open box A", "back", "open box B", "back"} {
		if _, err := x.Act(ctx, ep.Observation()); err != nil {
			t.Fatal(err)
		}
		x.Follow(act(done))
		x.Follow(act("a second call changes nothing"))
		if x.turn != i+1 || x.last.text != done {
			t.Fatalf("after %d actions the memory has %d, the last %q", i+1, x.turn, x.last.text)
		}
		if _, err := ep.Step(ctx, act(done)); err != nil {
			t.Fatal(err)
		}
	}
	d, err := x.Act(ctx, ep.Observation())
	if err != nil {
		t.Fatal(err)
	}
	if seen := len(x.things); seen != 2 || d.Input.(*row).state[stateSeen] != 0.5 {
		t.Errorf("%d boxes were seen, want 2", seen)
	}
}

func TestPlayerErrors(t *testing.T) {
	p := open(t, nil)
	x, err := p.Play(envs.Task{Goal: "x"}, 0, false)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := x.Act(ctx, envs.Observation{}); !errors.Is(err, errNoChoice) {
		t.Errorf("without choices: %v", err)
	}
	o := envs.Observation{Admissible: []*envs.Choice{{Action: act("a")}, {Action: envs.Action{Calls: []envs.ToolCall{{Name: "f", Args: []byte(`{}`)}}}}}}
	for range 4 { // calls are choices like any other
		if d, err := x.Act(ctx, o); err != nil || len(d.Options) != 2 {
			t.Errorf("two choices: %v, %v", d.Options, err)
		}
	}
	x.Close()
	if _, err := x.Act(ctx, o); err == nil {
		t.Error("a closed player acts")
	}
	y, err := p.Play(envs.Task{}, 0, true)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := y.Act(ctx, o); !errors.Is(err, ErrClosed) {
		t.Errorf("acting after the policy's Close: %v", err)
	}
	if _, err := p.Play(envs.Task{}, 0, true); !errors.Is(err, ErrClosed) {
		t.Errorf("playing after Close: %v", err)
	}
}

// TestGatherer has players that are idle while others act: nobody waits for
// them.
func TestGatherer(t *testing.T) {
	most := 0
	g := newGatherer(func(batch []*player) error { most = max(most, len(batch)); return nil })
	idle := 3
	for range idle {
		g.enter()
	}
	var wg sync.WaitGroup
	for range 50 {
		g.enter()
		wg.Go(func() {
			defer g.leave()
			x := &player{done: make(chan error, 1)}
			for range 20 {
				if err := g.score(x); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	g.close()
	if err := g.score(&player{done: make(chan error, 1)}); !errors.Is(err, ErrClosed) {
		t.Errorf("after close: %v", err)
	}
	if most < 2 || g.live != idle {
		t.Errorf("the largest batch is %d, %d players are left", most, g.live)
	}
}

// FuzzReader reads observations of any text.
func FuzzReader(f *testing.F) {
	f.Add(pillow, "size: 28\" x 28\"", "size", "A1", "red $5 to $7", "buy")
	f.Add("", "", "", "", "", "")
	f.Fuzz(func(t *testing.T, goal, desc, slot, ref, body, kind string) {
		r := newReader(goal, 5)
		for i, focus := range []string{"", ref, ref, ""} {
			o := envs.Observation{Place: kind, Focus: focus, Body: body, Admissible: []*envs.Choice{
				{Action: act("1"), Kind: kind, Desc: desc, Slot: slot, Ref: ref},
				{Action: act("2"), Kind: slot, Desc: body, Slot: slot},
				{Action: act(desc), Kind: kind, Ref: ref},
			}, Forms: []envs.Form{{Kind: kind, Candidates: []*envs.Choice{{Action: act("3"), Desc: goal}}}}}
			x := r.read(&o)
			for _, v := range append(append([]float32(nil), x.facts...), x.state[:]...) {
				if v < -1 || v > 2 || v != v {
					t.Fatalf("a fact is %v", v)
				}
			}
			if n := x.size(); n > 0 {
				r.decided(i % n)
			}
		}
	})
}

var _ agent.Follower = (*player)(nil)
