package session_test

import (
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"stepgym/envs"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

func brokenHost(t *testing.T, o session.Options) (*session.Host, *broken) {
	t.Helper()
	b := &broken{}
	h, err := session.New(map[string]envs.Env{"broken": b}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.Close()
		if n := b.open.Load(); n != 0 {
			t.Errorf("%d episodes are open", n)
		}
	})
	return h, b
}

// TestLost has environments that fail in every way.
func TestLost(t *testing.T) {
	for _, action := range []string{"fail", "panic", "nan"} {
		var rec memory
		h, _ := brokenHost(t, session.Options{Recorder: &rec})
		s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
		mustStep(t, s, "go", "1")
		_, err := s.Step(t.Context(), act(action), "2")
		want(t, action, err, session.ErrLost)
		if a := mustStep(t, s, "go", "1"); !a.Replayed { // the answer that the client missed
			t.Errorf("%s: replay: %+v", action, a)
		}
		_, err = s.Step(t.Context(), act("go"), "3")
		want(t, action+", then a step", err, session.ErrLost)
		got := rec.list()
		if len(got) != 1 || got[0].Err == "" || got[0].Stage != "env" || got[0].Turns != 1 || got[0].Truncated || got[0].Terminated {
			t.Errorf("%s: recorded %+v", action, got)
		}
		if i := s.Info(); i.Outcome != session.OutcomeLost || i.State != session.StateDone {
			t.Errorf("%s: info %+v", action, i)
		}
		if _, err := s.Reset(t.Context(), session.Start{Task: "good"}); err != nil {
			t.Errorf("%s: reset: %v", action, err)
		}
		if a := mustStep(t, s, "stop", "1"); !a.Result.Terminated || a.Replayed || a.Episode == got[0].ID {
			t.Errorf("%s: the next episode: %+v", action, a)
		}
		if n := len(rec.list()); n != 2 {
			t.Errorf("%s: %d trajectories, want 2", action, n)
		}
	}
}

// TestResetFails has resets that fail: the episode before goes on.
func TestResetFails(t *testing.T) {
	seed := uint64(13)
	index := 2
	none := -1
	tests := []struct {
		name  string
		start session.Start
		want  error
	}{
		{"broken", session.Start{Task: "bad"}, session.ErrInternal},
		{"panic", session.Start{Task: "panic"}, session.ErrInternal},
		{"seed", session.Start{Seed: &seed}, session.ErrInternal},
		{"task", session.Start{Task: "none"}, session.ErrNoTask},
		{"index", session.Start{Index: &index}, session.ErrNoTask},
		{"negative index", session.Start{Index: &none}, session.ErrNoTask},
		{"split", session.Start{Split: "none"}, session.ErrNoSplit},
		{"env", session.Start{Env: "none"}, session.ErrNoEnv},
		{"turns", session.Start{MaxTurns: -1}, session.ErrInvalid},
		{"both", session.Start{Task: "good", Index: &index}, session.ErrInvalid},
	}
	var rec memory
	h, b := brokenHost(t, session.Options{Recorder: &rec})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.Reset(t.Context(), tt.start)
			want(t, "reset", err, tt.want)
			_, err = h.Create(t.Context(), session.Request{Start: &tt.start})
			want(t, "create", err, tt.want)
			_, err = h.CreateGroup(t.Context(), session.GroupRequest{Request: session.Request{Start: &tt.start, Key: "k"}, N: 3})
			want(t, "group", err, tt.want)
			if a := mustStep(t, s, "go", ""); a.Step != i+1 {
				t.Errorf("the episode did not go on: %+v", a)
			}
			if st := h.Stats(); st.Open != 1 || st.Groups != 0 || b.open.Load() != 1 || len(rec.list()) != 0 {
				t.Errorf("left over: %+v, %d episodes", st, b.open.Load())
			}
		})
	}
}

func TestLimits(t *testing.T) {
	var rec memory
	h, _ := brokenHost(t, session.Options{Recorder: &rec, ActionBytes: 10, MaxTurns: 3})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	_, err := s.Step(t.Context(), act("12345678901"), "")
	want(t, "a long action", err, session.ErrTooLarge)
	_, err = s.Step(t.Context(), envs.Action{Calls: []envs.ToolCall{{Name: "a", Args: []byte(`{"long":12}`)}}}, "")
	want(t, "a long call", err, session.ErrTooLarge)
	for i := range 3 {
		if a := mustStep(t, s, "metric", ""); a.Result.Truncated != (i == 2) {
			t.Errorf("step %d: %+v", i, a.Result)
		}
	}
	_, err = s.Step(t.Context(), act("go"), "")
	want(t, "a step after the limit", err, session.ErrDone)
	got := rec.list()
	if len(got) != 1 || !got[0].Truncated || !got[0].Steps[2].Truncated || got[0].Client.End != "" || len(got[0].Metrics) != 1 {
		t.Errorf("recorded: %+v", got)
	}
	if _, err := s.Reset(t.Context(), session.Start{Task: "good", MaxTurns: 1}); err != nil {
		t.Fatal(err)
	}
	if a := mustStep(t, s, "go", ""); !a.Result.Truncated {
		t.Errorf("a limit of one turn: %+v", a.Result)
	}
}

