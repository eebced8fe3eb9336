package session

import "context"

// AtEnd is the step to fork at that stands for the present one.
const AtEnd = -1

// Fork makes n sessions that have taken the first at steps of the present
// episode, AtEnd for all of them, and go on independently. They are members of
// the session's group, if it has one, and their trajectories tell the parent
// and the step. All n are made or none: the errors are those of Create, and
// ErrUnsupported for an environment that can neither copy nor replay.
//
// An episode that has ended can be forked at an earlier step.
func (s *Session) Fork(ctx context.Context, n, at int) ([]*Session, error) {
	h := s.host
	if n < 1 || n > h.options.MaxEpisodes {
		return nil, fault(CodeInvalid, "%d forks, want 1 to %d", n, h.options.MaxEpisodes)
	}
	if err := h.reserve(s.account, n); err != nil {
		return nil, err
	}
	ss, err := s.fork(ctx, n, at)
	if err != nil {
		h.unreserve(s.account, n)
		return nil, err
	}
	return ss, h.register(ss)
}

func (s *Session) fork(ctx context.Context, n, at int) (ss []*Session, err error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	defer func() {
		if err != nil {
			for _, c := range ss {
				c.discard()
			}
		}
	}()
	p := s.play
	if p == nil {
		return nil, fault(CodeNotReset, "session %s was not reset yet", s.id)
	}
	if at == AtEnd {
		at = len(p.actions)
	}
	switch {
	case at < 0 || at > len(p.actions):
		return nil, fault(CodeInvalid, "fork at step %d of an episode with %d", at, len(p.actions))
	case at == len(p.actions) && p.over:
		return nil, fault(CodeDone, "episode %s has ended: fork it at an earlier step", p.id)
	}
	for range n {
		if err := ctx.Err(); err != nil {
			return ss, canceled(err)
		}
		c, err := p.copyAt(s.host.callContext(), at)
		if err != nil {
			return ss, err
		}
		child := s.host.newSession(s.account, &s.request)
		child.request.Key = ""
		child.adopt(c)
		c.parent, c.forkAt = p.id, at
		ss = append(ss, child)
	}
	if s.group != nil {
		err = s.group.add(ss)
	}
	return ss, err
}
