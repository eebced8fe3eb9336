package tools_test

import (
	"context"
	"fmt"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve/tools"
)

func Example() {
	set, err := tools.Learn(context.Background(), toy.New())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range set.Schemas() {
		fmt.Printf("%s: %s\n", t.Name, t.Description)
	}
	a, err := set.Action("say", []byte(`{"word": "open"}`))
	fmt.Println(a, err)
	name, args, _ := set.Call(envs.Action{Text: "left"})
	fmt.Println(name, string(args))
	_, err = set.Action("jump", nil)
	fmt.Println(err)
	// Output:
	// act: Take one action. What there is to choose from is in the latest observation. Examples of action: left; right; stop
	// say: Take the action say[<word>].
	// say[open] <nil>
	// act {"action":"left"}
	// tools: no such tool: "jump"
}
