// Package calls makes tools of an environment's actions, for protocols whose
// clients call functions.
//
// An environment with tools of its own keeps them. Otherwise each kind of action
// "name[argument]" is a tool of that name with one text, and all other actions
// are arguments of the tool "act":
//
//	search[<query>]       search {"query": "lamp"}
//	click[buy now]        click {"target": "buy now"}
//	go to desk 1          act {"command": "go to desk 1"}
package calls

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"stepgym/envs"
)

// Names of the tool and parameters of actions that say none.
const (
	act     = "act"
	command = "command"
	target  = "target"
)

// probes is how many steps are taken to find the kinds of actions.
const probes = 4

// ErrUnknown is wrapped by errors about a tool that is not there.
var ErrUnknown = errors.New("unknown tool")

// Box is the tools of an environment. It is immutable.
type Box struct {
	schemas []envs.ToolSchema
	params  map[string]string // of the tools made here, by name
	native  bool
}

// Probe returns the tools of an environment. To find those of a later page it
// plays a few steps of the first task, the same in every process.
func Probe(ctx context.Context, env envs.Env) (*Box, error) {
	spec := env.Spec()
	b := &Box{params: map[string]string{}, native: len(spec.Tools) > 0}
	if b.native {
		b.schemas = spec.Tools
		return b, nil
	}
	split := "train"
	if len(spec.Splits) > 0 {
		split = spec.Splits[0]
	}
	for task, err := range env.Tasks(split) {
		if err != nil {
			return nil, fmt.Errorf("calls: %s: %w", spec.Name, err)
		}
		return b, b.probe(ctx, env, task)
	}
	return b, nil
}

func (b *Box) probe(ctx context.Context, env envs.Env, task envs.Task) (err error) {
	ep, err := env.Reset(ctx, task, 0)
	if err != nil {
		return fmt.Errorf("calls: %s: %w", task.ID, err)
	}
	defer func() { err = errors.Join(err, ep.Close()) }()
	for range probes {
		o := ep.Observation()
		b.see(&o)
		next := first(&o)
		if next == nil {
			return nil
		}
		r, err := ep.Step(ctx, next.Action)
		if err != nil || r.Done() {
			return err
		}
	}
	return nil
}

// first returns the first action of an observation, of those that fill a form
// if there are any.
func first(o *envs.Observation) *envs.Choice {
	for _, f := range o.Forms {
		if len(f.Candidates) > 0 {
			return f.Candidates[0]
		}
	}
	if len(o.Admissible) > 0 {
		return o.Admissible[0]
	}
	return nil
}

// see adds the tools of an observation.
func (b *Box) see(o *envs.Observation) {
	for _, f := range o.Forms {
		if name, slot, ok := split(f.Template); ok {
			b.add(name, strings.Trim(slot, "<>"), "The action "+f.Template+".")
		}
	}
	for _, c := range o.Admissible {
		if name, _, ok := split(c.Action.Text); ok {
			b.add(name, target, "The action "+name+"[<"+target+">]: one of the available actions.")
		} else {
			b.add(act, command, "Take one of the available actions.")
		}
	}
	if len(o.Forms)+len(o.Admissible) == 0 && len(b.schemas) == 0 {
		b.add(act, command, "Take an action.")
	}
}

func (b *Box) add(name, param, description string) {
	if _, ok := b.params[name]; ok {
		return
	}
	b.params[name] = param
	quoted, err := json.Marshal(param)
	if err != nil { // a string is always written
		quoted = []byte(`"` + target + `"`)
	}
	b.schemas = append(b.schemas, envs.ToolSchema{
		Name: name, Description: description,
		Params: json.RawMessage(fmt.Sprintf(`{"type":"object","properties":{%[1]s:{"type":"string"}},"required":[%[1]s],"additionalProperties":false}`, quoted)),
	})
}

// bracketed is an action "name[argument]".
var bracketed = regexp.MustCompile(`^([A-Za-z][A-Za-z0-9_-]*)\[(.*)\]$`)

func split(text string) (name, argument string, ok bool) {
	m := bracketed.FindStringSubmatch(text)
	if m == nil {
		return "", "", false
	}
	return m[1], m[2], true
}

// Schemas returns the tools, in a fixed order, for reading only.
func (b *Box) Schemas() []envs.ToolSchema { return b.schemas }

// Native reports whether the tools are the environment's own: several calls are
// then one action.
func (b *Box) Native() bool { return b.native }

// Has reports whether there is a tool of that name.
func (b *Box) Has(name string) bool {
	for _, s := range b.schemas {
		if s.Name == name {
			return true
		}
	}
	return false
}

// Action returns the action that a call stands for. The error says what is
// wrong with the call, for the model to read; it wraps ErrUnknown if there is no
// such tool.
func (b *Box) Action(c envs.ToolCall) (envs.Action, error) {
	if !b.Has(c.Name) {
		names := make([]string, len(b.schemas))
		for i, s := range b.schemas {
			names[i] = s.Name
		}
		return envs.Action{}, fmt.Errorf("%w %q; there are %s", ErrUnknown, c.Name, strings.Join(names, ", "))
	}
	if b.native {
		return envs.Action{Calls: []envs.ToolCall{c}}, nil
	}
	param := b.params[c.Name]
	var args map[string]any
	if err := json.Unmarshal(c.Args, &args); err != nil || len(args) != 1 {
		return envs.Action{}, fmt.Errorf("%s: the arguments are to be an object with %q alone", c.Name, param)
	}
	text, ok := args[param].(string)
	if !ok {
		return envs.Action{}, fmt.Errorf("%s: %q is to be a text", c.Name, param)
	}
	if c.Name == act && param == command {
		return envs.Action{Text: text}, nil
	}
	return envs.Action{Text: c.Name + "[" + text + "]"}, nil
}
