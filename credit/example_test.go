package credit_test

import (
	"encoding/json"
	"fmt"

	"stepgym/credit"
	"stepgym/traces"
)

// Two shoppers share their first step; one buys the right thing.
func group() *traces.Group {
	see := func(text string) traces.Observation { return traces.Observation{Text: text, State: text} }
	end := see("thank you")
	return &traces.Group{ID: "goal:7", Trajectories: []*traces.Trajectory{
		{ID: "a", Success: true, Final: &end, Steps: []traces.Step{
			{Observation: see("search"), Action: "search[red shoe]"},
			{Observation: see("results"), Action: "click[red shoe]", Reward: 1},
		}},
		{ID: "b", Final: &end, Steps: []traces.Step{
			{Observation: see("search"), Action: "search[red shoe]"},
			{Observation: see("results"), Action: "click[blue shoe]"},
		}},
	}}
}

func ExampleParse() {
	graph, err := traces.NewGraph(group(), traces.GraphOptions{})
	if err != nil {
		panic(err)
	}
	for _, name := range []string{"rloo", "salt/paper"} {
		method, err := credit.Parse(name)
		if err != nil {
			panic(err)
		}
		adv, err := method.Advantages(graph)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%-10s %.3f\n", method.Name(), adv)
	}
	// Output:
	// rloo/paper [[1.000 1.000] [-1.000 -1.000]]
	// salt/paper [[0.000 0.707] [0.000 -0.707]]
}

func ExampleNew() {
	method, err := credit.New("hgpo", json.RawMessage(`{"K": 1, "mode": "mean", "gamma": 1}`))
	if err != nil {
		panic(err)
	}
	adv, err := credit.Assign([]*traces.Group{group()}, traces.GraphOptions{}, method, 1)
	if err != nil {
		panic(err)
	}
	fmt.Println(adv)
	_, err = credit.New("hgpo", json.RawMessage(`{"k_max": 1}`))
	fmt.Println(err)
	// Output:
	// [[[0.5 0.5] [-0.5 -0.5]]]
	// credit: parameters of hgpo/paper: json: unknown field "k_max"
}

func ExampleSummarize() {
	graph, err := traces.NewGraph(group(), traces.GraphOptions{})
	if err != nil {
		panic(err)
	}
	adv, err := credit.GRPO(graph, credit.DefaultGRPO())
	if err != nil {
		panic(err)
	}
	stats := credit.Summarize([]*traces.Graph{graph}, [][][]float64{adv})
	fmt.Printf("%d edges, %.0f %% of them taken more than once\n", stats.Edges, 100*stats.MergedEdgeShare())
	// Output:
	// 3 edges, 33 % of them taken more than once
}
