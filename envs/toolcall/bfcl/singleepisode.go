package bfcl

import (
	"context"
	"fmt"
	"strings"

	"stepgym/envs"
	"stepgym/envs/toolcall/bfcl/single"
	"stepgym/envs/toolcall/py"
)

// answering is one play of a single-turn entry: one action, which the original's
// checker judges. Calls are judged as calls with arguments in JSON are, a text as
// a text: in Python, in the entry's language, or in the format that the entry
// asks for. Where a function's name has dots a call may have underscores for
// them, because many interfaces take no dots.
//
// In entries of format_sensitivity, which are about texts, calls are refused.
type answering struct {
	entry   *singleEntry
	endTool bool         // a call of end_turn is an empty text
	said    *envs.Action // nil before the end
	verdict *single.Verdict
	shut    bool
}

// Observation implements [envs.Episode].
func (ep *answering) Observation() envs.Observation {
	if ep.said != nil {
		key := ep.entry.ID + " over"
		if ep.verdict.Valid {
			key += ", right"
		}
		return envs.Observation{Place: placeEnd, Anchor: "the end", StateKey: key}
	}
	o := envs.Observation{Messages: ep.entry.messages, Tools: ep.entry.tools, Place: placeRequest, StateKey: ep.entry.ID}
	o.Messages = o.Messages[:len(o.Messages):len(o.Messages)]
	o.Body = o.Text()
	o.Anchor = o.Body
	return o
}

// Step implements [envs.Episode].
func (ep *answering) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case ep.shut:
		return envs.Result{}, envs.ErrClosed
	case ep.said != nil:
		return envs.Result{}, envs.ErrDone
	}
	if err := ctx.Err(); err != nil {
		return envs.Result{}, err
	}
	return ep.take(a), nil
}

func (ep *answering) take(a envs.Action) envs.Result {
	said, known := ep.read(a)
	ep.said, ep.verdict = &a, ep.entry.Judge(said, single.Options{})
	r := envs.Result{Terminated: true, Success: ep.verdict.Valid, Invalid: !known}
	if ep.verdict.Valid {
		r.Reward = 1
	} else {
		r.Metrics = map[string]float64{ep.verdict.Type: 1}
	}
	return r
}

// read returns what is judged of an action, and whether it was something that
// the entry takes: a text, or a call of a function that it offers.
func (ep *answering) read(a envs.Action) (said py.Value, known bool) {
	switch {
	case len(a.Calls) == 0:
		return py.Str(a.Text), true
	case ep.endTool && len(a.Calls) == 1 && a.Calls[0].Name == endTurnName:
		return py.Str(""), true
	}
	if ep.entry.ID != single.Asked(ep.entry.ID) {
		return py.Str(""), false
	}
	calls := py.NewList()
	for _, c := range a.Calls {
		args := string(c.Args)
		if args == "" || args == "null" {
			args = "{}"
		}
		name, ok := ep.entry.named(c.Name)
		known = known || ok
		call := py.NewDict(nil, 1)
		call.SetStr(name, py.Str(args))
		calls.Append(call)
	}
	return calls, known
}

// named returns the name of the function that a call names.
func (e *singleEntry) named(name string) (string, bool) {
	for _, t := range e.tools {
		if t.Name == name {
			return name, true
		}
	}
	for _, t := range e.tools {
		if strings.ReplaceAll(t.Name, ".", "_") == name {
			return t.Name, true
		}
	}
	return name, false
}

// Fork implements [envs.Forker].
func (ep *answering) Fork() (envs.Episode, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	c := *ep
	return &c, nil
}

// Snapshot implements [envs.Snapshotter].
func (ep *answering) Snapshot() ([]byte, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	r := record{Task: ep.entry.ID, Print: ep.entry.fingerprint()}
	if ep.said != nil {
		r.Steps = []step{{Said: ep.said}}
	}
	return r.seal()
}

func (ep *answering) replay(r record) error {
	for i, s := range r.Steps {
		switch {
		case ep.said != nil:
			return tooLong(len(r.Steps) - i)
		case s.Said == nil:
			return errNoAction
		}
		ep.take(*s.Said)
	}
	return nil
}

// Close implements [envs.Episode].
func (ep *answering) Close() error {
	ep.shut = true
	return nil
}

// Hint implements [envs.Hinter]: the first of the possible answers, if it is one
// that the entry accepts.
func (ep *answering) Hint(context.Context) ([]envs.Action, error) {
	switch {
	case ep.shut:
		return nil, envs.ErrClosed
	case ep.said != nil:
		return nil, nil
	}
	a, ok := ep.entry.answer()
	if ok {
		said, _ := ep.read(a)
		ok = ep.entry.Judge(said, single.Options{}).Valid
	}
	if !ok {
		return nil, fmt.Errorf("bfcl: %w: the checker takes no answer that is known", envs.ErrNoHint)
	}
	return []envs.Action{a}, nil
}

// answer returns an action that should be right.
func (e *singleEntry) answer() (envs.Action, bool) {
	switch {
	case strings.Contains(e.Category, "irrelevance"):
		return envs.Action{Text: "No function is fit for that."}, true
	case e.Truth == nil:
		if len(e.tools) == 0 {
			return envs.Action{}, false
		}
		return envs.Action{Calls: []envs.ToolCall{{Name: e.tools[0].Name, Args: []byte("{}")}}}, true
	}
	calls := e.Answer()
	if calls == nil {
		return envs.Action{}, false
	}
	if e.ID != single.Asked(e.ID) {
		text, ok := e.Write(calls)
		return envs.Action{Text: text}, ok
	}
	var a envs.Action
	for _, c := range calls.Items {
		it := c.(*py.Dict).At(0)
		args, ok := py.AppendJSON(nil, it.Value)
		if !ok {
			return envs.Action{}, false
		}
		a.Calls = append(a.Calls, envs.ToolCall{Name: py.ToStr(it.Key), Args: args})
	}
	return a, true
}
