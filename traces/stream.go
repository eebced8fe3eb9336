package traces

import (
	"errors"
	"fmt"
	"sync"
)

var (
	// ErrSealed is wrapped by the error for a rollout that goes on after its
	// group was sealed, or after it was closed.
	ErrSealed = errors.New("traces: the rollout has ended")
	// ErrNoGroup is wrapped by the error for a group that a Stream does not have.
	ErrNoGroup = errors.New("traces: no such group")
)

// Stream gathers rollouts while they run, step by step, and makes a [Graph] of
// each group when it is complete. It holds what credit needs of a step, some 60
// bytes, and every text once a group: nothing is decoded, looked up or copied
// again when the group is sealed.
//
// Rollouts of all groups may come in from any number of goroutines at once;
// each [Live] rollout belongs to one of them. The graph of a group does not
// depend on how they were interleaved: it equals that of [NewGraph] for the
// same trajectories. A Stream has no goroutines of its own. Who made it owns
// what it holds: groups that are never sealed stay.
type Stream struct {
	o StreamOptions

	mu     sync.Mutex // guards groups
	groups map[string]*openGroup
}

// StreamOptions configures [NewStream]. The zero value is ready to use.
type StreamOptions struct {
	Grouping Grouping // "" means ByAnchor

	// GroupSize is the number of rollouts with which a group is complete: when
	// so many have been closed or abandoned the group is sealed and handed to
	// Sealed, on the goroutine that ended the last one. 0 leaves that to
	// [Stream.Seal].
	GroupSize int
	Sealed    func(*Graph)
}

// Start describes a rollout that begins.
type Start struct {
	Group   string // ID of its group
	ID      string // of its own, unique in the group
	Task    string // "" if unknown; all rollouts of a group are of one task
	Index   int    // rollouts of a group are ordered by Index, then by ID
	Version int    // of the policy
}

// NewStream returns an empty stream.
func NewStream(o StreamOptions) (*Stream, error) {
	if o.Grouping != "" && o.Grouping != ByAnchor && o.Grouping != ByState {
		return nil, fmt.Errorf("traces: unknown grouping %q, want %q or %q", o.Grouping, ByAnchor, ByState)
	}
	if o.GroupSize < 0 || o.GroupSize > 0 && o.Sealed == nil {
		return nil, fmt.Errorf("traces: a stream with groups of %d rollouts, want a number of at least 0 and somebody to hand them to", o.GroupSize)
	}
	return &Stream{o: o, groups: map[string]*openGroup{}}, nil
}

// Begin begins a rollout, and its group if it is the first. A rollout that its
// group has already, and one of another task, are errors that wrap [ErrGroup].
// After a group was sealed its name is free for another one.
func (s *Stream) Begin(start Start) (*Live, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[start.Group]
	if g == nil {
		g = newOpenGroup(start)
		s.groups[start.Group] = g
	}
	return g.begin(s, start)
}

// Seal ends a group and returns its graph; the stream forgets it. Rollouts that
// are still running are excluded, as are abandoned ones: their next step is an
// error. An unknown group is an error that wraps [ErrNoGroup].
func (s *Stream) Seal(group string) (*Graph, error) {
	s.mu.Lock()
	g := s.groups[group]
	delete(s.groups, group)
	s.mu.Unlock()
	if g == nil {
		return nil, fmt.Errorf("%w: %q is not open", ErrNoGroup, group)
	}
	return g.seal(s.o.Grouping), nil
}

