package v1

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"stepgym/credit/wire"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// credit answers POST /v1/credit.
func (p *place) credit(r *http.Request) (any, error) {
	return p.compute(r.Context(), r.Body, p.site.FrameBytes)
}

// compute has package wire answer a request of at most so many bytes. So many
// computations run at once as there are processors to spare.
func (p *place) compute(ctx context.Context, body io.Reader, size int64) (*wire.Response, error) {
	select {
	case p.credits <- struct{}{}:
		defer func() { <-p.credits }()
	default:
		return nil, &session.Error{
			Code: session.CodeBusy, Message: "other credit is being computed", After: time.Second, Active: cap(p.credits), Max: cap(p.credits),
		}
	}
	limits := wire.DefaultLimits()
	limits.Bytes = size
	answer, err := wire.Handle(ctx, body, limits)
	if err == nil {
		return answer, nil
	}
	input, wrong := errors.AsType[*wire.InputError](err)
	large, tooLarge := errors.AsType[*http.MaxBytesError](err)
	switch {
	case tooLarge:
		return nil, newError(session.CodeTooLarge, "the body is larger than %d bytes", large.Limit)
	case errors.Is(err, wire.ErrLimit):
		return nil, newError(session.CodeTooLarge, "%w", err)
	case wrong:
		return nil, newError(session.CodeInvalid, "%w", input)
	case ctx.Err() != nil, errors.Is(err, io.ErrUnexpectedEOF):
		return nil, newError(session.CodeCanceled, "the request ended early: %w", err)
	}
	return nil, err
}

// creditGroup answers POST /v1/groups/{id}/credit.
func (p *place) creditGroup(r *http.Request) (any, error) {
	owner := serve.Owner(r.Context())
	g, err := p.site.Host.Group(owner, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	var in Credit
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	inputs := traces.Inputs{ID: g.ID()}
	for _, s := range g.Sessions() {
		t, err := p.site.Host.Trajectory(r.Context(), owner, s.ID())
		if err != nil {
			return nil, err
		}
		inputs.Trajectories = append(inputs.Trajectories, inputOf(s.ID(), t))
	}
	text, err := json.Marshal(&inputs)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(&wire.Request{Method: in.Method, Preset: in.Preset, Params: in.Params, Transforms: in.Transforms, Groups: []json.RawMessage{text}})
	if err != nil {
		return nil, err
	}
	return p.compute(r.Context(), bytes.NewReader(body), wire.DefaultLimits().Bytes)
}

// inputOf returns the columns of a trajectory under the name of its episode.
func inputOf(id string, t *traces.Trajectory) traces.Input {
	n := len(t.Steps)
	in := traces.Input{
		ID: id, Obs: make([]string, n), Actions: make([]string, n), Rewards: make([]float64, n), Invalid: make([]bool, n),
		Success: t.Success, Bootstrap: t.Bootstrap, Err: t.Err,
	}
	for i := range t.Steps {
		s := &t.Steps[i]
		in.Obs[i], in.Actions[i], in.Rewards[i], in.Invalid[i] = s.Observation.AnchorText(), s.Action, s.Reward, s.Invalid
	}
	if t.Final != nil {
		final := t.Final.AnchorText()
		in.FinalObs = &final
	}
	if n == 0 && in.Err == "" {
		in.Err = "no step was taken"
	}
	return in
}
