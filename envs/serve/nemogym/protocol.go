package nemogym

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/serve/tools"
)

// Protocol is NeMo Gym's protocol; it implements [serve.Protocol].
type Protocol struct{}

// New returns the protocol.
func New() *Protocol { return &Protocol{} }

// Name implements serve.Protocol.
func (*Protocol) Name() string { return "nemogym" }

// Prefix implements serve.Protocol.
func (*Protocol) Prefix() string { return "/nemo/{env}" }

// Snippet implements serve.Snippeter.
func (*Protocol) Snippet(base string) string {
	return fmt.Sprintf(`# pip install requests
import requests
s, row = requests.Session(), {"responses_create_params": {"input": []}, "index": 0}
print(s.post(%[1]q + "/reset", json=row).json()["observation"])
`, base)
}

// Mount implements serve.Protocol.
func (p *Protocol) Mount(site *serve.Site) {
	pl := &place{site: site, name: p.Name()}
	for route, h := range map[string]http.HandlerFunc{
		"POST /reset":             pl.reset,
		"POST /step":              pl.step,
		"POST /close":             pl.close,
		"POST /seed_session":      pl.seed,
		"POST /verify":            pl.verify,
		"POST /aggregate_metrics": aggregate,
		"GET /reverify_mode":      reverifyMode,
		"POST /{tool}":            pl.call,
		"GET /tools":              pl.listTools,
		"GET /rows":               pl.rows,
	} {
		site.Handle(route, h)
	}
}

// place is a site of the protocol.
type place struct {
	site *serve.Site
	name string // of the protocol

	learn sync.Mutex // guards set
	set   *tools.Set // what functions there are; nil until someone asks
}

// tools returns what functions there are.
func (p *place) tools(ctx context.Context) (*tools.Set, error) {
	p.learn.Lock()
	defer p.learn.Unlock()
	if p.set != nil {
		return p.set, nil
	}
	env, err := p.site.Host.Env(p.site.Env)
	if err == nil {
		p.set, err = tools.Learn(context.WithoutCancel(ctx), env)
	}
	return p.set, err
}

// cookie is the name of the cookie that holds a session's ID.
const cookie = "gym_session"

// episode is what the protocol keeps of a session.
type episode struct {
	turn chan struct{} // capacity 1: held by the request that steps

	// The latest step that had an ID, for the holder of turn.
	id     string
	action [sha256.Size]byte
	answer *stepAnswer
}

func newEpisode() *episode { return &episode{turn: make(chan struct{}, 1)} }

// take waits for the turn. The caller gives it back.
func (e *episode) take(ctx context.Context) error {
	select {
	case e.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *episode) give() { <-e.turn }

// find returns the session that a request's cookie names, and sets the cookie
// again, for a refusal too.
func (p *place) find(w http.ResponseWriter, r *http.Request) (*session.Session, *episode, error) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return nil, nil, &session.Error{Code: session.CodeNotReset, Message: "there is no cookie " + cookie + ": call /reset or /seed_session first, and send back the cookies of each answer"}
	}
	s, err := p.site.Host.Get(serve.Owner(r.Context()), c.Value)
	if err != nil {
		return nil, nil, err
	}
	e, ok := s.Data().(*episode)
	if !ok || s.Protocol() != p.name || s.Info().Env != p.site.Env {
		return nil, nil, &session.Error{Code: session.CodeNotFound, Message: "the session is not one of this environment and protocol"}
	}
	remember(w, s)
	return s, e, nil
}

// remember sets the cookie of a session.
func remember(w http.ResponseWriter, s *session.Session) {
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: s.ID(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// begin starts an episode: in the session that the request has, or in a new one.
func (p *place) begin(w http.ResponseWriter, r *http.Request, start session.Start) (*session.Session, session.Answer, error) {
	ctx, longest := r.Context(), p.site.Host.Options().MaxLease
	if s, e, err := p.find(w, r); err == nil {
		if err := e.take(ctx); err != nil {
			return nil, session.Answer{}, err
		}
		defer e.give()
		a, err := s.Reset(ctx, start)
		if err == nil {
			e.id, e.answer = "", nil
			_, err = s.Renew(ctx, longest)
		}
		return s, a, err
	}
	s, err := p.site.Host.Create(ctx, session.Request{
		Env: p.site.Env, Owner: serve.Owner(ctx), Protocol: p.name, Lease: longest, Start: &start, Data: newEpisode(),
	})
	if err != nil {
		return nil, session.Answer{}, err
	}
	remember(w, s)
	a, err := s.Observe(ctx)
	return s, a, err
}
