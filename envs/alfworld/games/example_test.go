package games_test

import (
	"context"
	"fmt"

	"stepgym/envs/alfworld/games"
)

// ExampleOpen reads packed games and finds one by the end of its name.
func ExampleOpen() {
	ctx := context.Background()
	set, err := games.Open(ctx, "../testdata/mini", games.Options{Rules: &games.Pair{}})
	if err != nil {
		panic(err)
	}
	fmt.Println(set.Splits())
	g, err := set.Find(ctx, "pick_two_obj_and_place-Mug-None-Desk-1/trial_2")
	if err != nil {
		panic(err)
	}
	fmt.Println(g.ID)
	fmt.Println(g.Type, g.Params.Object, g.Params.Receptacle)
	fmt.Println(g.Task, g.Human)
	// Output:
	// [train valid_seen valid_unseen]
	// train/pick_two_obj_and_place-Mug-None-Desk-1/trial_2
	// pick_two_obj_and_place Mug Desk
	// put two mug in desk. [Bring both mugs to the desk.]
}
