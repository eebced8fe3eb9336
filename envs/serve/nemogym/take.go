package nemogym

import (
	"context"
	"errors"

	"stepgym/envs"
	"stepgym/envs/serve/session"
)

// take plays a decision: its text, or its calls one after the other. An
// environment with tools of its own takes all calls at once.
func (p *place) take(ctx context.Context, s *session.Session, d decision) (*stepAnswer, error) {
	if len(d.calls) == 0 {
		a, err := s.Step(ctx, envs.Action{Text: d.text}, "")
		if err != nil {
			return nil, err
		}
		out := new(stepAnswer)
		out.add(&a)
		text := a.Observation.Text()
		out.Observation = &text
		return out, nil
	}
	set, err := p.tools(ctx)
	if err != nil {
		return nil, err
	}
	if set.Own() {
		return p.takeTogether(ctx, s, d.calls)
	}
	out, now := new(stepAnswer), session.Answer{}
	for i, c := range d.calls {
		a, refusal, err := p.callOne(ctx, s, c)
		switch {
		case err == nil:
			now = a
			out.add(&a)
		case i == 0:
			return nil, err
		case errors.Is(err, session.ErrDone):
			refusal = "The episode has ended."
		default: // the calls before it count
			refusal = session.AsError(err).Message
		}
		if refusal == "" {
			refusal = now.Observation.Text()
		}
		out.Info.Outputs = append(out.Info.Outputs, toolOutput{c.ID, refusal})
	}
	return out, nil
}

// takeTogether plays calls of the environment's own tools as one action.
func (p *place) takeTogether(ctx context.Context, s *session.Session, calls []envs.ToolCall) (*stepAnswer, error) {
	a, err := s.Step(ctx, envs.Action{Calls: calls}, "")
	if err != nil {
		return nil, err
	}
	out := new(stepAnswer)
	out.add(&a)
	answers, rest := map[string]string{}, envs.Observation{}
	for _, m := range a.Observation.Messages {
		if m.Role == "tool" && m.ToolCallID != "" {
			answers[m.ToolCallID] += m.Content
		} else {
			rest.Messages = append(rest.Messages, m)
		}
	}
	for _, c := range calls {
		out.Info.Outputs = append(out.Info.Outputs, toolOutput{c.ID, answers[c.ID]})
	}
	if text := rest.Text(); text != "" {
		out.Observation = &text
	}
	return out, nil
}

// callOne plays one call. One that is no action of the environment's is played
// as it is: it is refused there, and takes its turn. Then refusal says why.
func (p *place) callOne(ctx context.Context, s *session.Session, c envs.ToolCall) (a session.Answer, refusal string, err error) {
	set, err := p.tools(ctx)
	if err != nil {
		return a, "", err
	}
	action, wrong := set.Action(c.Name, c.Args)
	if wrong != nil {
		action, refusal = envs.Action{Calls: []envs.ToolCall{c}}, wrong.Error()
	}
	if set.Own() && len(action.Calls) == 1 {
		action.Calls[0].ID = c.ID
	}
	a, err = s.Step(ctx, action, "")
	return a, refusal, err
}

// add counts a step of the environment in the answer.
func (out *stepAnswer) add(a *session.Answer) {
	r := &a.Result
	out.Reward += r.Reward
	out.Terminated, out.Truncated = r.Terminated, r.Truncated
	out.Info.Invalid = out.Info.Invalid || r.Invalid
	out.Info.Success, out.Info.Metrics = r.Success, r.Metrics
	out.Info.Available = actions(&a.Observation)
}
