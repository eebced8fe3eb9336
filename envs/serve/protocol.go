package serve

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"

	"stepgym/envs/serve/session"
)

// Protocol is a way to talk to the sessions of a Host. A protocol is a thin
// layer: it translates requests into calls of package session, and their
// answers and errors back.
type Protocol interface {
	// Name is one word for logs, metrics and trajectories: "openenv".
	Name() string

	// Prefix says where the protocol is mounted:
	//
	//	""               for each environment at /envs/NAME, and at the root for
	//	                 the default one; several protocols may share these
	//	"/nemo/{env}"    for each environment, with its name in place of {env}
	//	"/v1"            once, for all environments
	Prefix() string

	// Mount registers the routes of one site. It is called once for each, before
	// anything is served.
	Mount(s *Site)
}

// Snippeter is implemented by protocols that can show how to use them.
type Snippeter interface {
	// Snippet returns a few lines of a client's code for the environment at a
	// base such as "http://127.0.0.1:8080/envs/webshop": what Site.Base is below
	// the server's address. The lines end in newlines.
	Snippet(base string) string
}

// Site is one place where a protocol is mounted.
type Site struct {
	Host *session.Host
	Env  string // the environment of the site; "" if the site is for all
	Base string // path of the site, without a slash at the end: "/envs/webshop", "" for the root
	Log  *slog.Logger

	// FrameBytes is the largest message that a socket may receive; bodies of
	// requests are limited to it before a handler sees them.
	FrameBytes int64

	mux   *http.ServeMux
	hooks *hooks
}

// Handle registers a handler for a pattern of [http.ServeMux] below the base of
// the site, such as "POST /step" or "GET /episodes/{id}". Where protocols share
// a base a pattern can be registered once, and patterns that overlap must differ
// as http.ServeMux demands.
func (s *Site) Handle(pattern string, h http.HandlerFunc) {
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = "", pattern
	}
	s.mux.HandleFunc(strings.TrimSpace(method+" "+s.Base+path), h)
}

// OnDrain registers what to do with open connections when the server shuts
// down: sessions are closed and trajectories written by then, and sockets are
// to be closed with status 1001. It returns a function that takes the
// registration back; a socket registers when it opens and takes back when it
// ends. The hook runs in a goroutine of its own, which is waited for until ctx ends.
func (s *Site) OnDrain(hook func(ctx context.Context)) (remove func()) { return s.hooks.add(hook) }

// hooks are the functions that a shutdown calls.
type hooks struct {
	mu   sync.Mutex // guards what follows
	next int
	all  map[int]func(context.Context)
}

func (h *hooks) add(f func(context.Context)) (remove func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := h.next
	h.next++
	h.all[n] = f
	return func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.all, n)
	}
}

// run calls the hooks there are, all at once, and waits until they return or ctx
// ends.
func (h *hooks) run(ctx context.Context) {
	h.mu.Lock()
	var wg sync.WaitGroup
	for _, f := range h.all {
		wg.Go(func() { f(ctx) })
	}
	h.mu.Unlock()
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done(): // a hook that does not return by then ends with the process
	}
}

// mountAll builds the handler of all protocols.
func (s *Server) mountAll(protocols []Protocol) http.Handler {
	bases := map[string]*http.ServeMux{} // by path
	site := func(p Protocol, env, base string) {
		mux := bases[base]
		if mux == nil {
			mux = http.NewServeMux()
			bases[base] = mux
		}
		p.Mount(&Site{
			Host: s.host, Env: env, Base: base, Log: s.log.With(slog.String("protocol", p.Name())),
			FrameBytes: s.config.BodyBytes, mux: mux, hooks: &s.hooks,
		})
	}
	for _, p := range protocols {
		prefix := p.Prefix()
		switch {
		case prefix == "":
			site(p, s.host.Default(), "")
			for _, name := range s.host.Envs() {
				site(p, name, "/envs/"+name)
			}
		case strings.Contains(prefix, "{env}"):
			for _, name := range s.host.Envs() {
				site(p, name, strings.ReplaceAll(prefix, "{env}", name))
			}
		default:
			site(p, "", prefix)
		}
	}
	return newTree(bases)
}

// tree finds the mux of a path: that of the longest base that the path is
// below.
type tree struct {
	bases map[string]*http.ServeMux
	depth int // segments of the longest base
}

func newTree(bases map[string]*http.ServeMux) *tree {
	t := &tree{bases: bases}
	for base := range bases {
		t.depth = max(t.depth, strings.Count(base, "/"))
	}
	return t
}

// ServeHTTP implements http.Handler.
func (t *tree) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	base := cut(r.URL.Path, t.depth)
	for {
		if h := t.bases[base]; h != nil {
			h.ServeHTTP(w, r)
			return
		}
		i := strings.LastIndexByte(base, '/')
		if i < 0 {
			break
		}
		base = base[:i]
	}
	WriteError(w, &session.Error{Code: session.CodeNotFound, Message: "there is nothing at " + r.URL.Path})
}

// cut returns the first n segments of a path, each with its slash before it.
func cut(path string, n int) string {
	end := 0
	for ; n > 0 && end < len(path); n-- {
		i := strings.IndexByte(path[end+1:], '/')
		if i < 0 {
			return path
		}
		end += 1 + i
	}
	return path[:end]
}