func TestQuotas(t *testing.T) {
	quota := func(owner string) session.Quota {
		if owner != "ann" {
			return session.Quota{}
		}
		return session.Quota{Episodes: 3, Groups: 1, StepsPerSecond: 10, BytesPerSecond: 100}
	}
	bubble(t, session.Options{Default: "broken", Quota: quota, MaxEpisodes: 5}, func(t *testing.T, h *session.Host, _ *broken) {
		good := &session.Start{Task: "good"}
		g, err := h.CreateGroup(t.Context(), session.GroupRequest{Request: session.Request{Owner: "ann", Start: good}, N: 2})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.CreateGroup(t.Context(), session.GroupRequest{Request: session.Request{Owner: "ann", Start: good}, N: 1})
		want(t, "a second group", err, session.ErrQuota)
		create(t, h, session.Request{Owner: "ann", Start: good})
		_, err = h.Create(t.Context(), session.Request{Owner: "ann"})
		want(t, "a fourth episode", err, session.ErrQuota)
		_, err = g.Sessions()[0].Fork(t.Context(), 1, session.AtEnd)
		want(t, "a fork as the fourth", err, session.ErrQuota)
		create(t, h, session.Request{Owner: "bob"})
		_, err = h.CreateGroup(t.Context(), session.GroupRequest{Request: session.Request{Owner: "bob", Start: good}, N: 2})
		want(t, "more than the server has", err, session.ErrCapacity)
		if e := session.AsError(err); e.Active != 4 || e.Max != 5 || !e.Retryable() {
			t.Errorf("capacity: %+v", e)
		}

		s, taken := g.Sessions()[0], 0
		for range 10 * 30 {
			if _, err = s.Step(t.Context(), act("go"), ""); err == nil {
				taken++
			}
			time.Sleep(10 * time.Millisecond)
		}
		if taken < 30 || taken > 41 {
			t.Errorf("%d steps in 3 s at 10 a second with a burst of 10", taken)
		}
		want(t, "the last of them", err, session.ErrQuota)
		if e := session.AsError(err); e.After <= 0 || e.After > time.Second {
			t.Errorf("wait for %v", e.After)
		}
		time.Sleep(session.AsError(err).After)
		mustStep(t, s, "go", "")

		want(t, "bytes of a second", h.Charge("ann", 100), nil)
		want(t, "more bytes", h.Charge("ann", 100), session.ErrQuota)
		want(t, "may I", h.Charge("ann", 0), session.ErrQuota)
		time.Sleep(1100 * time.Millisecond)
		want(t, "a second later", h.Charge("ann", 0), nil)
		want(t, "another owner", h.Charge("bob", 1e9), nil)
		if err := g.Close(t.Context(), session.ReasonGroup); err != nil {
			t.Error(err)
		}
		for _, u := range h.Stats().Owners {
			if u.Owner == "ann" && (u.Episodes != 1 || u.Groups != 0 || u.Bytes != 200 || u.Refused < 3) {
				t.Errorf("usage: %+v", u)
			}
		}
	})
}

