package session

import (
	"container/heap"
	"context"
	"math"
	"sync"
	"time"
)

// forever is the lease of a session that a socket holds.
const forever = math.MaxInt64

// retryAfter is the time to the next look at what could not be done now.
const retryAfter = int64(time.Second)

// reaper ends leases when they run out, in one goroutine for all sessions. A
// lease that is renewed is not moved in the heap: it is looked at when it would
// have ended, and put back.
type reaper struct {
	mu     sync.Mutex // guards leases
	leases leaseHeap

	wake chan struct{} // capacity 1: something is due earlier than before
	stop context.CancelFunc
	done sync.WaitGroup
}

// lease is a place in the heap.
type lease struct {
	at   int64 // when to look, time of the Host
	slot int   // in the heap; -1 when not in it
	of   leased
}

// leased is what a lease is of.
type leased interface {
	// due returns when the lease runs out, as it is now.
	due() int64
	// expire ends what is leased if the lease has run out. It returns when to
	// look again, 0 for never.
	expire(now int64) int64
}

func (h *Host) startReaper() {
	r := &h.reaper
	ctx, stop := context.WithCancel(context.Background())
	r.wake, r.stop = make(chan struct{}, 1), stop
	h.newCalls(ctx)
	r.done.Go(func() { h.reap(ctx) })
	if to, ok := h.options.Recorder.(Syncer); ok && h.options.Sync > 0 {
		r.done.Go(func() { h.syncLoop(ctx, to) })
	}
}

func (r *reaper) end() {
	r.stop()
	r.done.Wait()
}

// reap runs until ctx ends.
func (h *Host) reap(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-h.reaper.wake:
		}
		now := h.now()
		if c := h.calls.Load(); now >= c.until {
			h.newCalls(c.base)
		}
		h.expireDue(now)
		next := h.calls.Load().until
		if h.retryWrites() {
			next = min(next, now+retryAfter)
		}
		next = min(next, h.reaper.first())
		timer.Reset(time.Duration(max(next-h.now(), 0)))
	}
}

// expireDue ends the leases that have run out.
func (h *Host) expireDue(now int64) {
	r := &h.reaper
	for {
		r.mu.Lock()
		if len(r.leases) == 0 || r.leases[0].at > now {
			r.mu.Unlock()
			return
		}
		l := heap.Pop(&r.leases).(*lease)
		r.mu.Unlock()
		again := l.of.expire(now)
		if again == 0 {
			continue
		}
		r.mu.Lock()
		l.at = max(again, now+1)
		if due := l.of.due(); due > now {
			l.at = min(l.at, due)
		}
		heap.Push(&r.leases, l)
		r.mu.Unlock()
	}
}

// first returns when the first lease is to be looked at.
func (r *reaper) first() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.leases) == 0 {
		return forever
	}
	return r.leases[0].at
}

// add puts a lease into the heap.
func (r *reaper) add(l *lease, of leased) {
	r.mu.Lock()
	l.of, l.at = of, of.due()
	heap.Push(&r.leases, l)
	first := l.slot == 0
	r.mu.Unlock()
	if first {
		r.poke()
	}
}

// hurry looks at a lease again that may run out earlier than before.
func (r *reaper) hurry(l *lease) {
	r.mu.Lock()
	first := false
	if due := l.of.due(); l.slot >= 0 && due < l.at {
		l.at = due
		heap.Fix(&r.leases, l.slot)
		first = l.slot == 0
	}
	r.mu.Unlock()
	if first {
		r.poke()
	}
}

// remove takes a lease out of the heap.
func (r *reaper) remove(l *lease) {
	r.mu.Lock()
	if l.slot >= 0 {
		heap.Remove(&r.leases, l.slot)
	}
	r.mu.Unlock()
}

func (r *reaper) poke() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// leaseHeap implements heap.Interface by time.
type leaseHeap []*lease

func (h leaseHeap) Len() int           { return len(h) }
func (h leaseHeap) Less(i, j int) bool { return h[i].at < h[j].at }

func (h leaseHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].slot, h[j].slot = i, j
}

func (h *leaseHeap) Push(x any) {
	l := x.(*lease)
	l.slot = len(*h)
	*h = append(*h, l)
}

func (h *leaseHeap) Pop() any {
	n := len(*h) - 1
	l := (*h)[n]
	(*h)[n] = nil
	*h = (*h)[:n]
	l.slot = -1
	return l
}

// callContext is the context of the calls that begin now. It ends so long
// after that they have at least Options.StepTimeout; making one for every step
// would cost more than the step.
type callContext struct {
	ctx    context.Context //nolint:containedctx // shared by all calls of a time
	base   context.Context //nolint:containedctx // parent of the next
	cancel context.CancelFunc
	until  int64 // calls that begin later get another
}

// newCalls begins a new time.
func (h *Host) newCalls(base context.Context) {
	timeout := h.options.StepTimeout
	ctx, cancel := context.WithTimeout(base, 2*timeout)
	h.calls.Store(&callContext{ctx: ctx, base: base, cancel: cancel, until: h.now() + int64(timeout)})
}

// callContext returns the context for a call that begins now.
func (h *Host) callContext() context.Context { return h.calls.Load().ctx }

// endCalls tells the calls that run to stop.
func (h *Host) endCalls() { h.calls.Load().cancel() }
