package webshop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"

	"stepgym/envs"
	"stepgym/envs/webshop"
)

// Example buys a pair of headphones.
func Example() {
	ctx := context.Background()
	env, err := webshop.Open(ctx, json.RawMessage(`{"data": "testdata/mini", "max_turns": 10}`))
	if err != nil {
		log.Fatal(err)
	}
	defer env.Close()
	ep, err := env.Reset(ctx, envs.Task{ID: "goal:1"}, 0)
	if err != nil {
		log.Fatal(err)
	}
	defer ep.Close()
	for _, text := range []string{"search[noise cancelling headphones]", "click[bquirks001]", "click[plain]", "click[buy now]"} {
		r, err := ep.Step(ctx, envs.Action{Text: text})
		if err != nil {
			log.Fatal(err)
		}
		o := ep.Observation()
		fmt.Printf("%s: %s page, %d actions, reward %.2f, ended %v\n", text, o.Place, len(o.Admissible), r.Reward, r.Done())
	}
	// Output:
	// search[noise cancelling headphones]: results page, 7 actions, reward 0.00, ended false
	// click[bquirks001]: item page, 15 actions, reward 0.00, ended false
	// click[plain]: item page, 15 actions, reward 0.00, ended false
	// click[buy now]: done page, 0 actions, reward 0.75, ended true
}

func ExampleQueries() {
	for _, q := range webshop.Queries("Find me wood wall art with color: sunset, and price lower than 30.00 dollars") {
		fmt.Println(q)
	}
	// Output:
	// find me wood wall art with color: sunset, and price lower than 30.00 dollars
	// wood wall art with color: sunset
	// wood wall art
	// wood wall art sunset
	// art
	// art wood wall art sunset
	// art art sunset
}
