package posting

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// State is a network as one user sees it. Its values may be of any type, since
// a scenario may have anything.
type State struct {
	username      py.Value
	password      py.Value
	authenticated py.Value
	tweets        *py.Dict // id -> a *py.Dict
	comments      py.Value // id -> a *py.List of *py.Dict; a scenario's ids are strings
	retweets      py.Value // user -> a *py.List of ids
	followed      py.Value // a *py.List of users
	counter       py.Value // the id of the next tweet
	mentions      *py.List // what tweets posted without mentions share
	owner         *py.Owner
}

// Load makes the state of a scenario; there is nothing that long context
// changes. It raises what the original raises for a scenario that is not well
// formed.
func Load(scenario, _ *py.Dict) toolcall.State {
	s := &State{
		username:      scenario.Or("username", py.Str("john")),
		password:      scenario.Or("password", py.Str("john123")),
		authenticated: scenario.Or("authenticated", py.Bool(false)),
		comments:      scenario.Or("comments", noItems),
		retweets:      scenario.Or("retweets", noItems),
		followed:      scenario.Or("following_list", defaultFollowed),
		counter:       scenario.Or("tweet_counter", py.Int(0)),
		mentions:      noMentions,
		owner:         new(py.Owner),
	}
	tweets := py.DictAttr(scenario.Or("tweets", noItems), "items")
	s.tweets = py.NewDict(nil, tweets.Len())
	for _, it := range tweets.Items() {
		s.tweets.Set(py.IntOf(it.Key), it.Value)
	}
	return s
}

// What a state has where its scenario says nothing.
var (
	noItems         = py.NewDict(nil, 0)
	defaultFollowed = py.NewList(py.Str("alice"), py.Str("bob"))
)

// Copy returns a copy that changes under owner o; see [toolcall.State].
func (s *State) Copy(o *py.Owner) toolcall.State {
	c := *s
	c.owner = o
	return &c
}

// Own makes o the owner under which the state changes from here on.
func (s *State) Own(o *py.Owner) { s.owner = o }

// AppendAttrs appends the eight public attributes.
func (s *State) AppendAttrs(attrs []toolcall.Attr) []toolcall.Attr {
	return append(attrs,
		toolcall.Attr{Name: "username", Value: s.username},
		toolcall.Attr{Name: "password", Value: s.password},
		toolcall.Attr{Name: "authenticated", Value: s.authenticated},
		toolcall.Attr{Name: "tweets", Value: s.tweets},
		toolcall.Attr{Name: "comments", Value: s.comments},
		toolcall.Attr{Name: "retweets", Value: s.retweets},
		toolcall.Attr{Name: "following_list", Value: s.followed},
		toolcall.Attr{Name: "tweet_counter", Value: s.counter})
}

// Shared returns the list that tweets posted without mentions share, and is not
// to be modified.
func (s *State) Shared() *py.List { return s.mentions }

// Share makes list, which nobody owns, the one that tweets posted without mentions
// share, also those that were posted already. In the original the list is one for
// all networks in the process.
func (s *State) Share(list *py.List) {
	if list != s.mentions {
		s.share(list)
	}
}
