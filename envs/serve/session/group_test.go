package session_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/session"
)

// TestGroupsAreAtomic has many clients ask for groups of a full server: there is
// never one too many, and nobody gets a part.
func TestGroupsAreAtomic(t *testing.T) {
	h := newHost(t, session.Options{MaxEpisodes: 20})
	var made, refused atomic.Int64
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for range 50 {
				n := 1 + i%7
				g, err := h.CreateGroup(context.Background(), session.GroupRequest{N: n})
				if err != nil {
					want(t, "group", err, session.ErrCapacity)
					refused.Add(1)
					continue
				}
				if open := h.Stats().Open; len(g.Sessions()) != n || open > 20 {
					t.Errorf("a group of %d has %d, %d sessions are open", n, len(g.Sessions()), open)
				}
				made.Add(1)
				want(t, "close", g.Close(context.Background(), session.ReasonGroup), nil)
			}
		})
	}
	wg.Wait()
	if st := h.Stats(); st.Open != 0 || st.Groups != 0 || int64(st.CapacityRefused) != refused.Load() {
		t.Errorf("%d made, %d refused, then %+v", made.Load(), refused.Load(), st)
	}
}

// TestGroupStarts has groups whose episodes are to be equal.
func TestGroupStarts(t *testing.T) {
	h := newHost(t, session.Options{})
	firsts := map[string]bool{}
	for range 10 {
		g, err := h.CreateGroup(t.Context(), session.GroupRequest{N: 5})
		if err != nil {
			t.Fatal(err)
		}
		ss := g.Sessions()
		first, err := ss[0].Observe(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		firsts[first.Observation.Text()] = true
		for i, s := range ss {
			a, err := s.Observe(t.Context())
			if d := cmp.Diff(a.Observation, first.Observation); d != "" || err != nil || s.Index() != i || s.Info().Group != g.ID() {
				t.Errorf("member %d: %v\n%s", i, err, d)
			}
		}
	}
	if len(firsts) < 4 {
		t.Errorf("10 groups without a task start in %d ways: the server draws too little", len(firsts))
	}
}

// TestKeys repeats calls that have an idempotency key, at once and later.
func TestKeys(t *testing.T) {
	h := newHost(t, session.Options{})
	r := session.GroupRequest{Request: session.Request{Owner: "ann", Key: "k"}, N: 3}
	groups := make([]*session.Group, 8)
	var wg sync.WaitGroup
	for i := range groups {
		wg.Go(func() {
			var err error
			if groups[i], err = h.CreateGroup(context.Background(), r); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, g := range groups {
		if g != groups[0] {
			t.Fatal("one key made two groups")
		}
	}
	if st := h.Stats(); st.Open != 3 || st.Groups != 1 {
		t.Errorf("%+v", st)
	}
	r.N = 4
	_, err := h.CreateGroup(t.Context(), r)
	want(t, "the key for another size", err, session.ErrInvalid)
	r.N, r.Owner = 3, "bob"
	if g, err := h.CreateGroup(t.Context(), r); err != nil || g == groups[0] {
		t.Errorf("another owner's key: %v, %v", g, err)
	}
	want(t, "close", groups[0].Close(t.Context(), session.ReasonGroup), nil)
	r.Owner = "ann"
	if g, err := h.CreateGroup(t.Context(), r); err != nil || g == groups[0] {
		t.Errorf("the key after the group is closed: %v, %v", g, err)
	}
	one := session.Request{Owner: "ann", Key: "one"}
	a, b := create(t, h, one), create(t, h, one)
	if a != b {
		t.Error("one key made two sessions")
	}
	_, err = h.CreateGroup(t.Context(), session.GroupRequest{Request: one, N: 1})
	want(t, "a session's key for a group", err, session.ErrInvalid)
	_, err = h.Create(t.Context(), session.Request{Owner: "ann", Key: "k"})
	want(t, "a group's key for a session", err, session.ErrInvalid)
}

// TestBatch compares batches with steps taken one after another.
func TestBatch(t *testing.T) {
	for _, workers := range []int{1, 4} {
		for _, n := range []int{1, 100, 3000} {
			h := newHost(t, session.Options{Workers: workers})
			twin := newHost(t, session.Options{})
			var ss, ts []*session.Session
			for i := range n/4 + 1 {
				start := session.Start{Task: strconv.Itoa(i % 8)}
				ss = append(ss, create(t, h, session.Request{Owner: "ann", Start: &start}))
				ts = append(ts, create(t, twin, session.Request{Owner: "ann", Start: &start}))
			}
			r := rand.New(rand.NewPCG(uint64(n), uint64(workers)))
			items := make([]session.Item, n)
			wants := make([]session.Stepped, n)
			for i := range items {
				k := r.IntN(len(ss))
				a := act([]string{"left", "right", "say[hello]", "nonsense", "stop"}[r.IntN(5)])
				items[i] = session.Item{Session: ss[k].ID(), Action: a}
				wants[i].Answer, wants[i].Err = ts[k].Step(t.Context(), a, "")
			}
			for i := 7; i < n; i += 50 {
				items[i].Session = "nobody"
			}
			out := make([]session.Stepped, n)
			h.StepBatch(t.Context(), "ann", items, out)
			compareBatch(t, items, out, wants)
		}
	}
}

func compareBatch(t *testing.T, items []session.Item, out, wants []session.Stepped) {
	t.Helper()
	skipped := false
	for i := range out {
		if items[i].Session == "nobody" {
			skipped = true // from here on the twin has taken steps that the batch has not
			want(t, "an unknown session", out[i].Err, session.ErrNotFound)
		}
		if skipped {
			continue
		}
		out[i].Episode, wants[i].Episode = "", ""
		if d := cmp.Diff(out[i].Answer, wants[i].Answer); d != "" || session.AsError(out[i].Err) != nil && session.AsError(out[i].Err).Code != session.AsError(wants[i].Err).Code {
			t.Fatalf("item %d: %v, want %v (-batch +serial)\n%s", i, out[i].Err, wants[i].Err, d)
		}
	}
}

// TestBatchOrder has all items of a large batch go to a few sessions: they are
// taken in their order.
func TestBatchOrder(t *testing.T) {
	h, err := session.New(map[string]envs.Env{"loop": loop{}}, session.Options{Workers: 4, MaxTurns: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	const sessions, n = 7, 5000
	var items []session.Item
	var ss []*session.Session
	for range sessions {
		ss = append(ss, create(t, h, session.Request{Start: &session.Start{}}))
	}
	for i := range n {
		items = append(items, session.Item{Session: ss[i%sessions].ID(), Action: act("go")})
	}
	out := make([]session.Stepped, n)
	h.StepBatch(t.Context(), "", items, out)
	for i, o := range out {
		if o.Err != nil || o.Step != i/sessions+1 || o.Session != ss[i%sessions] {
			t.Fatalf("item %d: step %d, %v", i, o.Step, o.Err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	h.StepBatch(ctx, "", items, out)
	for i, o := range out {
		want(t, "item "+strconv.Itoa(i)+" after the deadline", o.Err, session.ErrCanceled)
	}
	if a, err := ss[0].Observe(t.Context()); err != nil || a.Step != (n+sessions-1)/sessions {
		t.Errorf("a cancelled batch took steps: %d, %v", a.Step, err)
	}
}

func TestList(t *testing.T) {
	h, err := session.New(map[string]envs.Env{"loop": loop{}, "toy": toy.New()}, session.Options{Default: "toy"})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	create(t, h, session.Request{Owner: "ann", Protocol: "a"})
	done := create(t, h, session.Request{Owner: "ann", Protocol: "b", Start: &session.Start{Task: "1"}})
	mustStep(t, done, "stop", "")
	create(t, h, session.Request{Owner: "ann", Start: &session.Start{Env: "loop"}})
	create(t, h, session.Request{Owner: "bob"})
	g, err := h.CreateGroup(t.Context(), session.GroupRequest{Request: session.Request{Owner: "ann"}, N: 3})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		filter session.Filter
		want   int
	}{
		{"all", session.Filter{}, 6},
		{"env", session.Filter{Env: "loop"}, 1},
		{"new", session.Filter{State: session.StateNew}, 1},
		{"running", session.Filter{State: session.StateRunning}, 4},
		{"failure", session.Filter{Outcome: session.OutcomeFailure}, 1},
		{"group", session.Filter{Group: g.ID()}, 3},
		{"protocol", session.Filter{Protocol: "b"}, 1},
		{"limit", session.Filter{Limit: 2}, 2},
		{"after", session.Filter{After: done.Number() + 1}, 4},
	}
	for _, tt := range tests {
		if got := h.List("ann", tt.filter); len(got) != tt.want {
			t.Errorf("%s: %d sessions, want %d: %+v", tt.name, len(got), tt.want, got)
		}
	}
	if s, err := h.GetNumber("ann", done.Number()); s != done || err != nil {
		t.Errorf("by number: %v, %v", s, err)
	}
	_, err = h.GetNumber("bob", done.Number())
	want(t, "another owner's number", err, session.ErrGone)
	_, err = h.GetNumber("ann", 1e9)
	want(t, "a number that never was", err, session.ErrNotFound)
}
