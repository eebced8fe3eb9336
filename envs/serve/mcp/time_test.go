package mcp

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// local serves a toy without a network, on the test's clock.
func local(t *testing.T, o session.Options) (*session.Host, *handler, http.Handler) {
	t.Helper()
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, o)
	if err != nil {
		t.Fatal(err)
	}
	p := &keeping{}
	s, err := serve.New(host, serve.Config{}, p)
	if err != nil {
		t.Fatal(err)
	}
	return host, p.h, s.Handler()
}

// keeping mounts the protocol and keeps the handler of the last site.
type keeping struct{ h *handler }

func (*keeping) Name() string   { return "mcp" }
func (*keeping) Prefix() string { return "/mcp/{env}" }
func (k *keeping) Mount(site *serve.Site) {
	k.h = Handler(site).(*handler)
	site.Handle("", k.h.ServeHTTP)
}

func ask(ctx context.Context, h http.Handler, method, body, id string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(ctx, method, "/mcp/toy", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json, text/event-stream")
	if id != "" {
		r.Header.Set(idHeader, id)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const ping = `{"jsonrpc":"2.0","id":6,"method":"ping"}`

// TestLease lets a session live while it is called or listened to, and ends the
// SDK's when it expires: otherwise goroutines of it would be left here.
func TestLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, p, h := local(t, session.Options{})
		defer host.Close()
		id := ask(t.Context(), h, "POST", initialize, "").Header().Get(idHeader)
		for range 5 {
			time.Sleep(4 * time.Minute)
			if w := ask(t.Context(), h, "POST", ping, id); w.Code != http.StatusOK {
				t.Fatalf("within the lease: %d %s", w.Code, w.Body)
			}
		}
		listening, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			ask(listening, h, "GET", "", id)
		}()
		time.Sleep(3 * time.Hour)
		if w := ask(t.Context(), h, "POST", ping, id); w.Code != http.StatusOK {
			t.Fatalf("while somebody listens: %d %s", w.Code, w.Body)
		}
		stop()
		<-done
		time.Sleep(time.Hour)
		if n := host.Stats().Open; n != 0 || len(p.open) != 0 {
			t.Errorf("%d sessions are open, %d of the SDK's", n, len(p.open))
		}
		if w := ask(t.Context(), h, "POST", ping, id); w.Code != http.StatusNotFound {
			t.Errorf("after the lease: %d %s", w.Code, w.Body)
		}
	})
}

// TestDrain ends what the SDK holds, a stream too.
func TestDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host, p, h := local(t, session.Options{})
		id := ask(t.Context(), h, "POST", initialize, "").Header().Get(idHeader)
		done := make(chan struct{})
		go func() {
			defer close(done)
			ask(t.Context(), h, "GET", "", id)
		}()
		synctest.Wait()
		if err := host.Drain(t.Context()); err != nil {
			t.Error(err)
		}
		if w := ask(t.Context(), h, "POST", initialize, ""); w.Code != http.StatusServiceUnavailable {
			t.Errorf("while draining: %d %s", w.Code, w.Body)
		}
		p.drain(t.Context())
		<-done
		if err := host.Close(); err != nil {
			t.Error(err)
		}
	})
}

// FuzzBody sends any body with and without a session. The server does not fail,
// and the session lives on.
func FuzzBody(f *testing.F) {
	for _, body := range []string{
		"", "{", "[]", "null", initialize, ping, `[` + ping + `]`, `{"jsonrpc":"2.0","id":{},"method":"tools/call","params":[]}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"act","arguments":{"action":"\ud800"}}}`,
		`{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"act","arguments":[1]}}`, `{"jsonrpc":"1.0","method":"initialize","id":null}`,
	} {
		f.Add(body)
	}
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{MaxEpisodes: 100})
	if err != nil {
		f.Fatal(err)
	}
	p := &keeping{}
	s, err := serve.New(host, serve.Config{}, p)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		p.h.drain(context.Background())
		host.Close()
	})
	h := s.Handler()
	f.Fuzz(func(t *testing.T, body string) {
		id := ask(t.Context(), h, "POST", initialize, "").Header().Get(idHeader)
		for _, with := range []string{"", id} {
			w := ask(t.Context(), h, "POST", body, with)
			if w.Code >= http.StatusInternalServerError {
				t.Errorf("%q: %d %s", body, w.Code, w.Body)
			}
			if other := w.Header().Get(idHeader); other != "" && other != id {
				ask(t.Context(), h, "DELETE", "", other)
			}
		}
		if w := ask(t.Context(), h, "POST", ping, id); w.Code != http.StatusOK {
			t.Errorf("%q ends the session: %d %s", body, w.Code, w.Body)
		}
		ask(t.Context(), h, "DELETE", "", id)
	})
}
