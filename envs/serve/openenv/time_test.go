package openenv

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/servetest"
	"stepgym/envs/serve/session"
)

// bubble runs a test with a clock of its own, and a server behind pipes. What
// is left running at its end fails the test.
func bubble(t *testing.T, o session.Options, test func(t *testing.T, h *session.Host, p *pipes, r *servetest.Recorder)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r, p := new(servetest.Recorder), newPipes()
		o.Recorder = r
		h := newHost(t, o)
		s := newServer(t, h, serve.Config{}, Options{})
		hs := &http.Server{Handler: s.Handler(), ReadHeaderTimeout: time.Minute}
		served := make(chan error, 1)
		go func() { served <- hs.Serve(p) }()
		test(t, h, p, r)
		if err := hs.Close(); err != nil {
			t.Error(err)
		}
		<-served
	})
}

const (
	begin = `{"type":"reset","data":{"seed":13,"task_id":"3"}}`
	right = `{"type":"step","data":{"action":"right"}}`
	slow  = `{"type":"step","data":{"action":"slow"}}`
)

// TestGrace drops a socket in the middle of an episode and comes back in time,
// and then does not.
func TestGrace(t *testing.T) {
	bubble(t, session.Options{}, func(t *testing.T, h *session.Host, p *pipes, r *servetest.Recorder) {
		a := dial(t, "http://toy/ws", p.dialer())
		id := gjson.Get(a.say(begin), "data.metadata.session_id").Str
		a.say(right)
		a.conn.CloseNow()
		time.Sleep(29 * time.Second)
		b := dial(t, "http://toy/ws?session_id="+id, p.dialer())
		go silent(b)
		time.Sleep(time.Hour) // the socket holds the session
		if got := h.Stats().Open; got != 1 {
			t.Fatalf("%d sessions are open, want 1", got)
		}
		b.conn.CloseNow()
		time.Sleep(32 * time.Second)
		if got := h.Stats().Open; got != 0 {
			t.Errorf("%d sessions are open after the grace time", got)
		}
		all := r.All()
		if len(all) != 1 || len(all[0].Steps) != 1 || all[0].Client == nil {
			t.Fatalf("recorded %d trajectories: %+v", len(all), all)
		}
	})
}

// silent reads until the end, so that pings are answered.
func silent(c *client) { c.conn.CloseRead(context.Background()) }

// TestAtEnd closes sessions that have nothing to come back to at once.
func TestAtEnd(t *testing.T) {
	bubble(t, session.Options{}, func(t *testing.T, h *session.Host, p *pipes, _ *servetest.Recorder) {
		a, b := dial(t, "http://toy/ws", p.dialer()), dial(t, "http://toy/ws", p.dialer())
		a.say(begin)
		a.say(`{"type":"step","data":{"action":"stop"}}`)
		a.conn.CloseNow()
		b.conn.CloseNow() // never reset
		synctest.Wait()
		if got := h.Stats().Open; got != 0 {
			t.Errorf("%d sessions are open", got)
		}
	})
}

// TestHalfOpen has a client that says nothing any more, not even pong.
func TestHalfOpen(t *testing.T) {
	bubble(t, session.Options{}, func(t *testing.T, h *session.Host, p *pipes, r *servetest.Recorder) {
		c := dial(t, "http://toy/ws", p.dialer())
		c.say(begin)
		time.Sleep(2*watchEvery + pongWithin + 31*time.Second)
		if got := h.Stats(); got.Open != 0 || got.Attached != 0 {
			t.Errorf("%d sessions are open and %d attached", got.Open, got.Attached)
		}
		if n := len(r.All()); n != 1 {
			t.Errorf("%d trajectories were recorded", n)
		}
	})
}

