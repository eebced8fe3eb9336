package posting

import "stepgym/envs/toolcall/py"

func (s *State) authenticate(args []py.Value) py.Value {
	ok := py.Equal(args[0], s.username) && py.Equal(args[1], s.password)
	if ok {
		s.authenticated = py.Bool(true)
	}
	return authenticatedForm.D(py.Bool(ok))
}

func (s *State) loginStatus([]py.Value) py.Value {
	return loginForm.D(py.Bool(py.Truth(s.authenticated)))
}

func (s *State) follow(args []py.Value) py.Value {
	user := args[0]
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please authenticate before following.")
	}
	if py.Contains(s.followed, user) {
		return followForm.D(py.Bool(false))
	}
	s.ownFollowed("append").Append(py.Frozen(user))
	return followForm.D(py.Bool(true))
}

func (s *State) unfollow(args []py.Value) py.Value {
	user := args[0]
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please authenticate before unfollowing.")
	}
	if !py.Contains(s.followed, user) {
		return unfollowForm.D(py.Bool(false))
	}
	followed := s.ownFollowed("remove")
	followed.Remove(user)
	return unfollowForm.D(py.Bool(true))
}

// ownFollowed returns the list of the users who are followed, to be modified by
// a method of that name.
func (s *State) ownFollowed(method string) *py.List {
	followed := py.ListAttr(s.followed, method).Own(s.owner)
	s.followed = followed
	return followed
}

func (s *State) following([]py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please authenticate before listing following.")
	}
	return followingForm.D(s.followed)
}

func (s *State) stats(args []py.Value) py.Value {
	user := args[0]
	posted, followed := 0, 0
	for _, it := range s.tweets.Items() {
		if py.Equal(py.Index(it.Value, keyUsername), user) {
			posted++
		}
	}
	if py.Equal(user, s.username) {
		followed = py.Len(s.followed)
	}
	retweeted := 0
	if ids, ok := py.DictAttr(s.retweets, "get").Get(user); ok {
		retweeted = py.Len(ids)
	}
	return statsForm.D(py.Int(posted), py.Int(followed), py.Int(retweeted))
}
