package export

import (
	"encoding/json"

	"stepgym/envs"
	"stepgym/traces"
)

// Chat is a message as chat completions have it.
type Chat struct {
	Role    string     `json:"role"`
	Content string     `json:"content"`
	Calls   []ChatCall `json:"tool_calls,omitempty"`
	CallID  string     `json:"tool_call_id,omitempty"`
}

// ChatCall is a call of a tool in a message.
type ChatCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"` // "function"
	Function ChatFunction `json:"function"`
}

// ChatFunction is what is called. The arguments are an object, written as text.
type ChatFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

// MessagesLine is one conversation.
type MessagesLine struct {
	ID       string `json:"id"`
	Sequence int    `json:"sequence,omitempty"` // of the conversations of an episode
	Messages []Chat `json:"messages"`
	Extra    Extra  `json:"extra"`
}

// ToMessages returns the conversations of t. Where the messages that a language
// model read were kept these are its own, system prompt and all; else there is
// one, of what was seen (role "user", or "tool" after a call) and what was done.
func ToMessages(t *traces.Trajectory) []MessagesLine {
	if !held(t) {
		return []MessagesLine{{ID: t.ID, Messages: chat(t), Extra: extraOf(t)}}
	}
	var out []MessagesLine
	for i := range t.Steps {
		s := &t.Steps[i]
		if n := len(out); n == 0 || out[n-1].Sequence != s.Call.Sequence {
			out = append(out, MessagesLine{ID: t.ID, Sequence: s.Call.Sequence, Extra: extraOf(t)})
		}
		line := &out[len(out)-1]
		for _, m := range s.Call.Messages {
			line.Messages = append(line.Messages, chatOf(m))
		}
		line.Messages = append(line.Messages, said(t, i))
	}
	return out
}

// held reports whether the messages of every call were kept.
func held(t *traces.Trajectory) bool {
	for i := range t.Steps {
		if c := t.Steps[i].Call; c == nil || len(c.Messages) == 0 {
			return false
		}
	}
	return len(t.Steps) > 0
}

// chat makes messages of what was seen and done.
func chat(t *traces.Trajectory) []Chat {
	out := []Chat{{Role: "user", Content: before(t)}}
	for i := range t.Steps {
		m := said(t, i)
		out = append(out, m)
		text, ok := after(t, i)
		if !ok {
			continue
		}
		reply := Chat{Role: "user", Content: text}
		for k, c := range m.Calls {
			if k > 0 { // what was seen is the answer to all: the first has it
				text = ""
			}
			out = append(out, Chat{Role: "tool", Content: text, CallID: c.ID})
		}
		if len(m.Calls) == 0 {
			out = append(out, reply)
		}
	}
	return out
}

// said returns the message of step i.
func said(t *traces.Trajectory, i int) Chat {
	a := act(t, i)
	return Chat{Role: "assistant", Content: written(t, i, &a), Calls: chatCalls(a.Calls)}
}

func chatCalls(calls []envs.ToolCall) []ChatCall {
	var out []ChatCall
	for _, c := range calls {
		args := string(c.Args)
		if !json.Valid(c.Args) {
			args = "{}"
		}
		out = append(out, ChatCall{c.ID, "function", ChatFunction{c.Name, args}})
	}
	return out
}

func chatOf(m envs.Message) Chat {
	return Chat{Role: m.Role, Content: m.Content, Calls: chatCalls(m.Calls), CallID: m.ToolCallID}
}
