package tools

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"stepgym/envs"
)

var (
	// ErrNoTool is wrapped by Action for a tool that the set does not have.
	ErrNoTool = errors.New("tools: no such tool")
	// ErrArguments is wrapped by Action for arguments that do not fit the tool.
	ErrArguments = errors.New("tools: the arguments do not fit")
)

// Action returns the action that a call takes. args is a JSON object; nothing
// and null stand for an empty one. Arguments that the tool does not have are
// ignored. Those of an environment's own tool are for the environment to judge,
// but for being an object.
//
// An error wraps [ErrNoTool] or [ErrArguments]; the environment was not asked.
func (s *Set) Action(name string, args json.RawMessage) (envs.Action, error) {
	i := s.find(name)
	if i < 0 {
		return envs.Action{}, fmt.Errorf("%w: %q", ErrNoTool, shortened(name))
	}
	if args = bytes.TrimSpace(args); len(args) == 0 || string(args) == "null" {
		args = json.RawMessage("{}")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(args, &fields); err != nil {
		return envs.Action{}, fmt.Errorf("%w: those of %s are no JSON object", ErrArguments, name)
	}
	if s.own {
		return envs.Action{Calls: []envs.ToolCall{{Name: name, Args: args}}}, nil
	}
	f := &s.forms[i]
	raw, ok := fields[f.arg]
	if !ok {
		return envs.Action{}, fmt.Errorf("%w: %s needs %q", ErrArguments, name, f.arg)
	}
	var text *string
	if err := json.Unmarshal(raw, &text); err != nil || text == nil {
		return envs.Action{}, fmt.Errorf("%w: %q of %s must be a string", ErrArguments, f.arg, name)
	}
	return envs.Action{Text: f.before + *text + f.after}, nil
}

// Call returns the call that takes an action: Action's inverse. ok is false for
// an action that no single call takes.
func (s *Set) Call(a envs.Action) (name string, args json.RawMessage, ok bool) {
	if len(a.Calls) > 0 {
		if !s.own || len(a.Calls) > 1 || a.Text != "" {
			return "", nil, false
		}
		return a.Calls[0].Name, a.Calls[0].Args, true
	}
	for i := range s.forms {
		f := &s.forms[i]
		n := len(a.Text) - len(f.before) - len(f.after)
		if n < 0 || a.Text[:len(f.before)] != f.before || a.Text[len(a.Text)-len(f.after):] != f.after {
			continue
		}
		b := append(append([]byte{'{'}, quote(f.arg)...), ':')
		b = append(append(b, quote(a.Text[len(f.before):len(f.before)+n])...), '}')
		return f.name, b, true
	}
	return "", nil, false
}

// find returns the place of a tool, or -1.
func (s *Set) find(name string) int {
	for i := range s.schemas {
		if s.schemas[i].Name == name {
			return i
		}
	}
	return -1
}

// shortened bounds what is repeated of a caller's text.
func shortened(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return text[:most] + "..."
}

// quote writes a text as JSON.
func quote(text string) []byte {
	b, err := json.Marshal(text)
	if err != nil { // a string is always written
		return []byte(`""`)
	}
	return b
}
