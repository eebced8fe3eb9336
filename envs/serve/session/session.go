package session

import (
	"context"
	"log/slog"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"stepgym/envs"
	"stepgym/traces"
)

// Reason says why a session was closed or an episode left before its end.
type Reason string

// The reasons.
const (
	ReasonClosed Reason = "closed" // the client closed it
	ReasonLease  Reason = "lease"  // nobody called for the length of the lease
	ReasonGroup  Reason = "group"  // its group was closed
	ReasonReset  Reason = "reset"  // the client started another episode
	ReasonDrain  Reason = "drain"  // the server shut down
)

// Session is a client's place on the Host: it plays one episode after another
// and is alive while its lease is renewed. All its methods are safe for
// concurrent use; calls take turns, in the order of their arrival, and one that
// waits can be cancelled. A call that has begun is carried out even if the
// client leaves, so that the client may ask for the answer again.
type Session struct {
	host    *Host
	id      string
	number  uint64
	account *account
	request Request // without Start
	key     string  // in Host.keys, if the request had one
	group   *Group
	index   int
	idle    time.Duration // length of the lease
	created time.Time
	expires atomic.Int64 // time of the Host; forever while attached
	sockets atomic.Int32 // that are attached; changes under turn.mu
	lease   lease        // in the reaper's heap

	turn
	public Info // what List shows of the play; guarded by turn.mu

	// What follows belongs to who has the turn.
	play   *play // nil before the first reset
	resets int
	closed Reason
}

// Answer is what a client gets for a reset, a step or a look.
type Answer struct {
	Observation envs.Observation
	Result      envs.Result // of the latest step; zero after a reset
	Step        int         // steps taken so far
	Episode     string      // ID of the trajectory that this becomes
	Replayed    bool        // this is the stored answer to a step that was taken before
}

// ID returns the name of the session: unique, and not to be guessed.
func (s *Session) ID() string { return s.id }

// Number returns the number of the session, from 0, never used twice.
func (s *Session) Number() uint64 { return s.number }

// Owner returns the name of the token that made the session.
func (s *Session) Owner() string { return s.account.owner }

// Protocol returns the protocol of the request that made the session.
func (s *Session) Protocol() string { return s.request.Protocol }

// Data returns what the request that made the session put there.
func (s *Session) Data() any { return s.request.Data }

// Group returns the group that the session belongs to, or nil.
func (s *Session) Group() *Group { return s.group }

// Index returns the place of the session in its group, from 0.
func (s *Session) Index() int { return s.index }

// enter takes the turn for a call and renews the lease. Every enter that
// returns nil is followed by leave.
func (s *Session) enter(ctx context.Context) error {
	return s.enterBehind(ctx, s.host.options.MaxWaiting)
}

// enterBehind is enter if no more calls than limit wait.
func (s *Session) enterBehind(ctx context.Context, limit int) error {
	if !s.try() {
		s.host.waiting.Add(1)
		err := s.take(ctx, limit)
		s.host.waiting.Add(-1)
		if err != nil {
			return err
		}
	}
	if s.closed != "" {
		s.give()
		return s.goneError()
	}
	return nil
}

// leave ends the call that has the turn.
func (s *Session) leave() { s.leaveAt(s.host.now()) }

// leaveAt is leave at the time now.
func (s *Session) leaveAt(now int64) {
	s.renew(now, s.idle)
	s.mu.Lock()
	s.publish()
	s.next()
	s.mu.Unlock()
}

func (s *Session) goneError() error {
	if s.closed == ReasonDrain {
		return draining()
	}
	return fault(CodeGone, "session %s is closed (%s)", s.id, s.closed)
}

// Reset starts another episode. One that was not played to its end is recorded
// as truncated. If the new one cannot be started the old one goes on.
func (s *Session) Reset(ctx context.Context, start Start) (Answer, error) {
	if err := s.enter(ctx); err != nil {
		return Answer{}, err
	}
	defer s.leave()
	return s.reset(&start)
}

func (s *Session) reset(start *Start) (Answer, error) {
	name := start.Env
	if name == "" {
		name = s.request.Env
		if s.play != nil {
			name = s.play.world.name
		}
	}
	w, err := s.host.world(name)
	if err != nil {
		return Answer{}, err
	}
	p, err := s.host.begin(s.host.callContext(), w, start, !s.request.Unrecorded)
	if err != nil {
		return Answer{}, err
	}
	s.end(ReasonReset)
	s.adopt(p)
	return s.look()
}

// adopt makes p the session's episode.
func (s *Session) adopt(p *play) {
	s.play = p
	p.id = s.id
	if s.resets++; s.resets > 1 {
		p.id = s.id + "." + strconv.Itoa(s.resets)
	}
	p.world.stats.open.Add(1)
}

// Observe returns what the agent sees now, with the result of the latest step.
func (s *Session) Observe(ctx context.Context) (Answer, error) {
	if err := s.enter(ctx); err != nil {
		return Answer{}, err
	}
	defer s.leave()
	if s.play == nil {
		return Answer{}, fault(CodeNotReset, "session %s was not reset yet", s.id)
	}
	return s.look()
}

func (s *Session) look() (Answer, error) {
	p := s.play
	o, err := observe(p.ep)
	if err != nil {
		return Answer{}, s.lose(err)
	}
	return Answer{Observation: o, Result: p.last, Step: len(p.actions), Episode: p.id}, nil
}

// Task returns the task of the present episode, the split that it is of, and
// the seed; ErrNotReset if there is no episode.
func (s *Session) Task(ctx context.Context) (task envs.Task, split string, seed uint64, err error) {
	if err := s.enter(ctx); err != nil {
		return envs.Task{}, "", 0, err
	}
	defer s.leave()
	if s.play == nil {
		return envs.Task{}, "", 0, fault(CodeNotReset, "session %s was not reset yet", s.id)
	}
	return s.play.task, s.play.split, s.play.seed, nil
}

// Trajectory returns the record of the present episode so far, for the caller
// to keep. ErrUnsupported if nothing is recorded.
func (s *Session) Trajectory(ctx context.Context) (*traces.Trajectory, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.leave()
	switch p := s.play; {
	case p == nil:
		return nil, fault(CodeNotReset, "session %s was not reset yet", s.id)
	case !p.record:
		return nil, fault(CodeUnsupported, "this server records nothing")
	case p.rows == nil && p.written:
		return s.host.load(p.id)
	}
	return s.trajectory(""), nil
}

// Close ends the session. Its episode, if it has not ended, is recorded as
// truncated for the reason given. It waits for the calls that came before it.
// ErrGone if it was closed before.
func (s *Session) Close(ctx context.Context, reason Reason) error {
	if err := s.enterBehind(ctx, math.MaxInt); err != nil {
		return err
	}
	s.finish(reason)
	s.give()
	s.host.closed.Add(1)
	return nil
}

// finish closes the session, within its turn.
func (s *Session) finish(reason Reason) {
	s.end(reason)
	s.closed = reason
	s.host.forget(s)
}

// end ends the present episode, within the session's turn.
func (s *Session) end(reason Reason) {
	if s.play != nil {
		s.write(reason)
		s.discard()
	}
}

// discard lets go of the present episode without a record.
func (s *Session) discard() {
	p := s.play
	if p == nil {
		return
	}
	s.play = nil
	p.world.stats.open.Add(-1)
	if err := closeEpisode(p.ep); err != nil {
		s.host.options.Logger.Warn("close an episode", logSession(s), logError(err))
	}
}

func logSession(s *Session) slog.Attr { return slog.String("session", s.id) }

func logError(err error) slog.Attr { return slog.String("error", err.Error()) }
