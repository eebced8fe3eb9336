package remote

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"stepgym/agent"
	"stepgym/agent/prompt"
	"stepgym/envs"
)

// request is the body of a call. Further fields are added by encode.
type request struct {
	Model       string        `json:"model"`
	Messages    []wireMessage `json:"messages"`
	Tools       []wireTool    `json:"tools,omitempty"`
	Temperature float64       `json:"temperature"`
	Seed        *uint64       `json:"seed,omitempty"`
	MaxTokens   int           `json:"max_tokens,omitempty"`
	Stop        []string      `json:"stop,omitempty"`

	// TopLogProbs has to be there: without a number some endpoints give no
	// log-probabilities at all. 0 asks for that of the token drawn alone.
	LogProbs    bool `json:"logprobs,omitempty"`
	TopLogProbs *int `json:"top_logprobs,omitempty"`

	TokenIDs    bool `json:"return_token_ids,omitempty"`
	TokensAsIDs bool `json:"return_tokens_as_token_ids,omitempty"`
}

// ownFields lists the fields of a request that a user cannot set, and those that
// would change the form of the answer.
func ownFields() []string {
	return []string{
		"model", "messages", "tools", "temperature", "seed", "max_tokens", "stop", "logprobs", "top_logprobs",
		"return_token_ids", "return_tokens_as_token_ids", "n", "stream", "stream_options",
	}
}

type wireMessage struct {
	Role       string     `json:"role"`
	Content    string     `json:"content"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
	ToolCalls  []wireCall `json:"tool_calls,omitempty"`
}

type wireCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function wireFunction `json:"function"`
}

type wireFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type wireTool struct {
	Type     string       `json:"type"`
	Function wireToolText `json:"function"`
}

type wireToolText struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
}

// newRequest returns the body that asks for the next decision.
func (c *Config) newRequest(r prompt.Request, s agent.Sampling, level agent.Level) ([]byte, error) {
	body := request{Model: c.Model, Messages: wireMessages(r.Messages), Temperature: s.Temperature, MaxTokens: s.MaxTokens, Stop: s.Stop}
	if !c.NoSeed {
		body.Seed = &s.Seed
	}
	for _, t := range r.Tools {
		body.Tools = append(body.Tools, wireTool{Type: "function", Function: wireToolText{t.Name, t.Description, t.Params}})
	}
	switch level {
	case agent.LevelTokens:
		body.TokenIDs, body.TokensAsIDs = true, true
		fallthrough
	case agent.LevelLogProbs:
		body.LogProbs, body.TopLogProbs = true, new(int)
	}
	return encode(body, c.Request)
}

// wireMessages returns messages as the protocol writes them.
func wireMessages(in []envs.Message) []wireMessage {
	out := make([]wireMessage, len(in))
	for i, m := range in {
		out[i] = wireMessage{Role: m.Role, Content: m.Content, ToolCallID: m.ToolCallID}
		for _, c := range m.Calls {
			out[i].ToolCalls = append(out[i].ToolCalls, wireCall{ID: c.ID, Type: "function", Function: wireFunction{c.Name, string(c.Args)}})
		}
	}
	return out
}

// encode returns body with the fields of extra behind its own, in the order of
// their names.
func encode(body any, extra map[string]json.RawMessage) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return nil, fmt.Errorf("remote: write the request: %w", err)
	}
	if len(extra) == 0 {
		return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
	}
	b.Truncate(bytes.LastIndexByte(b.Bytes(), '}'))
	for _, key := range slices.Sorted(maps.Keys(extra)) {
		name, err := json.Marshal(key)
		if err != nil {
			return nil, fmt.Errorf("remote: write the request: %w", err)
		}
		b.WriteByte(',')
		b.Write(name)
		b.WriteByte(':')
		b.Write(extra[key])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
