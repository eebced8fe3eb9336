package ort

import "sync/atomic"

// handle guards one C object. A null or stale handle inside C kills the
// process, so every call takes a share of the handle first and gives it back
// after; the object is freed when it was closed and the last share is back.
// Objects that need another (a binding its session) hold a share all their life.
type handle struct {
	p      uintptr
	shares atomic.Int64 // shares taken, plus closedBit once closed
	free   func(p uintptr)
}

const closedBit = 1 << 62

// take takes a share; it reports false if the handle is closed.
func (h *handle) take() bool {
	for {
		n := h.shares.Load()
		if n&closedBit != 0 {
			return false
		}
		if h.shares.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// keep takes a share for someone who has one, which works on a closed handle too.
func (h *handle) keep() { h.shares.Add(1) }

// give gives a share back.
func (h *handle) give() {
	if h.shares.Add(-1) == closedBit {
		h.free(h.p)
	}
}

// close lets no more shares be taken. It reports false if that was so already.
func (h *handle) close() bool {
	for {
		n := h.shares.Load()
		if n&closedBit != 0 {
			return false
		}
		if h.shares.CompareAndSwap(n, n|closedBit) {
			if n == 0 {
				h.free(h.p)
			}
			return true
		}
	}
}
