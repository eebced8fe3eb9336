package schema

import (
	"errors"
	"fmt"
	"io"

	"github.com/tidwall/gjson"
)

// maxValue bounds one item, so that a broken file cannot fill the memory.
const maxValue = 256 << 20

// errEnd is returned by splitter.next after the last value.
var errEnd = errors.New("end of the list")

// errCut is returned where more of the file was expected.
var errCut = fmt.Errorf("%w", io.ErrUnexpectedEOF)

// splitter cuts one big JSON list or object into its values without holding
// more than one of them, so that files of gigabytes can be read.
type splitter struct {
	r        io.Reader
	buf      []byte // bytes read and not yet used are buf[at:]
	at       int
	offset   int64 // of buf[0] in the file
	readErr  error // what r said last, io.EOF included
	open     byte  // '[' or '{' once begun
	finished bool
}

func newSplitter(r io.Reader) *splitter { return &splitter{r: r, buf: make([]byte, 0, 1<<18)} }

// fill reads more bytes behind buf, keeping those from position from on, and
// returns how far they moved. At the end of the file it returns an error.
func (s *splitter) fill(from int) (moved int, err error) {
	if s.readErr != nil {
		if s.readErr == io.EOF {
			return 0, errCut
		}
		return 0, s.readErr
	}
	if from > 0 {
		n := copy(s.buf, s.buf[from:])
		s.buf = s.buf[:n]
		s.offset += int64(from)
	}
	if len(s.buf) == cap(s.buf) {
		if len(s.buf) >= maxValue {
			return from, fmt.Errorf("one value is longer than %d MB", maxValue>>20)
		}
		grown := make([]byte, len(s.buf), 2*cap(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	for tries := 0; ; tries++ {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		s.readErr = err
		if n > 0 {
			return from, nil
		}
		if err != nil {
			_, err := s.fill(0) // turns io.EOF into what the caller wants
			return from, err
		}
		if tries == 100 {
			return from, io.ErrNoProgress
		}
	}
}

// peek skips white space and returns the byte behind it, which stays unused.
func (s *splitter) peek() (byte, error) {
	for {
		for ; s.at < len(s.buf); s.at++ {
			if c := s.buf[s.at]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
				return c, nil
			}
		}
		_, err := s.fill(s.at)
		s.at = 0
		if err != nil {
			s.at = len(s.buf)
			return 0, err
		}
	}
}

// value returns the bytes of the JSON value at the current position; they hold
// until the next call. Brackets are matched, no more: the caller validates.
func (s *splitter) value() ([]byte, error) {
	if _, err := s.peek(); err != nil {
		return nil, err
	}
	i := s.at
	depth := 0
	inString, escaped := false, false
	for {
		for ; i < len(s.buf); i++ {
			c := s.buf[i]
			switch {
			case inString:
				switch {
				case escaped:
					escaped = false
				case c == '\\':
					escaped = true
				case c == '"':
					inString = false
					if depth == 0 {
						return s.take(i + 1), nil
					}
				}
			case c == '"':
				inString = true
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				if depth == 0 {
					return s.take(i), nil // a literal before the end of the list
				}
				if depth--; depth == 0 {
					return s.take(i + 1), nil
				}
			case depth == 0 && (c == ',' || c == ':' || c <= ' '):
				return s.take(i), nil
			}
		}
		moved, err := s.fill(s.at)
		s.at -= moved
		i -= moved
		if err != nil {
			return nil, err
		}
	}
}

// take returns the bytes up to end and moves behind them.
func (s *splitter) take(end int) []byte {
	b := s.buf[s.at:end]
	s.at = end
	return b
}

// next returns the next value of the list, or of the object with its key, and
// errEnd after the last. The value holds until the next call.
func (s *splitter) next(open byte) (key string, value []byte, err error) {
	if s.finished {
		return "", nil, errEnd
	}
	c, err := s.peek()
	if err != nil {
		return "", nil, err
	}
	first := s.open == 0
	if first {
		if c != open {
			return "", nil, fmt.Errorf("begins with %q, want %q: this is another kind of file", c, open)
		}
		s.open = c
		s.at++
		if c, err = s.peek(); err != nil {
			return "", nil, err
		}
	}
	if c == s.open+2 { // ']' and '}' stand two behind their openers
		s.at++
		s.finished = true
		return "", nil, s.rest()
	}
	if !first {
		if c != ',' {
			return "", nil, fmt.Errorf("%q between two values, want a comma", c)
		}
		s.at++
	}
	if s.open == '{' {
		if key, err = s.key(); err != nil {
			return "", nil, err
		}
	}
	value, err = s.value()
	if err == nil {
		value, err = valid(value)
	}
	return key, value, err
}

// key reads a key and the colon behind it.
func (s *splitter) key() (string, error) {
	b, err := s.value()
	if err != nil {
		return "", err
	}
	if len(b) == 0 || b[0] != '"' || !gjson.ValidBytes(b) {
		return "", fmt.Errorf("%.40q where a key should be", b)
	}
	key := gjson.ParseBytes(b).String()
	c, err := s.peek()
	if err != nil {
		return "", err
	}
	if c != ':' {
		return "", fmt.Errorf("%q after the key %q, want a colon", c, key)
	}
	s.at++
	return key, nil
}

// rest checks that nothing follows the list.
func (s *splitter) rest() error {
	c, err := s.peek()
	switch {
	case err == errCut:
		return errEnd
	case err != nil:
		return err
	}
	return fmt.Errorf("%q after the end of the list", c)
}

// position is the place in the file, for error messages.
func (s *splitter) position() int64 { return s.offset + int64(s.at) }
