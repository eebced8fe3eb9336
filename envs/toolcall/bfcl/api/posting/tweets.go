package posting

import (
	"strings"

	"stepgym/envs/toolcall/py"
)

func (s *State) post(args []py.Value) py.Value {
	if !py.Truth(s.authenticated) {
		return failed("User not authenticated. Please authenticate before posting.")
	}
	mentions := py.Frozen(args[2])
	if args[2] == noMentions {
		mentions = s.mentions
	}
	t := tweetForm.D(s.counter, s.username, py.Frozen(args[0]), py.Frozen(args[1]), mentions)
	s.setTweet(s.counter, t)
	s.counter = py.AddAssign(s.counter, py.Int(1))
	return t
}

func (s *State) setTweet(id, tweet py.Value) {
	s.tweets = s.tweets.Own(s.owner)
	s.tweets.Set(id, tweet)
}

// mention takes no account of who is logged in.
func (s *State) mention(args []py.Value) py.Value {
	id := args[0]
	t, ok := s.tweets.Get(id)
	if !ok {
		return unknown(id)
	}
	mentions := py.ListAttr(py.Index(t, keyMentions), "extend")
	users := py.Iter(py.Frozen(args[1]))
	own := mentions.Own(s.owner)
	own.Items = append(own.Items, users...)
	switch {
	case mentions == s.mentions:
		s.share(own)
	case mentions != own:
		s.setMentions(id, t, own)
	}
	return mentionedForm.D(mentioned)
}

var mentioned py.Value = py.Str("Users mentioned successfully")

// share makes list the one of all tweets that share one.
func (s *State) share(list *py.List) {
	old := s.mentions
	if old == list {
		return
	}
	for _, it := range s.tweets.Items() {
		t, ok := it.Value.(*py.Dict)
		if !ok {
			continue
		}
		if mentions, _ := t.Get(keyMentions); mentions == old {
			s.setMentions(it.Key, t, list)
		}
	}
	s.mentions = list
}

func (s *State) setMentions(id, tweet py.Value, list *py.List) {
	s.setTweet(id, py.SetItem(s.owner, tweet, keyMentions, list))
}

func (s *State) tweet(args []py.Value) py.Value {
	t, ok := s.tweets.Get(args[0])
	if !ok {
		return unknown(args[0])
	}
	return t
}

func (s *State) tweetsOf(args []py.Value) py.Value {
	var found []py.Value
	for _, it := range s.tweets.Items() {
		if py.Equal(py.Index(it.Value, keyUsername), args[0]) {
			found = append(found, it.Value)
		}
	}
	return py.NewList(found...)
}

// search looks for a part of the content or a whole tag, in lower case. Only
// where there are tweets does the keyword have to be a string.
func (s *State) search(args []py.Value) py.Value {
	if s.tweets.Len() == 0 {
		return py.NewList()
	}
	keyword := py.Lower(py.StrAttr(args[0], "lower"))
	var found []py.Value
	for _, it := range s.tweets.Items() {
		content := py.Lower(py.StrAttr(py.Index(it.Value, keyContent), "lower"))
		if strings.Contains(content, keyword) || tagged(it.Value, keyword) {
			found = append(found, it.Value)
		}
	}
	return py.NewList(found...)
}

// tagged reports whether one of the tags is the keyword; all must be strings.
func tagged(tweet py.Value, keyword string) bool {
	found := false
	for _, tag := range py.Iter(py.Index(tweet, keyTags)) {
		if py.Lower(py.StrAttr(tag, "lower")) == keyword {
			found = true
		}
	}
	return found
}
