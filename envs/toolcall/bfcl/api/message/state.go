package message

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is a workspace as one user sees it. Its values may be of any type,
// since a scenario may have anything.
type State struct {
	random  *py.Random
	numbers py.Value // a *py.Set of the numbers that messages have
	count   py.Value // the number of users, from which the next id is made
	users   py.Value // name -> id
	inbox   py.Value // a *py.List of *py.Dict, receiver -> text
	total   py.Value // the number of messages sent
	user    py.Value // the id of the user who is logged in; None if nobody is
	owner   *py.Owner
}

// Load makes the state of a scenario; there is nothing that long context
// changes. It raises what the original raises for a scenario that is not well
// formed.
func Load(scenario, _ *py.Dict) toolcall.State {
	return &State{
		random:  py.NewRandom(scenario.Or("random_seed", py.Int(200191))),
		numbers: scenario.Or("generated_ids", noNumbers),
		count:   scenario.Or("user_count", py.Int(4)),
		users:   scenario.Or("user_map", defaultUsers),
		inbox:   scenario.Or("inbox", defaultInbox),
		total:   scenario.Or("message_count", py.Int(3)),
		user:    scenario.Or("current_user", py.None{}),
		owner:   new(py.Owner),
	}
}

// What a state has where its scenario says nothing.
var (
	noNumbers    = py.NewSet(nil)
	defaultUsers = py.D("Alice", py.Str("USR001"), "Bob", py.Str("USR002"), "Catherine", py.Str("USR003"), "Daniel", py.Str("USR004"))
	defaultInbox = py.NewList(
		py.D("USR002", py.Str("My name is Alice. I want to connect.")),
		py.D("USR003", py.Str("Could you upload the file?")),
		py.D("USR004", py.Str("Could you upload the file?")))
)

// Copy returns a copy that changes under owner o; see [toolcall.State].
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner under which the state changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends the six public attributes.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs,
		toolcall.Attr{Name: "generated_ids", Value: s.numbers},
		toolcall.Attr{Name: "user_count", Value: s.count},
		toolcall.Attr{Name: "user_map", Value: s.users},
		toolcall.Attr{Name: "inbox", Value: s.inbox},
		toolcall.Attr{Name: "message_count", Value: s.total},
		toolcall.Attr{Name: "current_user", Value: s.user})
}