// TestOneAtATime has many callers at one session: every step is taken once, and
// in no two at a time.
func TestOneAtATime(t *testing.T) {
	var rec memory
	h, _ := brokenHost(t, session.Options{Recorder: &rec, MaxWaiting: 1000})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 50 {
				a := mustStep(t, s, "go", "")
				mu.Lock()
				seen[a.Step]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for i := 1; i <= 800; i++ {
		if seen[i] != 1 {
			t.Fatalf("step %d was answered %d times", i, seen[i])
		}
	}
	s.Close(t.Context(), session.ReasonClosed)
	if got := rec.list(); len(got) != 1 || got[0].Turns != 800 {
		t.Errorf("recorded: %d", len(got))
	}
}

// TestSameStepTwice has two callers send each step at once with one ID.
func TestSameStepTwice(t *testing.T) {
	h, _ := brokenHost(t, session.Options{})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	for i := range 200 {
		id := strings.Repeat("i", i+1)
		answers := make([]session.Answer, 2)
		var wg sync.WaitGroup
		for k := range answers {
			wg.Go(func() { answers[k] = mustStep(t, s, "go", id) })
		}
		wg.Wait()
		if answers[0].Step != i+1 || answers[1].Step != i+1 || answers[0].Replayed == answers[1].Replayed {
			t.Fatalf("step %d: %+v", i, answers)
		}
	}
	_, err := s.Step(t.Context(), act("go"), "i")
	want(t, "an old ID", err, session.ErrStepID)
}

// TestStepLater has a step ID from before a lost answer of the last step.
func TestReplayAfterEnd(t *testing.T) {
	var rec memory
	h, _ := brokenHost(t, session.Options{Recorder: &rec})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	mustStep(t, s, "stop", "last")
	a := mustStep(t, s, "stop", "last")
	if !a.Replayed || !a.Result.Terminated || len(rec.list()) != 1 {
		t.Errorf("the last step again: %+v, %d recorded", a, len(rec.list()))
	}
}

func TestNoRecorder(t *testing.T) {
	h, _ := brokenHost(t, session.Options{})
	s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
	mustStep(t, s, "stop", "")
	_, err := s.Trajectory(t.Context())
	want(t, "a trajectory", err, session.ErrUnsupported)
	_, err = h.Trajectory(t.Context(), "", "other")
	want(t, "another trajectory", err, session.ErrUnsupported)
}

func TestUnrecorded(t *testing.T) {
	var rec memory
	h, _ := brokenHost(t, session.Options{Recorder: &rec})
	s := create(t, h, session.Request{Unrecorded: true, Start: &session.Start{Task: "good"}})
	mustStep(t, s, "stop", "")
	s.Close(t.Context(), session.ReasonClosed)
	if n := len(rec.list()); n != 0 {
		t.Errorf("%d trajectories", n)
	}
}

// TestOpenTrajectory looks at a trajectory before its end.
func TestOpenTrajectory(t *testing.T) {
	var rec memory
	h, _ := brokenHost(t, session.Options{Recorder: &rec})
	s := create(t, h, session.Request{Owner: "ann", Start: &session.Start{Task: "good"}})
	mustStep(t, s, "go", "")
	tr, err := h.Trajectory(t.Context(), "ann", s.ID())
	if err != nil || tr.Turns != 1 || tr.Terminated || tr.Truncated || tr.Final == nil {
		t.Fatalf("trajectory: %+v, %v", tr, err)
	}
	_, err = h.Trajectory(t.Context(), "bob", s.ID())
	want(t, "another owner", err, session.ErrNotFound)
	s.Close(t.Context(), session.ReasonClosed)
	if tr, err = h.Trajectory(t.Context(), "ann", s.ID()); err != nil || !tr.Truncated || tr.Client.End != "closed" {
		t.Errorf("after close: %+v, %v", tr, err)
	}
	_, err = h.Trajectory(t.Context(), "bob", s.ID())
	want(t, "another owner, later", err, session.ErrNotFound)
}

// TestOptions has options that make no sense.
func TestOptions(t *testing.T) {
	world := map[string]envs.Env{"broken": &broken{}}
	for name, o := range map[string]session.Options{
		"episodes": {MaxEpisodes: -1}, "lease": {Lease: -1}, "lease above max": {Lease: 2, MaxLease: 1}, "turns": {MaxTurns: -1}, "default": {Default: "none"},
	} {
		if h, err := session.New(world, o); err == nil {
			h.Close()
			t.Errorf("%s: no error", name)
		}
	}
	for _, name := range []string{"", "a/b", "a b", "a{b}"} {
		if h, err := session.New(map[string]envs.Env{name: &broken{}}, session.Options{}); err == nil {
			h.Close()
			t.Errorf("name %q: no error", name)
		}
	}
	if h, err := session.New(nil, session.Options{}); err == nil {
		h.Close()
		t.Error("no environment: no error")
	}
}

var (
	_ session.Recorder = (*traces.Run)(nil)
	_ session.Loader   = (*traces.Run)(nil)
	_ session.Syncer   = (*traces.Run)(nil)
)

// TestNoGoroutines counts on synctest, which fails where a goroutine is left.
func TestNoGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := session.New(map[string]envs.Env{"broken": &broken{}}, session.Options{Recorder: &synced{}})
		if err != nil {
			t.Fatal(err)
		}
		for range 100 {
			create(t, h, session.Request{Start: &session.Start{Task: "good"}})
		}
		if err := errorsOf(h.Close(), h.Close()); err != nil {
			t.Error(err)
		}
	})
}

func errorsOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
