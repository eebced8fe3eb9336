package v1

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// name is written into trajectories.
const name = "v1"

// Protocol is the native protocol; it implements [serve.Protocol].
type Protocol struct {
	batches sync.Pool // of *batch
}

// New returns the protocol.
func New() *Protocol {
	return &Protocol{batches: sync.Pool{New: func() any { return new(batch) }}}
}

// Name implements serve.Protocol.
func (*Protocol) Name() string { return name }

// Prefix implements serve.Protocol.
func (*Protocol) Prefix() string { return "/v1" }

// Mount implements serve.Protocol.
func (p *Protocol) Mount(site *serve.Site) {
	pl := &place{Protocol: p, site: site, credits: make(chan struct{}, max(1, runtime.GOMAXPROCS(0)-1))}
	methods := map[string][]string{}
	for _, r := range routes() {
		site.Handle(r.method+" "+r.path, pl.handler(r))
		methods[r.path] = append(methods[r.path], r.method)
	}
	spec := openAPI(routes(), site.Base)
	site.Handle("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) { writeBody(w, http.StatusOK, spec) })
	methods["/openapi.json"] = []string{http.MethodGet}
	for path, allowed := range methods {
		slices.Sort(allowed)
		site.Handle(path, otherMethod(strings.Join(allowed, ", ")))
	}
	site.Handle("/", func(w http.ResponseWriter, r *http.Request) {
		serve.WriteError(w, newError(session.CodeNotFound, "there is nothing at %s; %s/openapi.json says what there is", r.URL.Path, site.Base))
	})
}

// otherMethod refuses requests by a method that a path does not have.
func otherMethod(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Allow", allowed)
		serve.WriteJSON(w, http.StatusMethodNotAllowed, Failure{serve.NewErrorBody(invalid("%s is for %s, not %s", r.URL.Path, allowed, r.Method))})
	}
}

// Snippet implements serve.Snippeter.
func (*Protocol) Snippet(base string) string {
	return fmt.Sprintf(snippet, strings.TrimSuffix(base, "/v1"))
}

const snippet = `from stepgym_client import Client  # pip install clients/python

with Client("%s") as gym:
    group = gym.create_group(n=8, split="train", index=0)
    steps = gym.step([(e.episode_id, e.observation.actions[0] if e.observation.actions else "help") for e in group.episodes])
    print([s.reward for s in steps])
    gym.close_group(group.group_id)
`

// place is where the protocol is mounted.
type place struct {
	*Protocol
	site    *serve.Site
	credits chan struct{} // computations that run
}

// route is one call of the protocol. Either handle or write is set.
type route struct {
	method, path string
	id           string // operationId
	summary      string
	query        []parameter
	in, out      any // zero values of the body's types; nil for none
	types        []string

	write func(p *place, w http.ResponseWriter, r *http.Request)
	make  func(p *place, r *http.Request) ([]byte, error) // the body of the answer
	value func(p *place, r *http.Request) (any, error)    // what the body says
}

// parameter is a parameter in the query of a route.
type parameter struct {
	name, kind, doc string
	enum            []string
}

// handler returns what answers a route.
func (p *place) handler(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if rt.write != nil {
			rt.write(p, w, r)
			return
		}
		if err := knownQuery(r, rt.query); err != nil {
			serve.WriteError(w, err)
			return
		}
		if rt.make != nil {
			b, err := rt.make(p, r)
			if err != nil {
				serve.WriteError(w, err)
				return
			}
			writeBody(w, http.StatusOK, append(b, '\n'))
			return
		}
		v, err := rt.value(p, r)
		if err != nil {
			serve.WriteError(w, err)
			return
		}
		serve.WriteJSON(w, http.StatusOK, v)
	}
}

// knownQuery refuses parameters that a route does not have.
func knownQuery(r *http.Request, known []parameter) error {
	for name, values := range r.URL.Query() {
		if !slices.ContainsFunc(known, func(p parameter) bool { return p.name == name }) {
			return invalid("the query has the unknown parameter %q", name)
		}
		if len(values) > 1 {
			return invalid("the query has %s twice", name)
		}
	}
	return nil
}
