package export

import (
	"encoding/json"
	"slices"
	"strconv"

	"stepgym/envs"
	"stepgym/traces"
)

// ATIFVersion is the version of the format that ToATIF follows.
const ATIFVersion = "ATIF-v1.8"

// The types of an ATIF document, with the fields that are used.
type (
	// ATIFTrajectory is a document.
	ATIFTrajectory struct {
		SchemaVersion string      `json:"schema_version"`
		SessionID     string      `json:"session_id,omitempty"` // the group: siblings share it
		TrajectoryID  string      `json:"trajectory_id"`
		Agent         ATIFAgent   `json:"agent"`
		Steps         []ATIFStep  `json:"steps"`
		Notes         string      `json:"notes,omitempty"`
		FinalMetrics  ATIFSummary `json:"final_metrics"`
		Extra         Extra       `json:"extra"`
	}
	// ATIFAgent is who acted.
	ATIFAgent struct {
		Name      string `json:"name"`
		Version   string `json:"version"`
		ModelName string `json:"model_name,omitempty"`
	}
	// ATIFStep is the task (source "user") or a turn (source "agent"). StepID
	// counts from 1.
	ATIFStep struct {
		StepID      int              `json:"step_id"`
		Source      string           `json:"source"`
		ModelName   string           `json:"model_name,omitempty"`
		Message     string           `json:"message"`
		ToolCalls   []ATIFCall       `json:"tool_calls,omitempty"`
		Observation *ATIFObservation `json:"observation,omitempty"`
		Metrics     *ATIFMetrics     `json:"metrics,omitempty"`
		Extra       *StepExtra       `json:"extra,omitempty"`
		LLMCalls    *int             `json:"llm_call_count,omitempty"`
	}
	// ATIFCall is a call of a tool.
	ATIFCall struct {
		ID        string                     `json:"tool_call_id"`
		Name      string                     `json:"function_name"`
		Arguments map[string]json.RawMessage `json:"arguments"`
	}
	// ATIFObservation is what came of a turn.
	ATIFObservation struct {
		Results []ATIFResult `json:"results"`
	}
	// ATIFResult is a part of it.
	ATIFResult struct {
		CallID  string `json:"source_call_id,omitempty"`
		Content string `json:"content"`
	}
	// ATIFMetrics are the tokens of a turn. The ids of the prompt are all that
	// the model read.
	ATIFMetrics struct {
		PromptTokens     int       `json:"prompt_tokens,omitempty"`
		CompletionTokens int       `json:"completion_tokens,omitempty"`
		PromptIDs        []int32   `json:"prompt_token_ids,omitempty"`
		CompletionIDs    []int32   `json:"completion_token_ids,omitempty"`
		LogProbs         []float64 `json:"logprobs,omitempty"`
	}
	// ATIFSummary is over all steps.
	ATIFSummary struct {
		PromptTokens     int `json:"total_prompt_tokens,omitempty"`
		CompletionTokens int `json:"total_completion_tokens,omitempty"`
		Steps            int `json:"total_steps"`
	}
)

// ToATIF returns t as a document of ATIF v1.8: the task as the user's step, then
// one step of the agent for each of t's. It shares memory with t.
func ToATIF(t *traces.Trajectory) *ATIFTrajectory {
	d := &ATIFTrajectory{
		SchemaVersion: ATIFVersion, SessionID: t.GroupID, TrajectoryID: t.ID,
		Agent: ATIFAgent{Name: t.Policy, Version: strconv.Itoa(t.Version)},
		Steps: []ATIFStep{{StepID: 1, Source: "user", Message: before(t)}},
		Extra: extraOf(t),
	}
	if t.Err != "" {
		d.Notes = "The episode was lost: " + t.Err
	}
	var read tokens
	for i := range t.Steps {
		d.Steps = append(d.Steps, atifStep(t, i, &read))
		if m := d.Steps[i+1].Metrics; m != nil {
			d.FinalMetrics.PromptTokens += m.PromptTokens
			d.FinalMetrics.CompletionTokens += m.CompletionTokens
		}
		if c := t.Steps[i].Call; c != nil && d.Agent.ModelName == "" {
			d.Agent.ModelName = c.Model
		}
	}
	d.FinalMetrics.Steps = len(d.Steps)
	return d
}

func atifStep(t *traces.Trajectory, i int, read *tokens) ATIFStep {
	s, a := &t.Steps[i], act(t, i)
	out := ATIFStep{StepID: i + 2, Source: "agent", Message: written(t, i, &a), Extra: stepExtraOf(s)}
	for k := range a.Calls {
		c := &a.Calls[k]
		out.ToolCalls = append(out.ToolCalls, ATIFCall{c.ID, c.Name, arguments(c)})
	}
	if text, ok := after(t, i); ok {
		out.Observation = &ATIFObservation{[]ATIFResult{{CallID: single(&a), Content: text}}}
	}
	if c := s.Call; c != nil {
		one := 1
		out.LLMCalls, out.ModelName = &one, c.Model
		out.Metrics = &ATIFMetrics{PromptTokens: c.PromptTokens, CompletionTokens: c.CompletionTokens}
		if read.add(c) {
			out.Metrics.PromptIDs, out.Metrics.CompletionIDs = read.prompt, c.CompletionIDs
		}
		if len(c.LogProbs) == len(c.CompletionIDs) {
			out.Metrics.LogProbs = c.LogProbs
		}
	}
	return out
}

// single returns the ID of the only call of an action. What was seen after
// several calls is not told apart.
func single(a *envs.Action) string {
	if len(a.Calls) == 1 {
		return a.Calls[0].ID
	}
	return ""
}

// tokens follows the token ids of a sequence from call to call.
type tokens struct {
	sequence int
	all      []int32 // of the sequence so far
	prompt   []int32 // those that the latest call read
	broken   bool    // a call without ids is among them
	begun    bool
}

// add takes the next call and reports whether its ids are known.
func (k *tokens) add(c *traces.Call) bool {
	if !k.begun || c.Sequence != k.sequence {
		*k = tokens{sequence: c.Sequence, begun: true}
	}
	if c.Level != "tokens" || len(c.CompletionIDs) == 0 {
		k.broken = true
	}
	if k.broken {
		return false
	}
	k.all = append(k.all, c.PromptIDs...)
	k.prompt = slices.Clone(k.all)
	k.all = append(k.all, c.CompletionIDs...)
	return true
}
