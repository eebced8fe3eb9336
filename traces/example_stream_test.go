package traces_test

import (
	"fmt"

	"stepgym/traces"
)

// A stream takes steps as they are played, from as many goroutines as play,
// and hands over the graph of a group when its last rollout has ended.
func ExampleStream() {
	stream, err := traces.NewStream(traces.StreamOptions{GroupSize: 2, Sealed: func(g *traces.Graph) {
		fmt.Printf("%s: %d rollouts, %d steps, %d states\n", g.ID, len(g.Rollouts), g.Len(), len(g.States))
	}})
	if err != nil {
		panic(err)
	}
	for i := range 2 {
		rollout, err := stream.Begin(traces.Start{Group: "goal:7", ID: fmt.Sprint("goal:7/", i), Index: i})
		if err != nil {
			panic(err)
		}
		for _, page := range []string{"search", "results"} {
			step := traces.Step{Observation: traces.Observation{Text: page}, Action: "click"}
			if err := rollout.Add(&step); err != nil {
				panic(err)
			}
		}
		if err := rollout.Close(traces.End{Success: i == 0}); err != nil {
			panic(err)
		}
	}
	// Output:
	// goal:7: 2 rollouts, 4 steps, 2 states
}
