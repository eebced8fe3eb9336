package viewertest_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/traces"
)

// model is a run of a language model that calls tools and of which every token
// is recorded.
var model = maker{"model", makeModel}

func makeModel(t testing.TB, dir string) {
	t.Helper()
	run, err := traces.Create(dir, traces.Manifest{
		Command: "rollout", Version: "test", Env: "toolcall-v1", Policy: "openai", Created: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), Config: []byte(`{"model":"small"}`),
	}, traces.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		if err := run.Append(called(i)); err != nil {
			t.Fatal(err)
		}
	}
	finish(t, run)
}

// called is an episode of tool calls; the first two begin alike.
func called(i int) *traces.Trajectory {
	tr := &traces.Trajectory{
		ID: fmt.Sprintf("flights/%d", i), GroupID: "flights", TaskID: "flights", Env: "toolcall-v1", Split: "test", Policy: "openai", Iteration: -1, Index: i,
		Return: float64(i % 2), Score: float64(i % 2), Success: i%2 == 1, Terminated: true, Turns: 2, Goal: "Book the first flight to Oslo",
		Final: &traces.Observation{Text: `{"status":"booked"}`, State: "booked"},
	}
	args := fmt.Sprintf(`{"to":"Oslo","day":%d}`, 3+i/2)
	tr.Steps = []traces.Step{
		step("Book the first flight to Oslo", "start", envs.Action{Calls: []envs.ToolCall{{ID: "c1", Name: "find_flights", Args: []byte(args)}}}, 0),
		step(fmt.Sprintf(`[{"id":"SK%d","price":120.5,"stops":0}]`, 10+i/2), fmt.Sprintf("found %d", i/2), envs.Action{Calls: []envs.ToolCall{{ID: "c2", Name: "book", Args: fmt.Appendf(nil, `{"id":"SK%d"}`, i)}}}, float64(i%2)),
	}
	tr.Steps[1].Terminated = true
	return tr
}

func step(seen, state string, a envs.Action, reward float64) traces.Step {
	logs := []float64{-0.02, -1.7, -0.4, -4.2, -0.001}
	sum := 0.0
	for _, l := range logs {
		sum += l
	}
	return traces.Step{
		Observation: traces.Observation{Text: seen, State: state}, Action: a.String(), Reward: reward, LogProb: sum, Entropy: -sum / math.E, Value: 0.4, Tokens: len(logs),
		Raw: "I look for flights.\n" + a.String(), Advantages: map[string]float64{"gae/paper": reward - 0.4},
		Call: &traces.Call{
			Level: "tokens", Model: "small", Finish: "tool_calls", Sampling: traces.Sampling{Temperature: 0.7, Seed: 5}, PromptTokens: 90, CompletionTokens: len(logs), LatencyMS: 81.5, Attempts: 1,
			PromptIDs: []int32{11, 12, 13}, CompletionIDs: []int32{40, 367, 298, 7731, 2}, LogProbs: logs,
			Messages: []envs.Message{{Role: "system", Content: "You book flights."}, {Role: "user", Content: seen}},
		},
	}
}
