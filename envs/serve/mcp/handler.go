package mcp

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/tidwall/gjson"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/serve/tools"
)

// protocol is the name of the protocol in logs and trajectories.
const protocol = "mcp"

// idHeader is the header that names a session.
const idHeader = "Mcp-Session-Id"

// handler serves the protocol at one site.
type handler struct {
	site  *serve.Site
	inner *sdk.StreamableHTTPHandler
	lobby *sdk.Server // answers requests that belong to no session

	learn sync.Mutex // guards set
	set   *tools.Set // of the environment; nil until the first session

	mu   sync.Mutex       // guards open
	open map[string]*conn // by session ID
}

// Handler returns the handler of a site. Its sessions end when the server
// shuts down.
func Handler(site *serve.Site) http.Handler {
	h := &handler{site: site, open: map[string]*conn{}}
	h.lobby = sdk.NewServer(h.implementation(), options("", nil))
	h.inner = sdk.NewStreamableHTTPHandler(func(r *http.Request) *sdk.Server {
		if c, ok := r.Context().Value(connKey{}).(*conn); ok {
			return c.server
		}
		return h.lobby
	}, &sdk.StreamableHTTPOptions{JSONResponse: true, MaxRequestBodyBytes: -1}) // bodies are bounded already
	site.OnDrain(h.drain)
	return h
}

type connKey struct{}

// versions are those of the protocol that have sessions.
func versions() []string { return []string{"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"} }

func (h *handler) implementation() *sdk.Implementation {
	return &sdk.Implementation{Name: "gym", Title: h.site.Env, Version: "1"}
}

// options are those of a server; id is nil for the lobby.
func options(instructions string, id func() string) *sdk.ServerOptions {
	return &sdk.ServerOptions{
		Instructions: instructions, GetSessionID: id, SupportedProtocolVersions: versions(),
		Capabilities: &sdk.ServerCapabilities{Tools: &sdk.ToolCapabilities{ListChanged: true}},
	}
}

// ServeHTTP implements http.Handler.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if id := r.Header.Get(idHeader); id != "" {
		h.serveSession(w, r, id)
		return
	}
	if r.Method != http.MethodPost {
		h.inner.ServeHTTP(w, r)
		return
	}
	body, err := serve.ReadBody(r)
	if err != nil {
		writeError(w, err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	if !begins(body) || !acceptable(r.Header) {
		h.inner.ServeHTTP(w, r) // to say what is wrong
		return
	}
	c, err := h.begin(r)
	if err != nil {
		writeError(w, err)
		return
	}
	h.inner.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), connKey{}, c)))
	for range c.server.Sessions() {
		h.keep(c)
		return
	}
	c.close(r.Context()) // the SDK refused it
}

// begins reports whether a body is a request to initialize a session.
func begins(body []byte) bool {
	return gjson.ValidBytes(body) && gjson.GetBytes(body, "method").Str == "initialize"
}

// acceptable reports whether the SDK will take a request with these headers.
func acceptable(h http.Header) bool {
	accept := strings.Join(h.Values("Accept"), ",")
	both := strings.Contains(accept, "application/json") && strings.Contains(accept, "text/event-stream")
	return both || strings.Contains(accept, "*/*")
}

// writeError answers a request that the server does not take, in the words of
// the protocol.
func writeError(w http.ResponseWriter, err error) {
	serve.SetRetry(w.Header(), err)
	serve.WriteJSON(w, serve.Status(err), map[string]any{
		"jsonrpc": "2.0", "id": nil,
		"error": map[string]any{"code": -32000, "message": session.AsError(err).Message, "data": serve.NewErrorBody(err)},
	})
}

// serveSession serves a request within a session. While a client listens on a
// stream the session stays; every request renews its lease.
func (h *handler) serveSession(w http.ResponseWriter, r *http.Request, id string) {
	s, err := h.site.Host.Get(serve.Owner(r.Context()), id)
	if err == nil && (s.Protocol() != protocol || s.Info().Env != h.site.Env) {
		err = session.ErrNotFound
	}
	if err == nil {
		err = h.serveAlive(w, r, s)
	}
	switch {
	case err == nil:
	case session.AsError(err).Retryable():
		writeError(w, err)
	default:
		h.lapse(id)
		http.Error(w, "session not found", http.StatusNotFound)
	}
}

// serveAlive serves a request of a session that is open. After an error nothing
// was answered.
func (h *handler) serveAlive(w http.ResponseWriter, r *http.Request, s *session.Session) error {
	switch r.Method {
	case http.MethodGet:
		release, err := s.Hold(r.Context())
		if err != nil {
			return err
		}
		defer release()
		h.inner.ServeHTTP(w, r)
	case http.MethodDelete:
		err := s.Close(r.Context(), session.ReasonClosed)
		if err != nil {
			return err
		}
		h.inner.ServeHTTP(w, r)
		h.forget(s.ID())
	default:
		if _, err := s.Renew(r.Context(), 0); err != nil {
			return err
		}
		h.inner.ServeHTTP(w, r)
	}
	return nil
}

// keep remembers a session, to end the SDK's when ours has ended.
func (h *handler) keep(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open[c.session.ID()] = c
	c.timer = time.AfterFunc(h.site.Host.Options().Lease, func() { h.check(c) })
}

// check ends the SDK's session if ours has ended, else looks again later.
func (h *handler) check(c *conn) {
	id := c.session.ID()
	if h.lapse(id) {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open[id] == c {
		c.timer.Reset(h.site.Host.Options().Lease)
	}
}

// lapse ends the SDK's session with an ID if ours has ended. Who asks does not
// matter: the owner of the session is consulted.
func (h *handler) lapse(id string) bool {
	h.mu.Lock()
	c := h.open[id]
	h.mu.Unlock()
	if c == nil {
		return true
	}
	if _, err := h.site.Host.Get(c.session.Owner(), id); err == nil {
		return false
	}
	h.forget(id)
	return true
}

// forget ends the SDK's session with an ID.
func (h *handler) forget(id string) {
	h.mu.Lock()
	c := h.open[id]
	delete(h.open, id)
	h.mu.Unlock()
	if c != nil {
		c.timer.Stop()
		c.end()
	}
}

// drain ends every session of the SDK, and with them the streams of clients.
func (h *handler) drain(context.Context) {
	h.mu.Lock()
	ids := make([]string, 0, len(h.open))
	for id := range h.open {
		ids = append(ids, id)
	}
	h.mu.Unlock()
	for _, id := range ids {
		h.forget(id)
	}
}
