package serve

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"stepgym/envs/serve/session"
)

// countingWriter counts what is sent. It passes on flushing and hijacking; the
// bytes of a hijacked connection are counted too.
type countingWriter struct {
	http.ResponseWriter
	status int
	sent   int64
	charge func(n int) error
}

// WriteHeader implements http.ResponseWriter.
func (w *countingWriter) WriteHeader(status int) {
	if w.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *countingWriter) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.sent += int64(n)
	return n, err
}

// Flush implements http.Flusher.
func (w *countingWriter) Flush() {
	if f, ok := w.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap is for http.ResponseController.
func (w *countingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// countingBody counts what is received.
type countingBody struct {
	io.ReadCloser
	n int64
}

// Read implements io.Reader.
func (b *countingBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.n += int64(n)
	return n, err
}

// Hijack implements http.Hijacker.
func (w *countingWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	h, ok := w.ResponseWriter.(http.Hijacker)
	if !ok {
		return nil, nil, fmt.Errorf("serve: hijack: %w", errors.ErrUnsupported)
	}
	conn, rw, err := h.Hijack()
	if err != nil || w.charge == nil {
		return conn, rw, err
	}
	c := &countingConn{Conn: conn, charge: w.charge}
	early, err := rw.Reader.Peek(rw.Reader.Buffered())
	if err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	rw.Reader.Reset(io.MultiReader(bytes.NewReader(bytes.Clone(early)), c))
	rw.Writer.Reset(c)
	// What came early must be buffered: callers take that, and then read from the
	// connection.
	if _, err := rw.Reader.Peek(len(early)); err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return c, rw, nil
}

// countingConn counts the bytes of a connection. A client that has used up its
// quota is read from more slowly.
type countingConn struct {
	net.Conn
	charge func(n int) error
}

// slowest bounds how long one read is put off.
const slowest = time.Second

// Read implements net.Conn.
func (c *countingConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if over := c.charge(n); over != nil {
		time.Sleep(min(session.AsError(over).After, slowest))
	}
	return n, err
}

// Write implements net.Conn.
func (c *countingConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	_ = c.charge(n) // what is too much slows the next read
	return n, err
}

// isLocal reports whether a request comes from this machine.
func isLocal(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && isLoopback(host)
}
