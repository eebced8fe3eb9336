package mcp

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// TestStream listens for longer than the server gives a request to arrive, and
// until the server shuts down.
func TestStream(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some of the real time of a connection: not with -short")
	}
	host, err := session.New(map[string]envs.Env{"toy": toy.New()}, session.Options{})
	if err != nil {
		t.Fatal(err)
	}
	const limit = 200 * time.Millisecond
	s, err := serve.New(host, serve.Config{ReadTimeout: limit}, alone{})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	url := "http://" + l.Addr().String() + "/mcp"
	_, header, _ := send(t, "POST", url, initialize)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set(idHeader, header.Get(idHeader))
	began := time.Now()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	defer time.AfterFunc(5*limit, stop).Stop()
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Error(err)
	}
	if lasted := time.Since(began); lasted < 4*limit {
		t.Errorf("the stream ended after %v", lasted)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if n := host.Stats().Open; n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
