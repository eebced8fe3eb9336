package traces

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// lineFile is a file that grows by whole lines.
type lineFile struct {
	f    appendFile
	path string
	size int64 // end of the last whole line
	torn bool  // bytes after size could not be removed yet
}

// appendFile is what a lineFile needs of an *os.File opened with O_APPEND.
type appendFile interface {
	io.Writer
	Truncate(size int64) error
	Sync() error
	Close() error
}

// openLines opens the file at path for appending, makes it if it is not there,
// and cuts off a last line without end. torn is the number of bytes cut.
func openLines(path string) (l *lineFile, torn int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o666)
	if err != nil {
		return nil, 0, fmt.Errorf("traces: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			err = fmt.Errorf("traces: open %s: %w", path, err)
		}
	}()
	s, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	end, err := lastLineEnd(f, s.Size())
	if err != nil {
		return nil, 0, err
	}
	if end < s.Size() {
		if err := f.Truncate(end); err != nil {
			return nil, 0, err
		}
	}
	return &lineFile{f: f, path: path, size: end}, s.Size() - end, nil
}

// lastLineEnd returns the offset behind the last newline in the first size
// bytes of f, reading backwards.
func lastLineEnd(f io.ReaderAt, size int64) (int64, error) {
	buf := make([]byte, 64<<10)
	for end := size; end > 0; {
		n := min(end, int64(len(buf)))
		if _, err := f.ReadAt(buf[:n], end-n); err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
		if i := bytes.LastIndexByte(buf[:n], '\n'); i >= 0 {
			return end - n + int64(i) + 1, nil
		}
		end -= n
	}
	return 0, nil
}

// append writes line, which ends in a newline, by one call of write. If not
// all of it could be written the file is cut back to what it was.
func (l *lineFile) append(line []byte) error {
	if l.torn {
		if err := l.f.Truncate(l.size); err != nil {
			return fmt.Errorf("remove a torn line from %s: %w", l.path, err)
		}
		l.torn = false
	}
	n, err := l.f.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil {
		if n > 0 {
			l.torn = l.f.Truncate(l.size) != nil // if so the next append tries again
		}
		return fmt.Errorf("write %s: %w", l.path, err)
	}
	l.size += int64(len(line))
	return nil
}

func (l *lineFile) sync() error {
	if err := l.f.Sync(); err != nil {
		return fmt.Errorf("traces: sync %s: %w", l.path, err)
	}
	return nil
}

func (l *lineFile) close() error { return l.f.Close() }

// LineError says which stored line is broken.
type LineError struct {
	File   string // name within the run folder
	Line   int    // from 1
	Offset int64  // of its first byte, before compression
	Err    error
}

func (e *LineError) Error() string {
	return fmt.Sprintf("traces: %s, line %d (byte %d): %v", e.File, e.Line, e.Offset, e.Err)
}

func (e *LineError) Unwrap() error { return e.Err }

// eachLine calls fn for every whole line of r without its newline, with the
// line's offset. It returns the offset behind the last whole line. The line is
// valid until fn returns.
func eachLine(r io.Reader, offset int64, fn func(line []byte, offset int64)) (int64, error) {
	buf := make([]byte, 0, 128<<10) // stays in the processor's cache
	for {
		n, err := r.Read(buf[len(buf):cap(buf)])
		fresh := len(buf)
		buf = buf[:len(buf)+n]
		begin := 0
		for {
			i := bytes.IndexByte(buf[max(begin, fresh):], '\n')
			if i < 0 {
				break
			}
			end := max(begin, fresh) + i
			fn(buf[begin:end], offset)
			offset += int64(end + 1 - begin)
			begin = end + 1
		}
		rest := copy(buf[:cap(buf)], buf[begin:])
		buf = buf[:rest]
		if rest == cap(buf) {
			buf = append(make([]byte, 0, 2*cap(buf)), buf...)
		}
		if err == io.EOF {
			return offset, nil
		}
		if err != nil {
			return offset, err
		}
	}
}
