package openenv

import (
	"context"
	"encoding/json"
	"strconv"

	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/envs/serve/internal/jsontext"
	"stepgym/envs/serve/session"
)

// The types of actions by which tool clients use a socket.
const (
	callTool  = "call_tool"
	listTools = "list_tools"
)

// act is the tool of environments whose actions are texts.
const act = "act"

// tools lists what may be called.
func (p *place) tools() []envs.ToolSchema {
	if len(p.spec.Tools) > 0 {
		return p.spec.Tools
	}
	return []envs.ToolSchema{{
		Name: act, Description: "Take one action. What there is to do is in the observation.",
		Params: json.RawMessage(`{"additionalProperties":false,"properties":{"action":{"type":"string","description":"The action as text"}},"required":["action"],"type":"object"}`),
	}}
}

// action translates a call into an action. kind says what is wrong with it in
// OpenEnv's words.
func (p *place) action(name string, args gjson.Result) (a envs.Action, kind, wrong string) {
	if args.Exists() && !args.IsObject() {
		return a, "invalid_args", "the arguments must be an object"
	}
	if len(p.spec.Tools) > 0 {
		for i := range p.spec.Tools {
			if p.spec.Tools[i].Name == name {
				raw := args.Raw
				if raw == "" {
					raw = "{}"
				}
				a.Calls = []envs.ToolCall{{Name: name, Args: json.RawMessage(raw)}}
				return a, "", ""
			}
		}
	} else if name == act {
		v := args.Get("action")
		if v.Type != gjson.String {
			return a, "invalid_args", "the argument action must be a string"
		}
		return envs.Action{Text: v.Str}, "", ""
	}
	return a, "tool_not_found", "Unknown tool: '" + shortened(name) + "'"
}

// appendTools appends the list of tools; schema is what the key of a tool's
// parameters is called.
func appendTools(b []byte, tools []envs.ToolSchema, schema string) []byte {
	b = append(b, '[')
	for i, t := range tools {
		if i > 0 {
			b = append(b, ',')
		}
		b = jsontext.AppendString(append(b, `{"name":`...), t.Name)
		b = jsontext.AppendString(append(b, `,"description":`...), t.Description)
		b = append(jsontext.AppendString(append(b, ','), schema), ':')
		b = append(append(b, t.Params...), '}')
	}
	return append(b, ']')
}

// appendOutput appends the result of a call: the text as "data", which clients
// unwrap, and everything else an observation has as "structured_content".
func appendOutput(b []byte, a *session.Answer) []byte {
	o, r := &a.Observation, &a.Result
	b = appendText(append(b, `{"content":[{"type":"text","text":`...), o)
	b = append(b, `,"annotations":null,"meta":null}],"structured_content":{"text":`...)
	b = appendText(b, o)
	b = appendActions(append(b, `,"available_actions":`...), o)
	b = appendNumber(append(b, `,"reward":`...), r.Reward)
	b = strconv.AppendBool(append(b, `,"done":`...), r.Done())
	b = strconv.AppendBool(append(b, `,"truncated":`...), r.Truncated)
	b = strconv.AppendBool(append(b, `,"invalid":`...), r.Invalid)
	b = appendText(append(b, `},"meta":null,"data":`...), o)
	return append(strconv.AppendBool(append(b, `,"is_error":`...), r.Invalid), '}')
}

// listTools serves tools/list.
func (p *place) listTools(ctx context.Context, params gjson.Result, s *session.Session) ([]byte, *rpcError) {
	if id := params.Get("session_id"); s == nil && id.Exists() {
		if _, fail := p.find(ctx, id.String()); fail != nil {
			return nil, fail
		}
	}
	return append(appendTools([]byte(`{"tools":`), p.tools(), "inputSchema"), '}'), nil
}

// callTool serves tools/call: a step of a session.
//
// Differs: a call without a session is refused; the reference server makes an
// environment for the one call.
func (p *place) callTool(ctx context.Context, params gjson.Result, s *session.Session) ([]byte, *rpcError) {
	name := params.Get("name").String()
	if name == "" {
		return nil, &rpcError{code: rpcParams, message: "Missing 'name' in params"}
	}
	if s == nil {
		id := params.Get("session_id").String()
		if id == "" {
			return nil, &rpcError{code: rpcParams, message: "Invalid params - 'session_id' is required"}
		}
		var fail *rpcError
		if s, fail = p.find(ctx, id); fail != nil {
			return nil, fail
		}
	}
	action, _, wrong := p.action(name, params.Get("arguments"))
	if wrong != "" {
		return nil, &rpcError{code: rpcInternal, message: wrong}
	}
	a, err := s.Step(ctx, action, params.Get("_meta.step_id").String())
	if err != nil {
		return nil, failure(err, rpcInternal)
	}
	return appendOutput(nil, &a), nil
}

// useTool answers a step whose action calls a tool, or asks for the tools.
func (s *socket) useTool(out []byte, in gjson.Result) ([]byte, error) {
	p := s.place
	out = append(out, `{"type":"observation","data":{"observation":{"metadata":{},`...)
	if in.Get("type").Str == listTools {
		out = append(out, `"tools":`...)
		return append(appendTools(out, p.tools(), "input_schema"), `},"reward":null,"done":false}}`...), nil
	}
	name := in.Get("tool_name").String()
	out = jsontext.AppendString(append(out, `"tool_name":`...), name)
	action, kind, wrong := p.action(name, in.Get("arguments"))
	if wrong != "" {
		out = jsontext.AppendString(append(out, `,"result":null,"error":{"error_type":`...), kind)
		out = jsontext.AppendString(append(out, `,"message":`...), wrong)
		return append(out, `}},"reward":null,"done":false}}`...), nil
	}
	a, err := s.session.Step(s.ctx, action, in.Get("metadata.step_id").String())
	if err != nil {
		return out[:0], err
	}
	out = appendOutput(append(out, `,"result":`...), &a)
	out = appendNumber(append(out, `,"error":null},"reward":`...), a.Result.Reward)
	return append(strconv.AppendBool(append(out, `,"done":`...), a.Result.Done()), "}}"...), nil
}
