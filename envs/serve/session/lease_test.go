package session_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// bubble runs f with a Host of the toy and the broken environment, whose clock
// is the test's.
func bubble(t *testing.T, o session.Options, f func(t *testing.T, h *session.Host, b *broken)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := &broken{}
		h, err := session.New(map[string]envs.Env{"toy": toy.New(), "broken": b}, o)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := h.Close(); err != nil {
				t.Error(err)
			}
			if n := b.open.Load(); n != 0 {
				t.Errorf("%d episodes are open after Close", n)
			}
			if s := h.Stats(); s.Open != 0 || s.Attached != 0 || s.Groups != 0 {
				t.Errorf("after Close: %+v", s)
			}
		}()
		f(t, h, b)
	})
}

// alive reports whether a session can be found, after d has passed.
func alive(t *testing.T, h *session.Host, s *session.Session, d time.Duration) bool {
	t.Helper()
	time.Sleep(d)
	synctest.Wait()
	_, err := h.Get("", s.ID())
	if err != nil && !errors.Is(err, session.ErrGone) {
		t.Errorf("get: %v", err)
	}
	return err == nil
}

func TestLeaseEnds(t *testing.T) {
	var rec memory
	bubble(t, session.Options{Default: "toy", Recorder: &rec, Lease: 100 * time.Second}, func(t *testing.T, h *session.Host, _ *broken) {
		s := create(t, h, session.Request{Start: &session.Start{Task: "1"}})
		if !alive(t, h, s, 99*time.Second) {
			t.Fatal("gone before its lease ended")
		}
		mustStep(t, s, "left", "")
		if !alive(t, h, s, 99*time.Second) {
			t.Fatal("a step does not renew the lease")
		}
		if alive(t, h, s, 2*time.Second) {
			t.Fatal("alive after its lease ended")
		}
		_, err := s.Step(t.Context(), act("left"), "")
		want(t, "step of an expired session", err, session.ErrGone)
		got := rec.list()
		if len(got) != 1 || !got[0].Truncated || got[0].Client.End != "lease" || got[0].Turns != 1 || !got[0].Steps[0].Truncated || got[0].Err != "" {
			t.Errorf("recorded: %+v", got)
		}
		if st := h.Stats(); st.Expired != 1 || st.Open != 0 {
			t.Errorf("stats: %+v", st)
		}
	})
}

func TestRenew(t *testing.T) {
	bubble(t, session.Options{Default: "toy", Lease: 100 * time.Second, MaxLease: 1000 * time.Second}, func(t *testing.T, h *session.Host, _ *broken) {
		s := create(t, h, session.Request{Lease: 50 * time.Second})
		if ends, err := s.Renew(t.Context(), 5000*time.Second); err != nil || time.Until(ends) != 1000*time.Second {
			t.Errorf("renew: in %v, %v; want 1000 s", time.Until(ends), err)
		}
		if !alive(t, h, s, 999*time.Second) {
			t.Fatal("the longer lease does not hold")
		}
		if _, err := s.Renew(t.Context(), 10*time.Second); err != nil {
			t.Error(err)
		}
		if alive(t, h, s, 11*time.Second) {
			t.Fatal("the shorter lease does not hold")
		}
	})
}

