package export

import (
	"encoding/json"

	"stepgym/traces"
)

// The types of a line of OpenEnv's results.jsonl.
type (
	// EpisodeRecord is a line.
	EpisodeRecord struct {
		EpisodeID     string             `json:"episode_id"`
		Messages      []Chat             `json:"messages"`
		Reward        float64            `json:"reward"` // the undiscounted return
		Done          bool               `json:"done"`
		ToolTrace     []ToolTrace        `json:"tool_trace"`
		Metrics       EpisodeMetrics     `json:"metrics"`
		VerifyMetrics map[string]float64 `json:"verify_metrics"`
		Artifacts     struct{}           `json:"artifacts"`
		Task          EpisodeTask        `json:"task"`
		Extra         RecordExtra        `json:"extra"`
	}
	// ToolTrace is one action. An action that is no call of a tool has the name
	// "act" and its text as the argument "action".
	ToolTrace struct {
		Name      string                     `json:"tool_name"`
		Arguments map[string]json.RawMessage `json:"arguments"`
		Result    ToolResult                 `json:"result"`
	}
	// ToolResult is what came of it.
	ToolResult struct {
		Data     *string    `json:"data"`
		Done     bool       `json:"done"`
		Metadata *StepExtra `json:"metadata"`
		Error    *string    `json:"error"`
	}
	// EpisodeMetrics counts.
	EpisodeMetrics struct {
		Turns   int `json:"turns"`
		Invalid int `json:"invalid_steps"`
	}
	// EpisodeTask is what was asked.
	EpisodeTask struct {
		ID   string `json:"task_id"`
		Goal string `json:"goal,omitempty"`
	}
	// RecordExtra is the rest, with who acted.
	RecordExtra struct {
		Policy  string `json:"policy"`
		Version int    `json:"version"`
		Extra
	}
)

// ToOpenEnv returns t as a line of OpenEnv's results.jsonl. Of several
// conversations the last is in messages.
func ToOpenEnv(t *traces.Trajectory) *EpisodeRecord {
	lines := ToMessages(t)
	r := &EpisodeRecord{
		EpisodeID: t.ID, Messages: lines[len(lines)-1].Messages, Reward: t.Return, Done: t.Terminated || t.Truncated,
		ToolTrace: []ToolTrace{}, Metrics: EpisodeMetrics{len(t.Steps), t.Invalid},
		VerifyMetrics: map[string]float64{}, Task: EpisodeTask{t.TaskID, t.Goal},
		Extra: RecordExtra{t.Policy, t.Version, extraOf(t)},
	}
	for name, x := range t.Metrics {
		r.VerifyMetrics[name] = x
	}
	r.VerifyMetrics["score"] = t.Score
	if r.VerifyMetrics["success"] = 0; t.Success {
		r.VerifyMetrics["success"] = 1
	}
	for i := range t.Steps {
		r.ToolTrace = append(r.ToolTrace, toolTrace(t, i)...)
	}
	return r
}

func toolTrace(t *traces.Trajectory, i int) []ToolTrace {
	s, a := &t.Steps[i], act(t, i)
	result := ToolResult{Done: s.Terminated || s.Truncated, Metadata: stepExtraOf(s)}
	if text, ok := after(t, i); ok {
		result.Data = &text
	} else if t.Err != "" {
		result.Error = &t.Err
	}
	if len(a.Calls) == 0 {
		text, err := json.Marshal(a.Text)
		if err != nil { // a string has no error
			text = []byte(`""`)
		}
		return []ToolTrace{{"act", map[string]json.RawMessage{"action": text}, result}}
	}
	out := make([]ToolTrace, len(a.Calls))
	for k := range a.Calls {
		out[k] = ToolTrace{a.Calls[k].Name, arguments(&a.Calls[k]), result}
	}
	return out
}