// TestSlowStep waits for a step of a minute; the client pings meanwhile, and
// goes if it gets no pong.
func TestSlowStep(t *testing.T) {
	bubble(t, session.Options{StepTimeout: 5 * time.Minute}, func(t *testing.T, _ *session.Host, p *pipes, _ *servetest.Recorder) {
		c := dial(t, "http://toy/ws", p.dialer())
		c.say(begin)
		c.say(right)
		c.send(slow)
		answer := make(chan string, 1)
		go func() { answer <- c.read() }()
		for range 5 {
			time.Sleep(10*time.Second + time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), pongWithin)
			if err := c.conn.Ping(ctx); err != nil {
				t.Fatalf("a ping during a step: %v", err)
			}
			cancel()
		}
		if got := gjson.Get(<-answer, "data.observation.text").Str; got != "You are at place 0." {
			t.Errorf("the slow step gives %q", got)
		}
		if got := gjson.Get(c.say(right), "data.observation.text").Str; got != "You are at place 1." {
			t.Errorf("the step after it gives %q", got)
		}
		// The client gives up during a step, and comes back before its end.
		id := gjson.Get(c.say(`{"type":"state"}`), "data.session_id").Str
		c.send(slow)
		time.Sleep(time.Second)
		c.conn.CloseNow()
		d := dial(t, "http://toy/ws?session_id="+id, p.dialer())
		if got := gjson.Get(d.say(`{"type":"state"}`), "data.step_count").Int(); got != 4 {
			t.Errorf("after it gave up %d steps are taken, want 4", got)
		}
	})
}

// TestDrain shuts the server down with an idle socket, one in the middle of a
// step, and one whose client reads nothing.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, p := new(servetest.Recorder), newPipes()
		h := newHost(t, session.Options{Recorder: r})
		s := newServer(t, h, serve.Config{DrainTimeout: 5 * time.Minute}, Options{})
		ctx, stop := context.WithCancel(t.Context())
		served := make(chan error, 1)
		go func() { served <- s.Serve(ctx, p) }()
		var clients []*client
		for _, frame := range []string{right, slow, right} {
			c := dial(t, "http://toy/ws", p.dialer())
			c.say(begin)
			c.send(frame)
			clients = append(clients, c)
		}
		clients[0].read()
		answer := make(chan string, 1)
		go func() { answer <- clients[1].read() }() // and answers pings meanwhile
		synctest.Wait()
		began := time.Now()
		stop()
		if got := clients[0].closed(); got != websocket.StatusGoingAway {
			t.Errorf("the idle socket was closed with %v", got)
		}
		if got := gjson.Get(<-answer, "data.observation.text").Str; got != "You are at place 0." {
			t.Errorf("the step that ran gives %q", got)
		}
		if got := clients[1].closed(); got != websocket.StatusGoingAway {
			t.Errorf("its socket was closed with %v", got)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("it took %v", took)
		}
		steps := 0
		for _, tr := range r.All() {
			steps += len(tr.Steps)
			if !tr.Truncated {
				t.Errorf("a trajectory is not truncated: %+v", tr)
			}
		}
		if len(r.All()) != 3 || steps != 3 {
			t.Errorf("%d trajectories with %d steps were recorded, want 3 with 3", len(r.All()), steps)
		}
	})
}

// TestKilled has many clients that leave at any moment, in any way. Nothing is
// left of them after the grace time, and no finished episode is lost.
func TestKilled(t *testing.T) {
	bubble(t, session.Options{}, func(t *testing.T, h *session.Host, p *pipes, r *servetest.Recorder) {
		var finished atomic.Int64
		var wg sync.WaitGroup
		for i := range 200 {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(i), 7))
				c := dial(t, "http://toy/ws", p.dialer())
				for range rng.IntN(40) {
					switch rng.IntN(8) {
					case 0:
						c.say(begin)
					case 1:
						if gjson.Get(c.say(`{"type":"step","data":{"action":"stop"}}`), "data.done").Bool() {
							finished.Add(1)
						}
					case 2:
						c.say(`[`)
					default:
						if gjson.Get(c.say(right), "data.done").Bool() {
							finished.Add(1)
						}
					}
				}
				switch rng.IntN(4) {
				case 0:
					c.send(`{"type":"close"}`)
					c.closed()
				case 1:
					_ = c.conn.Close(websocket.StatusNormalClosure, "")
				case 2:
					c.send(slow)
				}
				c.conn.CloseNow()
			})
		}
		wg.Wait()
		time.Sleep(3 * time.Minute)
		if got := h.Stats(); got.Open != 0 || got.Attached != 0 {
			t.Errorf("%d sessions are open, %d attached", got.Open, got.Attached)
		}
		ended := int64(0)
		for _, tr := range r.All() {
			if !tr.Truncated || len(tr.Steps) == 12 { // the toy's own limit
				ended++
			}
		}
		if ended != finished.Load() || ended == 0 {
			t.Errorf("clients saw the end of %d episodes, %d were recorded", finished.Load(), ended)
		}
	})
}
