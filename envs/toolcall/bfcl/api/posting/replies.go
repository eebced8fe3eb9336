package posting

import "stepgym/envs/toolcall/py"

func (s *State) retweet(args []py.Value) py.Value {
	id := args[0]
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please authenticate before retweeting.")
	}
	if !s.tweets.Has(id) {
		return unknown(id)
	}
	if !py.Contains(s.retweets, s.username) {
		s.retweets = py.SetItem(s.owner, s.retweets, s.username, py.NewList())
	}
	ids := py.Index(s.retweets, s.username)
	if py.Contains(ids, id) {
		return retweetForm.D(already)
	}
	s.retweets = appended(s.retweets, s.username, ids, id, s.owner)
	return retweetForm.D(retweeted)
}

func (s *State) comment(args []py.Value) py.Value {
	id := args[0]
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please authenticate before commenting.")
	}
	if !s.tweets.Has(id) {
		return unknown(id)
	}
	if !py.Contains(s.comments, id) {
		s.comments = py.SetItem(s.owner, s.comments, id, py.NewList())
	}
	said := commentForm.D(s.username, py.Frozen(args[1]))
	s.comments = appended(s.comments, id, py.Index(s.comments, id), said, s.owner)
	return commentedForm.D(commented)
}

// Values of results, made once.
var (
	already   py.Value = py.Str("Already retweeted")
	retweeted py.Value = py.Str("Successfully retweeted")
	commented py.Value = py.Str("Comment added successfully")
)

// appended does dict[key].append(v) for an owner and returns the dict. list is
// dict[key].
func appended(dict, key, list, v py.Value, o *py.Owner) py.Value {
	l := py.ListAttr(list, "append")
	own := l.Own(o)
	own.Append(v)
	if own == l {
		return dict
	}
	return py.SetItem(o, dict, key, own)
}

func (s *State) commentsOn(args []py.Value) py.Value {
	id := args[0]
	if !s.tweets.Has(id) {
		return unknown(id)
	}
	if list, ok := py.DictAttr(s.comments, "get").Get(id); ok {
		return list
	}
	return py.NewList()
}
