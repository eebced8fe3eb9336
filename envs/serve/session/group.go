package session

import (
	"context"
	"slices"
	"sync"
)

// Group is sessions that started the same episode, and their forks: what group
// based credit compares. It lives as long as one of them.
type Group struct {
	host    *Host
	id      string
	account *account
	key     string

	mu       sync.Mutex // guards what follows
	sessions []*Session // all that ever were, in the order of their index
	open     int
}

// CreateGroup makes r.N sessions that start the same episode, all of them or
// none. Without a Start they start a task of the server's choice.
func (h *Host) CreateGroup(ctx context.Context, r GroupRequest) (*Group, error) {
	if r.N < 1 || r.N > h.options.MaxEpisodes {
		return nil, fault(CodeInvalid, "a group of %d, want 1 to %d", r.N, h.options.MaxEpisodes)
	}
	if r.Start == nil && r.Snapshot == "" {
		r.Start = new(Start)
	}
	if r.Key == "" {
		return h.createGroup(ctx, &r, "")
	}
	k := h.once(ctx, &r.Request, r.N, func(key string) (keyedValue, error) {
		g, err := h.createGroup(ctx, &r, key)
		return keyedValue{group: g}, err
	})
	if k.err == nil && k.value.group == nil {
		return nil, fault(CodeInvalid, "idempotency key %q was used for a session that is no group", r.Key)
	}
	return k.value.group, k.err
}

func (h *Host) createGroup(ctx context.Context, r *GroupRequest, key string) (*Group, error) {
	a := h.account(r.Owner)
	if err := a.takeGroup(); err != nil {
		return nil, err
	}
	g := &Group{host: h, id: "g" + h.ids.name(h.numbers.Add(1)-1), account: a, key: key, open: r.N}
	join := func(s *Session) {
		s.group = g
		g.sessions = append(g.sessions, s)
	}
	// The group is known before its sessions are, so that the first that closes
	// finds it.
	h.mu.Lock()
	h.groups[g.id] = g
	h.mu.Unlock()
	ss, err := h.createAll(ctx, &r.Request, r.N, join)
	if err != nil && ss == nil {
		g.forget()
	}
	if err != nil {
		return nil, err
	}
	return g, nil
}

// ID returns the name of the group: unique, and not to be guessed.
func (g *Group) ID() string { return g.id }

// Sessions returns the sessions of the group in the order of their index; some
// may be closed.
func (g *Group) Sessions() []*Session {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.sessions)
}

// Close closes every session of the group that is open. Their trajectories are
// those of [Session.Close].
func (g *Group) Close(ctx context.Context, reason Reason) error {
	for _, s := range g.Sessions() {
		if err := s.Close(ctx, reason); err != nil && AsError(err).Code != CodeGone {
			return err
		}
	}
	return nil
}

// add makes sessions members.
func (g *Group) add(ss []*Session) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == 0 {
		return fault(CodeGone, "group %s is closed", g.id)
	}
	for _, s := range ss {
		s.group, s.index = g, len(g.sessions)
		g.sessions = append(g.sessions, s)
	}
	g.open += len(ss)
	return nil
}

// left counts a session that was closed; with the last one the group ends.
func (g *Group) left() {
	g.mu.Lock()
	g.open--
	empty := g.open == 0
	g.mu.Unlock()
	if empty {
		g.forget()
	}
}

func (g *Group) forget() {
	g.host.mu.Lock()
	delete(g.host.groups, g.id)
	if g.key != "" {
		delete(g.host.keys, g.key)
	}
	g.host.mu.Unlock()
	g.account.groups.Add(-1)
}

// Group returns an owner's group, ErrGone if it is closed, ErrNotFound if there
// never was one of that name, or it is another owner's.
func (h *Host) Group(owner, id string) (*Group, error) {
	h.mu.Lock()
	g := h.groups[id]
	h.mu.Unlock()
	if g != nil && g.account.owner == owner {
		return g, nil
	}
	if g == nil && len(id) > 1 && id[0] == 'g' && h.ids.made(id[1:]) {
		return nil, fault(CodeGone, "group %s is closed", id)
	}
	return nil, fault(CodeNotFound, "there is no group %q", id)
}
