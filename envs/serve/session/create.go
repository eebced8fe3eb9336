package session

import (
	"cmp"
	"context"
	"time"
)

// Request says what session to make.
type Request struct {
	Env      string // "" leaves it to Start or to a later Reset
	Owner    string // name of the token that pays and that alone may use the session; "" without tokens
	Protocol string // "openenv", "v1", ...: written into trajectories
	Policy   string // the client's name for what acts; default the owner, or the protocol

	Lease time.Duration // default Options.Lease, at most Options.MaxLease

	// Key makes the call safe to repeat: while the session that an owner made
	// with a key is open, the key gives that session again.
	Key string

	// Start, if not nil, resets the session at once.
	Start *Start

	// Snapshot, if not empty, names a snapshot to go on from, in place of Start.
	Snapshot string

	// Unrecorded keeps the session's trajectories out of the record: for calls
	// that only look.
	Unrecorded bool

	// Data is the protocol's own; see Session.Data and PerSession.
	Data any
}

// PerSession is implemented by Request.Data of which every session has its own:
// each one of a group, and each fork, keeps what ForSession returns.
type PerSession interface{ ForSession() any }

// GroupRequest asks for N sessions that start the same episode.
type GroupRequest struct {
	Request
	N int
}

// Create makes a session. The error is ErrCapacity if the Host is full,
// ErrQuota if the owner is, ErrDraining, or that of the reset.
func (h *Host) Create(ctx context.Context, r Request) (*Session, error) {
	if r.Key == "" {
		ss, err := h.createAll(ctx, &r, 1, nil)
		return first(ss, err)
	}
	return h.once(ctx, &r, 1, func(key string) (keyedValue, error) {
		ss, err := h.createAll(ctx, &r, 1, func(s *Session) { s.key = key })
		if err != nil {
			return keyedValue{}, err
		}
		return keyedValue{session: ss[0]}, nil
	}).one()
}

func first(ss []*Session, err error) (*Session, error) {
	if err != nil {
		return nil, err
	}
	return ss[0], nil
}

// createAll makes n sessions or none. before sees each before others can.
func (h *Host) createAll(ctx context.Context, r *Request, n int, before func(*Session)) ([]*Session, error) {
	a := h.account(r.Owner)
	if err := h.reserve(a, n); err != nil {
		return nil, err
	}
	ss, err := h.prepare(ctx, a, r, n)
	if err != nil {
		h.unreserve(a, n)
		return nil, err
	}
	for _, s := range ss {
		if before != nil {
			before(s)
		}
	}
	return ss, h.register(ss)
}

// reserve takes the room for n sessions before any work is done for them.
func (h *Host) reserve(a *account, n int) error {
	if h.draining.Load() {
		return draining()
	}
	if have, ok := reserve(&h.open, n, h.options.MaxEpisodes); !ok {
		h.refused.Add(1)
		return &Error{Code: CodeCapacity, Message: "the server is full", Active: have, Max: h.options.MaxEpisodes, After: time.Second}
	}
	if err := a.takeEpisodes(n); err != nil {
		h.release(n)
		return err
	}
	return nil
}

func (h *Host) unreserve(a *account, n int) {
	a.episodes.Add(int64(-n))
	h.release(n)
}

// release gives back the room of n sessions.
func (h *Host) release(n int) {
	if h.open.Add(int64(-n)) == 0 && h.draining.Load() {
		select {
		case h.empty <- struct{}{}:
		default:
		}
	}
}

// prepare makes n sessions that nobody knows yet, each at the start of its
// episode if the request says so.
func (h *Host) prepare(ctx context.Context, a *account, r *Request, n int) (ss []*Session, err error) {
	defer func() {
		if err != nil {
			for _, s := range ss {
				s.discard()
			}
		}
	}()
	if r.Env != "" {
		if _, err := h.world(r.Env); err != nil {
			return nil, err
		}
	}
	start := r.Start
	for i := range n {
		if err := ctx.Err(); err != nil {
			return ss, canceled(err)
		}
		s := h.newSession(a, r)
		ss = append(ss, s)
		switch {
		case r.Snapshot != "":
			err = s.restore(r.Snapshot)
		case start != nil:
			err = s.startAs(start, ss[0])
		}
		if err != nil {
			return ss, err
		}
		s.index = i
	}
	return ss, nil
}

