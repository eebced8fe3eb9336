package session_test

import (
	"context"
	"errors"
	"iter"
	"sync/atomic"
	"time"

	"stepgym/envs"
)

// loop is an environment in which nothing happens, for as long as one likes.
type loop struct{}

func (loop) Spec() envs.Spec {
	return envs.Spec{Name: "loop", Version: 1, RewardMax: 1, Splits: []string{"train"}}
}

func (loop) Tasks(string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) { yield(envs.Task{ID: "0", Goal: "Go on."}, nil) }
}

func (loop) Reset(context.Context, envs.Task, uint64) (envs.Episode, error) {
	return new(looping), nil
}

func (loop) Close() error { return nil }

type looping struct{ turns int }

func (*looping) Observation() envs.Observation {
	return envs.Observation{Messages: hello[:], Anchor: hello[0].Content, StateKey: "0"}
}

var hello = [1]envs.Message{{Role: "user", Content: "Here you are."}}

func (e *looping) Step(_ context.Context, a envs.Action) (envs.Result, error) {
	e.turns++
	return envs.Result{Terminated: a.Text == "stop"}, nil
}

func (*looping) Close() error { return nil }

// broken is an environment that does what its actions say: "wait" until ctx
// ends, "fail", "panic", "nan". It cannot be copied. It counts open episodes.
type broken struct {
	open    atomic.Int64
	entered chan struct{} // gets a value when a wait begins, if not nil
}

var errBroken = errors.New("the world fell apart")

func (*broken) Spec() envs.Spec {
	return envs.Spec{Name: "broken", Version: 1, Splits: []string{"train"}}
}

func (*broken) Tasks(split string) iter.Seq2[envs.Task, error] {
	return func(yield func(envs.Task, error) bool) {
		if split != "train" {
			yield(envs.Task{}, envs.ErrNoSplit)
			return
		}
		_ = yield(envs.Task{ID: "good"}, nil) && yield(envs.Task{ID: "bad"}, nil)
	}
}

func (b *broken) Reset(_ context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	switch {
	case t.ID == "bad" || seed == 13:
		return nil, errBroken
	case t.ID == "panic":
		panic("reset")
	case t.ID != "good":
		return nil, envs.ErrNoTask
	}
	b.open.Add(1)
	return &breaking{env: b}, nil
}

func (*broken) Close() error { return nil }

type breaking struct {
	env    *broken
	closed bool
	turns  int
}

func (e *breaking) Observation() envs.Observation {
	return envs.Observation{Messages: hello[:], Anchor: "here", StateKey: "0"}
}

func (e *breaking) Step(ctx context.Context, a envs.Action) (r envs.Result, err error) {
	switch a.Text {
	case "wait":
		if e.env.entered != nil {
			e.env.entered <- struct{}{}
		}
		<-ctx.Done()
		return r, ctx.Err()
	case "slow":
		time.Sleep(5 * time.Second)
	case "fail":
		return r, errBroken
	case "panic":
		panic("step")
	case "nan":
		var zero float64
		r.Reward = zero / zero
	case "metric":
		var zero float64
		r.Metrics = map[string]float64{"bad": 1 / zero, "good": 1}
	case "stop":
		r.Terminated = true
	}
	e.turns++
	return r, nil
}

func (e *breaking) Close() error {
	if !e.closed {
		e.closed = true
		e.env.open.Add(-1)
	}
	return nil
}
