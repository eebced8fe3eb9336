package traces

import (
	"errors"
	"fmt"
	"sync"
)

// aside counts what goroutines do with segments that nothing is appended to any
// more. Run.mu guards it.
type aside struct {
	unsynced int // segments that are not forced to disk yet
	sealing  int // segments that are not sealed yet
	changed  *sync.Cond
	order    sync.Mutex // one segment is worked on at a time; not guarded
}

// wait waits until *count, a field of a, is 0. The caller holds mu.
func (a *aside) wait(mu *sync.Mutex, count *int) {
	if a.changed == nil {
		a.changed = sync.NewCond(mu)
	}
	for *count > 0 {
		a.changed.Wait()
	}
}

// sealAside closes and seals segment n in a goroutine. The caller holds r.mu.
func (r *Run) sealAside(f *lineFile, n int) {
	r.aside.unsynced++
	r.aside.sealing++
	if r.aside.changed == nil {
		r.aside.changed = sync.NewCond(&r.mu)
	}
	go func() {
		r.aside.order.Lock()
		defer r.aside.order.Unlock()
		err := errors.Join(f.sync(), f.close())
		r.mu.Lock()
		r.aside.unsynced--
		r.aside.changed.Broadcast()
		r.mu.Unlock()
		if err == nil {
			err = r.seal(n)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if err != nil {
			r.note(fmt.Sprintf("%s: not sealed: %v", segmentName(n), err))
		}
		r.aside.sealing--
		r.aside.changed.Broadcast()
	}()
}
