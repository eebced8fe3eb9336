package openenv

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/tidwall/gjson"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/internal/jsontext"
	"stepgym/envs/serve/session"
)

// state serves GET /state: that of an environment that nobody has reset.
func (p *place) state(w http.ResponseWriter, _ *http.Request) {
	writeBody(w, http.StatusOK, string(appendState(nil, nil, "")))
}

// reset serves POST /reset: an episode that is looked at and left.
func (p *place) reset(w http.ResponseWriter, r *http.Request) {
	in, ok := p.body(w, r)
	if !ok {
		return
	}
	start, faults := parseStart(in)
	if len(faults) > 0 {
		writeFaults(w, below(faults, "body"))
		return
	}
	s, a, err := p.glance(r, start)
	if err != nil {
		writeError(w, err)
		return
	}
	defer p.end(r.Context(), s)
	i := s.Info()
	writeResult(w, &a, true, appendStart(nil, &i, ""))
}

// step serves POST /step: the first step of an episode that is left after it.
//
// Differs: the reference server steps an environment that was never reset. Here
// the episode is reset before, as the keys of /reset in the body say.
func (p *place) step(w http.ResponseWriter, r *http.Request) {
	in, ok := p.body(w, r)
	if !ok {
		return
	}
	d, faults := parseStep(in)
	start, more := parseStart(in)
	if faults = append(faults, below(more, "body")...); len(faults) > 0 {
		writeFaults(w, faults)
		return
	}
	s, _, err := p.glance(r, start)
	if err != nil {
		writeError(w, err)
		return
	}
	defer p.end(r.Context(), s)
	a, err := s.Step(r.Context(), envs.Action{Text: d.text}, "")
	if err != nil {
		writeError(w, err)
		return
	}
	writeResult(w, &a, false, appendEnd(nil, &a))
}

// parseStep reads the body of POST /step. Places of faults in the body begin
// with "body", those in the action do not, as in the reference server.
func parseStep(in gjson.Result) (d deed, faults []fault) {
	action := in.Get("action")
	switch {
	case !action.Exists():
		faults = append(faults, missing(in, "body", "action"))
	case !action.IsObject():
		faults = append(faults, notObject(action, "body", "action"))
	default:
		d, faults = parseAction(action)
		if d.tool.Exists() {
			faults = append(faults, extra(action.Get("type"), "type"))
		}
	}
	if id := in.Get("request_id"); id.Exists() && id.Type != gjson.Null && id.Type != gjson.String {
		faults = append(faults, notString(id, "body", "request_id"))
	}
	if t := in.Get("timeout_s"); t.Exists() && t.Type != gjson.Null && !(t.Num > 0) {
		faults = append(faults, fault{kind: "greater_than", at: []string{"body", "timeout_s"}, text: "Input should be greater than 0", input: t.Raw, ctx: `{"gt":0.0}`})
	}
	return d, faults
}

// glance makes a session that is not recorded, for one call.
func (p *place) glance(r *http.Request, start session.Start) (*session.Session, session.Answer, error) {
	s, err := p.site.Host.Create(r.Context(), session.Request{
		Env: p.site.Env, Owner: serve.Owner(r.Context()), Protocol: p.Name(), Start: &start, Unrecorded: true,
	})
	if err != nil {
		return nil, session.Answer{}, err
	}
	a, err := s.Observe(r.Context())
	if err != nil {
		p.end(r.Context(), s)
	}
	return s, a, err
}

// end closes a session, if nobody has before.
func (p *place) end(ctx context.Context, s *session.Session) {
	err := s.Close(context.WithoutCancel(ctx), session.ReasonClosed)
	if err != nil && !errors.Is(err, session.ErrGone) && !errors.Is(err, session.ErrDraining) {
		p.site.Log.Warn("close a session", slog.String("session", s.ID()), slog.String("error", err.Error()))
	}
}

// body reads the body of a request: an object, {} if there is none. If ok is
// false the request is answered.
func (p *place) body(w http.ResponseWriter, r *http.Request) (in gjson.Result, ok bool) {
	b, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return in, false
	}
	if len(b) == 0 {
		return gjson.Parse("{}"), true
	}
	in, err = parseJSON(string(b))
	switch {
	case err != nil:
		writeFaults(w, []fault{{
			kind: "json_invalid", at: []string{"body"}, text: "JSON decode error", input: "{}",
			ctx: string(append(jsontext.AppendString([]byte(`{"error":`), err.Error()), '}')),
		}})
	case in.Type == gjson.Null:
		return gjson.Parse("{}"), true
	case !in.IsObject():
		writeFaults(w, []fault{{
			kind: "model_attributes_type", at: []string{"body"}, input: in.Raw,
			text: "Input should be a valid dictionary or object to extract fields from",
		}})
	default:
		return in, true
	}
	return in, false
}

func writeResult(w http.ResponseWriter, a *session.Answer, reset bool, meta []byte) {
	b := append(appendResult(nil, a, reset, meta), `,"metadata":`...)
	if len(meta) == 0 {
		meta = []byte("null")
	}
	writeBody(w, http.StatusOK, string(append(append(b, meta...), '}')))
}

func writeFaults(w http.ResponseWriter, faults []fault) {
	writeBody(w, http.StatusUnprocessableEntity, string(append(appendFaults([]byte(`{"detail":`), faults), '}')))
}

// writeError answers with an error.
//
// Differs: the reference server says 500 to all of them.
func writeError(w http.ResponseWriter, err error) {
	serve.SetRetry(w.Header(), err)
	e := session.AsError(err)
	b := jsontext.AppendString([]byte(`{"detail":`), e.Message)
	b = jsontext.AppendString(append(b, `,"reason":`...), string(e.Code))
	writeBody(w, serve.Status(err), string(append(b, '}')))
}

func writeBody(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body)) // the client has left
}
