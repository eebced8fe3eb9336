package session

import (
	"context"
	"sync"
	"sync/atomic"

	"stepgym/envs"
)

// Item is one step of a batch.
type Item struct {
	Session string // ID
	Action  envs.Action
	StepID  string // see Session.Step
}

// Stepped is what came of an Item.
type Stepped struct {
	Answer

	// Session is the one that was stepped, nil if there is none of that name.
	Session *Session
	Err     error // as of Session.Step; the other items are not touched by it
}

// laneItems is the number of items that are worth a goroutine.
const laneItems = 128

// StepBatch takes one step in each of an owner's sessions that items name and
// puts what came of items[i] into out[i]; out has the length of items. Several
// items of one session are taken in their order. Items whose turn has not come
// when ctx ends are ErrCanceled and were not taken.
//
// Small batches are taken by the caller; large ones are shared among at most
// Options.Workers goroutines, all batches together.
func (h *Host) StepBatch(ctx context.Context, owner string, items []Item, out []Stepped) {
	b := batch{host: h, ctx: ctx, owner: owner, items: items, out: out[:len(items)]}
	b.lanes = min(uint64(h.options.Workers), uint64(len(items)+laneItems-1)/laneItems)
	if b.lanes <= 1 {
		b.lanes = 1
		b.lane(0)
		return
	}
	var helpers sync.WaitGroup
	for range b.lanes - 1 {
		select {
		case h.helpers <- struct{}{}:
			helpers.Go(func() {
				defer func() { <-h.helpers }()
				b.work()
			})
		default: // others are at it; the caller does it all
		}
	}
	b.work()
	helpers.Wait()
}

// batch is a StepBatch that is being done. Its items are spread over lanes by
// their session, so that those of one session stay in order.
type batch struct {
	host  *Host
	ctx   context.Context //nolint:containedctx // of the call
	owner string
	items []Item
	out   []Stepped
	lanes uint64
	next  atomic.Uint64
}

// spread returns a number that is the same for equal names, and different for
// many of those that ids makes: from the letters of the tag.
func spread(name string) uint64 {
	if len(name) < 2 {
		return 0
	}
	return uint64(name[len(name)-1])<<5 + uint64(name[len(name)-2])
}

// work takes lanes until none is left.
func (b *batch) work() {
	for {
		lane := b.next.Add(1) - 1
		if lane >= b.lanes {
			return
		}
		b.lane(lane)
	}
}

// lane takes the steps of one lane.
func (b *batch) lane(lane uint64) {
	var t tally
	var w *world
	now := b.host.now()
	for i := range b.items {
		if b.lanes > 1 && spread(b.items[i].Session)%b.lanes != lane {
			continue
		}
		now = b.step(&b.items[i], &b.out[i], now, &t, &w)
	}
	if w != nil {
		w.stats.flush(&t)
	}
}

// step takes the step of one item at the time now and returns the time at its
// end. t counts the steps of world w; those of another are flushed first.
func (b *batch) step(it *Item, out *Stepped, now int64, t *tally, w **world) int64 {
	*out = Stepped{}
	s, err := b.host.Get(b.owner, it.Session)
	if err == nil {
		err = s.enter(b.ctx)
	}
	out.Session = s
	if err != nil {
		out.Err = err
		return b.host.now()
	}
	if err := b.ctx.Err(); err != nil {
		out.Err = canceled(err)
		s.leaveAt(now)
		return now
	}
	if p := s.play; p != nil && p.world != *w {
		if *w != nil {
			(*w).stats.flush(t)
			*t = tally{}
		}
		*w = p.world
	}
	now, out.Err = s.step(it.Action, it.StepID, now, t, &out.Answer)
	s.leaveAt(now)
	if out.Err != nil {
		out.Answer = Answer{}
	}
	return now
}
