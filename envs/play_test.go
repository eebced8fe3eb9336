package envs_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
)

func TestPlay(t *testing.T) {
	ctx, env, task := t.Context(), toy.New(), envs.Task{ID: "3"}
	ep, err := env.Reset(ctx, task, 7)
	if err != nil {
		t.Fatal(err)
	}
	actions := []string{"no such action", ep.Observation().Admissible[0].Action.Text}
	for len(actions) < env.Spec().MaxTurns+3 { // some of them after the end
		actions = append(actions, "no such action")
	}
	var lines []envs.PlayLine
	err = envs.Play(ctx, env, task, 7, actions, func(l envs.PlayLine) error {
		lines = append(lines, l)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lines {
		action, r := "", envs.Result{}
		if i > 0 {
			action = actions[i-1]
			if r, err = ep.Step(ctx, envs.Action{Text: action}); err != nil {
				t.Fatal(err)
			}
		}
		o := ep.Observation()
		want := envs.PlayLine{
			T: i, Action: action, Observation: o.Text(), Admissible: []string{}, Forms: []string{}, Metrics: map[string]float64{},
			Reward: r.Reward, Terminated: r.Terminated, Truncated: r.Truncated, Invalid: r.Invalid, Success: r.Success,
			StateKey: o.StateKey, Place: o.Place, Focus: o.Focus,
		}
		for _, c := range o.Admissible {
			want.Admissible = append(want.Admissible, c.Action.Text)
		}
		for _, f := range o.Forms {
			want.Forms = append(want.Forms, f.Template)
		}
		if r.Metrics != nil {
			want.Metrics = r.Metrics
		}
		if diff := cmp.Diff(l, want); diff != "" {
			t.Errorf("line %d (-got +want):\n%s", i, diff)
		}
		if done := r.Done(); done != (i == len(lines)-1) {
			t.Errorf("line %d of %d: done %v", i, len(lines), done)
		}
	}
}

func TestPlayErrors(t *testing.T) {
	if err := envs.Play(t.Context(), toy.New(), envs.Task{ID: "none"}, 1, nil, nil); !errors.Is(err, envs.ErrNoTask) {
		t.Errorf("got %v, want ErrNoTask", err)
	}
	full := errors.New("disk full")
	calls := 0
	err := envs.Play(t.Context(), toy.New(), envs.Task{ID: "1"}, 1, []string{"x", "x"}, func(envs.PlayLine) error {
		if calls++; calls == 2 {
			return full
		}
		return nil
	})
	if err != full || calls != 2 {
		t.Errorf("got %v after %d lines, want the error of emit after 2", err, calls)
	}
}

// blind is an environment whose episodes give no hints; lost one in which there
// are none.
type blind struct{ *toy.Env }

func (b blind) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := b.Env.Reset(ctx, t, seed)
	return struct{ envs.Episode }{ep}, err
}

type lost struct{ *toy.Env }

func (l lost) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := l.Env.Reset(ctx, t, seed)
	return hopeless{ep}, err
}

type hopeless struct{ envs.Episode }

func (hopeless) Hint(context.Context) ([]envs.Action, error) { return nil, envs.ErrNoHint }

func TestPlayWithHints(t *testing.T) {
	play := func(env envs.Env, actions ...string) (lines []envs.PlayLine, err error) {
		err = envs.Play(t.Context(), env, envs.Task{ID: "3"}, 1, actions, func(l envs.PlayLine) error {
			lines = append(lines, l)
			return nil
		}, envs.WithHints())
		return lines, err
	}
	lines, err := play(toy.New())
	if err != nil || len(lines) != 1 || len(lines[0].Hint) == 0 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	way := lines[0].Hint
	lines, err = play(toy.New(), way...)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lines {
		if d := cmp.Diff(l.Hint, way[i:], cmpopts.EquateEmpty()); d != "" || l.Hint == nil {
			t.Errorf("line %d: hint %v (-got +want)\n%s", i, l.Hint, d)
		}
	}
	if !lines[len(lines)-1].Success {
		t.Error("the hints do not lead to success")
	}
	if lines, err = play(lost{toy.New()}); err != nil || lines[0].Hint != nil || lines[0].HintError == "" {
		t.Errorf("no way: %+v, %v", lines, err)
	}
	if _, err = play(blind{toy.New()}); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("no hints: %v", err)
	}
}

// lists is a world that lists an action after the end too.
type lists struct{ *toy.Env }

type listing struct{ envs.Episode }

func (l lists) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := l.Env.Reset(ctx, t, seed)
	return listing{ep}, err
}

func (listing) Listed() []*envs.Choice {
	return []*envs.Choice{{Action: envs.Action{Text: "go on"}}}
}

func TestPlayListedAfterTheEnd(t *testing.T) {
	var last envs.PlayLine
	actions := make([]string, toy.New().Spec().MaxTurns)
	err := envs.Play(t.Context(), lists{toy.New()}, envs.Task{ID: "3"}, 7, actions, func(l envs.PlayLine) error {
		if !l.Terminated && !l.Truncated && len(l.Admissible) == 1 {
			t.Errorf("line %d lists what belongs to the end", l.T)
		}
		last = l
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(last.Admissible, []string{"go on"}); diff != "" || !last.Truncated {
		t.Errorf("at the end (-got +want):\n%s", diff)
	}
}
