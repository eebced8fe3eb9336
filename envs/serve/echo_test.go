package serve_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/traces"
)

// echo is the smallest protocol: an example, and the subject of the tests.
type echo struct{ prefix string }

func (echo) Name() string     { return "echo" }
func (e echo) Prefix() string { return e.prefix }

func (e echo) Mount(site *serve.Site) {
	site.Handle("POST /create", func(w http.ResponseWriter, r *http.Request) {
		s, err := site.Host.Create(r.Context(), session.Request{
			Env: site.Env, Owner: serve.Owner(r.Context()), Protocol: e.Name(), Start: &session.Start{},
		})
		if err != nil {
			serve.WriteError(w, err)
			return
		}
		serve.WriteJSON(w, http.StatusOK, map[string]string{"id": s.ID(), "env": s.Info().Env, "base": site.Base})
	})
	site.Handle("POST /step/{id}", func(w http.ResponseWriter, r *http.Request) {
		a, err := e.step(site, r)
		if err != nil {
			serve.WriteError(w, err)
			return
		}
		serve.WriteJSON(w, http.StatusOK, map[string]any{"step": a.Step, "done": a.Result.Done()})
	})
	site.Handle("POST /panic", func(http.ResponseWriter, *http.Request) { panic("on purpose") })
	site.Handle("GET /ws/{id}", func(w http.ResponseWriter, r *http.Request) { e.socket(site, w, r) })
}

func (echo) step(site *serve.Site, r *http.Request) (session.Answer, error) {
	var in struct{ Action string }
	s, err := site.Host.Get(serve.Owner(r.Context()), r.PathValue("id"))
	if err == nil {
		err = serve.ReadJSON(r, &in)
	}
	if err != nil {
		return session.Answer{}, err
	}
	return s.Step(r.Context(), envs.Action{Text: in.Action}, r.Header.Get("X-Step-Id"))
}

// socket takes an action a message, and closes with 1001 when the server goes.
func (echo) socket(site *serve.Site, w http.ResponseWriter, r *http.Request) {
	s, err := site.Host.Get(serve.Owner(r.Context()), r.PathValue("id"))
	if err != nil {
		serve.WriteError(w, err)
		return
	}
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer c.CloseNow()
	release, err := s.Hold(r.Context())
	if err != nil {
		return
	}
	defer release()
	defer site.OnDrain(func(context.Context) { c.Close(websocket.StatusGoingAway, "") })()
	for {
		_, b, err := c.Read(r.Context())
		if err != nil {
			return
		}
		a, err := s.Step(r.Context(), envs.Action{Text: string(b)}, "")
		text := a.Observation.Text()
		if err != nil {
			text = err.Error()
		}
		if c.Write(r.Context(), websocket.MessageText, []byte(text)) != nil {
			return
		}
	}
}

// memory is a Recorder in memory.
type memory struct {
	mu  sync.Mutex
	all []*traces.Trajectory
}

func (m *memory) Append(t *traces.Trajectory) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, t)
	return nil
}

// newServer returns a server of the toy environment, and its address.
func newServer(t *testing.T, o session.Options, c serve.Config, protocols ...serve.Protocol) (*session.Host, *serve.Server, string) {
	t.Helper()
	if c.Tokens != nil {
		o.Quota = c.Tokens.Quota
	}
	h, err := session.New(map[string]envs.Env{"toy": toy.New(), "other": toy.New()}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Close() })
	s, err := serve.New(h, c, protocols...)
	if err != nil {
		t.Fatal(err)
	}
	hs := httptest.NewServer(s.Handler())
	t.Cleanup(hs.Close)
	return h, s, hs.URL
}

// call sends a request and returns status, headers and the answer's fields.
func call(t *testing.T, method, url, body string, header ...string) (int, http.Header, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	_ = json.Unmarshal(b, &fields) // what is no object has no fields
	return res.StatusCode, res.Header, fields
}

// code returns the code of an error's answer.
func code(fields map[string]any) string {
	e, _ := fields["error"].(map[string]any)
	s, _ := e["code"].(string)
	return s
}