// newSession makes a session without an episode.
func (h *Host) newSession(a *account, r *Request) *Session {
	n := h.numbers.Add(1) - 1
	s := &Session{
		host: h, id: h.ids.name(n), number: n, account: a, request: *r, created: time.Now(),
		idle: min(cmp.Or(max(r.Lease, 0), h.options.Lease), h.options.MaxLease),
	}
	s.request.Start = nil
	if d, ok := r.Data.(PerSession); ok {
		s.request.Data = d.ForSession()
	}
	s.lease.slot = -1
	s.expires.Store(h.now() + int64(s.idle))
	return s
}

// startAs starts an episode. The sessions of a group play the task and seed of
// the first.
func (s *Session) startAs(start *Start, leader *Session) error {
	if leader == s {
		_, err := s.reset(start)
		return err
	}
	l := leader.play
	p, err := l.again(s.host.callContext(), 0)
	if err != nil {
		return err
	}
	s.adopt(p)
	return nil
}

// register lets others find sessions.
func (h *Host) register(ss []*Session) error {
	for _, s := range ss {
		s.mu.Lock()
		s.publish()
		s.mu.Unlock()
		sh := &h.shards[s.number%numShards]
		sh.mu.Lock()
		sh.sessions[s.number] = s
		sh.mu.Unlock()
		h.reaper.add(&s.lease, s)
	}
	h.created.Add(uint64(len(ss)))
	if !h.draining.Load() {
		return nil
	}
	for _, s := range ss { // Drain may have missed them
		s.closeIdle(ReasonDrain)
	}
	return draining()
}

// forget takes a closed session out of every table.
func (h *Host) forget(s *Session) {
	sh := &h.shards[s.number%numShards]
	sh.mu.Lock()
	delete(sh.sessions, s.number)
	sh.mu.Unlock()
	h.reaper.remove(&s.lease)
	if s.key != "" {
		h.mu.Lock()
		delete(h.keys, s.key)
		h.mu.Unlock()
	}
	if s.group != nil {
		s.group.left()
	}
	h.unreserve(s.account, 1)
}

// keyed is what an idempotency key stands for.
type keyed struct {
	done  chan struct{} // closed when value and err are set
	n     int           // sessions asked for
	value keyedValue
	err   error
}

type keyedValue struct {
	session *Session
	group   *Group
}

// one returns a keyed session.
func (k *keyed) one() (*Session, error) { return k.value.session, k.err }

// once calls create for the first of the requests with a key; the others get
// its value. A key whose creation failed is free again.
func (h *Host) once(ctx context.Context, r *Request, n int, create func(key string) (keyedValue, error)) *keyed {
	key := r.Owner + "\x00" + r.Key
	h.mu.Lock()
	k := h.keys[key]
	if k == nil {
		k = &keyed{done: make(chan struct{}), n: n}
		h.keys[key] = k
		h.mu.Unlock()
		k.value, k.err = create(key)
		if k.err != nil {
			h.mu.Lock()
			if h.keys[key] == k {
				delete(h.keys, key)
			}
			h.mu.Unlock()
		}
		close(k.done)
		return k
	}
	h.mu.Unlock()
	select {
	case <-k.done:
	case <-ctx.Done():
		return &keyed{err: canceled(ctx.Err())}
	}
	if k.err == nil && k.n != n {
		return &keyed{err: fault(CodeInvalid, "idempotency key %q was used for %d sessions, now for %d", r.Key, k.n, n)}
	}
	return k
}
