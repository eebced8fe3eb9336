package ors

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// FuzzBody sends any body to every route that reads one. The answer is in the
// protocol's words, and the session goes on: only a call that is a step counts.
func FuzzBody(f *testing.F) {
	routes := []string{"/create", "/toy/call", "/toy/tasks", "/toy/num_tasks", "/toy/task", "/toy/task_range", "/toy/score_group", "/create_session"}
	for i := range routes {
		for _, body := range []string{
			``, `{}`, `[1]`, `null`, `{"split":"train","index":0}`, `{"split":"train","index":1e400}`, `{"split":"\ud800","start":-9223372036854775808}`,
			`{"task_spec":{"id":"3"}}`, `{"task_spec":{"id":3}}`, `{"task_spec":{"ID":"3","id":null}}`, `{"name":"act","input":{"action":"stop"},"task_id":"x"}`,
			`{"name":"act","input":{"action":"left"},"task_id":""}`, `{"name":"say","input":{"word":"\u0000\n"}}`, `{"split":"train","split":1}`, strings.Repeat("[", 20_000),
		} {
			f.Add(i, body)
		}
	}
	h, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := h.Close(); err != nil {
			f.Error(err)
		}
	})
	server, err := serve.New(h, serve.Config{}, New())
	if err != nil {
		f.Fatal(err)
	}
	ask := func(t *testing.T, route, sid, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1"+route, strings.NewReader(body))
		r.Header.Set("X-Session-ID", sid)
		w := httptest.NewRecorder()
		server.Handler().ServeHTTP(w, r)
		return w
	}
	f.Fuzz(func(t *testing.T, route int, body string) {
		if route < 0 || route >= len(routes) {
			return
		}
		sid := parse(ask(t, "/create_session", "", "").Body.String())[0].data
		if w := ask(t, "/create", sid, `{"task_spec":{"id":"3"}}`); w.Code != 200 {
			t.Fatalf("create: %d %s", w.Code, w.Body)
		}
		w := ask(t, routes[route], sid, body)
		checkReply(t, routes[route], body, w)
		s, err := h.Get("", sid)
		if err != nil {
			t.Fatal(err)
		}
		if i := s.Info(); routes[route] != "/toy/call" && i.Steps != 0 || i.Task != "3" {
			t.Errorf("%s %q: the session is now %+v", routes[route], body, i)
		}
		if w := ask(t, "/ping", sid, ""); w.Code != 200 {
			t.Errorf("%s %q: then ping is %d", routes[route], body, w.Code)
		}
		if err := s.Close(t.Context(), session.ReasonClosed); err != nil {
			t.Error(err)
		}
	})
}

// checkReply checks that an answer is one of the protocol's.
func checkReply(t *testing.T, route, body string, w *httptest.ResponseRecorder) {
	t.Helper()
	if strings.HasPrefix(w.Header().Get("Content-Type"), "text/event-stream") {
		events := parse(w.Body.String())
		if n := len(events); n < 2 || events[0].name != "task_id" || events[n-1].name != "end" && events[n-1].name != "error" {
			t.Errorf("%s %q: events %q", route, body, events)
		}
		return
	}
	var detail struct{ Detail json.RawMessage }
	err := json.Unmarshal(w.Body.Bytes(), &detail)
	switch {
	case err != nil && w.Code != 200:
		t.Errorf("%s %q: %v: %s", route, body, err, w.Body)
	case w.Code != 200 && w.Code != 400 && w.Code != 404 && w.Code != 422, w.Code != 200 && detail.Detail == nil:
		t.Errorf("%s %q: %d %s", route, body, w.Code, w.Body)
	}
}
