package ors

import (
	"context"
	"errors"
	"net/http"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// createSession serves /create_session: a session without an episode. It counts,
// so that a full server says so before a client has done anything.
func (p *place) createSession(w http.ResponseWriter, r *http.Request) {
	s, err := p.site.Host.Create(r.Context(), session.Request{Owner: serve.Owner(r.Context()), Protocol: p.name, Data: newLink()})
	if err != nil {
		writeError(w, err)
		return
	}
	st := newStream(w)
	st.event("task_id", s.ID())
	st.event("end", "")
	st.flush()
}

// create serves /create: it chooses the task of a session and starts it.
//
// Differs: the reference server takes any ID for a session; here it is one that
// /create_session gave out. Where no environment is named the reference server
// takes its first, although the client may go on to call another by its path, as
// ors-sdk does; here the one that is called first is started.
func (p *place) create(w http.ResponseWriter, r *http.Request) {
	s, l, err := p.session(r)
	if err != nil {
		fail(w, err)
		return
	}
	b := readBody(w, r, "env_name", "task_spec", "split", "index", "toolset_name")
	if b == nil {
		return
	}
	c := b.choice()
	name, toolset := b.optional("env_name"), b.optional("toolset_name")
	if b.answer(w) {
		return
	}
	env := p.find(name)
	switch {
	case name != "" && env < 0:
		writeDetail(w, http.StatusNotFound, unknownEnv(name))
		return
	case toolset != "":
		writeDetail(w, http.StatusBadRequest, "unknown toolset "+repr(toolset)+"; valid options are []")
		return
	case name == "":
		env = p.deployment(r)
	}
	if env < 0 && len(p.envs) == 1 {
		env = 0
	}
	if err := p.begin(r.Context(), s, l, env, c); err != nil {
		writeCreateError(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, map[string]string{"sid": s.ID()})
}

// choice reads what /create chooses.
func (b *body) choice() *choice {
	c := &choice{spec: b.object("task_spec"), split: b.optional("split")}
	index := b.index("index")
	_, split := b.get("split")
	if len(b.faults) > 0 {
		return c
	}
	if one := split && index != nil; one == (c.spec != nil) || split != (index != nil) {
		b.fault("value_error", "Value error, Provide either task_spec or both split and index, not both/neither", b.all)
		return c
	}
	if index != nil {
		c.index = *index
	}
	return c
}

// errExists is the fault of a second /create.
var errExists = errors.New("ors: " + exists)

func writeCreateError(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, errExists):
		writeDetail(w, http.StatusBadRequest, exists)
	case is(err, session.CodeNoTask):
		writeDetail(w, http.StatusBadRequest, session.AsError(err).Message)
	default:
		writeError(w, err)
	}
}

// begin makes the choice of a session. env is the environment, or -1 to leave it
// to the first call.
func (p *place) begin(ctx context.Context, s *session.Session, l *link, env int, c *choice) error {
	release, err := l.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if l.now() != stateNew {
		return errExists
	}
	if env >= 0 {
		return p.reset(ctx, s, l, env, c)
	}
	if err := p.possible(c); err != nil {
		return err
	}
	if _, err := s.Renew(ctx, lease); err != nil {
		return err
	}
	l.mu.Lock()
	l.state, l.choice = stateChosen, *c
	l.mu.Unlock()
	return nil
}

// possible reports, for a choice that no environment has, why the default one
// has it not.
func (p *place) possible(c *choice) error {
	var first error
	for env := range p.envs {
		_, err := p.start(env, c)
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// reset starts the episode of a choice, by who holds the turn.
func (p *place) reset(ctx context.Context, s *session.Session, l *link, env int, c *choice) error {
	start, err := p.start(env, c)
	if err != nil {
		return err
	}
	set, err := p.learned(ctx, env)
	if err != nil {
		return err
	}
	a, err := s.Reset(ctx, *start)
	if err == nil {
		_, err = s.Renew(ctx, lease)
	}
	if err != nil {
		return err
	}
	set = set.With(&a.Observation)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.state, l.env, l.set = stateReady, p.envs[env], set
	l.started = blocksOf(a.Observation.Text(), set.Menu(a.Observation))
	return nil
}
