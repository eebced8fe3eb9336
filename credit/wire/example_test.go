package wire_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"stepgym/credit"
	"stepgym/credit/wire"
)

// A batch of another trainer is answered one group a line.
func ExampleRun() {
	groups := strings.NewReader(`{"groups": [{"id": "g0", "trajectories": [
		{"id": "a", "obs": ["search", "results"], "actions": ["find shoe", "buy red"], "rewards": [0, 1], "n_tokens": [3, 2]},
		{"id": "b", "obs": ["search", "results"], "actions": ["find shoe", "buy blue"], "rewards": [0, 0], "n_tokens": [3, 2]}]}]}`)
	method, err := credit.New("salt", []byte(`{"base": "rloo"}`))
	if err != nil {
		panic(err)
	}
	var answers strings.Builder
	n, err := wire.Run(context.Background(), wire.Batch(groups), wire.NewLines(&answers), wire.Options{Method: method, Batch: true, Tokens: true})
	if err != nil {
		panic(err)
	}
	fmt.Println(n.Groups, "group,", n.Steps, "steps")
	fmt.Println(answers.String()[:strings.Index(answers.String(), `,"stats"`)])
	// Output:
	// 1 group, 4 steps
	// {"id":"g0","advantages":[[0,1],[0,-1]],"token_advantages":[[0,0,0,1,1],[0,0,0,-1,-1]]
}

// A fault of the input says where it is.
func ExampleLines() {
	method, err := credit.Parse("gigpo")
	if err != nil {
		panic(err)
	}
	groups := strings.NewReader(`{"id": "g0", "trajectories": [{"id": "a", "obs": ["s"], "actions": ["x"], "rewards": [NaN]}]}`)
	_, err = wire.Run(context.Background(), wire.Lines(groups), wire.NewLines(os.Stdout), wire.Options{Method: method})
	fmt.Println(err)
	// Output:
	// line 1: group "g0", trajectory 0 ("a"), step 0, rewards: not JSON at byte 87: invalid character 'N' looking for beginning of value
}

// A server hands over the body of a request, and maps the errors.
func ExampleHandle() {
	for _, body := range []string{
		`{"method": "rloo", "groups": [{"id": "g0", "trajectories": [
			{"id": "a", "obs": ["search"], "actions": ["buy red"], "rewards": [1]},
			{"id": "b", "obs": ["search"], "actions": ["buy blue"], "rewards": [0]}]}]}`,
		`{"method": "rloo", "groups": [{"id": "g0", "trajectories": [{"id": "a", "obs": ["search"], "actions": ["buy"], "rewards": [null]}]}]}`,
		`{"method": "rloo", "groups": [` + strings.Repeat(" ", 1000) + `]}`,
	} {
		limits := wire.DefaultLimits()
		limits.Bytes = 500
		response, err := wire.Handle(context.Background(), strings.NewReader(body), limits)
		switch fault, ok := errors.AsType[*wire.InputError](err); {
		case ok:
			fmt.Println("400", fault)
		case errors.Is(err, wire.ErrLimit):
			fmt.Println("413", err)
		default:
			fmt.Println("200", response.Answers[0].Advantages, response.Stats.ZeroSteps)
		}
	}
	// Output:
	// 200 [[1] [-1]] 0
	// 400 groups[0]: group "g0", trajectory 0 ("a"), step 0, rewards: null, want a value
	// 413 wire: the request is too large: more than 500 bytes
}
