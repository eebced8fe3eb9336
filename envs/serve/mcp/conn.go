package mcp

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/serve/tools"
)

// conn is a session of ours and the SDK's server for it.
type conn struct {
	session *session.Session
	server  *sdk.Server
	timer   *time.Timer // guarded by handler.mu until it is stopped

	mu  sync.Mutex // guards what follows
	set *tools.Set // whose tools the server has
}

// begin makes a session that plays the episode which the query of the request
// asks for, and a server with its tools.
func (h *handler) begin(r *http.Request) (*conn, error) {
	start, err := startOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	set, err := h.tools(r.Context())
	if err != nil {
		return nil, err
	}
	s, err := h.site.Host.Create(r.Context(), session.Request{
		Env: h.site.Env, Owner: serve.Owner(r.Context()), Protocol: protocol, Start: &start,
	})
	if err != nil {
		return nil, err
	}
	c := &conn{session: s}
	a, err := s.Observe(r.Context())
	if err != nil {
		c.close(r.Context())
		return nil, err
	}
	c.server = sdk.NewServer(h.implementation(), options(a.Observation.Text(), s.ID))
	c.offer(set)
	c.follow(&a)
	if !has(set, observeTool) {
		c.server.AddTool(observation(), c.observe)
	}
	return c, nil
}

// tools returns the tools of the environment at the start of an episode.
func (h *handler) tools(ctx context.Context) (*tools.Set, error) {
	h.learn.Lock()
	defer h.learn.Unlock()
	if h.set != nil {
		return h.set, nil
	}
	env, err := h.site.Host.Env(h.site.Env)
	if err == nil {
		h.set, err = tools.Learn(context.WithoutCancel(ctx), env)
	}
	return h.set, err
}

// startOf reads the episode that a query asks for: task_id, or split with index,
// or seed; max_turns.
func startOf(q url.Values) (s session.Start, err error) {
	s.Task, s.Split = q.Get("task_id"), q.Get("split")
	number := func(name string, set func(n uint64)) {
		if !q.Has(name) {
			return
		}
		n, perr := strconv.ParseUint(q.Get(name), 10, 63)
		if perr != nil {
			err = &session.Error{Code: session.CodeInvalid, Message: fmt.Sprintf("%s is %q, want a whole number of at least 0", name, q.Get(name))}
			return
		}
		set(n)
	}
	number("index", func(n uint64) { i := int(n); s.Index = &i })
	number("seed", func(n uint64) { s.Seed = &n })
	number("max_turns", func(n uint64) { s.MaxTurns = int(n) })
	return s, err
}

// close ends a session that nobody knows.
func (c *conn) close(ctx context.Context) {
	_ = c.session.Close(context.WithoutCancel(ctx), session.ReasonClosed) // it has ended in any case
}

// end closes the SDK's session.
func (c *conn) end() {
	for ss := range c.server.Sessions() {
		_ = ss.Close() // it is gone in any case
	}
}

// offer makes the tools of a set the server's.
func (c *conn) offer(set *tools.Set) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.set == set {
		return
	}
	if c.set != nil {
		var gone []string
		for _, t := range c.set.Schemas() {
			if !has(set, t.Name) {
				gone = append(gone, t.Name)
			}
		}
		c.server.RemoveTools(gone...)
	}
	c.set = set
	for _, t := range set.Schemas() {
		c.server.AddTool(&sdk.Tool{Name: t.Name, Description: t.Description, InputSchema: t.Params, OutputSchema: outputSchema()}, c.call)
	}
}

// has reports whether a set has a tool of this name.
func has(set *tools.Set, name string) bool {
	for _, t := range set.Schemas() {
		if t.Name == name {
			return true
		}
	}
	return false
}

// follow offers the tools that there are after an observation.
func (c *conn) follow(a *session.Answer) {
	c.mu.Lock()
	set := c.set
	c.mu.Unlock()
	if next := set.With(&a.Observation); next != set {
		c.offer(next)
	}
}
