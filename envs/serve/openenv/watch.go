package openenv

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/coder/websocket"
)

// buffer is the memory for one message and its answer. Sockets share a pool of
// them, so that an idle one has none.
type buffer struct{ in, out []byte }

// keepBytes is the largest buffer that is kept.
const keepBytes = 64 << 10

// release gives a buffer back.
func (p *Protocol) release(b *buffer) {
	if cap(b.in) > keepBytes {
		b.in = nil
	}
	if cap(b.out) > keepBytes {
		b.out = nil
	}
	p.buffers.Put(b)
}

// ahead is a read that was begun while a message was being answered.
type ahead struct {
	done chan struct{} // closed when the others are set
	r    io.Reader
	err  error
}

// read waits for the next message. The socket is busy from then on.
func (s *socket) read(b *buffer) (string, error) {
	s.mu.Lock()
	a := s.ahead
	s.ahead = nil
	s.mu.Unlock()
	var r io.Reader
	var err error
	if a == nil {
		_, r, err = s.conn.Reader(context.Background())
	} else {
		<-a.done
		r, err = a.r, a.err
	}
	if err == nil {
		err = b.fill(r)
	}
	s.heard.Store(true)
	s.mu.Lock()
	s.busy = true
	s.mu.Unlock()
	return string(b.in), err
}

// fill reads a message.
func (b *buffer) fill(r io.Reader) error {
	b.in = b.in[:0]
	for {
		if len(b.in) == cap(b.in) {
			b.in = append(b.in, 0)[:len(b.in)]
		}
		n, err := r.Read(b.in[len(b.in):cap(b.in)])
		b.in = b.in[:len(b.in)+n]
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// start begins to look after the socket.
func (s *socket) start() {
	s.heard.Store(true)
	s.mu.Lock()
	s.watch = time.AfterFunc(watchEvery, s.look)
	s.mu.Unlock()
}

// stop waits for all goroutines but the caller's.
func (s *socket) stop() {
	s.mu.Lock()
	s.ended = true
	s.watch.Stop()
	s.mu.Unlock()
	_ = s.conn.CloseNow() // nothing waits for the client any more
	s.helpers.Wait()
}

// look is called every watchEvery. A message that is still being answered may
// take long: then somebody else reads, so that the client's pings are answered
// and its end is noticed. A client that was not heard of is pinged; one that
// does not answer is gone, whatever the connection says.
func (s *socket) look() {
	s.mu.Lock()
	if s.ended {
		s.mu.Unlock()
		return
	}
	s.helpers.Add(1)
	defer s.helpers.Done()
	if s.busy && s.ahead == nil {
		a := &ahead{done: make(chan struct{})}
		s.ahead = a
		s.helpers.Go(func() { a.read(s.conn) })
	}
	s.mu.Unlock()
	if !s.heard.Swap(false) && s.ping() != nil {
		_ = s.conn.CloseNow() // the goroutine of the request sees it
		return
	}
	s.mu.Lock()
	if !s.ended {
		s.watch.Reset(watchEvery)
	}
	s.mu.Unlock()
}

func (s *socket) ping() error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), pongWithin)
	defer cancel()
	return s.conn.Ping(ctx)
}

func (a *ahead) read(c *websocket.Conn) {
	_, a.r, a.err = c.Reader(context.Background())
	close(a.done)
}
