package v1

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"stepgym/envs/serve"
	"stepgym/envs/serve/internal/jsontext"
	"stepgym/envs/serve/session"
	"stepgym/traces"
	"stepgym/traces/export"
)

// session returns the session that a request names.
func (p *place) session(r *http.Request) (*session.Session, error) {
	return p.site.Host.Get(serve.Owner(r.Context()), r.PathValue("id"))
}

// appendNow appends an episode as it is now.
func appendNow(ctx context.Context, b []byte, s *session.Session, f fields) ([]byte, error) {
	a, err := s.Observe(ctx)
	if err != nil {
		return b, err
	}
	i := s.Info()
	return appendEpisode(b, &i, &a, f), nil
}

// appendAll appends episodes as they are now; an error stands in the place of
// one that has none.
func appendAll(ctx context.Context, b []byte, ss []*session.Session, f fields) []byte {
	b = append(b, '[')
	for k, s := range ss {
		if k > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = appendNow(ctx, b, s, f); err != nil {
			b = appendFailed(b, s.ID(), err)
		}
	}
	return append(b, ']')
}

func (p *place) createGroup(r *http.Request) ([]byte, error) {
	var in CreateGroup
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	f, err := in.fields()
	if err != nil {
		return nil, err
	}
	request, err := in.request(serve.Owner(r.Context()))
	if err != nil {
		return nil, err
	}
	g, err := p.site.Host.CreateGroup(r.Context(), session.GroupRequest{Request: request, N: in.N})
	if err != nil {
		return nil, err
	}
	b := jsontext.AppendString([]byte(`{"group_id":`), g.ID())
	b = appendAll(r.Context(), append(b, `,"episodes":`...), g.Sessions(), f)
	return append(b, '}'), nil
}

func (p *place) create(r *http.Request) ([]byte, error) {
	var in Create
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	f, err := in.fields()
	if err != nil {
		return nil, err
	}
	request, err := in.request(serve.Owner(r.Context()))
	if err != nil {
		return nil, err
	}
	s, err := p.site.Host.Create(r.Context(), request)
	if err != nil {
		return nil, err
	}
	return appendNow(r.Context(), nil, s, f)
}

func (p *place) reset(r *http.Request) ([]byte, error) {
	s, err := p.session(r)
	if err != nil {
		return nil, err
	}
	var in Reset
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	f, err := in.fields()
	if err != nil {
		return nil, err
	}
	start, err := in.start()
	if err != nil {
		return nil, err
	}
	a, err := s.Reset(r.Context(), *start)
	if err != nil {
		return nil, err
	}
	i := s.Info()
	return appendEpisode(nil, &i, &a, f), nil
}

func (p *place) observe(r *http.Request) ([]byte, error) {
	s, err := p.session(r)
	if err != nil {
		return nil, err
	}
	show := Show{Observation: r.URL.Query().Get("observation")}
	f, err := show.fields()
	if err != nil {
		return nil, err
	}
	return appendNow(r.Context(), nil, s, f)
}

func (p *place) fork(r *http.Request) ([]byte, error) {
	s, err := p.session(r)
	if err != nil {
		return nil, err
	}
	in := Fork{N: 1}
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	f, err := in.fields()
	if err != nil {
		return nil, err
	}
	at := session.AtEnd
	if in.At != nil {
		if at = *in.At; at < 0 {
			return nil, invalid("at_step is %d, want at least 0", at)
		}
	}
	ss, err := s.Fork(r.Context(), in.N, at)
	if err != nil {
		return nil, err
	}
	b := appendAll(r.Context(), []byte(`{"episodes":`), ss, f)
	return append(b, '}'), nil
}

func (p *place) snapshot(r *http.Request) (any, error) {
	s, err := p.session(r)
	if err == nil {
		err = readJSON(r, &struct{}{})
	}
	if err != nil {
		return nil, err
	}
	k, err := s.Snapshot(r.Context())
	if err != nil {
		return nil, err
	}
	return Snapshot(k), nil
}

func (p *place) deleteSnapshot(r *http.Request) (any, error) {
	return Closed{true}, p.site.Host.DeleteSnapshot(serve.Owner(r.Context()), r.PathValue("id"))
}

func (p *place) renew(r *http.Request) (any, error) {
	s, err := p.session(r)
	if err != nil {
		return nil, err
	}
	var in Renew
	if err := readJSON(r, &in); err != nil {
		return nil, err
	}
	idle, err := duration("lease_s", in.Lease, time.Second)
	if err != nil {
		return nil, err
	}
	ends, err := s.Renew(r.Context(), idle)
	if err != nil {
		return nil, err
	}
	return Renewed{s.ID(), ends.UTC()}, nil
}

func (p *place) close(r *http.Request) (any, error) {
	s, err := p.session(r)
	if err != nil {
		return nil, err
	}
	return Closed{true}, s.Close(r.Context(), session.ReasonClosed)
}

func (p *place) closeGroup(r *http.Request) (any, error) {
	g, err := p.site.Host.Group(serve.Owner(r.Context()), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return Closed{true}, g.Close(r.Context(), session.ReasonGroup)
}

// trajectory answers GET /v1/episodes/{id}/trajectory.
func (p *place) trajectory(w http.ResponseWriter, r *http.Request) {
	format := export.Format(r.URL.Query().Get("format"))
	if format == "" {
		format = export.Native
	}
	err := knownQuery(r, []parameter{{name: "format"}})
	if err == nil && !format.Valid() {
		err = invalid("format is %q, want one of %q", format, formats())
	}
	if err != nil {
		serve.WriteError(w, err)
		return
	}
	t, err := p.find(r.Context(), serve.Owner(r.Context()), r.PathValue("id"))
	if err != nil {
		serve.WriteError(w, err)
		return
	}
	var b bytes.Buffer
	if err := export.Write(&b, format, t); err != nil {
		serve.WriteError(w, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", format.ContentType())
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	w.Write(b.Bytes()) //nolint:errcheck // the client has left
}

// find returns the record of an episode that is open, by its episode_id or the
// trajectory_id of what is played there now, or of one that was recorded, by its
// trajectory_id.
func (p *place) find(ctx context.Context, owner, id string) (*traces.Trajectory, error) {
	// The first trajectory of a session has its name, the others add a number.
	if sid, _, later := strings.Cut(id, "."); later {
		if s, err := p.site.Host.Get(owner, sid); err == nil {
			if t, err := s.Trajectory(ctx); err == nil && t.ID == id {
				return t, nil
			}
		}
	}
	return p.site.Host.Trajectory(ctx, owner, id)
}
