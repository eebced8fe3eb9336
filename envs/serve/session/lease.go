package session

import (
	"context"
	"sync"
	"time"
)

// renew lets the lease end so long after now, unless a socket holds it.
func (s *Session) renew(now int64, idle time.Duration) {
	if s.sockets.Load() == 0 {
		s.expires.Store(now + int64(idle))
	}
}

// Renew renews the lease, as every call does, and returns when it ends if
// nothing more is called. With idle > 0 that is the length of the lease from
// now on, at most Options.MaxLease. While a socket holds the session the time
// is that of a release at this moment.
func (s *Session) Renew(ctx context.Context, idle time.Duration) (time.Time, error) {
	if err := s.enter(ctx); err != nil {
		return time.Time{}, err
	}
	if idle > 0 {
		s.idle = min(idle, s.host.options.MaxLease)
	}
	ends := time.Now().Add(s.idle)
	s.leave()
	s.host.reaper.hurry(&s.lease)
	return ends, nil
}

// Hold attaches a socket: the session does not expire until every release was
// called. Then it lives for Options.Grace, unless it is called or attached
// again. Releasing twice is a no-op. ErrGone if the session is closed.
func (s *Session) Hold(ctx context.Context) (release func(), err error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	s.sockets.Add(1)
	s.expires.Store(forever)
	s.publish()
	s.next()
	s.mu.Unlock()
	s.host.attached.Add(1)
	return sync.OnceFunc(s.release), nil
}

func (s *Session) release() {
	s.host.attached.Add(-1)
	s.mu.Lock()
	last := s.sockets.Add(-1) == 0
	if last {
		s.expires.Store(s.host.now() + int64(s.host.options.Grace))
	}
	s.mu.Unlock()
	if last {
		s.host.reaper.hurry(&s.lease)
	}
}

// due implements leased.
func (s *Session) due() int64 { return s.expires.Load() }

// expire implements leased.
func (s *Session) expire(now int64) int64 {
	if at := s.expires.Load(); at > now {
		return at
	}
	if !s.try() {
		return now + retryAfter // the call that runs will renew it
	}
	defer s.give()
	if s.closed != "" {
		return 0
	}
	if at := s.expires.Load(); at > now {
		return at
	}
	s.finish(ReasonLease)
	s.host.expired.Add(1)
	return 0
}