func TestHold(t *testing.T) {
	bubble(t, session.Options{Default: "toy", Lease: 100 * time.Second, Grace: 30 * time.Second}, func(t *testing.T, h *session.Host, _ *broken) {
		s := create(t, h, session.Request{})
		hold := func() func() {
			release, err := s.Hold(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return release
		}
		one, two := hold(), hold()
		one()
		one()
		if !alive(t, h, s, time.Hour) {
			t.Fatal("expired while a socket held it")
		}
		if i := s.Info(); !i.Attached || !i.Expires.IsZero() {
			t.Errorf("info: %+v", i)
		}
		two()
		if !alive(t, h, s, 29*time.Second) {
			t.Fatal("no grace to attach again")
		}
		one = hold()
		if !alive(t, h, s, time.Hour) {
			t.Fatal("expired after it was attached again")
		}
		one()
		if alive(t, h, s, 31*time.Second) {
			t.Fatal("alive after the grace")
		}
	})
}

func TestSnapshotEnds(t *testing.T) {
	bubble(t, session.Options{Default: "toy", MaxLease: time.Hour, MaxSnapshots: 1}, func(t *testing.T, h *session.Host, _ *broken) {
		s := create(t, h, session.Request{Start: &session.Start{}})
		k, err := s.Snapshot(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Snapshot(t.Context())
		want(t, "one snapshot too many", err, session.ErrCapacity)
		time.Sleep(time.Hour + time.Second)
		synctest.Wait()
		_, err = h.Create(t.Context(), session.Request{Snapshot: k.ID})
		want(t, "a snapshot whose time has run out", err, session.ErrNotFound)
		if st := h.Stats(); st.Snapshots != 0 {
			t.Errorf("stats: %+v", st)
		}
	})
}

// TestStepTimeout has a step that waits until it is told to stop.
func TestStepTimeout(t *testing.T) {
	var rec memory
	bubble(t, session.Options{Default: "broken", Recorder: &rec, StepTimeout: 10 * time.Second, Lease: 5 * time.Second}, func(t *testing.T, h *session.Host, b *broken) {
		time.Sleep(7 * time.Second)
		s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
		began := time.Now()
		_, err := s.Step(t.Context(), act("wait"), "")
		want(t, "a step that takes too long", err, session.ErrLost)
		if took := time.Since(began); took < 10*time.Second || took > 20*time.Second {
			t.Errorf("told to stop after %v, want 10 to 20 s", took)
		}
		_, err = s.Step(t.Context(), act("go"), "")
		want(t, "a step after that", err, session.ErrLost)
		if got := rec.list(); len(got) != 1 || got[0].Err == "" || got[0].Stage != "env" {
			t.Errorf("recorded: %+v", got)
		}
		if _, err := s.Reset(t.Context(), session.Start{Task: "good"}); err != nil {
			t.Errorf("reset after a loss: %v", err)
		}
		if !alive(t, h, s, 4*time.Second) {
			t.Error("expired while it was used")
		}
	})
}

// TestClientLeaves has clients that give up while they wait, and one that gives
// up while its step runs.
func TestClientLeaves(t *testing.T) {
	bubble(t, session.Options{Default: "broken", StepTimeout: 100 * time.Second, MaxWaiting: 2}, func(t *testing.T, h *session.Host, b *broken) {
		s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
		running, leave := context.WithCancel(t.Context())
		go s.Step(running, act("wait"), "")
		synctest.Wait()
		waiting, giveUp := context.WithCancel(t.Context())
		errs := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := s.Step(waiting, act("go"), "")
				errs <- err
			}()
		}
		synctest.Wait()
		_, err := s.Observe(t.Context())
		want(t, "more calls than may wait", err, session.ErrBusy)
		if n := h.Stats().Waiting; n != 2 {
			t.Errorf("%d calls wait, want 2", n)
		}
		giveUp()
		for range 2 {
			want(t, "a call that gave up", <-errs, session.ErrCanceled)
		}
		leave() // the step goes on without its client
		if i := s.Info(); i.State != session.StateRunning || i.Steps != 0 {
			t.Errorf("info while a step runs: %+v", i)
		}
		a, err := s.Observe(t.Context())
		want(t, "after the step", err, nil)
		if a.Step != 0 {
			t.Errorf("observe: %+v", a)
		}
	})
}

