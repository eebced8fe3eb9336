package session_test

import (
	"errors"
	"testing"

	"stepgym/envs/serve/session"
)

// FuzzName looks up names that clients may send: only the right one is found.
func FuzzName(f *testing.F) {
	h := newHost(f, session.Options{})
	s := create(f, h, session.Request{})
	gone := create(f, h, session.Request{})
	if err := gone.Close(f.Context(), session.ReasonClosed); err != nil {
		f.Fatal(err)
	}
	id := s.ID()
	for _, name := range []string{"", "-", "--", id, id[1:], id + "x", gone.ID(), "g" + id, id[:8] + "-" + id[10:], id[:9] + "zzzzzzzzzzzzzz" + id[10:], "\x00"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		got, err := h.Get("", name)
		if (got == s) != (name == id) {
			t.Errorf("%q: %v, %v", name, got, err)
		}
		if errors.Is(err, session.ErrGone) != (name == gone.ID()) {
			t.Errorf("%q: %v", name, err)
		}
		if _, err := h.Group("", name); err == nil {
			t.Errorf("%q is a group", name)
		}
		if _, err := h.Create(t.Context(), session.Request{Snapshot: name + "x"}); err == nil {
			t.Errorf("%q is a snapshot", name)
		}
	})
}
