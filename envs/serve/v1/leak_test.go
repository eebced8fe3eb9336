package v1

import (
	"fmt"
	"net/http"
	"runtime"
	"testing"
	"time"

	"stepgym/envs/serve/session"
)

// TestLeavesNothing plays in large batches, with clients that go away, and
// counts what is left: no goroutine, no session, no memory that is held.
func TestLeavesNothing(t *testing.T) {
	http.DefaultClient.CloseIdleConnections()
	before := runtime.NumGoroutine()
	t.Run("play", func(t *testing.T) {
		s := open(t, session.Options{}, nil, "")
		g := ask[Group](s, "POST", "/groups", `{"n":600,"task":"4","seed":1}`)
		for range 4 {
			s.steps(ids(g.Episodes), "stop", `,"autoreset":"draw"`)
			s.steps(ids(g.Episodes), "left", `,"deadline_ms":0.000001`)
		}
		for _, id := range ids(g.Episodes) {
			if m := memoryOf(mustGet(t, s.host, id)); !m.busy.TryLock() {
				t.Fatalf("the memory of %s is held", id)
			}
		}
		ask[Closed](s, "DELETE", "/groups/"+g.ID, "")
		if n := s.host.Stats().Open; n != 0 {
			t.Errorf("%d sessions are left", n)
		}
		http.DefaultClient.CloseIdleConnections()
	})
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; runtime.Gosched() {
		if time.Now().After(end) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, buf[:runtime.Stack(buf, true)])
		}
	}
}

// TestDeadline sends a batch whose time is over: no step is taken, and every
// item says so.
func TestDeadline(t *testing.T) {
	s := open(t, session.Options{}, nil, "")
	g := ask[Group](s, "POST", "/groups", `{"n":3,"task":"4","seed":1}`)
	for _, options := range []string{``, `,"autoreset":"same"`} {
		for _, it := range s.steps(ids(g.Episodes), "left", options+`,"deadline_ms":0.000001`) {
			if it.Error == nil || it.Error.Code != session.CodeCanceled || !it.Error.Retryable {
				t.Errorf("after the deadline: %+v", it)
			}
		}
	}
	for _, i := range ask[GroupInfo](s, "GET", "/groups/"+g.ID, "").Episodes {
		if i.Steps != 0 {
			t.Errorf("%d steps were taken", i.Steps)
		}
	}
	for _, it := range s.steps(ids(g.Episodes), "left", `,"deadline_ms":60000`) {
		if it.Error != nil || it.Info.Step != 1 {
			t.Errorf("within the deadline: %+v", it)
		}
	}
}

func ExampleProtocol_Snippet() {
	fmt.Print(New().Snippet("http://127.0.0.1:8080/v1"))
	// Output:
	// from stepgym_client import Client  # pip install clients/python
	//
	// with Client("http://127.0.0.1:8080") as gym:
	//     group = gym.create_group(n=8, split="train", index=0)
	//     steps = gym.step([(e.episode_id, e.observation.actions[0] if e.observation.actions else "help") for e in group.episodes])
	//     print([s.reward for s in steps])
	//     gym.close_group(group.group_id)
}
