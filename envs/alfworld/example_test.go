package alfworld_test

import (
	"context"
	"encoding/json"
	"fmt"

	"stepgym/envs"
	"stepgym/envs/alfworld"
)

// Example follows the hints of a game.
func Example() {
	ctx := context.Background()
	env, err := alfworld.Open(ctx, json.RawMessage(`{"data": "testdata/mini"}`))
	if err != nil {
		panic(err)
	}
	defer env.Close()
	ep, err := env.Reset(ctx, envs.Task{ID: "look_at_obj_in_light-Pen-None-DeskLamp-1/trial_3"}, 0)
	if err != nil {
		panic(err)
	}
	defer ep.Close()
	way, err := ep.(envs.Hinter).Hint(ctx)
	if err != nil {
		panic(err)
	}
	for _, a := range way {
		r, err := ep.Step(ctx, a)
		if err != nil {
			panic(err)
		}
		fmt.Printf("> %s\n%s\nwon: %v\n", a, ep.Observation().Text(), r.Success)
	}
	// Output:
	// > go to desk 1
	// You arrive at desk 1. On the desk 1, you see a desklamp 1, and a pen 1.
	// won: false
	// > take pen 1 from desk 1
	// You pick up the pen 1 from the desk 1.
	// won: false
	// > use desklamp 1
	// You turn on the desklamp 1.
	// won: true
}