// TestWritesAreRetried has a disk that is full for a while.
func TestWritesAreRetried(t *testing.T) {
	rec := memory{fail: errors.New("disk full")}
	bubble(t, session.Options{Default: "toy", Recorder: &rec}, func(t *testing.T, h *session.Host, _ *broken) {
		s := create(t, h, session.Request{Start: &session.Start{Task: "1"}})
		if a := mustStep(t, s, "stop", ""); !a.Result.Done() {
			t.Errorf("the last step: %+v", a)
		}
		time.Sleep(time.Minute)
		st := h.Stats()
		if st.Unwritten != 1 || st.TrajectoryErrors < 30 || st.Trajectories != 0 {
			t.Errorf("while the disk is full: %+v", st)
		}
		if tr, err := s.Trajectory(t.Context()); err != nil || tr.Turns != 1 {
			t.Errorf("trajectory: %+v, %v", tr, err)
		}
		want(t, "drain with a full disk", h.Drain(t.Context()), session.ErrInternal)
		rec.mu.Lock()
		rec.fail = nil
		rec.mu.Unlock()
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if st := h.Stats(); st.Unwritten != 0 || st.Trajectories != 1 || len(rec.list()) != 1 {
			t.Errorf("when there is room again: %+v", st)
		}
	})
}

// synced is a Recorder that counts calls of Sync.
type synced struct {
	memory
	n int
}

func (s *synced) Sync() error {
	s.n++
	return nil
}

func TestSync(t *testing.T) {
	var rec synced
	bubble(t, session.Options{Default: "toy", Recorder: &rec, Sync: 5 * time.Second}, func(t *testing.T, h *session.Host, _ *broken) {
		time.Sleep(time.Minute)
		s := create(t, h, session.Request{Start: &session.Start{Task: "1"}})
		mustStep(t, s, "stop", "")
		time.Sleep(time.Minute)
		synctest.Wait()
		if rec.n != 1 {
			t.Errorf("%d syncs for one trajectory, want 1", rec.n)
		}
	})
}

// TestDrainWaits has a step that is being taken: it is finished, answered and
// recorded, and so are the calls that wait behind it.
func TestDrainWaits(t *testing.T) {
	var rec memory
	bubble(t, session.Options{Default: "broken", Recorder: &rec}, func(t *testing.T, h *session.Host, _ *broken) {
		s := create(t, h, session.Request{Start: &session.Start{Task: "good"}})
		steps := make(chan session.Answer, 2)
		for _, a := range []string{"slow", "go"} {
			go func() { steps <- mustStep(t, s, a, "") }()
			synctest.Wait()
		}
		began := time.Now()
		want(t, "drain", h.Drain(t.Context()), nil)
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("drained after %v", took)
		}
		if one, two := <-steps, <-steps; one.Step != 1 || two.Step != 2 {
			t.Errorf("steps: %+v, %+v", one, two)
		}
		if got := rec.list(); len(got) != 1 || got[0].Turns != 2 || got[0].Client.End != "drain" {
			t.Errorf("recorded: %+v", got)
		}
	})
}

// TestDrain has sessions that are idle, busy and stuck.
func TestDrain(t *testing.T) {
	var rec memory
	bubble(t, session.Options{Default: "toy", Recorder: &rec, StepTimeout: time.Hour}, func(t *testing.T, h *session.Host, b *broken) {
		idle := create(t, h, session.Request{Start: &session.Start{Task: "1"}})
		mustStep(t, idle, "left", "")
		create(t, h, session.Request{}) // has nothing to record
		stuck := create(t, h, session.Request{Start: &session.Start{Env: "broken", Task: "good"}})
		lost := make(chan error)
		go func() {
			_, err := stuck.Step(context.Background(), act("wait"), "")
			lost <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		drained := make(chan error)
		go func() { drained <- h.Drain(ctx) }()
		synctest.Wait()
		_, err := h.Create(t.Context(), session.Request{})
		want(t, "create while draining", err, session.ErrDraining)
		_, err = idle.Step(t.Context(), act("left"), "")
		want(t, "step while draining", err, session.ErrDraining)
		_, err = h.Get("", idle.ID())
		want(t, "get while draining", err, session.ErrDraining)
		want(t, "a step that is stuck", <-lost, session.ErrLost)
		want(t, "drain", <-drained, nil)
		byEnd := map[string]*traces.Trajectory{}
		for _, tr := range rec.list() {
			byEnd[tr.Client.End+tr.Stage] = tr
		}
		if len(rec.list()) != 2 || byEnd["drain"] == nil || byEnd["env"] == nil || byEnd["drain"].Turns != 1 {
			t.Errorf("recorded: %v", byEnd)
		}
	})
}
