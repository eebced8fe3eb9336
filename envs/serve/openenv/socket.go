package openenv

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"stepgym/envs/serve"
	"stepgym/envs/serve/session"
)

// watchEvery is how often a socket is looked after; one that has not been heard
// of for so long is pinged, and closed if it does not answer in pongWithin.
const (
	watchEvery = 10 * time.Second
	pongWithin = 20 * time.Second
)

// socket is a client's connection. One goroutine, that of the request, reads
// and answers; the timer's looks after it, and may read ahead while a step
// takes long, so that pings are answered.
type socket struct {
	place   *place
	conn    *websocket.Conn
	session *session.Session
	link    *link
	ctx     context.Context // for calls of the session
	heard   atomic.Bool     // since the watch last looked
	done    chan struct{}   // closed when the goroutine of the request is through
	helpers sync.WaitGroup  // goroutines of the timer, and those that read ahead

	mu    sync.Mutex // guards what follows
	watch *time.Timer
	busy  bool     // a message is being answered
	ended bool     // the request's goroutine is on its way out
	leave *leaving // how to close once the answer is sent, or nil
	ahead *ahead   // the read that was begun while busy, or nil
}

// leaving is how a socket is closed.
type leaving struct {
	code   websocket.StatusCode
	reason string
}

// The ways to close a socket.
var (
	byClient  = leaving{websocket.StatusNormalClosure, ""}
	byServer  = leaving{websocket.StatusGoingAway, "the server is shutting down"}
	takenOver = leaving{websocket.StatusPolicyViolation, "another socket took the session over"}
)

// socket serves GET /ws.
//
// Differs: compression is declined, whose windows would cost every socket more
// memory than all the rest.
func (p *place) socket(w http.ResponseWriter, r *http.Request) {
	s := &socket{place: p, ctx: r.Context(), done: make(chan struct{})}
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		CompressionMode: websocket.CompressionDisabled,
		OnPingReceived:  func(context.Context, []byte) bool { s.heard.Store(true); return true },
		OnPongReceived:  func(context.Context, []byte) { s.heard.Store(true) },
	})
	if err != nil {
		return // Accept has answered
	}
	defer conn.CloseNow() //nolint:errcheck // it is closed by now, or broken
	conn.SetReadLimit(p.site.FrameBytes)
	s.conn = conn
	release, err := s.attach(r)
	if err != nil {
		s.refuse(err)
		return
	}
	defer s.detach(release)
	remove := p.site.OnDrain(s.drain)
	defer remove()
	s.start()
	defer s.stop()
	s.serve()
}

// attach finds the session that the request names, or makes one, and holds it.
func (s *socket) attach(r *http.Request) (release func(), err error) {
	host, owner, key := s.place.site.Host, serve.Owner(r.Context()), r.Header.Get("Idempotency-Key")
	if id := r.URL.Query().Get("session_id"); id != "" {
		s.session, err = host.Get(owner, id)
		if err == nil {
			err = s.place.belongs(s.session)
		}
		if err == nil {
			release, err = s.hold(r.Context())
		}
		return release, err
	}
	for range 2 { // a session that is found by its key may be closed at this moment
		s.session, err = host.Create(r.Context(), session.Request{
			Env: s.place.site.Env, Owner: owner, Protocol: s.place.Name(), Key: key, Data: &link{owned: true},
		})
		if err == nil {
			release, err = s.hold(r.Context())
		}
		if key == "" || !errors.Is(err, session.ErrGone) {
			break
		}
	}
	return release, err
}

// hold makes s the socket of its session.
func (s *socket) hold(ctx context.Context) (release func(), err error) {
	l, ok := s.session.Data().(*link)
	if !ok { // another protocol's
		l = new(link)
	}
	s.link = l
	if before := l.take(s); before != nil {
		before.quit(takenOver)
	}
	release, err = s.session.Hold(ctx)
	if err != nil {
		l.drop(s)
	}
	return release, err
}

// belongs refuses a session of another environment.
func (p *place) belongs(s *session.Session) error {
	if env := s.Info().Env; env != p.site.Env && env != "" {
		return &session.Error{Code: session.CodeInvalid, Message: "session " + s.ID() + " is one of " + env + ", not of " + p.site.Env}
	}
	return nil
}

// refuse says why there is no session, and closes the socket.
func (s *socket) refuse(err error) {
	code, how := codeSession, byClient
	switch e := session.AsError(err); {
	case e.Code == session.CodeCapacity, e.Code == session.CodeQuota && e.Max > 0:
		code = codeCapacity
	case e.Code == session.CodeDraining:
		how = byServer
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), pongWithin)
	defer cancel()
	if s.conn.Write(ctx, websocket.MessageText, appendError(nil, err, code)) == nil {
		s.close(how)
	}
}

// serve answers messages until the socket is closed.
func (s *socket) serve() {
	for {
		b, _ := s.place.buffers.Get().(*buffer)
		frame, err := s.read(b)
		if err != nil {
			s.place.release(b)
			return
		}
		out, how := s.answer(b.out[:0], frame)
		if len(out) > 0 {
			b.out = out
			err = s.conn.Write(context.Background(), websocket.MessageText, out)
		}
		s.place.release(b)
		if err != nil {
			return
		}
		if how = s.idle(how); how != nil {
			s.close(*how)
			return
		}
	}
}

// idle notes that a message was answered. It returns how to close the socket if
// somebody wants it closed, now or since the message came.
func (s *socket) idle(how *leaving) *leaving {
	s.mu.Lock()
	defer s.mu.Unlock()
	if how == nil {
		how = s.leave
	}
	s.busy = how != nil // whoever comes later finds it taken care of
	return how
}

// quit closes the socket: at once if it is idle, else after the answer.
func (s *socket) quit(how leaving) {
	s.mu.Lock()
	if s.leave == nil {
		s.leave = &how
	}
	if !s.busy && !s.ended {
		s.helpers.Go(func() { s.close(how) })
	}
	s.mu.Unlock()
}

// close closes the socket with the handshake, if the client is there for it.
func (s *socket) close(how leaving) {
	_ = s.conn.Close(how.code, how.reason) // it may be broken
}

// drain closes the socket for the server's shutdown and waits until it is.
func (s *socket) drain(ctx context.Context) {
	s.quit(byServer)
	select {
	case <-s.done:
	case <-ctx.Done():
	}
}

// detach leaves the session. One that the client closed is gone. One in the
// middle of an episode stays for the grace time, so that a socket can be
// attached again; so does one that a socket did not make.
func (s *socket) detach(release func()) {
	had, closing := s.link.drop(s)
	if closing || had && s.link.owned && s.session.Info().State != session.StateRunning {
		s.place.end(s.ctx, s.session)
	}
	release()
	close(s.done)
}
