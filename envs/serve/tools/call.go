package tools

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"stepgym/envs"
)

var (
	// ErrNoTool is wrapped by [Set.Action] for the name of no tool.
	ErrNoTool = errors.New("tools: no such tool")
	// ErrArguments is wrapped by [Set.Action] for arguments that do not fit the
	// tool.
	ErrArguments = errors.New("tools: bad arguments")
)

// Action returns the action that a call means. The arguments are one JSON
// object, nothing or null for no arguments; keys that the tool does not know are
// ignored. Otherwise the error wraps [ErrNoTool] or [ErrArguments]. What the
// arguments say is not looked at further: refusing them is the environment's
// business.
func (s *Set) Action(name string, args json.RawMessage) (envs.Action, error) {
	if args = bytes.TrimSpace(args); len(args) == 0 || string(args) == "null" {
		args = json.RawMessage("{}")
	}
	if s.own {
		return s.ownAction(name, args)
	}
	for i := range s.texts {
		if t := &s.texts[i]; t.name == name {
			value, err := t.value(args)
			if err != nil {
				return envs.Action{}, err
			}
			return envs.Action{Text: t.before + value + t.after}, nil
		}
	}
	return envs.Action{}, notFound(name)
}

func (s *Set) ownAction(name string, args json.RawMessage) (envs.Action, error) {
	for i := range s.list {
		if s.list[i].Name == name {
			if _, err := object(args); err != nil {
				return envs.Action{}, err
			}
			return envs.Action{Calls: []envs.ToolCall{{Name: name, Args: args}}}, nil
		}
	}
	return envs.Action{}, notFound(name)
}

func notFound(name string) error {
	const most = 80 // bytes of a caller's text that are repeated
	if len(name) > most {
		name = name[:most] + "..."
	}
	return fmt.Errorf("%w: %q", ErrNoTool, name)
}

// object reads an object.
func object(args json.RawMessage) (map[string]json.RawMessage, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(args, &m); err != nil || m == nil {
		return nil, fmt.Errorf("%w: they must be one JSON object", ErrArguments)
	}
	return m, nil
}

// value returns the argument.
func (t *textTool) value(args json.RawMessage) (string, error) {
	m, err := object(args)
	if err != nil {
		return "", err
	}
	raw, ok := m[t.param]
	if !ok {
		return "", fmt.Errorf("%w: the tool %q needs the argument %q", ErrArguments, t.name, t.param)
	}
	var v *string
	if err := json.Unmarshal(raw, &v); err != nil || v == nil {
		return "", fmt.Errorf("%w: the argument %q of the tool %q must be a string", ErrArguments, t.param, t.name)
	}
	return *v, nil
}

// Call returns a call that means the action: what Action makes of it is the
// action again. ok is false where there is none, as for a text that no tool
// writes, or for several calls at once.
func (s *Set) Call(a envs.Action) (name string, args json.RawMessage, ok bool) {
	if s.own {
		if len(a.Calls) != 1 || a.Text != "" {
			return "", nil, false
		}
		return a.Calls[0].Name, a.Calls[0].Args, true
	}
	if len(a.Calls) > 0 {
		return "", nil, false
	}
	t, value := match(s.texts, a.Text)
	if t == nil {
		return "", nil, false
	}
	args, err := json.Marshal(map[string]string{t.param: value})
	return t.name, args, err == nil
}

// Menu lists, for a model to read, the calls that are legal now:
//
//	Possible calls:
//	click(target), target one of: back to search; b09krwy7xy; next >
//	search(query)
//
// It is "" where the observation lists nothing, as after the end, and for the
// environment's own tools.
func (s *Set) Menu(o envs.Observation) string {
	if s.own {
		return ""
	}
	values := make([][]string, len(s.texts))
	legal := make([]bool, len(s.texts))
	mark := func(text string) (int, string) {
		t, value := match(s.texts, text)
		for i := range s.texts {
			if t == &s.texts[i] {
				legal[i] = true
				return i, value
			}
		}
		return -1, ""
	}
	for i := range o.Forms {
		if before, after, _, ok := slot(o.Forms[i].Template); ok {
			mark(before + after)
		}
	}
	for _, c := range o.Admissible {
		if i, v := mark(c.Action.Text); i >= 0 {
			values[i] = append(values[i], v)
		}
	}
	var b strings.Builder
	for i := range s.texts {
		if !legal[i] {
			continue
		}
		t := &s.texts[i]
		b.WriteString("\n" + t.name + "(" + t.param + ")")
		if len(values[i]) > 0 {
			b.WriteString(", " + t.param + " one of: " + strings.Join(values[i], "; "))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "Possible calls:" + b.String()
}
