package envtest_test

import (
	"context"
	"errors"
	"iter"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest"
	"stepgym/envs/envtest/toy"
)

func TestToyKeepsTheContract(t *testing.T) {
	envtest.Run(t, func(testing.TB) envs.Env { return toy.New() }, envtest.Config{})
}

// broken is the toy with hooks to break it by.
type broken struct {
	*toy.Env
	spec    func(*envs.Spec)
	tasks   func(split string, all []envs.Task) []envs.Task
	reset   func(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error)
	episode func(envs.Episode) envs.Episode
	restore func(ctx context.Context, b []byte) (envs.Episode, error)
	closed  error
}

func (b broken) Spec() envs.Spec {
	s := b.Env.Spec()
	if b.spec != nil {
		b.spec(&s)
	}
	return s
}

func (b broken) Tasks(split string) iter.Seq2[envs.Task, error] {
	if b.tasks == nil {
		return b.Env.Tasks(split)
	}
	var all []envs.Task
	for t := range b.Env.Tasks(split) {
		if t.ID != "" {
			all = append(all, t)
		}
	}
	return func(yield func(envs.Task, error) bool) {
		for _, t := range b.tasks(split, all) {
			if !yield(t, nil) {
				return
			}
		}
	}
}

func (b broken) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	var ep envs.Episode
	var err error
	if b.reset != nil {
		ep, err = b.reset(ctx, t, seed)
	} else {
		ep, err = b.Env.Reset(ctx, t, seed)
	}
	if err == nil && b.episode != nil {
		ep = b.episode(ep)
	}
	return ep, err
}

func (b broken) Restore(ctx context.Context, s []byte) (envs.Episode, error) {
	if b.restore != nil {
		return b.restore(ctx, s)
	}
	return b.Env.Restore(ctx, s)
}

func (b broken) Close() error { return b.closed }

// hooked is a toy episode with hooks. It forks and snapshots as the toy does.
type hooked struct {
	*toy.Episode
	observe  func(n int, o *envs.Observation)
	step     func(ctx context.Context, a envs.Action, next func() (envs.Result, error)) (envs.Result, error)
	fork     func() (envs.Episode, error)
	snapshot func() ([]byte, error)
	hint     func(way []envs.Action) []envs.Action
	seen     int
}

func (h *hooked) Observation() envs.Observation {
	o := h.Episode.Observation()
	if h.observe != nil {
		h.seen++
		h.observe(h.seen, &o)
	}
	return o
}

func (h *hooked) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	next := func() (envs.Result, error) { return h.Episode.Step(ctx, a) }
	if h.step != nil {
		return h.step(ctx, a, next)
	}
	return next()
}

func (h *hooked) Fork() (envs.Episode, error) {
	if h.fork != nil {
		return h.fork()
	}
	ep, err := h.Episode.Fork()
	c := *h
	c.Episode = ep.(*toy.Episode)
	return &c, err
}

func (h *hooked) Hint(ctx context.Context) ([]envs.Action, error) {
	way, err := h.Episode.Hint(ctx)
	if h.hint != nil {
		way = h.hint(way)
	}
	return way, err
}

func (h *hooked) Snapshot() ([]byte, error) {
	if h.snapshot != nil {
		return h.snapshot()
	}
	return h.Episode.Snapshot()
}

func hook(f func(*hooked)) func(envs.Episode) envs.Episode {
	return func(ep envs.Episode) envs.Episode {
		h := &hooked{Episode: ep.(*toy.Episode)}
		f(h)
		return h
	}
}

// result breaks the results of a step.
func result(f func(a envs.Action, r *envs.Result)) broken {
	return broken{episode: hook(func(h *hooked) {
		h.step = func(_ context.Context, a envs.Action, next func() (envs.Result, error)) (envs.Result, error) {
			r, err := next()
			f(a, &r)
			return r, err
		}
	})}
}

// observation breaks what is seen; n counts the calls of one episode.
func observation(f func(n int, o *envs.Observation)) broken {
	return broken{episode: hook(func(h *hooked) { h.observe = f })}
}

