package session_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// tallied is a Recorder that remembers what it must to tell that nothing was
// lost and nothing written twice. It fails now and then, as a full disk does.
type tallied struct {
	to session.Recorder // nil for none

	mu    sync.Mutex
	turns map[string]int // by trajectory
	steps int
	twice []string
	calls int
}

func (r *tallied) Append(t *traces.Trajectory) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.calls++; r.calls%997 == 0 {
		return errors.New("disk full")
	}
	if _, ok := r.turns[t.ID]; ok {
		r.twice = append(r.twice, t.ID)
	}
	r.turns[t.ID] = t.Turns
	r.steps += t.Turns
	if r.to != nil {
		return r.to.Append(t)
	}
	return nil
}

// soakClient plays for a while and may vanish at any moment.
type soakClient struct {
	h       *session.Host
	rand    *rand.Rand
	steps   *atomic.Int64
	limit   int64
	mu      *sync.Mutex
	ended   map[string]bool // episodes whose last answer a client got
	vanish  func() bool
	refused *atomic.Int64
}

func (c *soakClient) run() {
	for c.steps.Load() < c.limit {
		g, err := c.h.CreateGroup(context.Background(), session.GroupRequest{Request: session.Request{Lease: 50 * time.Second}, N: 1 + c.rand.IntN(8)})
		if err != nil {
			c.refused.Add(1)
			time.Sleep(time.Duration(c.rand.IntN(20)) * time.Second)
			continue
		}
		if !c.play(g) {
			time.Sleep(time.Duration(c.rand.IntN(100)) * time.Second)
			continue // vanished: nothing is closed
		}
		if err := g.Close(context.Background(), session.ReasonGroup); err != nil {
			panic(err)
		}
	}
}

// play steps a group until its episodes end, and reports whether the client is
// still there.
func (c *soakClient) play(g *session.Group) bool {
	ss := g.Sessions()
	switch c.rand.IntN(4) {
	case 0:
		if f, err := ss[0].Fork(context.Background(), 1, session.AtEnd); err == nil {
			ss = append(ss, f...)
		}
	case 1:
		release, err := ss[0].Hold(context.Background())
		if err != nil {
			return false
		}
		defer release()
	}
	for range 20 {
		items := make([]session.Item, len(ss))
		for i, s := range ss {
			text := []string{"left", "right", "say[hello]", "left", "right", "stop"}[c.rand.IntN(6)]
			items[i] = session.Item{Session: s.ID(), Action: act(text)}
		}
		out := make([]session.Stepped, len(items))
		c.h.StepBatch(context.Background(), "", items, out)
		c.steps.Add(int64(len(items)))
		ss = ss[:0]
		for _, o := range out {
			switch {
			case o.Err != nil: // its lease ran out
			case !o.Result.Done():
				ss = append(ss, o.Session)
			default:
				c.mu.Lock()
				c.ended[o.Episode] = true
				c.mu.Unlock()
				if _, err := o.Session.Reset(context.Background(), session.Start{}); err == nil && c.rand.IntN(3) == 0 {
					ss = append(ss, o.Session)
				}
			}
		}
		if c.vanish() {
			return false
		}
		if len(ss) == 0 {
			return true
		}
		time.Sleep(time.Duration(c.rand.IntN(3000)) * time.Millisecond)
	}
	return true
}

// TestSoak has 10,000 sessions stepped by clients that vanish at random: when
// all is over no session is left, every episode was recorded once, and none that
// a client saw the end of is missing.
func TestSoak(t *testing.T) {
	sessions, clients, steps := 10_000, 3000, int64(1_000_000)
	if testing.Short() {
		sessions, clients, steps = 300, 100, 10_000
	}
	dir := t.TempDir()
	run, err := traces.Create(dir, traces.Manifest{Command: "serve"}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rec := &tallied{turns: map[string]int{}}
	if steps <= 10_000 {
		rec.to = run // a million steps would take a gigabyte
	}
	files := openFiles(t)
	bubble(t, session.Options{Default: "toy", Recorder: rec, MaxEpisodes: sessions, Lease: 60 * time.Second, Grace: 10 * time.Second}, func(t *testing.T, h *session.Host, _ *broken) {
		var taken, refused atomic.Int64
		var mu sync.Mutex
		ended := map[string]bool{}
		most := 0
		var wg sync.WaitGroup
		for i := range clients {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(uint64(i), 1))
				c := soakClient{
					h: h, rand: r, steps: &taken, limit: steps, mu: &mu, ended: ended, refused: &refused,
					vanish: func() bool { return r.IntN(40) == 0 },
				}
				c.run()
			})
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		for alive := true; alive; {
			select {
			case <-done:
				alive = false
			case <-time.After(5 * time.Second):
				most = max(most, h.Stats().Open)
			}
		}
		time.Sleep(5 * time.Minute) // every lease has run out
		synctest.Wait()
		st := h.Stats()
		t.Logf("%d steps, at most %d sessions at once, %d groups refused; %d made, %d closed, %d expired, %d recorded", taken.Load(), most, refused.Load(), st.Created, st.Closed, st.Expired, len(rec.turns))
		if st.Open != 0 || st.Groups != 0 || st.Attached != 0 || st.Waiting != 0 || st.Unwritten != 0 || st.Envs[1].Open != 0 {
			t.Errorf("left over: %+v", st)
		}
		if st.Created != st.Closed+st.Expired || st.Expired == 0 {
			t.Errorf("%d sessions made, %d closed, %d expired", st.Created, st.Closed, st.Expired)
		}
		var counted uint64
		for _, n := range st.Envs[1].Steps {
			counted += n
		}
		if uint64(rec.steps) != counted || len(rec.twice) > 0 {
			t.Errorf("%d steps recorded, %d were taken; written twice: %v", rec.steps, counted, rec.twice)
		}
		for id := range ended {
			if _, ok := rec.turns[id]; !ok {
				t.Fatalf("episode %s ended before a client's eyes and was not recorded", id)
			}
		}
	})
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	if got := openFiles(t); got > files {
		t.Errorf("%d files are open, %d were before", got, files)
	}
	if rec.to != nil {
		checkFolder(t, dir, len(rec.turns))
	}
}

// checkFolder reads a run back.
func checkFolder(t *testing.T, dir string, n int) {
	t.Helper()
	run, err := traces.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	x, err := run.Index()
	if err != nil || len(x.Heads) != n || len(x.Faults) != 0 {
		t.Errorf("%d trajectories in the folder, want %d; %v", len(x.Heads), n, err)
	}
}

// openFiles counts the files that the process has open, where that can be told.
func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(all)
}
