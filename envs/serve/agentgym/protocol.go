package agentgym

import (
	"fmt"
	"net/http"
	"slices"

	"stepgym/envs"
	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// Protocol is AgentGym's protocol; it implements [serve.Protocol].
type Protocol struct{}

// New returns the protocol.
func New() *Protocol { return &Protocol{} }

// Name implements serve.Protocol.
func (*Protocol) Name() string { return "agentgym" }

// Prefix implements serve.Protocol.
func (*Protocol) Prefix() string { return "/agentgym/{env}" }

// Snippet implements serve.Snippeter.
func (*Protocol) Snippet(base string) string {
	return fmt.Sprintf(`# pip install requests
import requests
env = requests.post(%[1]q + "/create").json()
print(env, requests.get(%[1]q + "/list_envs").json())
`, base)
}

// Mount implements serve.Protocol.
func (p *Protocol) Mount(site *serve.Site) {
	pl := &place{site: site, name: p.Name(), split: "all"}
	name := site.Env
	if env, err := site.Host.Env(site.Env); err == nil {
		spec := env.Spec()
		name = spec.Name
		if !slices.Contains(spec.Splits, pl.split) {
			pl.split = ""
		}
	}
	site.Handle("GET /list_envs", pl.list)
	if name == "webshop" {
		(&shop{pl}).mount(site)
		return
	}
	(&house{pl}).mount(site)
}

// place is a site with what both dialects do.
type place struct {
	site  *serve.Site
	name  string // of the protocol
	split string // that numbers of tasks count in
}

// create makes an environment. It lives as long as the server allows: clients
// say nothing while a policy is updated.
func (p *place) create(r *http.Request, start *session.Start, data any) (*session.Session, error) {
	return p.site.Host.Create(r.Context(), session.Request{
		Env: p.site.Env, Owner: serve.Owner(r.Context()), Protocol: p.name,
		Lease: p.site.Host.Options().MaxLease, Start: start, Data: data,
	})
}

// find returns the environment with a number that is the caller's and of this
// place.
func (p *place) find(r *http.Request, n int64) (*session.Session, error) {
	missing := &session.Error{Code: session.CodeNotFound, Message: fmt.Sprintf("there is no environment %d here", n)}
	if n < 0 {
		return nil, missing
	}
	s, err := p.site.Host.GetNumber(serve.Owner(r.Context()), uint64(n))
	if err == nil && (s.Protocol() != p.name || s.Info().Env != p.site.Env) {
		err = missing
	}
	return s, err
}

// start returns where the episode of a task begins. A task is a number, negative
// ones count from the end, or an ID; none at all is one that is drawn.
func (p *place) start(t task) (session.Start, error) {
	switch {
	case t.id != "":
		return session.Start{Task: t.id}, nil
	case !t.given:
		return session.Start{Split: p.split}, nil
	}
	i := t.index
	if i < 0 {
		split := p.split
		if split == "" {
			split = "train"
		}
		all, err := p.site.Host.Tasks(p.site.Env, split)
		if err != nil {
			return session.Start{}, err
		}
		if i += int64(len(all)); i < 0 {
			i = t.index // reported as it was given
		}
	}
	n := int(i)
	return session.Start{Split: p.split, Index: &n}, nil
}

// step takes a step.
func (p *place) step(r *http.Request, s *session.Session, action string) (session.Answer, error) {
	return s.Step(r.Context(), envs.Action{Text: action}, "")
}

// close closes an environment and reports whether it was open.
func (p *place) close(w http.ResponseWriter, r *http.Request, n int64) {
	s, err := p.find(r, n)
	if err == nil {
		err = s.Close(r.Context(), session.ReasonClosed)
	}
	if err != nil && session.AsError(err).Retryable() {
		writeError(w, err)
		return
	}
	write(w, http.StatusOK, struct {
		Closed bool `json:"closed"`
	}{err == nil})
}

// list serves /list_envs: the numbers of the caller's environments.
func (p *place) list(w http.ResponseWriter, r *http.Request) {
	numbers := []uint64{}
	for _, i := range p.site.Host.List(serve.Owner(r.Context()), session.Filter{Env: p.site.Env, Protocol: p.name}) {
		numbers = append(numbers, i.Number)
	}
	write(w, http.StatusOK, numbers)
}
