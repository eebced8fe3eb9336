package ticket

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is a queue of tickets. Its values may be of any type, since a scenario
// may have anything.
type State struct {
	queue   py.Value // a *py.List of *py.Dict
	counter py.Value // the id of the next ticket
	user    py.Value // the user who is logged in; None if nobody is
	owner   *py.Owner
}

// Load makes the state of a scenario, which may have ticket_queue,
// ticket_counter and current_user. There is nothing that long context changes.
func Load(scenario, _ *py.Dict) toolcall.State {
	return &State{
		queue:   scenario.Or("ticket_queue", py.NewList()),
		counter: scenario.Or("ticket_counter", py.Int(1)),
		user:    scenario.Or("current_user", py.None{}),
		owner:   new(py.Owner),
	}
}

// Copy returns a copy that changes under owner o; see [toolcall.State].
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner under which the state changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends ticket_queue, ticket_counter and current_user.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs,
		toolcall.Attr{Name: "ticket_queue", Value: s.queue},
		toolcall.Attr{Name: "ticket_counter", Value: s.counter},
		toolcall.Attr{Name: "current_user", Value: s.user})
}

// search returns the first ticket of an id and its place in the queue. ok is
// false if there is none, or one that is false to Python.
func (s *State) search(ticketID py.Value) (ticket py.Value, at int, ok bool) {
	for i, t := range py.Iter(s.queue) {
		if py.Equal(py.Index(t, keyID), ticketID) {
			return t, i, py.Truth(t)
		}
	}
	return nil, 0, false
}

// ownTicket returns the ticket at a place of the queue, to be modified. It
// raises what setting an item raises where the ticket is no dict.
func (s *State) ownTicket(at int) *py.Dict {
	t := py.Iter(s.queue)[at]
	d, ok := t.(*py.Dict)
	l, list := s.queue.(*py.List)
	if !ok || !list {
		py.Raise("TypeError", "'%s' object does not support item assignment", t.Type())
	}
	l = l.Own(s.owner)
	s.queue = l
	d = d.Own(s.owner)
	l.Items[at] = d
	return d
}

// unknown is the answer for an id that no ticket has.
func unknown(ticketID py.Value) py.Value {
	return failed("Ticket with ID " + py.Format(ticketID) + " not found.")
}