func TestEveryClauseBites(t *testing.T) {
	var calls atomic.Int64
	tests := []struct {
		clause string
		env    broken
	}{
		{"Spec/constant and complete", broken{spec: func(s *envs.Spec) { s.Version = 0 }}},
		{"Tasks/ordered and unique", broken{tasks: func(_ string, all []envs.Task) []envs.Task { return append(all, all...) }}},
		{"Tasks/unknown split is ErrNoSplit", broken{tasks: func(_ string, all []envs.Task) []envs.Task { return all }}},
		{"Tasks/families stay apart", broken{tasks: func(_ string, all []envs.Task) []envs.Task {
			for i := range all {
				all[i].Family = "everyone"
			}
			return all
		}}},
		{"Reset/deterministic", broken{reset: func(ctx context.Context, t envs.Task, _ uint64) (envs.Episode, error) {
			return toy.New().Reset(ctx, t, uint64(calls.Add(1)))
		}}},
		{"Reset/unknown task is ErrNoTask", broken{reset: func(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
			ep, err := toy.New().Reset(ctx, t, seed)
			if errors.Is(err, envs.ErrNoTask) {
				return nil, errors.New("task not found")
			}
			return ep, err
		}}},
		{"Reset/only the ID counts", broken{reset: func(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
			if t.Goal == "another" {
				t.ID = "7"
			}
			return toy.New().Reset(ctx, t, seed)
		}}},
		{"Step/deterministic", observation(func(_ int, o *envs.Observation) { o.Body = string(rune('a' + calls.Add(1)%26)) })},
		{"Step/reward in range", result(func(_ envs.Action, r *envs.Result) { r.Reward = math.NaN() })},
		{"Step/terminated or truncated", result(func(_ envs.Action, r *envs.Result) { r.Success = true })},
		{"Step/ends within MaxTurns, then ErrDone", broken{spec: func(s *envs.Spec) { s.MaxTurns = 3 }}},
		{"Step/invalid action is data", result(func(_ envs.Action, r *envs.Result) { r.Invalid = false })},
		{"Step/canceled context", broken{episode: hook(func(h *hooked) {
			h.step = func(ctx context.Context, a envs.Action, _ func() (envs.Result, error)) (envs.Result, error) {
				return h.Episode.Step(context.WithoutCancel(ctx), a)
			}
		})}},
		{"Observation/pure and kept", broken{episode: hook(func(h *hooked) {
			reused := make([]*envs.Choice, 3, 8)
			first := new(envs.Choice)
			h.observe = func(n int, o *envs.Observation) {
				copy(reused, o.Admissible)
				*first = *reused[0]
				first.Desc = strings.Repeat("x", n)
				reused[0] = first
				o.Admissible = reused
			}
		})}},
		{"Observation/complete", observation(func(_ int, o *envs.Observation) { o.StateKey = "" })},
		{"Observation/offers what is not refused", observation(func(_ int, o *envs.Observation) {
			o.Admissible = slices.Clone(o.Admissible)
			for i, c := range o.Admissible {
				c := *c
				c.Action.Text += "!"
				o.Admissible[i] = &c
			}
		})},
		{"Observation/equal StateKey, equal future", observation(func(_ int, o *envs.Observation) { o.StateKey = "always" })},
		{"Observation/JSON round trip", observation(func(_ int, o *envs.Observation) {
			if len(o.Forms) > 0 {
				o.Messages[0].Calls = []envs.ToolCall{{Name: "x", Args: []byte("no json")}}
			}
		})},
		{"Episodes/independent in turn", sharedEpisodes()},
		{"Episodes/independent side by side", sideBySide()},
		{"Fork/equal and independent", broken{episode: hook(func(h *hooked) { h.fork = func() (envs.Episode, error) { return h, nil } })}},
		{"Snapshot/equal, and refused when broken", broken{restore: func(ctx context.Context, b []byte) (envs.Episode, error) {
			if len(b) == 0 {
				b = []byte("{}")
			}
			return toy.New().Restore(ctx, b)
		}}},
		{"Hint/leads to success", broken{episode: hook(func(h *hooked) {
			h.hint = func(way []envs.Action) []envs.Action { return append([]envs.Action{{Text: "left"}}, way...) }
		})}},
		{"Close/idempotent, then ErrClosed", broken{episode: hook(func(h *hooked) {
			h.step = func(_ context.Context, _ envs.Action, next func() (envs.Result, error)) (envs.Result, error) {
				r, err := next()
				if errors.Is(err, envs.ErrClosed) {
					err = nil
				}
				return r, err
			}
		})}},
	}
	covered := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.clause, func(t *testing.T) {
			covered[tt.clause] = true
			if got := violated(envtest.Check(t.Context(), tt.env, envtest.Config{})); !got[tt.clause] {
				t.Errorf("the clause does not see its fault; violated: %v", got)
			}
		})
	}
	for _, name := range envtest.Clauses() {
		if !covered[name] {
			t.Errorf("clause %q has no environment broken on purpose", name)
		}
	}
}

// violated collects the names of the clauses in a joined error.
func violated(err error) map[string]bool {
	out := map[string]bool{}
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return out
	}
	for _, e := range joined.Unwrap() {
		var ce *envtest.ClauseError
		if errors.As(e, &ce) {
			out[ce.Clause] = true
		}
	}
	return out
}

// sharedEpisodes keeps the number of steps taken by everyone in a place that
// all episodes can see.
func sharedEpisodes() broken {
	var last atomic.Value
	last.Store("")
	return broken{episode: hook(func(h *hooked) {
		h.observe = func(_ int, o *envs.Observation) { o.Body += last.Load().(string) }
		h.step = func(_ context.Context, a envs.Action, next func() (envs.Result, error)) (envs.Result, error) {
			last.Store(a.Text)
			return next()
		}
	})}
}

// sideBySide shows how many episodes are open, which differs only when several
// are at once.
func sideBySide() broken {
	var open atomic.Int64
	return broken{
		episode: func(ep envs.Episode) envs.Episode {
			open.Add(1)
			return &counted{hooked: hooked{Episode: ep.(*toy.Episode), observe: func(_ int, o *envs.Observation) {
				runtime.Gosched() // let the others start, so that episodes that run at once do meet
				if n := open.Load(); n > 1 {
					o.Body = strings.Repeat("crowded ", int(n))
				}
			}}, open: &open}
		},
	}
}

type counted struct {
	hooked
	open *atomic.Int64
	once atomic.Bool
}

func (c *counted) Close() error {
	if !c.once.Swap(true) {
		c.open.Add(-1)
	}
	return c.hooked.Close()
}
