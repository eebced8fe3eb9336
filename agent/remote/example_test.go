package remote_test

import (
	"context"
	"fmt"

	"stepgym/agent"
	"stepgym/agent/policytest"
	"stepgym/agent/remote"
	"stepgym/agent/remote/remotetest"
)

func Example() {
	// A real endpoint is at a URL; this one needs no network.
	endpoint := remotetest.New(remotetest.Options{Level: agent.LevelTokens})
	c := remote.DefaultConfig()
	c.BaseURL, c.Model, c.Transport = "http://127.0.0.1:8000/v1", "toy", endpoint.Transport()
	env := policytest.Bandit()
	p, err := remote.New(env.Spec(), c)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer p.Close()
	ctx := context.Background()
	level, err := p.Probe(ctx)
	fmt.Println(p.Name(), level, err)

	tasks, err := policytest.Tasks(env, "train", 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	episodes, err := policytest.Play(ctx, env, p, []policytest.Start{{Task: tasks[0], Seed: 1}})
	if err != nil {
		fmt.Println(err)
		return
	}
	d := episodes[0].Decisions[0]
	fmt.Println(d.Action, len(d.Generation.Completion) == len(d.Generation.LogProbs))
	fmt.Printf("%.60q\n", d.Raw)
	// Output:
	// openai:toy tokens <nil>
	// take 0 true
	// "<think>Why not.</think>\n<action>take 0</action>"
}
