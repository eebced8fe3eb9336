package session_test

import (
	"runtime"
	"testing"

	"stepgym/envs/serve/session"
)

// heap returns the bytes in use.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestIdleMemory opens 10,000 sessions of every environment and takes a step in
// each: they must fit into far less than a gigabyte.
func TestIdleMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("needs 10,000 sessions: not with -short")
	}
	all := worlds(t)
	var rec memory
	for name := range all {
		const n = 10_000
		h, err := session.New(all, session.Options{Default: name, Recorder: &rec})
		if err != nil {
			t.Fatal(err)
		}
		before := heap()
		for range n {
			s := create(t, h, session.Request{Start: &session.Start{}})
			o, err := s.Observe(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			a := "nonsense"
			if len(o.Observation.Admissible) > 0 {
				a = o.Observation.Admissible[0].Action.Text
			}
			mustStep(t, s, a, "1")
		}
		each := (heap() - before) / n
		t.Logf("%s: %d bytes a session", name, each)
		if each > 50_000 {
			t.Errorf("%s: %d bytes a session, 10,000 would take more than half a gigabyte", name, each)
		}
		if err := h.Close(); err != nil {
			t.Fatal(err)
		}
		rec.all = nil
	}
}
