package world

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"

	"stepgym/envs"
)

// Call is a call that was made, and what came of it.
type Call struct {
	Turn   int // number of the user's message before it, from 0
	Name   string
	Args   json.RawMessage
	Result string // what the agent was shown
	Failed bool   // refused, or the tool returned an error
}

// outcome is what came of a call.
type outcome struct {
	text    string
	refused bool // the call fits no tool: nothing was done
	failed  bool // refused, or the tool returned an error
}

func refusal(text string) outcome {
	return outcome{text: errorText(text), refused: true, failed: true}
}

// run calls the tool on a state. An error is a mistake of the tool's author: a
// value that cannot be written as JSON.
func (m *made) run(state reflect.Value, raw json.RawMessage) (outcome, error) {
	tree, fault := m.check.read(raw)
	if fault != "" {
		return refusal(m.name + ": " + fault), nil
	}
	var in [2]reflect.Value
	in[0] = state
	n := 1
	if m.args != nil {
		in[1] = reflect.New(m.args.typ).Elem()
		if err := m.args.assign(in[1], tree, ""); err != nil {
			return refusal(m.name + ": " + err.Error()), nil
		}
		n = 2
	}
	out := m.call.Call(in[:n])
	if m.fails {
		if err, _ := out[len(out)-1].Interface().(error); err != nil {
			return outcome{text: errorText(err.Error()), failed: true}, nil
		}
	}
	if !m.value {
		return outcome{text: `{"ok":true}`}, nil
	}
	if out[0].Kind() == reflect.String {
		return outcome{text: out[0].String()}, nil
	}
	b, err := toJSON(out[0].Interface())
	if err != nil {
		return outcome{}, fmt.Errorf("tool %s: result: %w", m.name, err)
	}
	return outcome{text: string(b)}, nil
}

// errorText is what an agent is shown of an error.
func errorText(text string) string {
	return string(append(appendQuoted([]byte(`{"error":`), text), '}'))
}

// toJSON writes v without escapes for HTML.
func toJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// appendQuoted appends a text as a JSON string.
func appendQuoted(b []byte, text string) []byte {
	quoted, err := toJSON(text)
	if err != nil { // a string can always be written
		return strconv.AppendQuote(b, text)
	}
	return append(b, quoted...)
}

// Use returns the action that calls one tool. The arguments are written as
// JSON; if that is impossible Use panics, as it is a mistake in the program.
func Use(name string, args any) envs.Action {
	b, err := toJSON(args)
	if err != nil {
		panic(fmt.Sprintf("world: arguments of %s: %v", name, err))
	}
	return envs.Action{Calls: []envs.ToolCall{{Name: name, Args: b}}}
}

// Say returns the action that says something to the user, which ends the turn.
func Say(text string) envs.Action { return envs.Action{Text: text} }
