package posting_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/apitest"
	"stepgym/envs/toolcall/bfcl/api/internal/classes"
	"stepgym/envs/toolcall/bfcl/api/posting"
	"stepgym/envs/toolcall/py"
)

var subject = apitest.Subject{Class: posting.Class(), Load: posting.Load}

func TestGolden(t *testing.T) { apitest.Golden(t, subject, "testdata/golden.jsonl", 510) }

func TestRecorded(t *testing.T) { apitest.Recorded(t, "TwitterAPI", classes.All(), 949) }

func TestIsolation(t *testing.T) { apitest.Isolation(t, subject, newState, changes) }

// newState returns a state with one tweet and its author logged in.
func newState() toolcall.State {
	tweet := py.D("id", py.Int(0), "username", py.Str("ada"), "content", py.Str("So it Begins"),
		"tags", py.NewList(py.Str("#Start")), "mentions", py.NewList())
	return posting.Load(py.D("username", py.Str("ada"), "authenticated", py.Bool(true),
		"tweets", py.D("0", tweet), "tweet_counter", py.Int(1)), nil)
}

func newExecutor() *toolcall.Executor {
	return toolcall.NewKit(posting.Class()).New([]toolcall.State{newState()})
}

var changes = []string{
	"post_tweet('first')",
	"post_tweet('second', ['#a'], ['@b'])",
	"mention(1, ['@shared'])",
	"mention(0, ['@alone'])",
	"retweet(0)",
	"comment(0, 'well said')",
	"comment(0, 'again')",
	"follow_user('cy')",
	"unfollow_user('alice')",
}

func results(x *toolcall.Executor, calls ...string) []string {
	var out []string
	for _, c := range calls {
		out = append(out, x.Run(c).Text)
	}
	return out
}

// TestSharedMentions checks that tweets posted without mentions share one list
// within an episode, as in the original, and none beyond it: there the list
// lives as long as the process.
func TestSharedMentions(t *testing.T) {
	want := []string{
		`{"id": 1, "username": "ada", "content": "a", "tags": [], "mentions": []}`,
		`{"mention_status": "Users mentioned successfully"}`,
		`{"id": 2, "username": "ada", "content": "b", "tags": [], "mentions": ["@x"]}`,
		`{"mention_status": "Users mentioned successfully"}`,
		`{"id": 1, "username": "ada", "content": "a", "tags": [], "mentions": ["@x", "@y"]}`,
	}
	calls := []string{"post_tweet('a')", "mention(1, ['@x'])", "post_tweet('b')", "mention(2, ['@y'])", "get_tweet(1)"}
	for range 2 {
		if diff := cmp.Diff(results(newExecutor(), calls...), want); diff != "" {
			t.Errorf("in an episode of its own (-got +want):\n%s", diff)
		}
	}

	x := newExecutor()
	got := results(x, calls[:2]...)
	fork := x.Fork()
	got = append(got, results(x, calls[2:]...)...)
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("with a fork on the way (-got +want):\n%s", diff)
	}
	if diff := cmp.Diff(results(fork, calls[2:]...), want[2:]); diff != "" {
		t.Errorf("in the fork (-got +want):\n%s", diff)
	}
}

// TestNestedCall checks that what a nested call returned stays as it was, and
// that no value comes to contain itself.
func TestNestedCall(t *testing.T) {
	got := results(newExecutor(), "comment(0, 'x')", "comment(0, get_tweet_comments(0))", "get_tweet_comments(0)")
	want := "[{'username': 'ada', 'content': 'x'}, {'username': 'ada', 'content': [{'username': 'ada', 'content': 'x'}]}]"
	if got[2] != want {
		t.Errorf("got %s, want %s", got[2], want)
	}
}

func FuzzCalls(f *testing.F) {
	f.Add(`{"authenticated": true, "tweets": {"0": {"username": "a", "content": "X", "tags": ["#t"], "mentions": []}}, "tweet_counter": 1}`,
		"post_tweet('x')\nmention(1, 'ab')\nmention(0, [get_tweet(0)])\nretweet(0)\nretweet(0.0)\ncomment(True, {})\nsearch_tweets('x')", false)
	f.Add(`{"authenticated": 1, "tweets": {"0": 3}, "retweets": [0], "comments": "c", "following_list": {"a": 1}}`,
		"retweet(0)\ncomment(0, 1)\nget_user_tweets('a')\nfollow_user('b')\nunfollow_user('a')\nget_user_stats('john')", false)
	f.Add(`{"tweet_counter": [], "authenticated": "yes", "username": [1]}`, "post_tweet(1, 2, 3)\npost_tweet(1)\nmention([], 1)\nretweet([])", true)
	apitest.FuzzCalls(f, subject, py.Of())
}

func BenchmarkCopy(b *testing.B) { apitest.BenchmarkCopy(b, newState()) }

func BenchmarkCalls(b *testing.B) {
	apitest.BenchmarkCalls(b, subject, newState(),
		"authenticate_twitter(username='ada',password='x')",
		"post_tweet(content='Just in',tags=['#news'],mentions=['@bob'])",
		"retweet(tweet_id=0)",
		"comment(tweet_id=0,comment_content='Well said')",
		"get_tweet(tweet_id=0)",
		"search_tweets(keyword='begins')",
		"get_user_stats(username='ada')")
}
