package tau

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/envs/toolcall/py"
)

// Episode is one play of a task. It implements [envs.Episode], [envs.Forker] and
// [envs.Hinter].
//
// An action with calls runs them in order, and their results are the next
// observation. A text is said to the user, whose answer is the next observation.
// The episode ends when the user says [Stop] or with [Transfer].
type Episode struct {
	env     *Env
	played  played
	session *Session
	turns   int // actions so far
	answers int // of the user
	over    bool
	shut    bool

	messages []envs.Message    // since the last step
	tools    []envs.ToolSchema // nil: as before
	key      string            // of the state; "" until it is asked for
}

// Step implements [envs.Episode]. It is invalid if none of its calls is one of a
// tool with arguments that it takes.
func (ep *Episode) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch {
	case ep.shut:
		return envs.Result{}, envs.ErrClosed
	case ep.over:
		return envs.Result{}, envs.ErrDone
	}
	if err := ctx.Err(); err != nil {
		return envs.Result{}, err
	}
	ep.turns++
	ep.messages, ep.tools, ep.key = nil, nil, ""
	var r envs.Result
	if len(a.Calls) > 0 {
		r.Invalid = !ep.call(a.Calls)
	} else {
		ep.say(a.Text)
	}
	switch {
	case ep.session.Done():
		ep.end(&r)
		r.Terminated = true
	case ep.turns >= ep.env.config.MaxTurns:
		r.Truncated = true
	}
	ep.over = r.Done()
	return r, nil
}

// call runs calls and reports whether one of them was right.
func (ep *Episode) call(calls []envs.ToolCall) (right bool) {
	for i := range calls {
		c := &calls[i]
		m := envs.Message{Role: "tool", ToolCallID: c.ID}
		kwargs, err := arguments(c.Args)
		switch {
		case ep.session.Done(): // by a call before it
			m.Content = ep.session.Call(c.Name, py.NewDict(nil, 0))
		case err != nil:
			m.Content = "Error: " + err.Error()
		default:
			m.Content = ep.session.Call(c.Name, kwargs)
			right = right || !ep.session.refused
		}
		ep.messages = append(ep.messages, m)
	}
	return right
}

// arguments reads arguments in JSON. Nothing and null stand for none.
func arguments(raw json.RawMessage) (*py.Dict, error) {
	if raw = bytes.TrimSpace(raw); len(raw) == 0 || string(raw) == "null" {
		return py.NewDict(nil, 0), nil
	}
	v, err := py.FromJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("the arguments are no JSON: %w", err)
	}
	d, ok := v.(*py.Dict)
	if !ok {
		return nil, fmt.Errorf("the arguments are of type %s, not an object", v.Type())
	}
	return d, nil
}

// say says a text to the user, who answers.
func (ep *Episode) say(text string) {
	ep.session.Say(text)
	ep.answers++
	answer := "Yes."
	if ep.session.Judge().Reward == 1 || ep.answers >= ep.env.config.Patience {
		answer = Stop
		ep.session.End()
	}
	ep.messages = []envs.Message{{Role: "user", Content: answer}}
}

// end judges the episode.
func (ep *Episode) end(r *envs.Result) {
	j := ep.session.Judge()
	r.Reward, r.Success = j.Reward, j.Reward == 1
	r.Metrics = map[string]float64{
		"database":       0,
		"outputs_said":   float64(len(ep.played.task.Outputs) - len(j.Missing)),
		"outputs_wanted": float64(len(ep.played.task.Outputs)),
	}
	if j.Database {
		r.Metrics["database"] = 1
	}
}

// Observation implements [envs.Episode].
func (ep *Episode) Observation() envs.Observation {
	o := envs.Observation{Messages: ep.messages, Tools: ep.tools, Place: "result"}
	switch {
	case ep.over:
		o.Place = "end"
	case len(ep.messages) > 0 && ep.messages[len(ep.messages)-1].Role == "user":
		o.Place = "request"
	}
	o.Body = o.Text()
	o.Anchor = o.Body
	if ep.key == "" {
		ep.key = ep.stateKey()
	}
	o.StateKey = ep.key
	return o
}

// stateKey names the true state: what the database has changed, what was said,
// and how much patience is left.
func (ep *Episode) stateKey() string {
	b := binary.AppendUvarint(nil, uint64(ep.answers))
	if ep.over {
		b = append(b, "over"...)
	}
	for i, c := range ep.session.State().changed {
		b = append(b, byte(i))
		if c != nil {
			b = appendHashable(b, c)
		}
	}
	for _, text := range ep.session.said {
		b = append(append(b, 0), text...)
	}
	sum := xxh3.Hash128(b).Bytes()
	return hex.EncodeToString(sum[:])
}

// Hint implements [envs.Hinter]: the actions of the ground truth that are still
// missing, all of them at once, and a text with what is to be said.
func (ep *Episode) Hint(ctx context.Context) ([]envs.Action, error) {
	switch {
	case ep.shut:
		return nil, envs.ErrClosed
	case ep.over:
		return nil, nil
	}
	var truth []Action
	for _, a := range ep.played.task.Actions {
		if a.Name != Transfer && a.Name != Respond {
			truth = append(truth, a)
		}
	}
	text := "Done. " + strings.Join(ep.played.task.Outputs, " ")
	for skip := len(truth); skip >= 0; skip-- {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s := ep.session.Fork()
		for _, a := range truth[skip:] {
			s.Call(a.Name, a.Kwargs)
		}
		s.Say(text)
		if s.Judge().Reward < 1 {
			continue
		}
		way := []envs.Action{{Text: text}}
		if skip < len(truth) {
			way = append([]envs.Action{{Calls: toolCalls(truth[skip:])}}, way...)
		}
		if ep.turns+len(way) <= ep.env.config.MaxTurns {
			return way, nil
		}
	}
	return nil, fmt.Errorf("tau: %w: the ground truth cannot be followed from here", envs.ErrNoHint)
}

// toolCalls returns actions as calls with arguments in JSON.
func toolCalls(actions []Action) []envs.ToolCall {
	calls := make([]envs.ToolCall, len(actions))
	for i, a := range actions {
		args, _ := py.AppendJSON(nil, a.Kwargs) // constants of the task's file
		calls[i] = envs.ToolCall{Name: a.Name, Args: args}
	}
	return calls
}

// Fork implements [envs.Forker]. It takes constant time.
func (ep *Episode) Fork() (envs.Episode, error) {
	if ep.shut {
		return nil, envs.ErrClosed
	}
	c := *ep
	c.session = ep.session.Fork()
	return &c, nil
}

// Close implements [envs.Episode].
func (ep *Episode) Close() error {
	ep.shut = true
	return nil
}
