package prompt

import (
	"encoding/json"

	"stepgym/envs"
)

// A Dialog is the conversation about one episode. Prompt and Reply are called in
// turn, by one goroutine.
type Dialog struct {
	format *Format
	task   string
	tools  []envs.ToolSchema
	act    bool // the only tool is our own

	seen     envs.Observation // of the latest Prompt
	now      string           // the same as text
	messages []envs.Message   // of the conversation so far; Window keeps none
	past     []turn           // what Window shows
	steps    int              // replies so far
	open     []envs.ToolCall  // calls of the latest reply that await their results
}

// turn is what was seen and what was done about it.
type turn struct{ seen, done string }

// A Request is what to send to a model.
type Request struct {
	// Messages are the whole conversation, of which the last Added are new since
	// the request before. The caller may keep the slice, and must not modify it.
	Messages []envs.Message
	Added    int

	Tools []envs.ToolSchema // nil where no calls are asked for
}

// Prompt returns what to ask the model about o, the next observation.
func (d *Dialog) Prompt(o envs.Observation) Request {
	v := viewOf(d.format.env, o.Text())
	if d.task == "" {
		d.task = v.task
	}
	if o.Tools != nil && !d.act {
		d.tools = o.Tools
	}
	d.seen, d.now = o, v.now
	if d.format.options.Format == Window {
		m := []envs.Message{{Role: "user", Content: d.window()}}
		return Request{Messages: m, Added: 1}
	}
	before := len(d.messages)
	if d.steps == 0 && before == 0 {
		d.messages = append(d.messages, envs.Message{Role: "system", Content: d.rules()})
	}
	d.answerCalls()
	r := Request{Messages: d.messages[:len(d.messages):len(d.messages)], Added: len(d.messages) - before}
	if d.format.options.Format == Tools {
		r.Tools = d.tools
	}
	return r
}

// answerCalls adds the observation to the conversation: as the result of the
// latest calls, or as a message of the user if there were none.
func (d *Dialog) answerCalls() {
	if len(d.open) == 0 && d.format.talk && !d.act {
		d.messages = append(d.messages, d.seen.Messages...)
		return
	}
	if len(d.open) == 0 {
		d.messages = append(d.messages, envs.Message{Role: "user", Content: d.situation()})
		return
	}
	if !d.act {
		d.results()
		return
	}
	for i, c := range d.open {
		m := envs.Message{Role: "tool", ToolCallID: c.ID, Content: notDone}
		if i == 0 {
			m.Content = d.situation()
		}
		d.messages = append(d.messages, m)
	}
	d.open = nil
}

// results adds what an environment with tools says: each call's result where it
// names the call, and the rest as it is.
func (d *Dialog) results() {
	answered := map[string]bool{}
	for _, m := range d.seen.Messages {
		if m.Role == "tool" {
			answered[m.ToolCallID] = true
		}
	}
	for _, c := range d.open { // every call needs an answer before anything else is said
		if !answered[c.ID] {
			d.messages = append(d.messages, envs.Message{Role: "tool", ToolCallID: c.ID, Content: d.situation()})
		}
	}
	for _, m := range d.seen.Messages {
		if m.Role == "tool" || len(answered) > 0 {
			d.messages = append(d.messages, m)
		}
	}
	d.open = nil
}

// Reply reads what the model answered to the latest Prompt and remembers it.
func (d *Dialog) Reply(r Reply) Parsed {
	p := d.parse(r)
	d.steps++
	if d.format.options.Format == Window {
		if n := d.format.options.History; n > 0 {
			d.past = append(d.past, turn{d.now, p.Action.String()})
			d.past = d.past[max(0, len(d.past)-n):]
		}
		return p
	}
	m := envs.Message{Role: "assistant", Content: r.Text}
	if d.format.options.Format == Tools {
		for _, c := range r.Calls {
			m.Calls = append(m.Calls, envs.ToolCall{ID: c.ID, Name: c.Name, Args: arguments(c.Arguments)})
		}
		d.open = m.Calls
	}
	d.messages = append(d.messages, m)
	return p
}

// arguments returns the arguments of a call as JSON: themselves, or as a JSON
// string where they are none.
func arguments(text string) json.RawMessage {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	b, _ := json.Marshal(text) // a string never fails
	return b
}
