package session

import (
	"context"
	"slices"
	"sync"
)

// turn lets one call at a time use a session, in the order of arrival; a call
// that waits can be cancelled. It is a lock that costs nothing while idle.
type turn struct {
	mu      sync.Mutex
	held    bool            // guarded by mu, like the rest
	waiting []chan struct{} // closed when the turn is theirs
}

// take waits for the turn. At most limit calls may wait.
func (t *turn) take(ctx context.Context, limit int) error {
	t.mu.Lock()
	if !t.held {
		t.held = true
		t.mu.Unlock()
		return nil
	}
	if len(t.waiting) >= limit {
		t.mu.Unlock()
		return &Error{Code: CodeBusy, Message: "too many calls wait for this session", Active: limit, Max: limit}
	}
	w := make(chan struct{})
	t.waiting = append(t.waiting, w)
	t.mu.Unlock()
	select {
	case <-w:
		return nil
	case <-ctx.Done():
	}
	t.mu.Lock()
	if i := slices.Index(t.waiting, w); i >= 0 {
		t.waiting = slices.Delete(t.waiting, i, i+1)
		t.mu.Unlock()
		return canceled(ctx.Err())
	}
	t.next() // it was handed over in this moment: pass it on
	t.mu.Unlock()
	return canceled(ctx.Err())
}

// try takes the turn if nobody has it.
func (t *turn) try() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.held {
		return false
	}
	t.held = true
	return true
}

// give ends a turn.
func (t *turn) give() {
	t.mu.Lock()
	t.next()
	t.mu.Unlock()
}

// next hands the turn to who waits longest. The caller holds t.mu.
func (t *turn) next() {
	if len(t.waiting) == 0 {
		t.held, t.waiting = false, nil
		return
	}
	close(t.waiting[0])
	t.waiting = slices.Delete(t.waiting, 0, 1)
}
