package choice_test

import (
	"context"
	"fmt"

	"stepgym/agent"
	"stepgym/agent/choice"
	"stepgym/agent/policytest"
)

// A policy learns which of six things the goal asks for. (Without the ONNX
// Runtime library New returns an error that says how to get it.)
func Example() {
	c := choice.DefaultConfig()
	c.MaxTurns = 1
	p, err := choice.New(c)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()

	env := policytest.Bandit()
	if err := p.Fit(env.Tasks("train")); err != nil {
		fmt.Println(err)
		return
	}
	tasks, err := policytest.Tasks(env, "train", 200)
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	for it := range 60 {
		var starts []policytest.Start
		for i := range 128 { // 16 tasks, 8 episodes each
			starts = append(starts, policytest.Start{Task: tasks[(it*16+i/8)%200], Seed: uint64(it*128 + i)})
		}
		episodes, err := policytest.Play(ctx, env, p, starts)
		if err != nil {
			fmt.Println(err)
			return
		}
		batch := agent.Batch{Seed: uint64(it), Progress: float64(it) / 60}
		for _, e := range episodes {
			for _, d := range e.Decisions {
				batch.Samples = append(batch.Samples, agent.Sample{Decision: d, Advantage: 3 * (e.Return - 1./6)})
			}
		}
		if _, err := p.Update(ctx, batch); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Println(p.Name(), "version", p.Version())
}

func ExampleConfig_Validate() {
	c := choice.DefaultConfig()
	c.Width = 4
	c.Device = "tpu"
	fmt.Println(c.Validate())
	// Output:
	// choice: width is 4, want an odd number
	// choice: device is "tpu", want cpu, cuda or auto
}
