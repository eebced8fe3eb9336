package message

import "stepgym/envs/toolcall/py"

func (s *State) listUsers([]py.Value) py.Value {
	return usersForm.D(py.NewList(py.DictAttr(s.users, "keys").Keys()...))
}

func (s *State) userID(args []py.Value) py.Value {
	user := args[0]
	if !py.Contains(s.users, user) {
		return failed("User '" + py.Format(user) + "' not found in the workspace.")
	}
	id, _ := py.DictAttr(s.users, "get").Get(user)
	return userForm.D(id)
}

func (s *State) login(args []py.Value) py.Value {
	id := args[0]
	if !s.known(id) {
		return loggedInForm.D(py.Bool(false), py.Str("User ID '"+py.Format(id)+"' not found."))
	}
	s.user = id
	return loggedInForm.D(py.Bool(true), py.Str("User '"+py.Format(id)+"' logged in successfully."))
}

func (s *State) loginStatus([]py.Value) py.Value {
	return loginForm.D(py.Bool(py.Truth(s.user)))
}

// known reports whether a user has the id.
func (s *State) known(id py.Value) bool {
	for _, it := range py.DictAttr(s.users, "values").Items() {
		if py.Same(it.Value, id) {
			return true
		}
	}
	return false
}

// addContact counts a user also where the id turns out to be taken.
func (s *State) addContact(args []py.Value) py.Value {
	name := args[0]
	if py.Contains(s.users, name) {
		return failed("User name '" + py.Format(name) + "' already exists.")
	}
	s.count = py.AddAssign(s.count, py.Int(1))
	id := py.Str("USR" + py.ZFill(py.ToStr(s.count), 3))
	if s.known(id) {
		return failed("User ID '" + string(id) + "' already exists.")
	}
	s.users = py.SetItem(s.owner, s.users, name, id)
	return addedForm.D(py.Bool(true), id, py.Str("Contact '"+py.Format(name)+"' added successfully."))
}
