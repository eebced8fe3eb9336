package openenv

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

// The types of messages.
const (
	typeReset = "reset"
	typeStep  = "step"
	typeState = "state"
	typeClose = "close"
	typeMCP   = "mcp"
)

// message is what a client sends on a socket. Its parts are parts of the frame.
type message struct {
	kind string
	data gjson.Result // an object, or nothing
}

// refusal says why a message is refused.
type refusal struct {
	code, message string
	faults        []fault
}

func invalid(faults ...fault) *refusal {
	return &refusal{code: codeValidation, message: "Invalid message", faults: faults}
}

// parse reads a frame.
//
// Differs: JSON that is not an object is one more invalid message; the
// reference server ends the session.
func parse(frame string) (m message, _ *refusal) {
	top, err := parseJSON(frame)
	if err != nil {
		return m, &refusal{code: codeJSON, message: "Invalid JSON: " + err.Error()}
	}
	if !top.IsObject() {
		return m, invalid(notObject(top))
	}
	var kind, data gjson.Result
	var others []fault
	top.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "type":
			kind = v
		case "data":
			data = v
		default:
			others = append(others, extra(v, k.Str))
		}
		return true
	})
	m = message{kind: kind.String(), data: data}
	if kind.Exists() && kind.Type != gjson.String {
		m.kind = ""
	}
	switch m.kind {
	case typeStep, typeMCP, typeReset:
		if !data.Exists() && m.kind != typeReset {
			others = append([]fault{missing(top, "data")}, others...)
		} else if data.Exists() && !data.IsObject() {
			others = append([]fault{notObject(data, "data")}, others...)
		}
	case typeState, typeClose:
		if data.Exists() {
			others = append([]fault{extra(data, "data")}, others...)
		}
	default:
		return m, &refusal{code: codeType, message: "Unknown message type: " + shortened(kind.String())}
	}
	if len(others) > 0 {
		return m, invalid(others...)
	}
	return m, nil
}

func shortened(s string) string {
	if len(s) > inputBytes {
		return strings.ToValidUTF8(s[:inputBytes], "") + "..."
	}
	return s
}

// safeDepth is a length of JSON that cannot be nested too deeply for a recursive
// reader.
const safeDepth = 10_000

// jsonError is an error whose text is for the client.
type jsonError string

func (e jsonError) Error() string { return string(e) }

// parseJSON reads one JSON value.
func parseJSON(text string) (gjson.Result, error) {
	if !utf8.ValidString(text) {
		return gjson.Result{}, jsonError("the text is not UTF-8")
	}
	// encoding/json bounds the depth, gjson does not: it must not see what may
	// exhaust the stack.
	if len(text) > safeDepth && !json.Valid([]byte(text)) || !gjson.Valid(text) {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			return gjson.Result{}, jsonError(err.Error())
		}
		return gjson.Result{}, jsonError("the text is not a JSON value")
	}
	return gjson.Parse(text), nil
}

// deed is the action of a step.
type deed struct {
	text string
	id   string       // of the step, or empty
	tool gjson.Result // the data of a call or list of tools in place of a text
}

// parseAction reads an action: {"action": TEXT, "metadata": {...}}, where the
// metadata may name the step by "step_id". In place of it there may be what
// OpenEnv's tool clients send, {"type": "call_tool" or "list_tools", ...}.
func parseAction(data gjson.Result) (d deed, faults []fault) {
	found := false
	data.ForEach(func(k, v gjson.Result) bool {
		switch k.Str {
		case "action":
			found = true
			if v.Type != gjson.String {
				faults = append(faults, notString(v, "action"))
			}
			d.text = v.Str
		case "metadata":
			if !v.IsObject() {
				faults = append(faults, notObject(v, "metadata"))
				break
			}
			id := v.Get("step_id")
			if id.Exists() && id.Type != gjson.String && id.Type != gjson.Null {
				faults = append(faults, notString(id, "metadata", "step_id"))
			}
			d.id = id.Str
		case "type":
			if v.Str == callTool || v.Str == listTools {
				d.tool = data
				return false
			}
			faults = append(faults, extra(v, "type"))
		default:
			faults = append(faults, extra(v, k.Str))
		}
		return true
	})
	if d.tool.Exists() {
		return d, nil
	}
	if !found {
		faults = append([]fault{missing(data, "action")}, faults...)
	}
	return d, faults
}
