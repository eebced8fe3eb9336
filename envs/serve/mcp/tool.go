package mcp

import (
	"context"
	"encoding/json"
	"strings"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"stepgym/envs"
	"stepgym/envs/serve/session"
)

// observeTool is the tool that looks without acting.
const observeTool = "observe"

// outcome is the structured result of every tool.
type outcome struct {
	Text      string   `json:"text"`
	Reward    float64  `json:"reward"`
	Done      bool     `json:"done"`
	Truncated bool     `json:"truncated"`
	Invalid   bool     `json:"invalid"`
	Available []string `json:"available_actions"`
}

// outputSchema is the JSON Schema of an outcome.
func outputSchema() json.RawMessage {
	return json.RawMessage(`{"type":"object","properties":{` +
		`"text":{"type":"string","description":"what there is to see now"},` +
		`"reward":{"type":"number","description":"of this step"},` +
		`"done":{"type":"boolean","description":"the episode has ended"},` +
		`"truncated":{"type":"boolean","description":"a limit ended it"},` +
		`"invalid":{"type":"boolean","description":"the environment refused the action"},` +
		`"available_actions":{"type":"array","items":{"type":"string"},"description":"what can be done now; a word in angle brackets is to be filled in"}},` +
		`"required":["text","reward","done","truncated","invalid","available_actions"],"additionalProperties":false}`)
}

// observation is the tool that looks.
func observation() *sdk.Tool {
	return &sdk.Tool{
		Name: observeTool, Description: "Look again at what there is to see, without acting.",
		InputSchema:  json.RawMessage(`{"type":"object","properties":{},"additionalProperties":false}`),
		OutputSchema: outputSchema(), Annotations: &sdk.ToolAnnotations{ReadOnlyHint: true},
	}
}

// call serves the tools that act. What is wrong with a call is for the model to
// read, and no error of the protocol.
func (c *conn) call(ctx context.Context, r *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
	c.mu.Lock()
	set := c.set
	c.mu.Unlock()
	args := r.Params.Arguments
	if len(args) == 0 || string(args) == "null" {
		args = json.RawMessage("{}")
	}
	action, err := set.Action(r.Params.Name, args)
	if err != nil {
		return failed(strings.TrimPrefix(err.Error(), "tools: ")), nil
	}
	a, err := c.session.Step(ctx, action, "")
	if err != nil {
		return failed(session.AsError(err).Message), nil
	}
	c.follow(&a)
	return result(&a)
}

// observe serves the tool that looks.
func (c *conn) observe(ctx context.Context, _ *sdk.CallToolRequest) (*sdk.CallToolResult, error) {
	a, err := c.session.Observe(ctx)
	if err != nil {
		return failed(session.AsError(err).Message), nil
	}
	return result(&a)
}

// result is the answer of a tool, structured and, for clients that know no
// structure, as text.
func result(a *session.Answer) (*sdk.CallToolResult, error) {
	r := &a.Result
	b, err := json.Marshal(outcome{a.Observation.Text(), r.Reward, r.Done(), r.Truncated, r.Invalid, available(&a.Observation)})
	if err != nil {
		return nil, err
	}
	return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: string(b)}}, StructuredContent: json.RawMessage(b)}, nil
}

// failed is the answer of a tool that did nothing.
func failed(message string) *sdk.CallToolResult {
	return &sdk.CallToolResult{Content: []sdk.Content{&sdk.TextContent{Text: message}}, IsError: true}
}

// available lists what can be done: actions, then forms with a free slot.
func available(o *envs.Observation) []string {
	list := make([]string, 0, len(o.Admissible)+len(o.Forms))
	for _, c := range o.Admissible {
		list = append(list, c.Action.String())
	}
	for _, f := range o.Forms {
		list = append(list, f.Template)
	}
	return list
}
