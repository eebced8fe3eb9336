package export

import (
	"cmp"
	"encoding/json"

	"stepgym/envs"
	"stepgym/traces"
)

// The types of a sample in a log of Inspect, with the fields that are used.
type (
	// InspectSample is one rollout. ID is the group and Epoch the place among those
	// of its rollouts that are in the log, from 1.
	InspectSample struct {
		ID         string                  `json:"id"`
		Epoch      int                     `json:"epoch"`
		Input      string                  `json:"input"`
		Target     string                  `json:"target"` // empty: environments tell no answer
		Messages   []InspectMessage        `json:"messages"`
		Output     InspectOutput           `json:"output"`
		Scores     map[string]InspectScore `json:"scores,omitempty"` // none of an episode that was lost
		Metadata   InspectMetadata         `json:"metadata"`
		ModelUsage map[string]InspectUsage `json:"model_usage"`
		Error      *InspectError           `json:"error,omitempty"`
		Limit      *InspectLimit           `json:"limit,omitempty"`
		Turns      int                     `json:"turn_count"`
	}
	// InspectMessage is a message of the system, the user, the assistant or a tool.
	InspectMessage struct {
		Role     string        `json:"role"`
		Content  string        `json:"content"`
		Calls    []InspectCall `json:"tool_calls,omitempty"`
		CallID   string        `json:"tool_call_id,omitempty"`
		Function string        `json:"function,omitempty"` // of the call
	}
	// InspectCall is a call of a tool.
	InspectCall struct {
		ID        string                     `json:"id"`
		Function  string                     `json:"function"`
		Arguments map[string]json.RawMessage `json:"arguments"`
		Type      string                     `json:"type"` // "function"
	}
	// InspectOutput is the last message of the assistant.
	InspectOutput struct {
		Model   string          `json:"model"`
		Choices []InspectChoice `json:"choices"`
	}
	// InspectChoice is that message; the reason is "tool_calls" or "stop".
	InspectChoice struct {
		Message    InspectMessage `json:"message"`
		StopReason string         `json:"stop_reason"`
	}
	// InspectScore is a number.
	InspectScore struct {
		Value float64 `json:"value"`
	}
	// InspectUsage counts tokens.
	InspectUsage struct {
		Input  int `json:"input_tokens"`
		Output int `json:"output_tokens"`
		Total  int `json:"total_tokens"`
	}
	// InspectError says why an episode was lost.
	InspectError struct {
		Message       string `json:"message"`
		Traceback     string `json:"traceback"`
		TracebackANSI string `json:"traceback_ansi"`
	}
	// InspectLimit says that a limit cut the episode, after so many turns. Which
	// one is not known: the type is "custom".
	InspectLimit struct {
		Type   string  `json:"type"`
		Limit  float64 `json:"limit"`
		Reason string  `json:"reason"`
	}
	// InspectMetadata is the rest, with one of Steps for each action.
	InspectMetadata struct {
		TrajectoryID string `json:"trajectory_id"`
		Policy       string `json:"policy"`
		Version      int    `json:"version"`
		Goal         string `json:"goal,omitempty"`
		Extra
		Steps []*StepExtra `json:"steps"`
	}
)

// inspectScores names the scores of a sample.
var inspectScores = []string{"success", "score", "return"}

// ToInspect returns t as the rollout number epoch, from 1, of its group. The
// messages are the model's own if there was one conversation and it was kept,
// else what was seen and done. It shares memory with t.
func ToInspect(t *traces.Trajectory, epoch int) *InspectSample {
	s := &InspectSample{
		ID: inspectID(t), Epoch: epoch, Input: before(t), Messages: inspectMessages(t),
		Output:     InspectOutput{Model: t.Policy, Choices: []InspectChoice{}},
		Metadata:   InspectMetadata{t.ID, t.Policy, t.Version, t.Goal, extraOf(t), make([]*StepExtra, len(t.Steps))},
		ModelUsage: map[string]InspectUsage{}, Turns: len(t.Steps),
	}
	for i := range t.Steps {
		s.Metadata.Steps[i] = stepExtraOf(&t.Steps[i])
		if c := t.Steps[i].Call; c != nil {
			model := cmp.Or(c.Model, t.Policy)
			s.Output.Model = model
			s.ModelUsage[model] = s.ModelUsage[model].plus(c.PromptTokens, c.CompletionTokens)
		}
	}
	for i := len(s.Messages) - 1; i >= 0; i-- {
		if m := s.Messages[i]; m.Role == "assistant" {
			s.Output.Choices = []InspectChoice{{m, stopReason(&m)}}
			break
		}
	}
	switch {
	case t.Err != "":
		s.Error = &InspectError{Message: t.Err}
		return s
	case t.Truncated && !t.Terminated:
		s.Limit = &InspectLimit{"custom", float64(len(t.Steps)), "the episode was truncated"}
	}
	s.Scores = map[string]InspectScore{"success": {0}, "score": {t.Score}, "return": {t.Return}}
	if t.Success {
		s.Scores["success"] = InspectScore{1}
	}
	return s
}

// inspectID returns what the rollouts of a group have in common.
func inspectID(t *traces.Trajectory) string { return cmp.Or(t.GroupID, t.TaskID) }

func (u InspectUsage) plus(input, output int) InspectUsage {
	return InspectUsage{u.Input + input, u.Output + output, u.Total + input + output}
}

func stopReason(m *InspectMessage) string {
	if len(m.Calls) > 0 {
		return "tool_calls"
	}
	return "stop"
}

func inspectMessages(t *traces.Trajectory) []InspectMessage {
	lines := ToMessages(t)
	messages := lines[0].Messages
	if len(lines) > 1 { // none of them has the whole episode
		messages = chat(t)
	}
	out := make([]InspectMessage, len(messages))
	names := map[string]string{} // of what is called, by the call's ID
	for i, m := range messages {
		out[i] = InspectMessage{Role: m.Role, Content: m.Content, CallID: m.CallID, Function: names[m.CallID]}
		for _, c := range m.Calls {
			names[c.ID] = c.Function.Name
			args := arguments(&envs.ToolCall{Args: json.RawMessage(c.Function.Arguments)})
			out[i].Calls = append(out[i].Calls, InspectCall{c.ID, c.Function.Name, args, "function"})
		}
	}
	return out
}
