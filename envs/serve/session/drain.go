package session

import (
	"context"
	"errors"
	"sync"
	"time"
)

// closeWait is how long calls that were told to stop have for it.
const closeWait = time.Second

// Drain ends the service in order: from now on sessions are refused, calls
// that run are waited for, every session is closed and what it played is
// written. When ctx ends, calls that still run are told to stop. It is an error
// if something could not be closed or written. Draining again does what is left.
func (h *Host) Drain(ctx context.Context) error {
	h.draining.Store(true)
	left := h.closeAll(ctx)
	if left > 0 {
		h.endCalls()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeWait)
		defer cancel()
		left = h.closeAll(last)
	}
	h.retryWrites()
	h.mu.Lock()
	unwritten := len(h.unwritten)
	h.mu.Unlock()
	if left > 0 || unwritten > 0 {
		return fault(CodeInternal, "drain: %d sessions could not be closed, %d trajectories could not be written", left, unwritten)
	}
	return nil
}

// closeAll closes the sessions that there are and waits for those that are
// being made, which close themselves. It returns how many are left when ctx ends.
func (h *Host) closeAll(ctx context.Context) int64 {
	h.closeKnown(ctx)
	for {
		left := h.open.Load()
		if left == 0 {
			return 0
		}
		select {
		case <-h.empty:
		case <-ctx.Done():
			return left
		}
	}
}

// closeKnown closes the sessions in the table, many at a time: one whose call
// runs long does not hold up the others.
func (h *Host) closeKnown(ctx context.Context) {
	var wg sync.WaitGroup
	tokens := make(chan struct{}, 256)
	for _, s := range h.all() {
		if s.closeIdle(ReasonDrain) {
			continue
		}
		tokens <- struct{}{}
		wg.Go(func() {
			defer func() { <-tokens }()
			if err := s.Close(ctx, ReasonDrain); err != nil && !errors.Is(err, ErrGone) {
				h.options.Logger.Warn("close a session", logSession(s), logError(err))
			}
		})
	}
	wg.Wait()
}

// closeIdle closes a session whose turn is free and reports whether it was.
func (s *Session) closeIdle(reason Reason) bool {
	if !s.try() {
		return false
	}
	defer s.give()
	if s.closed == "" {
		s.finish(reason)
		s.host.closed.Add(1)
	}
	return true
}

// Close drains without waiting for calls that run, and ends the Host's
// goroutine. Closing twice is a no-op.
func (h *Host) Close() error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := h.Drain(ctx)
	h.endCalls()
	h.reaper.end()
	return err
}

// Draining reports whether Drain was called.
func (h *Host) Draining() bool { return h.draining.Load() }
