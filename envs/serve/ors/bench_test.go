package ors

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// BenchmarkCall is the server's work for one call of a tool, without a network.
func BenchmarkCall(b *testing.B) {
	r := newRig(b, session.Options{}, nil)
	server, err := serve.New(r.host, serve.Config{}, New())
	if err != nil {
		b.Fatal(err)
	}
	h := server.Handler()
	ask := func(route, sid, body string) string {
		req := httptest.NewRequest(http.MethodPost, "http://127.0.0.1"+route, strings.NewReader(body)) //nolint:noctx // no server, no client
		req.Header.Set("X-Session-ID", sid)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, req)
		if w.Code != http.StatusOK {
			b.Fatalf("%s: %d %s", route, w.Code, w.Body)
		}
		return w.Body.String()
	}
	sid, steps := "", 0
	b.ReportAllocs()
	for b.Loop() {
		if steps%10 == 0 { // before the toy ends an episode
			if sid != "" {
				ask("/delete", sid, "")
			}
			sid = parse(ask("/create_session", "", ""))[0].data
			ask("/create", sid, `{"env_name":"toy","task_spec":{"id":"3"}}`)
		}
		steps++
		ask("/toy/call", sid, `{"name":"act","input":{"action":"left"}}`)
	}
}