// Peek returns the graph of the rollouts of a group that have ended so far. The
// group stays open, and the graph is not changed by what comes after.
func (s *Stream) Peek(group string) (*Graph, error) {
	s.mu.Lock()
	g := s.groups[group]
	s.mu.Unlock()
	if g == nil {
		return nil, fmt.Errorf("%w: %q is not open", ErrNoGroup, group)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.graph(s.o.Grouping), nil
}

// Held counts what a stream holds.
type Held struct {
	Groups  int   `json:"groups"`
	Running int   `json:"running"` // rollouts that have not ended
	Ended   int   `json:"ended"`
	Steps   int   `json:"steps"`
	States  int   `json:"states"` // different ones, group by group
	Bytes   int64 `json:"bytes"`  // about, without the texts themselves
}

// Held returns what the stream holds now.
func (s *Stream) Held() Held {
	s.mu.Lock()
	groups := make([]*openGroup, 0, len(s.groups))
	for _, g := range s.groups {
		groups = append(groups, g)
	}
	s.mu.Unlock()
	var h Held
	for _, g := range groups {
		g.held(&h)
	}
	return h
}

// Live is a rollout that is being played. It is used by one goroutine, until
// Close or Abandon ends it.
type Live struct {
	stream *Stream
	group  *openGroup
	start  Start

	// What follows is guarded by group.mu.
	steps []liveStep
	final int32 // state after the last step, -1 if nobody looked
	end   End
	state liveState
	lost  string // why it was abandoned
}

type liveState uint8

const (
	running liveState = iota
	closed
	abandoned
	cut // by the sealing of the group
)

// liveStep is one step of a rollout, states and actions by number.
type liveStep struct {
	reward, value, logProb, entropy float64

	state, action, tokens        int32
	invalid, terminated, stopped bool
}

// End says how a rollout ended.
type End struct {
	Final     *Observation // what was seen after the last step; nil if nobody looked
	Bootstrap float64      // value estimate of it when truncated
	Success   bool
}

// Add appends a step. Of its observation only what the grouping compares is
// kept; the strings are shared. Numbers that are NaN or beyond 1e100, and steps
// after the end of the episode, are errors that wrap [ErrGroup] and leave the
// rollout as it was. After the rollout has ended, by Close or by the sealing of
// its group, the error wraps [ErrSealed].
func (r *Live) Add(step *Step) error {
	g := r.group
	g.mu.Lock()
	defer g.mu.Unlock()
	k := len(r.steps)
	switch {
	case r.state != running:
		return r.fault(ErrSealed, "step %d comes too late", k)
	case k > 0 && (r.steps[k-1].terminated || r.steps[k-1].stopped):
		return r.fault(ErrGroup, "step %d ended the episode, but another follows: the chain is broken", k-1)
	case !usable(step.Reward) || !usable(step.Value) || !usable(step.LogProb) || !usable(step.Entropy):
		return r.fault(ErrGroup, "step %d: reward %v, value %v, log-probability %v, entropy %v: want numbers of at most 1e100",
			k, step.Reward, step.Value, step.LogProb, step.Entropy)
	case step.Tokens < 0 || int(int32(step.Tokens)) != step.Tokens:
		return r.fault(ErrGroup, "step %d: %d tokens, want at least 0", k, step.Tokens)
	}
	r.steps = append(r.steps, liveStep{
		reward: step.Reward, value: step.Value, logProb: step.LogProb, entropy: step.Entropy,
		state: g.states.id(r.key(&step.Observation)), action: g.actions.id(step.Action), tokens: int32(step.Tokens),
		invalid: step.Invalid, terminated: step.Terminated, stopped: step.Truncated,
	})
	return nil
}

// Close ends the rollout. One without steps cannot be closed, only abandoned.
func (r *Live) Close(end End) error {
	g := r.group
	g.mu.Lock()
	switch {
	case r.state != running:
		defer g.mu.Unlock()
		return r.fault(ErrSealed, "it cannot be closed again")
	case len(r.steps) == 0:
		defer g.mu.Unlock()
		return r.fault(ErrGroup, "has no steps; abandon it")
	case !usable(end.Bootstrap):
		defer g.mu.Unlock()
		return r.fault(ErrGroup, "has bootstrap value %v, want a number of at most 1e100", end.Bootstrap)
	}
	r.state, r.end, r.final = closed, end, -1
	if end.Final != nil {
		r.final = g.states.id(r.key(end.Final))
		r.end.Final = nil
	}
	full := g.ended(r.stream.o.GroupSize)
	g.mu.Unlock()
	r.deliver(full)
	return nil
}

// Abandon ends a rollout that was lost: it will be listed among the graph's
// exclusions with the reason. Its steps are dropped.
func (r *Live) Abandon(reason string) error {
	g := r.group
	g.mu.Lock()
	if r.state != running {
		defer g.mu.Unlock()
		return r.fault(ErrSealed, "it cannot be abandoned")
	}
	if reason == "" {
		reason = "abandoned"
	}
	r.state, r.lost, r.steps = abandoned, reason, nil
	full := g.ended(r.stream.o.GroupSize)
	g.mu.Unlock()
	r.deliver(full)
	return nil
}

// deliver seals the group of r if it is full.
func (r *Live) deliver(full bool) {
	if !full {
		return
	}
	s, g := r.stream, r.group
	s.mu.Lock()
	mine := s.groups[g.id] == g // or Seal was faster
	if mine {
		delete(s.groups, g.id)
	}
	s.mu.Unlock()
	if mine {
		s.o.Sealed(g.seal(s.o.Grouping))
	}
}

// key returns what o is compared by.
func (r *Live) key(o *Observation) string {
	return o.key(r.stream.o.Grouping == ByState)
}

// fault names the group and the rollout that an error is about.
func (r *Live) fault(kind error, format string, args ...any) error {
	return fmt.Errorf("%w: group %q: trajectory %q %s", kind, r.group.id, r.start.ID, fmt.Sprintf(format, args...))
}
