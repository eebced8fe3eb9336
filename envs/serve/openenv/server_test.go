package openenv

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"stepgym/envs"
	"stepgym/envs/envtest/toy"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// world is the toy with more actions: "boom" breaks the episode, "slow" takes a
// minute, and "nap" a second.
type world struct{ *toy.Env }

type walk struct{ envs.Episode }

func (w world) Reset(ctx context.Context, t envs.Task, seed uint64) (envs.Episode, error) {
	ep, err := w.Env.Reset(ctx, t, seed)
	return &walk{ep}, err
}

func (w *walk) Step(ctx context.Context, a envs.Action) (envs.Result, error) {
	switch a.Text {
	case "boom":
		return envs.Result{}, errors.New("kaboom")
	case "slow":
		time.Sleep(time.Minute) // of the test's clock
		a.Text = "left"
	case "nap":
		time.Sleep(time.Second) // which the client does not wait for
		a.Text = "left"
	}
	return w.Episode.Step(ctx, a)
}

func newHost(t testing.TB, o session.Options) *session.Host {
	t.Helper()
	o.Default = "toy"
	h, err := session.New(map[string]envs.Env{"toy": world{toy.New()}, "other": toy.New()}, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

func newServer(t testing.TB, h *session.Host, c serve.Config, o Options) *serve.Server {
	t.Helper()
	s, err := serve.New(h, c, New(o))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// open serves the toy and returns the address.
func open(t testing.TB, o session.Options) (string, *session.Host) {
	t.Helper()
	h := newHost(t, o)
	srv := httptest.NewServer(newServer(t, h, serve.Config{}, Options{}).Handler())
	t.Cleanup(srv.Close)
	return srv.URL, h
}

// client is a socket.
type client struct {
	t    testing.TB
	conn *websocket.Conn
	ctx  context.Context
}

func dial(t testing.TB, url string, o *websocket.DialOptions) *client {
	t.Helper()
	conn, res, err := websocket.Dial(t.Context(), strings.Replace(url, "http", "ws", 1), o) //nolint:bodyclose // Dial has closed it
	if err != nil {
		t.Fatal(err)
	}
	if got := res.Header.Get("Sec-Websocket-Extensions"); got != "" {
		t.Errorf("the server agreed to %q", got)
	}
	conn.SetReadLimit(1 << 20)
	t.Cleanup(func() { conn.CloseNow() })
	return &client{t, conn, t.Context()}
}

func (c *client) send(frame string) {
	c.t.Helper()
	if err := c.conn.Write(c.ctx, websocket.MessageText, []byte(frame)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *client) read() string {
	c.t.Helper()
	typ, b, err := c.conn.Read(c.ctx)
	if err != nil || typ != websocket.MessageText {
		c.t.Fatalf("read: type %v, %v", typ, err)
	}
	return string(b)
}

// say sends a frame and returns the answer.
func (c *client) say(frame string) string {
	c.t.Helper()
	c.send(frame)
	return c.read()
}

// closed waits for the end and returns its status, -1 for none.
func (c *client) closed() websocket.StatusCode {
	c.t.Helper()
	_, b, err := c.conn.Read(c.ctx)
	if err == nil {
		c.t.Fatalf("want the end, got %s", b)
	}
	return websocket.CloseStatus(err)
}

// pipes is a listener within the process, for tests with a clock of their own.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newPipes() *pipes { return &pipes{conns: make(chan net.Conn), done: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	p.once.Do(func() { close(p.done) })
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// dialer returns options that connect to p.
func (p *pipes) dialer() *websocket.DialOptions {
	return &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			c, s := net.Pipe()
			select {
			case p.conns <- s:
				return c, nil
			case <-p.done:
				return nil, net.ErrClosed
			}
		},
	}}}
}

// listen serves s until the end of the test.
func listen(t testing.TB, s *serve.Server) string {
	t.Helper()
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}
