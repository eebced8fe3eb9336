package serve

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"time"

	"stepgym/envs/serve/session"
)

// call is what the server knows of a request. It is in the request's context.
type call struct {
	id    string
	owner string
}

type callKey struct{}

// Owner returns the name of the token that a request carries, "" where the
// server has no tokens.
func Owner(ctx context.Context) string {
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		return ""
	}
	return c.owner
}

// RequestID returns the ID of a request: the client's X-Request-Id where that
// is a plain word, else one of ours. The answer carries it too.
func RequestID(ctx context.Context) string {
	c, _ := ctx.Value(callKey{}).(*call)
	if c == nil {
		return ""
	}
	return c.id
}

// outermost gives a request its ID, catches panics, and logs.
func (s *Server) outermost(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{id: requestID(r)}
		r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
		w.Header().Set("X-Request-Id", c.id)
		began := time.Now()
		cw := &countingWriter{ResponseWriter: w}
		defer func() {
			p := recover()
			if p == http.ErrAbortHandler { //nolint:errorlint // the value itself is thrown
				panic(p)
			}
			if p != nil {
				s.log.ErrorContext(r.Context(), "a handler panicked", slog.String("request", c.id), slog.Any("panic", p), slog.String("stack", string(debug.Stack())))
				if cw.status == 0 {
					WriteError(cw, &session.Error{Code: session.CodeInternal, Message: "the server failed at this request"})
				}
			}
			s.logCall(r, c, cw, time.Since(began))
		}()
		next.ServeHTTP(cw, r)
	})
}

// logCall logs a request that failed on our side, or every one if asked to.
func (s *Server) logCall(r *http.Request, c *call, w *countingWriter, took time.Duration) {
	level := slog.LevelDebug
	switch {
	case w.status == http.StatusNotImplemented, w.status == http.StatusServiceUnavailable:
	case w.status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	}
	if level == slog.LevelDebug && !s.config.Access {
		return
	}
	s.log.LogAttrs(r.Context(), max(level, slog.LevelInfo), "request",
		slog.String("request", c.id), slog.String("owner", c.owner), slog.String("method", r.Method), slog.String("path", r.URL.Path),
		slog.Int("status", w.status), slog.Int64("sent", w.sent), slog.Duration("took", took), slog.String("from", r.RemoteAddr))
}

// requestID returns the ID that the client gave, if it is harmless, or makes one.
func requestID(r *http.Request) string {
	id := r.Header.Get("X-Request-Id")
	if len(id) == 0 || len(id) > 64 {
		return rand.Text()
	}
	for _, b := range []byte(id) {
		switch {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '_', b == '.':
		default:
			return rand.Text()
		}
	}
	return id
}

// authenticated lets only requests with a token through, and notes whose it is.
// It comes before everything that a protocol does, an upgrade too.
func (s *Server) authenticated(next http.Handler) http.Handler {
	tokens := s.config.Tokens
	if tokens == nil {
		return fromHere(next)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, ok := tokens.match(r)
		if !ok || t.metrics {
			unauthorized(w)
			return
		}
		if c, _ := r.Context().Value(callKey{}).(*call); c != nil {
			c.owner = t.name
		}
		next.ServeHTTP(w, r)
	})
}

// fromHere refuses what a web page of somebody else makes a browser send to a
// server without tokens, which trusts everybody on this machine. Names that are
// not of this machine are refused because they can be made to lead here.
func fromHere(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		if origin == "" && site == "" {
			next.ServeHTTP(w, r) // no browser
			return
		}
		u, err := url.Parse(origin)
		if err != nil || origin != "" && !isLoopback(u.Hostname()) || !isLoopback((&url.URL{Host: r.Host}).Hostname()) {
			WriteJSON(w, http.StatusForbidden, map[string]ErrorBody{"error": {
				Code: "forbidden", Message: "web pages of other machines may not use this server without a token",
			}})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func unauthorized(w http.ResponseWriter) {
	w.Header().Set("WWW-Authenticate", `Bearer realm="gym"`)
	WriteJSON(w, http.StatusUnauthorized, map[string]ErrorBody{"error": {
		Code: "unauthorized", Message: "send a token of this server as Authorization: Bearer TOKEN, or as X-API-Key",
	}})
}

// forMetrics lets requests through that come from this machine or carry a token
// for metrics.
func (s *Server) forMetrics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isLocal(r) {
			next.ServeHTTP(w, r)
			return
		}
		if s.config.Tokens != nil {
			if t, ok := s.config.Tokens.match(r); ok && t.metrics {
				next.ServeHTTP(w, r)
				return
			}
		}
		unauthorized(w)
	})
}

// limited bounds the body of requests and counts bytes.
func (s *Server) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		owner := Owner(r.Context())
		if r.ContentLength > s.config.BodyBytes {
			w.Header().Set("Connection", "close")
			WriteError(w, &session.Error{Code: session.CodeTooLarge, Message: "the body is too large"})
			return
		}
		if err := s.host.Charge(owner, 0); err != nil {
			WriteError(w, err)
			return
		}
		body := &countingBody{ReadCloser: http.MaxBytesReader(w, r.Body, s.config.BodyBytes)}
		r.Body = body
		if cw, ok := w.(*countingWriter); ok {
			cw.charge = func(n int) error { return s.host.Charge(owner, n) }
			defer func() { _ = s.host.Charge(owner, int(body.n+cw.sent)) }() // too much is refused next time
		}
		next.ServeHTTP(w, r)
	})
}
