package traces_test

import (
	"fmt"
	"os"

	"stepgym/traces"
)

func ExampleRun() {
	dir, err := os.MkdirTemp("", "run")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	run, err := traces.Create(dir, traces.Manifest{Command: "rollout", Seed: 1}, traces.Options{})
	if err != nil {
		panic(err)
	}
	defer run.Close()
	for i, success := range []bool{true, false} {
		t := &traces.Trajectory{ID: fmt.Sprintf("goal:7/%d", i), TaskID: "goal:7", Success: success, Turns: 1}
		t.Steps = []traces.Step{{Observation: traces.Observation{Text: "a page"}, Action: "click[buy now]"}}
		if err := run.Append(t); err != nil {
			panic(err)
		}
	}

	index, err := run.Index() // reads no steps
	if err != nil {
		panic(err)
	}
	for _, h := range index.Select(traces.Filter{Success: new(false)}) {
		t, err := run.Load(h.ID)
		if err != nil {
			panic(err)
		}
		fmt.Println(h.ID, "failed after", t.Steps[len(t.Steps)-1].Action)
	}
	// Output:
	// goal:7/1 failed after click[buy now]
}

func ExampleNewGraph() {
	walk := func(id string, words ...string) *traces.Trajectory {
		t := &traces.Trajectory{ID: id}
		for k := 0; k+1 < len(words); k += 2 {
			t.Steps = append(t.Steps, traces.Step{Observation: traces.Observation{Text: words[k]}, Action: words[k+1]})
		}
		return t
	}
	g, err := traces.NewGraph(&traces.Group{Trajectories: []*traces.Trajectory{
		walk("a", "search", "red shoe", "results", "click 1"),
		walk("b", "search", "red shoe", "results", "click 2"),
	}}, traces.GraphOptions{})
	if err != nil {
		panic(err)
	}
	fmt.Println(g.Len(), "steps,", len(g.States), "states,", g.Edges().Len(), "edges")
	fmt.Println("rows of the first edge:", g.Edges().At(0))
	// Output:
	// 4 steps, 2 states, 3 edges
	// rows of the first edge: [0 2]
}
