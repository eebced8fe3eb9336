package wire

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
)

// Sink takes the answers of [Run]: [NewLines] or [NewTable].
type Sink interface {
	// encode prepares an answer, on any goroutine.
	encode(a *Answer) ([]byte, error)
	// write appends it. idle says that nothing else is about to come.
	write(a *Answer, text []byte, idle bool) error
	// close completes what was written, stop leaves it after a fault.
	close() error
	stop() error
}

// NewLines returns a sink that writes one JSON object a line, an [Answer].
// Whenever no further group is waiting it flushes, so that a program at the
// other end of a pipe gets its answer before it asks again.
func NewLines(w io.Writer) Sink { return &lineSink{bufio.NewWriterSize(w, 1<<16)} }

type lineSink struct{ w *bufio.Writer }

func (s *lineSink) encode(a *Answer) ([]byte, error) {
	text, err := json.Marshal(a)
	if err != nil {
		return nil, fmt.Errorf("group %q: %w", a.ID, err)
	}
	return append(text, '\n'), nil
}

func (s *lineSink) write(_ *Answer, text []byte, idle bool) error {
	_, err := s.w.Write(text)
	if err == nil && idle {
		err = s.w.Flush()
	}
	if err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	return nil
}

func (s *lineSink) stop() error { return s.close() }

func (s *lineSink) close() error {
	if err := s.w.Flush(); err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	return nil
}
