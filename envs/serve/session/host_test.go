package session_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// memory is a Recorder in memory.
type memory struct {
	mu   sync.Mutex
	all  []*traces.Trajectory
	fail error
}

func (m *memory) Append(t *traces.Trajectory) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.all = append(m.all, t)
	return nil
}

func (m *memory) Load(id string) (*traces.Trajectory, error) {
	for _, t := range m.list() {
		if t.ID == id {
			return t, nil
		}
	}
	return nil, traces.ErrNoTrajectory
}

func (m *memory) list() []*traces.Trajectory {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.all)
}

// newHost returns a Host of the toy environment.
func newHost(t testing.TB, o session.Options) *session.Host {
	t.Helper()
	h, err := session.New(map[string]envs.Env{"toy": toy.New()}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func act(text string) envs.Action { return envs.Action{Text: text} }

func create(t testing.TB, h *session.Host, r session.Request) *session.Session {
	t.Helper()
	s, err := h.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func want(t testing.TB, what string, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Errorf("%s: got error %v, want %v", what, err, target)
	}
}

func mustStep(t testing.TB, s *session.Session, text, id string) session.Answer {
	t.Helper()
	a, err := s.Step(context.Background(), act(text), id)
	if err != nil {
		t.Fatalf("step %q: %v", text, err)
	}
	return a
}

func TestSession(t *testing.T) {
	var rec memory
	h := newHost(t, session.Options{Recorder: &rec})
	s := create(t, h, session.Request{Owner: "ann", Protocol: "test"})
	_, err := s.Step(t.Context(), act("left"), "")
	want(t, "step before reset", err, session.ErrNotReset)

	a, err := s.Reset(t.Context(), session.Start{Task: "2", Client: "mine"})
	if err != nil || a.Step != 0 || a.Observation.Text() == "" {
		t.Fatalf("reset: %+v, %v", a, err)
	}
	if a = mustStep(t, s, "right", "a"); a.Step != 1 || a.Replayed {
		t.Errorf("first step: %+v", a)
	}
	if b := mustStep(t, s, "right", "a"); b.Step != 1 || !b.Replayed || b.Observation.Text() != a.Observation.Text() {
		t.Errorf("the same step again: %+v", b)
	}
	_, err = s.Step(t.Context(), act("left"), "a")
	want(t, "another action with the ID", err, session.ErrStepID)
	if a = mustStep(t, s, "stop", "b"); !a.Result.Terminated {
		t.Errorf("stop: %+v", a.Result)
	}
	_, err = s.Step(t.Context(), act("left"), "c")
	want(t, "step after the end", err, session.ErrDone)
	if got := rec.list(); len(got) != 1 || got[0].ID != s.ID() || got[0].Turns != 2 || got[0].Client.Owner != "ann" || got[0].Client.Episode != "mine" {
		t.Errorf("recorded: %+v", got)
	}
	if tr, err := h.Trajectory(t.Context(), "ann", s.ID()); err != nil || tr.Turns != 2 {
		t.Errorf("trajectory: %+v, %v", tr, err)
	}
	_, err = h.Get("bob", s.ID())
	want(t, "another owner's", err, session.ErrNotFound)
	if err := s.Close(t.Context(), session.ReasonClosed); err != nil {
		t.Error(err)
	}
	_, err = h.Get("ann", s.ID())
	want(t, "closed", err, session.ErrGone)
	if st := h.Stats(); st.Open != 0 || len(rec.list()) != 1 {
		t.Errorf("after close: %+v", st)
	}
}

func TestGroup(t *testing.T) {
	var rec memory
	h := newHost(t, session.Options{Recorder: &rec, MaxEpisodes: 8})
	g, err := h.CreateGroup(t.Context(), session.GroupRequest{N: 4})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.CreateGroup(t.Context(), session.GroupRequest{N: 5})
	want(t, "group beyond capacity", err, session.ErrCapacity)
	ss := g.Sessions()
	mustStep(t, ss[1], "right", "")
	forks, err := ss[1].Fork(t.Context(), 2, 1)
	if err != nil || len(forks) != 2 || forks[1].Index() != 5 {
		t.Fatalf("fork: %v, %v", forks, err)
	}
	items := make([]session.Item, 0)
	for _, s := range g.Sessions() {
		items = append(items, session.Item{Session: s.ID(), Action: act("stop")})
	}
	out := make([]session.Stepped, len(items))
	h.StepBatch(t.Context(), "", items, out)
	for i, o := range out {
		if o.Err != nil || !o.Result.Terminated {
			t.Errorf("item %d: %+v", i, o)
		}
	}
	if n := len(rec.list()); n != 6 {
		t.Errorf("%d trajectories, want 6", n)
	}
	if err := g.Close(t.Context(), session.ReasonGroup); err != nil {
		t.Error(err)
	}
	_, err = h.Group("", g.ID())
	want(t, "closed group", err, session.ErrGone)
	if st := h.Stats(); st.Open != 0 || st.Groups != 0 {
		t.Errorf("after close: %+v", st)
	}
}
