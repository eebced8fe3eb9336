package scripted_test

import (
	"context"
	"fmt"

	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/envs/envtest/toy"
)

func Example() {
	policy, err := scripted.New("random", scripted.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	task := envs.Task{ID: "3", Goal: "Walk to place 3."}
	episode, err := toy.New().Reset(ctx, task, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	player, err := policy.Play(task, 7, false)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer player.Close()
	decision, err := player.Act(ctx, episode.Observation())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("one of %d choices, probability %.2f\n", len(decision.Options), decision.Probs[0])
	// Output: one of 4 choices, probability 0.25
}
