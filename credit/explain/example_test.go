package explain_test

import (
	"os"

	"stepgym/credit"
	"stepgym/credit/explain"
	"stepgym/traces"
)

func Example() {
	graph, err := traces.FromInputs(traces.Inputs{ID: "goal:7", Trajectories: []traces.Input{
		{ID: "a", Obs: []string{"search", "results"}, Actions: []string{"find shoe", "buy red"}, Rewards: []float64{0, 1}, Success: true},
		{ID: "b", Obs: []string{"search", "results"}, Actions: []string{"find shoe", "buy blue"}, Rewards: []float64{0, 0}},
	}})
	if err != nil {
		panic(err)
	}
	method, err := credit.New("gigpo", []byte(`{"mode": "mean", "gamma": 0.9}`))
	if err != nil {
		panic(err)
	}
	adv, err := method.Advantages(graph)
	if err != nil {
		panic(err)
	}
	e, err := explain.Group(graph, method, adv)
	if err != nil {
		panic(err)
	}
	if err := e.Write(os.Stdout); err != nil {
		panic(err)
	}
	// Output:
	// group "goal:7" by gigpo/paper: episode part + w · step part of the discounted return
	// compared: steps of the group with equal state
	//
	// states
	//   A  left 2 times  search
	//   B  left 2 times  results
	//
	// trajectory 0 "a": score 1, success
	//   t  state  action     reward  return  advantage  why
	//   0  A      find shoe  0       0.9     +0.9500    +0.5000 episode: score 1, mean 0.5 of 2
	//                                                   +0.4500 state: return 0.9, mean 0.45 of 2 [with 1:0]
	//   1  B      buy red    1       1       +1.0000    +0.5000 episode: score 1, mean 0.5 of 2
	//                                                   +0.5000 state: return 1, mean 0.5 of 2 [with 1:1]
	//
	// trajectory 1 "b": score 0, no success
	//   t  state  action     reward  return  advantage  why
	//   0  A      find shoe  0       0       -0.9500    -0.5000 episode: score 0, mean 0.5 of 2
	//                                                   -0.4500 state: return 0, mean 0.45 of 2 [with 0:0]
	//   1  B      buy blue   0       0       -1.0000    -0.5000 episode: score 0, mean 0.5 of 2
	//                                                   -0.5000 state: return 0, mean 0.5 of 2 [with 0:1]
}
