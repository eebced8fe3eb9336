package posting_test

import (
	"fmt"

	"stepgym/envs/toolcall"
	"stepgym/envs/toolcall/bfcl/api/posting"
	"stepgym/envs/toolcall/py"
)

func Example() {
	state := posting.Load(py.D("username", py.Str("ada"), "password", py.Str("lovelace")), nil)
	x := toolcall.NewKit(posting.Class()).New([]toolcall.State{state})
	for _, call := range []string{
		"post_tweet('Hello')",
		"authenticate_twitter('ada', 'lovelace')",
		"post_tweet('Hello', tags=['#first'])",
		"comment(0, 'Welcome')",
		"get_tweet_comments(tweet_id=0)",
		"get_tweet(tweet_id={})",
	} {
		fmt.Println(x.Run(call).Text)
	}
	// Output:
	// {"error": "User not authenticated. Please authenticate before posting."}
	// {"authentication_status": true}
	// {"id": 0, "username": "ada", "content": "Hello", "tags": ["#first"], "mentions": []}
	// {"comment_status": "Comment added successfully"}
	// [{'username': 'ada', 'content': 'Welcome'}]
	// Error during execution: unhashable type: 'dict'
}
