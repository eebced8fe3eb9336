package ticket

import (
	"stepgym/envs/toolcall/py"
)

func (s *State) create(args []py.Value) py.Value {
	title, description, priority := args[0], args[1], args[2]
	if !py.Truth(s.user) {
		return failed("User not authenticated. Please log in to create a ticket.")
	}
	if py.Less(priority, py.Int(1)) || py.Greater(priority, py.Int(5)) {
		return failed("Invalid priority. Priority must be between 1 and 5.")
	}
	t := ticketForm.D(s.counter, py.Frozen(title), py.Frozen(description), statusOpen, priority, s.user)
	queue := py.ListAttr(s.queue, "append").Own(s.owner)
	queue.Append(t)
	s.queue = queue
	s.counter = py.AddAssign(s.counter, py.Int(1))
	return t
}

func (s *State) get(args []py.Value) py.Value {
	t, _, ok := s.search(args[0])
	if !ok {
		return unknown(args[0])
	}
	return t
}

func (s *State) closeTicket(args []py.Value) py.Value {
	id := args[0]
	t, at, ok := s.search(id)
	if !ok {
		return unknown(id)
	}
	if py.Equal(py.Index(t, keyStatus), statusClosed) {
		return failed("Ticket with ID " + py.Format(id) + " is already closed.")
	}
	s.ownTicket(at).Set(keyStatus, statusClosed)
	return py.One(keyStatus, py.Str("Ticket "+py.Format(id)+" has been closed successfully."))
}

func (s *State) resolve(args []py.Value) py.Value {
	id := args[0]
	t, at, ok := s.search(id)
	if !ok {
		return unknown(id)
	}
	if py.Equal(py.Index(t, keyStatus), statusResolved) {
		return failed("Ticket with ID " + py.Format(id) + " is already resolved.")
	}
	resolution := py.Frozen(args[1])
	own := s.ownTicket(at)
	own.Set(keyStatus, statusResolved)
	own.Set(keyResolution, resolution)
	return py.One(keyStatus, py.Str("Ticket "+py.Format(id)+" has been resolved successfully."))
}

func (s *State) edit(args []py.Value) py.Value {
	id := args[0]
	_, at, ok := s.search(id)
	if !ok {
		return unknown(id)
	}
	updates := py.DictAttr(args[1], "keys")
	if invalid := invalidFields(updates); len(invalid) > 0 {
		return failed("Invalid fields for update: " + py.Join(", ", py.NewList(invalid...)))
	}
	for _, u := range updates.Items() {
		if _, none := u.Value.(py.None); !none {
			s.ownTicket(at).Set(u.Key, py.Frozen(u.Value))
		}
	}
	return py.One(keyStatus, py.Str("Ticket "+py.Format(id)+" has been updated successfully."))
}

// invalidFields returns the keys that no ticket can be edited by.
func invalidFields(updates *py.Dict) []py.Value {
	for _, u := range updates.Items() {
		if !editable(u.Key) {
			return difference(updates.Keys(), editable, 4)
		}
	}
	return nil
}

// editable reports whether key is one of the four fields that edit changes.
func editable(key py.Value) bool {
	switch name, _ := key.(py.Str); name {
	case "title", "description", "status", "priority":
		return true
	}
	return false
}

func (s *State) login(args []py.Value) py.Value {
	username, password := args[0], args[1]
	if !py.Truth(username) || !py.Truth(password) {
		return py.One(keySuccess, py.Bool(false))
	}
	s.user = py.Frozen(username)
	return py.One(keySuccess, py.Bool(true))
}

func (s *State) loginStatus([]py.Value) py.Value {
	return py.One(keyLogin, py.Bool(py.Truth(s.user)))
}

func (s *State) logout([]py.Value) py.Value {
	if !py.Truth(s.user) {
		return py.One(keySuccess, py.Bool(false))
	}
	s.user = py.None{}
	return py.One(keySuccess, py.Bool(true))
}

// ofUser filters in two passes, as the original does: a ticket without a field
// raises in the pass that needs it.
func (s *State) ofUser(args []py.Value) py.Value {
	status := args[0]
	if !py.Truth(s.user) {
		return py.NewList(failed("User not authenticated. Please log in to view tickets."))
	}
	all := py.Iter(s.queue)
	own := make([]py.Value, 0, len(all))
	for _, t := range all {
		if py.Equal(py.Index(t, keyCreatedBy), s.user) {
			own = append(own, t)
		}
	}
	if !py.Truth(status) {
		return py.NewList(own...)
	}
	filtered := own[:0]
	for _, t := range own {
		has := py.Lower(py.StrAttr(py.Index(t, keyStatus), "lower"))
		if has == py.Lower(py.StrAttr(status, "lower")) {
			filtered = append(filtered, t)
		}
	}
	return py.NewList(filtered...)
}
