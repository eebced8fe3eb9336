package ors

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
	"stepgym/envs/serve/tools"
)

// lease is how long a session lives after its latest request: clients ping every
// ten seconds, those that crash do not.
const lease = 900 * time.Second

// link is what the protocol keeps of a session.
type link struct {
	turn chan struct{} // capacity 1: held by the request that starts the episode

	mu      sync.Mutex // guards what follows
	state   state
	choice  choice     // from stateChosen on
	env     string     // from stateReady on
	set     *tools.Set // the tools that there are now
	started []block    // the prompt
	answers []kept     // to the latest steps, in their order
}

// state is how far a session has come.
type state int

const (
	stateNew    state = iota // made, without a task
	stateChosen              // with a task, for the environment that is called first
	stateReady               // with an episode
)

func newLink() *link { return &link{turn: make(chan struct{}, 1)} }

// now returns the state.
func (l *link) now() state {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}

// environment returns the environment that is played, "" if that is open.
func (l *link) environment() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.env
}

// tools returns the tools that there are now.
func (l *link) tools() *tools.Set {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.set
}

// saw takes in an answer, and returns what is possible after it.
func (l *link) saw(a *session.Answer) (menu string) {
	l.mu.Lock()
	l.set = l.set.With(&a.Observation)
	set := l.set
	l.mu.Unlock()
	return set.Menu(a.Observation)
}

// errNoID is the fault of a request without X-Session-ID.
var errNoID = errors.New("ors: " + noSession)

// session returns the session that a request names.
func (p *place) session(r *http.Request) (*session.Session, *link, error) {
	id := strings.TrimSpace(r.Header.Get("X-Session-ID"))
	if id == "" {
		return nil, nil, errNoID
	}
	s, err := p.site.Host.Get(serve.Owner(r.Context()), id)
	if err != nil {
		return nil, nil, err
	}
	l, ok := s.Data().(*link)
	if !ok {
		return nil, nil, &session.Error{Code: session.CodeNotFound, Message: notActive}
	}
	return s, l, nil
}

// fail answers with the error of session, or of what came after it.
func fail(w http.ResponseWriter, err error) {
	if errors.Is(err, errNoID) {
		writeDetail(w, http.StatusBadRequest, noSession)
		return
	}
	writeError(w, err)
}

// take waits for the turn.
func (l *link) take(ctx context.Context) (release func(), err error) {
	select {
	case l.turn <- struct{}{}:
		return func() { <-l.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// ready returns the session that a request names, with its episode.
//
// Differs: the reference server does not look at the environment in the path of
// a session's request. Here another one than is played is an error.
func (p *place) ready(r *http.Request, env int) (*session.Session, *link, error) {
	s, l, err := p.session(r)
	if err != nil {
		return nil, nil, err
	}
	if l.now() == stateChosen {
		if err := p.settle(r.Context(), s, l, env); err != nil {
			return nil, nil, err
		}
	}
	switch playing := l.environment(); {
	case playing == "":
		return nil, nil, &session.Error{Code: session.CodeNotFound, Message: notActive}
	case playing != p.envs[env]:
		return nil, nil, &session.Error{Code: session.CodeInvalid, Message: fmt.Sprintf(
			"the session plays %s, not %s: give /create the env_name", playing, p.envs[env])}
	}
	return s, l, nil
}

// settle starts what was chosen before, in the environment that is called.
func (p *place) settle(ctx context.Context, s *session.Session, l *link, env int) error {
	release, err := l.take(ctx)
	if err != nil {
		return err
	}
	defer release()
	if l.now() != stateChosen { // another request was faster
		return nil
	}
	return p.reset(ctx, s, l, env, &l.choice)
}

// ping serves /ping.
func (p *place) ping(w http.ResponseWriter, r *http.Request) {
	s, l, err := p.session(r)
	if err == nil && l.now() == stateNew {
		err = &session.Error{Code: session.CodeNotFound, Message: notActive}
	}
	if err == nil {
		_, err = s.Renew(r.Context(), 0)
	}
	if is(err, session.CodeGone) { // as the reference server has it
		err = &session.Error{Code: session.CodeNotFound, Message: notActive}
	}
	if err != nil {
		fail(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// delete serves /delete and /delete_session. Deleting what is not there is no
// error.
func (p *place) delete(w http.ResponseWriter, r *http.Request) {
	s, _, err := p.session(r)
	if err == nil {
		err = s.Close(r.Context(), session.ReasonClosed)
	}
	if err != nil && !is(err, session.CodeGone) && !is(err, session.CodeNotFound) && !is(err, session.CodeDraining) {
		fail(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, map[string]string{"sid": strings.TrimSpace(r.Header.Get("X-Session-ID"))})
}

// prompt serves /prompt: the beginning of the episode, at any time.
func (p *place) prompt(w http.ResponseWriter, r *http.Request, env int) {
	_, l, err := p.ready(r, env)
	if err != nil {
		fail(w, err)
		return
	}
	serve.WriteJSON(w, http.StatusOK, l.prompt())
}

// messages serves /messages: the prompt as a conversation.
func (p *place) messages(w http.ResponseWriter, r *http.Request, env int) {
	_, l, err := p.ready(r, env)
	if err != nil {
		fail(w, err)
		return
	}
	type message struct {
		Role   string    `json:"role"`
		Blocks []block   `json:"blocks"`
		Detail *struct{} `json:"detail"`
	}
	serve.WriteJSON(w, http.StatusOK, []message{{Role: "user", Blocks: l.prompt()}})
}

func (l *link) prompt() []block {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.started
}

// scoreGroup serves /score_group. No environment here judges texts against each
// other: rewards are those of the steps.
func (p *place) scoreGroup(w http.ResponseWriter, r *http.Request, env int) {
	if _, _, err := p.ready(r, env); err != nil {
		fail(w, err)
		return
	}
	writeDetail(w, http.StatusNotFound, "Environment "+repr(p.envs[env])+" does not implement score_group")
}
