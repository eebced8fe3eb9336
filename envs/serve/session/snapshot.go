package session

import (
	"context"
	"fmt"

	"stepgym/envs"
)

// snapshot is an episode kept aside. It has its own record, and the
// environment's state where that can be had; else it is played again.
type snapshot struct {
	host    *Host
	id      string
	account *account
	play    *play  // its ep is closed
	state   []byte // nil if the episode is to be replayed
	expires int64
	lease   lease
}

// Snapshot is a snapshot as its owner knows it. It lives for Options.MaxLease.
type Snapshot struct {
	ID    string
	Bytes int // of the environment's state, or of the actions that lead there
	Step  int
}

// Snapshot keeps the present state of the episode aside. [Request.Snapshot]
// goes on from it, any number of times. ErrUnsupported for an environment that
// can neither keep its state nor replay; ErrCapacity if too many are kept.
func (s *Session) Snapshot(ctx context.Context) (Snapshot, error) {
	if err := s.enter(ctx); err != nil {
		return Snapshot{}, err
	}
	defer s.leave()
	h, p := s.host, s.play
	switch {
	case p == nil:
		return Snapshot{}, fault(CodeNotReset, "session %s was not reset yet", s.id)
	case p.over:
		return Snapshot{}, fault(CodeDone, "episode %s has ended: there is nothing to go on from", p.id)
	}
	k := &snapshot{host: h, id: "s" + h.ids.name(h.numbers.Add(1)-1), account: s.account, play: p.with(nil), expires: h.now() + int64(h.options.MaxLease)}
	k.lease.slot = -1
	k.play.parent, k.play.forkAt = p.id, len(p.actions)
	out := Snapshot{ID: k.id, Step: len(p.actions)}
	var err error
	if k.state, err = p.state(); err != nil {
		return Snapshot{}, err
	}
	if out.Bytes = len(k.state); k.state == nil {
		for _, a := range p.actions {
			out.Bytes += size(a)
		}
	}
	h.mu.Lock()
	if n := len(h.snapshots); n >= h.options.MaxSnapshots {
		h.mu.Unlock()
		h.refused.Add(1)
		return Snapshot{}, &Error{Code: CodeCapacity, Message: "too many snapshots are kept", Active: n, Max: h.options.MaxSnapshots}
	}
	h.snapshots[k.id] = k
	h.mu.Unlock()
	h.reaper.add(&k.lease, k)
	return out, nil
}

// state returns the environment's state, nil if the actions stand for it.
func (p *play) state() (state []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			state, err = nil, fault(CodeInternal, "%s: snapshot panicked: %v", p.world.name, r)
		}
	}()
	_, ok := p.world.env.(envs.Restorer)
	if e, ok2 := p.ep.(envs.Snapshotter); ok && ok2 {
		if state, err = e.Snapshot(); err != nil {
			return nil, fault(CodeInternal, "%s: snapshot: %w", p.world.name, err)
		}
		return state, nil
	}
	if p.world.spec.Nondeterministic {
		return nil, fault(CodeUnsupported, "%s is nondeterministic and cannot keep its state", p.world.name)
	}
	return nil, nil
}

// restore lets a session that nobody knows yet go on from a snapshot.
func (s *Session) restore(id string) error {
	h := s.host
	h.mu.Lock()
	k := h.snapshots[id]
	h.mu.Unlock()
	if k == nil || k.account != s.account {
		return fault(CodeNotFound, "there is no snapshot %q, or its time has run out", id)
	}
	var p *play
	if k.state != nil {
		ep, err := restoreEpisode(h.callContext(), k)
		if err != nil {
			return err
		}
		p = k.play.with(ep)
	} else {
		var err error
		if p, err = k.play.again(h.callContext(), len(k.play.actions)); err != nil {
			return err
		}
	}
	if s.request.Unrecorded {
		p.record, p.rows = false, nil
	}
	s.adopt(p)
	return nil
}

func restoreEpisode(ctx context.Context, k *snapshot) (ep envs.Episode, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("restore panicked: %v", r)
		}
		if err != nil {
			err = fault(CodeInternal, "%s: %w", k.play.world.name, err)
		}
	}()
	return k.play.world.env.(envs.Restorer).Restore(ctx, k.state)
}

// DeleteSnapshot forgets an owner's snapshot.
func (h *Host) DeleteSnapshot(owner, id string) error {
	h.mu.Lock()
	k := h.snapshots[id]
	if k == nil || k.account.owner != owner {
		h.mu.Unlock()
		return fault(CodeNotFound, "there is no snapshot %q", id)
	}
	delete(h.snapshots, id)
	h.mu.Unlock()
	h.reaper.remove(&k.lease)
	return nil
}

// due implements leased.
func (k *snapshot) due() int64 { return k.expires }

// expire implements leased.
func (k *snapshot) expire(int64) int64 {
	k.host.mu.Lock()
	delete(k.host.snapshots, k.id)
	k.host.mu.Unlock()
	return 0
}
