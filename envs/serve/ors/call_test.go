package ors

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/serve/session"
)

// TestResume repeats calls by their IDs.
func TestResume(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	sid := r.play("")
	first := r.act(sid, "right")
	if len(first.id) != 32 {
		t.Errorf("the ID of a task is %q", first.id)
	}
	again := fmt.Sprintf(`{"name":"act","input":{"action":"right"},"task_id":%q}`, first.id)
	for range 2 {
		if got := r.call(sid, again); got.raw != first.raw || got.id != first.id {
			t.Errorf("again: %s\nwant: %s", got.raw, first.raw)
		}
	}
	if got := r.call(sid, strings.Replace(again, "right", "left", 1)); got.error == "" || got.raw != "" {
		t.Errorf("the ID of another call: %+v", got)
	}
	mine := `{"name":"act","input":{"action":"right"},"task_id":"my own"}`
	second := r.call(sid, mine)
	if got := r.call(sid, mine); second.Output.Metadata.Step != 2 || got.raw != second.raw || got.id != "my own" {
		t.Errorf("an ID of the client's: %s, then %s", second.raw, got.raw)
	}
	if got := r.call(sid, again); got.raw != first.raw {
		t.Errorf("the answer before the latest: %+v", got)
	}
	if got := r.call(sid, strings.Replace(again, "right", "left", 1)); got.error == "" || got.raw != "" {
		t.Errorf("the ID of another call before the latest: %+v", got)
	}
	for range keptAnswers {
		r.act(sid, "left")
	}
	if got := r.call(sid, again); got.error == "" || got.raw != "" {
		t.Errorf("an answer that is not kept any more: %+v", got)
	}
	end := `{"name":"act","input":{"action":"stop"},"task_id":"end"}`
	last := r.call(sid, end)
	if got := r.call(sid, end); !last.Output.Finished || got.raw != last.raw {
		t.Errorf("the end: %s, then %s", last.raw, got.raw)
	}
	if all := r.kept.All(); len(all) != 1 || all[0].Turns != 3+keptAnswers {
		t.Errorf("on record: %+v", all)
	}
}

// TestLeave has the client leave in the middle of a step: it is taken once, and
// its answer waits.
func TestLeave(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	sid := r.play("")
	const body = `{"name":"act","input":{"action":"wait"},"task_id":"w"}`
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := r.try(ctx, "POST /toy/call", sid, body)
		left <- err
	}()
	<-r.world.waits
	leave()
	if err := <-left; err == nil {
		t.Error("the client did not leave")
	}
	back := make(chan result, 1)
	go func() { back <- r.call(sid, body) }()
	close(r.world.gate)
	if got := <-back; !got.OK || got.Output.Metadata.Step != 1 || got.id != "w" {
		t.Errorf("the client that came back got %+v", got)
	}
	if got := r.act(sid, "left"); got.Output.Metadata.Step != 2 {
		t.Errorf("the next step: %s", got.raw)
	}
}

// TestBusy has more calls wait for a session than may. Those that were not begun
// are refused with a status; nothing was done for them.
func TestBusy(t *testing.T) {
	r := newRig(t, session.Options{MaxWaiting: 1}, nil)
	sid := r.play("")
	const body = `{"name":"act","input":{"action":"wait"}}`
	var wg sync.WaitGroup
	wg.Go(func() { r.call(sid, body) })
	<-r.world.waits
	s, err := r.host.Get("", sid)
	if err != nil {
		t.Fatal(err)
	}
	// One call waits, all others are refused: which one it is does not matter.
	refused := make(chan reply, 8)
	for range 8 {
		wg.Go(func() {
			re, err := r.try(t.Context(), "POST /toy/call", sid, body)
			if err != nil {
				t.Error(err)
			}
			refused <- re
		})
	}
	for range 7 {
		re := <-refused
		if re.status != 429 || re.header.Get("X-Backend-State") != "starting" || re.header.Get("Retry-After") == "" {
			t.Errorf("refused: %+v", re)
		}
	}
	close(r.world.gate)
	wg.Wait()
	if got := s.Info().Steps; got != 2 {
		t.Errorf("%d steps were taken, want 2", got)
	}
}

// TestTogether calls a session from many connections at once.
func TestTogether(t *testing.T) {
	r := newRig(t, session.Options{}, nil)
	sid := r.play(`{"split":"all","index":3}`) // the first call starts it
	var mu sync.Mutex
	seen := map[int]int{}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got := r.act(sid, "left")
			mu.Lock()
			defer mu.Unlock()
			seen[got.Output.Metadata.Step]++
		})
	}
	wg.Wait()
	want := map[int]int{1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1}
	if d := cmp.Diff(seen, want); d != "" {
		t.Errorf("steps: got - want +\n%s", d)
	}
}

// TestHeartbeat checks what a client sees of a call that lasts.
func TestHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		c := &call{id: "x", name: "act"}
		st, ended := newStream(w), make(chan done, 1)
		time.AfterFunc(25*time.Second, func() { ended <- done{err: session.ErrDone} })
		c.finish(st, c.wait(st, ended))
		body := w.Body.String()
		const want = "event: task_id\r\ndata: x\r\n\r\n: ping\r\n\r\n: ping\r\n\r\nevent: end\r\ndata: {\"ok\":false"
		if !strings.HasPrefix(body, want) || !strings.HasSuffix(body, "\r\n\r\n") {
			t.Errorf("the stream: %q", body)
		}
	})
}

// TestTooLate ends a stream that has begun and then cannot go on: without an
// end, so that the client asks again.
func TestTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := httptest.NewRecorder()
		c := &call{id: "x", name: "act"}
		st, ended := newStream(w), make(chan done, 1)
		time.AfterFunc(time.Second, func() { ended <- done{err: session.ErrBusy} })
		c.finish(st, c.wait(st, ended))
		if got := w.Body.String(); w.Code != 200 || got != "event: task_id\r\ndata: x\r\n\r\n" {
			t.Errorf("%d %q", w.Code, got)
		}
	})
}
