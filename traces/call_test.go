package traces

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"stepgym/envs"
)

// TestCallForm checks the form in JSON that Call's comment gives.
func TestCallForm(t *testing.T) {
	c := Call{
		Level: "tokens", Model: "m", Finish: "stop", Sampling: Sampling{Temperature: 1, Seed: 7, MaxTokens: 512},
		PromptTokens: 120, CompletionTokens: 3, LatencyMS: 81.5, Attempts: 1,
		PromptIDs: []int32{1, 2}, CompletionIDs: []int32{3, 4, 5}, LogProbs: []float64{-0.1, -2, -0.5},
		Messages: []envs.Message{{Role: "user", Content: "..."}}, Extra: map[string]json.RawMessage{"system_fingerprint": json.RawMessage(`"f"`)},
	}
	b, err := encodeLine(c)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"level":"tokens","sequence":0,"model":"m","finish":"stop","sampling":{"temperature":1,"seed":7,"max_tokens":512},` +
		`"prompt_tokens":120,"completion_tokens":3,"latency_ms":81.5,"attempts":1,` +
		`"prompt_ids":[1,2],"completion_ids":[3,4,5],"logprobs":[-0.1,-2,-0.5],` +
		`"messages":[{"role":"user","content":"..."}],"extra":{"system_fingerprint":"f"}}` + "\n"
	if d := cmp.Diff(string(b), want); d != "" {
		t.Error(d)
	}
	var back Call
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(back, c); d != "" {
		t.Error(d)
	}
}

func TestSequences(t *testing.T) {
	call := func(sequence int, prompt, completion []int32, logProbs ...float64) Step {
		return Step{Call: &Call{Level: "tokens", Sequence: sequence, PromptIDs: prompt, CompletionIDs: completion, LogProbs: logProbs}}
	}
	two := []Step{
		call(0, []int32{1, 2}, []int32{3}, -1),
		call(0, []int32{4}, []int32{5, 6}, -2, -3),
		call(1, []int32{7}, nil),
		call(1, nil, []int32{8}, -4),
	}
	want := []Sequence{
		{IDs: []int32{1, 2, 3, 4, 5, 6}, LogProbs: []float64{0, 0, -1, 0, -2, -3}, Steps: []int{-1, -1, 0, -1, 1, 1}},
		{IDs: []int32{7, 8}, LogProbs: []float64{0, -4}, Steps: []int{-1, 3}},
	}
	for _, tt := range []struct {
		name  string
		steps []Step
		want  []Sequence
	}{
		{"two", two, want},
		{"none", nil, nil},
		{"one without a call", append(two[:2:2], Step{}), nil},
		{"one without ids", append(two[:2:2], Step{Call: &Call{Level: "logprobs", Sequence: 1, LogProbs: []float64{-1}}}), nil},
		{"one with a log-probability too many", append(two[:2:2], call(0, nil, []int32{1}, -1, -1)), nil},
	} {
		if d := cmp.Diff((&Trajectory{Steps: tt.steps}).Sequences(), tt.want); d != "" {
			t.Errorf("%s (-got +want):\n%s", tt.name, d)
		}
	}
}

// TestHeadSaysEvalOnly lists it without reading the steps.
func TestHeadSaysEvalOnly(t *testing.T) {
	r := newRun(t, Options{})
	s := sample(0)
	s.EvalOnly = "no ids"
	s.Steps[0].Call = &Call{Level: "text", Messages: []envs.Message{{Role: "user", Content: `"steps":[`}}}
	if err := r.Append(s); err != nil {
		t.Fatal(err)
	}
	x, err := r.Index()
	if err != nil || len(x.Heads) != 1 || x.Heads[0].EvalOnly != "no ids" {
		t.Fatalf("%+v, %v", x, err)
	}
	back, err := r.Load(s.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(back, s); d != "" {
		t.Error(d)
	}
}
