package wire_test

import (
	"context"
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
