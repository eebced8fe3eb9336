package credit_test

import (
	"encoding/json"
	"fmt"
	"math"

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

// A batchwise method compares over all groups that it is given at once.
func ExampleMethod_Batchwise() {
	easy, hard := group(), group()
	hard.Trajectories[0].Steps[1].Reward = 3
	method, err := credit.Parse("reinforce++")
	if err != nil {
		panic(err)
	}
	adv, err := credit.Assign([]*traces.Group{easy, hard}, traces.GraphOptions{}, method, 2)
	if err != nil {
		panic(err)
	}
	fmt.Println(method.Batchwise())
	fmt.Printf("%.2f\n", adv)
	// Output:
	// true
	// [[[0.42 0.42] [-0.42 -0.42]] [[1.25 1.25] [-1.25 -1.25]]]
}

// SeeUPO updates the last turn first, and weighs each earlier turn by how much
// more likely the later ones have become.
func ExampleMultiplier() {
	params := credit.DefaultSeeUPO()
	params.BatchNorm = false
	batch := []credit.Scored{{ID: "a", Group: "goal:7", Score: 1}, {ID: "b", Group: "goal:7", Score: 0}}
	m, err := credit.NewMultiplier(batch, 2, params)
	if err != nil {
		panic(err)
	}
	for turn, open := m.Turn(); open; turn, open = m.Turn() {
		a, _ := m.Advantage("a")
		b, _ := m.Advantage("b")
		fmt.Printf("turn %d: a %+.2f, b %+.2f\n", turn, a, b)
		// Here the policy is updated. Say it doubled the chance of what a did.
		err := m.Close(turn, []credit.TurnRatio{{Rollout: "a", Turn: turn, LogRatio: math.Log(2), Tokens: 5}})
		if err != nil {
			panic(err)
		}
	}
	// Output:
	// turn 1: a +0.50, b -0.50
	// turn 0: a +1.00, b -0.50
}

func ExamplePrepare() {
	graph, err := traces.NewGraph(group(), traces.GraphOptions{})
	if err != nil {
		panic(err)
	}
	graph, err = credit.Prepare(graph,
		credit.Penalty{Coef: 0.1},
		credit.OTC{Alpha: 1, C: 2, Grouped: true},
		credit.Overlong{Max: 2, Cache: 1, Factor: 0.5, Unit: credit.Steps},
	)
	if err != nil {
		panic(err)
	}
	for _, r := range graph.Rollouts {
		fmt.Println(r.ID, r.Score)
	}
	// Output:
	// a 0.5
	// b -0.5
}

func ExampleRatio() {
	fmt.Printf("%.3f\n", credit.Ratio("go to drawer 1", "go to drawer 2", false))
	// Output:
	// 0.929
}

// Transforms as other programs write them: what is left out has its default.
func ExampleParseTransforms() {
	changes, err := credit.ParseTransforms([]byte(`[{"name": "gdpo", "rewards": ["format", "answer"], "weights": [0.5, 1]}, {"name": "penalty"}]`))
	if err != nil {
		panic(err)
	}
	graph, err := traces.NewGraph(group(), traces.GraphOptions{})
	if err != nil {
		panic(err)
	}
	format, answer := make([]float64, graph.Len()), make([]float64, graph.Len())
	format[0], answer[graph.Len()-1] = 1, 1 // of the first trajectory, of the last one
	graph, err = graph.WithParts(map[string][]float64{"format": format, "answer": answer})
	if err != nil {
		panic(err)
	}
	graph, err = credit.Prepare(graph, changes...)
	if err != nil {
		panic(err)
	}
	for _, r := range graph.Rollouts {
		fmt.Printf("%s %+.3f\n", r.ID, r.Score)
	}
	text, err := json.Marshal(changes)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
	// Output:
	// a -0.354
	// b +0.354
	// [{"name":"gdpo","rewards":["format","answer"],"weights":[0.5,1],"eps":0.000001},{"name":"penalty","coef":0.1,"propagate":false}]
}
