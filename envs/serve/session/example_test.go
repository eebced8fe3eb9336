package session_test

import (
	"context"
	"errors"
	"fmt"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/session"
)

// A client plays an episode, and sends one step twice because it did not get
// the answer.
func Example() {
	ctx := context.Background()
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer host.Close()

	s, err := host.Create(ctx, session.Request{Owner: "ann", Protocol: "example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = s.Step(ctx, envs.Action{Text: "left"}, "")
	fmt.Println(errors.Is(err, session.ErrNotReset))

	a, _ := s.Reset(ctx, session.Start{Task: "3"})
	fmt.Println(a.Observation.Text())
	for range 2 {
		a, _ = s.Step(ctx, envs.Action{Text: "right"}, "step-1")
		fmt.Println(a.Step, a.Observation.Text(), a.Replayed)
	}
	fmt.Println(s.Close(ctx, session.ReasonClosed))
	// Output:
	// true
	// Walk to place 3. You are at place 0.
	// 1 You are at place 1. false
	// 1 You are at place 1. true
	// <nil>
}
