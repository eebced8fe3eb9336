package ors

import (
	"context"
	"runtime"
	"sync"
	"testing"
	"time"

	"stepgym/envs/serve/session"
)

// TestLeavesNothing plays with clients that go away in the middle of their calls
// and counts what is left: no goroutine, and no session once they are deleted.
func TestLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("play", func(t *testing.T) {
		r := newRig(t, session.Options{}, nil)
		var wg sync.WaitGroup
		for range 16 {
			sid := r.play("")
			ctx, leave := context.WithCancel(t.Context())
			wg.Go(func() {
				if _, err := r.try(ctx, "POST /toy/call", sid, `{"name":"act","input":{"action":"wait"}}`); err == nil {
					t.Error("the client did not leave")
				}
			})
			<-r.world.waits
			leave()
			wg.Go(func() { r.do("POST /delete_session", sid, "").want(t, "delete", 200, `{"sid":"`+sid+`"}`) })
		}
		close(r.world.gate)
		wg.Wait()
		if n := r.host.Stats().Open; n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		if n := len(r.kept.All()); n != 16 {
			t.Errorf("%d trajectories are on record, want 16", n)
		}
	})
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}
