// Package servetest is what the tests of protocols have in common: a recorder in
// memory, and a host of environments that ends with the test.
package servetest

import (
	"slices"
	"sync"
	"testing"

	"stepgym/envs"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// Recorder is a session.Recorder that keeps trajectories in memory. It is safe
// for concurrent use; the zero value is empty.
type Recorder struct {
	mu  sync.Mutex
	all []*traces.Trajectory
}

// Append implements session.Recorder.
func (r *Recorder) Append(t *traces.Trajectory) error {
	c := *t
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, &c)
	return nil
}

// All returns what was recorded so far, in order.
func (r *Recorder) All() []*traces.Trajectory {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.all)
}

// Host returns a host of environments, each by the name of its Spec. It is closed
// at the end of the test, which fails if that does.
func Host(t testing.TB, o session.Options, worlds ...envs.Env) *session.Host {
	t.Helper()
	all := map[string]envs.Env{}
	for _, w := range worlds {
		all[w.Spec().Name] = w
	}
	h, err := session.New(all, o)
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
