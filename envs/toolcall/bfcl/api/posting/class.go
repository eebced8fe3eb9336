// Package posting is the class TwitterAPI of BFCL: the tweets, comments and
// retweets of a small network and the account of one user.
//
// It answers as the original does, with CPython's exceptions for arguments of
// odd types. Tweets that were posted without mentions share one list in the
// original, which it keeps for as long as the process lives; here they share
// one as well, but every episode begins with an empty one.
package posting

import (
	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/py"
)

// Class returns the class and its methods in the order of their declaration.
func Class() *toolcall.Class {
	p, opt := toolcall.P, toolcall.Opt
	return toolcall.NewClass("TwitterAPI",
		toolcall.Def("authenticate_twitter", (*State).authenticate, p("username"), p("password")),
		toolcall.Def("posting_get_login_status", (*State).loginStatus),
		toolcall.Def("post_tweet", (*State).post, p("content"), opt("tags", noTags), opt("mentions", noMentions)),
		toolcall.Def("retweet", (*State).retweet, p("tweet_id")),
		toolcall.Def("comment", (*State).comment, p("tweet_id"), p("comment_content")),
		toolcall.Def("mention", (*State).mention, p("tweet_id"), p("mentioned_usernames")),
		toolcall.Def("follow_user", (*State).follow, p("username_to_follow")),
		toolcall.Def("list_all_following", (*State).following),
		toolcall.Def("unfollow_user", (*State).unfollow, p("username_to_unfollow")),
		toolcall.Def("get_tweet", (*State).tweet, p("tweet_id")),
		toolcall.Def("get_user_tweets", (*State).tweetsOf, p("username")),
		toolcall.Def("search_tweets", (*State).search, p("keyword")),
		toolcall.Def("get_tweet_comments", (*State).commentsOn, p("tweet_id")),
		toolcall.Def("get_user_stats", (*State).stats, p("username")),
	)
}

// The default arguments of post_tweet, known by their addresses.
var (
	noTags     = py.NewList()
	noMentions = py.NewList()
)

// Keys that are looked up or set, made once.
var (
	keyContent  py.Value = py.Str("content")
	keyMentions py.Value = py.Str("mentions")
	keyTags     py.Value = py.Str("tags")
	keyUsername py.Value = py.Str("username")
)

// The forms of results and of what a state holds, made once.
var (
	tweetForm         = py.NewShape("id", "username", "content", "tags", "mentions")
	commentForm       = py.NewShape("username", "content")
	statsForm         = py.NewShape("tweet_count", "following_count", "retweet_count")
	errorForm         = py.NewShape("error")
	authenticatedForm = py.NewShape("authentication_status")
	loginForm         = py.NewShape("login_status")
	retweetForm       = py.NewShape("retweet_status")
	commentedForm     = py.NewShape("comment_status")
	mentionedForm     = py.NewShape("mention_status")
	followForm        = py.NewShape("follow_status")
	unfollowForm      = py.NewShape("unfollow_status")
	followingForm     = py.NewShape("following_list")
)

// failed is {"error": text}.
func failed(text string) py.Value { return errorForm.D(py.Str(text)) }

// unknown is the answer for an id that no tweet has.
func unknown(tweetID py.Value) py.Value {
	return failed("Tweet with ID " + py.Format(tweetID) + " not found.")
}
