package session

import (
	"context"
	"errors"
	"time"

	"stepgym/traces"
)

// State is what a session is doing, one of the constants below.
type State string

// The states of a session.
const (
	StateNew     State = "new"     // not reset yet
	StateRunning State = "running" // an episode is being played
	StateDone    State = "done"    // the episode has ended
)

// Outcome is how an episode ended, one of the constants below.
type Outcome string

// The outcomes of an episode.
const (
	OutcomeNone      Outcome = ""
	OutcomeSuccess   Outcome = "success"
	OutcomeFailure   Outcome = "failure"   // terminated without success
	OutcomeTruncated Outcome = "truncated" // cut off by a limit of turns
	OutcomeLost      Outcome = "lost"      // the environment failed
)

// Info is what a list shows of a session.
type Info struct {
	ID, Env, Group, Protocol, Owner string
	Number                          uint64
	Index                           int
	State                           State
	Outcome                         Outcome
	Episode, Task, Split, Parent    string
	ForkStep                        int
	Seed                            uint64
	Steps, Invalid                  int
	Return                          float64
	Attached                        bool
	Created, Expires                time.Time // Expires is zero while attached
}

// Filter picks sessions. Fields left at their zero value pick all.
type Filter struct {
	Env, Group, Protocol string
	State                State
	Outcome              Outcome

	After uint64 // only sessions with a Number of at least this
	Limit int    // at most so many; 0 for all
}

// List returns an owner's open sessions that pass f in the order of their
// making. It waits for no call. To page, pass the last Number + 1 as After.
func (h *Host) List(owner string, f Filter) []Info {
	out := []Info{}
	for _, s := range h.all() {
		if s.account.owner != owner || s.number < f.After {
			continue
		}
		if f.Limit > 0 && len(out) >= f.Limit {
			break
		}
		if i := s.Info(); f.match(&i) {
			out = append(out, i)
		}
	}
	return out
}

func (f *Filter) match(i *Info) bool {
	return (f.Env == "" || f.Env == i.Env) && (f.Group == "" || f.Group == i.Group) &&
		(f.Protocol == "" || f.Protocol == i.Protocol) && (f.State == "" || f.State == i.State) &&
		(f.Outcome == "" || f.Outcome == i.Outcome)
}

// Info returns how the session stood after its latest call. It waits for no
// call, renews nothing, and works on a closed session too.
func (s *Session) Info() Info {
	s.mu.Lock()
	i := s.public
	i.Attached = s.sockets.Load() > 0
	s.mu.Unlock()
	i.ID, i.Number, i.Index, i.Created = s.id, s.number, s.index, s.created
	i.Protocol, i.Owner = s.request.Protocol, s.account.owner
	if s.group != nil {
		i.Group = s.group.id
	}
	if at := s.expires.Load(); at != forever {
		i.Expires = s.host.epoch.Add(time.Duration(at))
	}
	return i
}

// publish brings up to date what Info shows. The caller has the turn and holds
// s.mu.
func (s *Session) publish() {
	i, p := &s.public, s.play
	if p == nil {
		if i.State == "" {
			i.State, i.Env = StateNew, s.request.Env
		}
		return
	}
	if i.Episode != p.id {
		*i = Info{Env: p.world.name, Episode: p.id, Task: p.task.ID, Split: p.split, Parent: p.parent, ForkStep: p.forkAt, Seed: p.seed}
	}
	i.Steps, i.Invalid, i.Return = len(p.actions), p.invalid, p.total
	i.State, i.Outcome = StateRunning, OutcomeNone
	if p.over {
		i.State, i.Outcome = StateDone, p.outcome()
	}
}

// Trajectory returns the record of an owner's session, or of an episode that
// was recorded, by its ID. It is for reading only.
func (h *Host) Trajectory(ctx context.Context, owner, id string) (*traces.Trajectory, error) {
	if s, err := h.Get(owner, id); err == nil {
		t, err := s.Trajectory(ctx)
		if !errors.Is(err, ErrGone) {
			return t, err
		}
	}
	if h.options.Recorder == nil {
		return nil, fault(CodeUnsupported, "this server records nothing")
	}
	t, err := h.load(id)
	if err != nil {
		return nil, err
	}
	if t.Client == nil || t.Client.Owner != owner {
		return nil, fault(CodeNotFound, "there is no trajectory %q", id)
	}
	return t, nil
}
