package envs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
)

// noFork hides the toy episode's own Fork, so that Recorded has to replay.
type noFork struct{ *toy.Env }

type bare struct{ envs.Episode }

func (n noFork) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := n.Env.Reset(ctx, t, seed)
	return bare{ep}, err
}

type random struct{ *toy.Env }

func (random) Spec() envs.Spec {
	s := toy.New().Spec()
	s.Nondeterministic = true
	return s
}

func play(t *testing.T, ep envs.Episode, actions ...string) []envs.Result {
	t.Helper()
	var out []envs.Result
	for _, a := range actions {
		r, err := ep.Step(t.Context(), envs.Action{Text: a})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func TestForkByCopyAndByReplayAgree(t *testing.T) {
	before, after := []string{"right", "nonsense", "say[door]", "left"}, []string{"right", "right", "stop"}
	var seen [][]envs.Result
	var last []envs.Observation
	for _, env := range []envs.Env{toy.New(), noFork{toy.New()}} {
		ep, err := envs.Record(t.Context(), env, envs.Task{ID: "3"}, 7)
		if err != nil {
			t.Fatal(err)
		}
		play(t, ep, before...)
		twin, err := ep.Fork(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(twin.Observation(), ep.Observation()); d != "" {
			t.Errorf("the fork sees something else (-fork +original):\n%s", d)
		}
		seen = append(seen, play(t, twin, after...))
		last = append(last, twin.Observation())
		if d := cmp.Diff(ep.Actions(), twin.Actions()[:len(before)]); d != "" {
			t.Errorf("the original's record changed:\n%s", d)
		}
	}
	if d := cmp.Diff(seen[0], seen[1]); d != "" {
		t.Errorf("results differ (-copy +replay):\n%s", d)
	}
	if d := cmp.Diff(last[0], last[1]); d != "" {
		t.Errorf("observations differ (-copy +replay):\n%s", d)
	}
}

func TestForkAt(t *testing.T) {
	ep, err := envs.Record(t.Context(), toy.New(), envs.Task{ID: "3"}, 7)
	if err != nil {
		t.Fatal(err)
	}
	start := ep.Observation()
	play(t, ep, "right", "left", "left")
	at0, err := ep.ForkAt(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(at0.Observation(), start); d != "" {
		t.Errorf("step 0 is not the start:\n%s", d)
	}
	for _, bad := range []int{-1, 4} {
		if _, err := ep.ForkAt(t.Context(), bad); err == nil {
			t.Errorf("ForkAt(%d) of 3 steps: no error", bad)
		}
	}
}

func TestForkErrors(t *testing.T) {
	ep, err := envs.Record(t.Context(), random{toy.New()}, envs.Task{ID: "3"}, 7)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ep.ForkAt(t.Context(), 0); err == nil {
		t.Error("a nondeterministic episode was replayed")
	}
	if _, err := envs.Record(t.Context(), toy.New(), envs.Task{ID: "99"}, 7); !errors.Is(err, envs.ErrNoTask) {
		t.Errorf("unknown task: got %v, want ErrNoTask", err)
	}
}
