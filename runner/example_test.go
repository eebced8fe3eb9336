package runner_test

import (
	"context"
	"fmt"

	"stepgym/agent/scripted"
	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/runner"
)

func ExampleRollout() {
	policy, err := scripted.New("random", scripted.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	task := envs.Task{ID: "3", Goal: "Walk to place 3."}
	out := runner.Rollout(context.Background(), toy.New(), policy, runner.Spec{Task: task, EnvSeed: 1, SampleSeed: 2, ID: "example"})
	if out.Err != nil {
		fmt.Println(out.Err)
		return
	}
	fmt.Println(out.Trajectory.Turns == len(out.Decisions), out.Trajectory.Terminated || out.Trajectory.Truncated)
	// Output: true true
}

func ExampleEvaluate() {
	policy, err := scripted.New("random", scripted.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := runner.Evaluate(context.Background(), toy.New(), policy, runner.EvalConfig{Split: "test", Repeats: 4, Seed: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%d tasks, %d episodes, %d lost\n", report.Tasks, report.Episodes, report.Lost)
	// Output: 2 tasks, 8 episodes, 0 lost
}
