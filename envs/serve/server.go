package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"stepgym/envs/serve/session"
)

// Server serves the sessions of a Host by several protocols at once.
type Server struct {
	host    *session.Host
	config  Config
	log     *slog.Logger
	hooks   hooks
	metrics *metrics
	handler http.Handler
}

// New returns a server of a Host. The Host stays the caller's to close, after
// Serve has returned.
func New(h *session.Host, c Config, protocols ...Protocol) (*Server, error) {
	c, err := c.resolve()
	if err != nil {
		return nil, err
	}
	s := &Server{host: h, config: c, log: c.Logger, hooks: hooks{all: map[int]func(context.Context){}}}
	s.metrics = newMetrics(h)
	routes, err := s.routes(protocols)
	if err != nil {
		return nil, err
	}
	s.handler = routes
	return s, nil
}

// routes builds the handler of everything. Patterns that contradict each other
// are an error.
func (s *Server) routes(protocols []Protocol) (h http.Handler, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("serve: routes: %v", p)
		}
	}()
	all := s.mountAll(protocols)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", s.livez)
	mux.HandleFunc("GET /readyz", s.readyz)
	mux.Handle("GET /metrics", s.forMetrics(s.metrics.handler))
	served := s.authenticated(s.limited(all))
	return s.outermost(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/livez", "/readyz", "/metrics":
			mux.ServeHTTP(w, r)
		default:
			served.ServeHTTP(w, r)
		}
	})), nil
}

// Handler returns the handler of everything that is served.
func (s *Server) Handler() http.Handler { return s.handler }

// livez says that the process runs.
func (s *Server) livez(w http.ResponseWriter, _ *http.Request) {
	WriteJSON(w, http.StatusOK, map[string]string{"status": "ok"})
}

// readyz says whether new sessions are welcome.
func (s *Server) readyz(w http.ResponseWriter, _ *http.Request) {
	status, reason := http.StatusOK, "ready"
	var err error
	if s.config.Health != nil {
		err = s.config.Health()
	}
	switch st := s.host.Stats(); {
	case st.Draining:
		status, reason = http.StatusServiceUnavailable, "draining"
	case err != nil:
		status, reason = http.StatusServiceUnavailable, err.Error()
	case st.Unwritten > 0:
		status, reason = http.StatusServiceUnavailable, "trajectories cannot be written"
	}
	if status != http.StatusOK {
		w.Header().Set("Retry-After", "5")
	}
	WriteJSON(w, status, map[string]string{"status": reason})
}

// Serve answers connections of l until ctx ends, and then drains: /readyz says
// 503, new sessions are refused, calls that run are finished, every session is
// closed and its trajectory written, sockets are told that the server goes away,
// and open connections are given up after Config.DrainTimeout. The error is nil
// if all that could be done. Serve closes l.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	hs := &http.Server{
		Handler: s.handler, MaxHeaderBytes: s.config.HeaderBytes,
		ReadHeaderTimeout: s.config.ReadTimeout, ReadTimeout: s.config.ReadTimeout, IdleTimeout: 2 * s.config.ReadTimeout,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	failed := make(chan error, 1)
	go func() { failed <- hs.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.log.Info("draining", slog.Duration("timeout", s.config.DrainTimeout))
	err := s.drain(context.WithoutCancel(ctx), hs)
	if served := <-failed; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("serve: %w", served))
	}
	return err
}

// drain ends the service within Config.DrainTimeout.
func (s *Server) drain(ctx context.Context, hs *http.Server) error {
	began := time.Now()
	within, cancel := context.WithTimeout(ctx, s.config.DrainTimeout)
	defer cancel()
	// Running calls have most of the time; sockets and connections the rest.
	calls, cancelCalls := context.WithTimeout(within, s.config.DrainTimeout*3/4)
	defer cancelCalls()
	err := s.host.Drain(calls)
	s.hooks.run(within)
	down := hs.Shutdown(within)
	s.hooks.run(within) // for sockets that opened meanwhile
	if down != nil {
		s.log.Warn("connections were cut off", slog.String("error", down.Error()))
		err = errors.Join(err, hs.Close())
	}
	s.log.Info("drained", slog.Duration("took", time.Since(began)))
	return err
}
