package index

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/klauspost/compress/zstd"

	"stepgym/traces"
)

// keptTexts is how many sealed segments are kept as text.
const keptTexts = 3

// lines reads stored lines. It keeps the text of the sealed segments that were
// read last, for the lines beside one are often read next.
type lines struct {
	dir  string
	mu   sync.Mutex
	kept []segmentText // the last used first
}

type segmentText struct {
	segment int32
	text    []byte // not modified
}

// line returns the stored line at p. It is the caller's to read, not to modify.
func (l *lines) line(p place) ([]byte, error) {
	if p.length < 0 || p.offset < 0 {
		return nil, errors.New("index: bad address")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, k := range l.kept {
		if k.segment == p.segment {
			l.kept = slices.Insert(slices.Delete(l.kept, i, i+1), 0, k)
			return cut(k.text, p)
		}
	}
	line, err := l.plain(p)
	if !errors.Is(err, fs.ErrNotExist) {
		return line, err
	}
	text, err := unseal(l.dir, p.segment)
	if err != nil && int64(len(text)) < p.offset+int64(p.length) {
		return nil, err
	}
	l.kept = slices.Insert(l.kept[:min(len(l.kept), keptTexts-1)], 0, segmentText{p.segment, text})
	return cut(text, p)
}

// plain reads a line of a segment that is not sealed.
func (l *lines) plain(p place) ([]byte, error) {
	f, err := os.Open(filepath.Join(l.dir, textName(p.segment)))
	if err != nil {
		return nil, err
	}
	defer f.Close() // only read from
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < p.offset+int64(p.length) {
		return nil, io.ErrUnexpectedEOF
	}
	line := make([]byte, p.length)
	_, err = f.ReadAt(line, p.offset)
	return line, err
}

func cut(text []byte, p place) ([]byte, error) {
	if end := p.offset + int64(p.length); end <= int64(len(text)) {
		return text[p.offset:end:end], nil
	}
	return nil, io.ErrUnexpectedEOF
}

// text returns the whole text of a segment, sealed or not. With an error comes
// what can be read before the damage.
func text(dir string, segment int32) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(dir, textName(segment)))
	if errors.Is(err, fs.ErrNotExist) && segment > 0 {
		return unseal(dir, segment)
	}
	return b, err
}

// unseal returns the text of a sealed segment, and with an error what can be
// read before the damage.
func unseal(dir string, segment int32) ([]byte, error) {
	path := filepath.Join(dir, traces.Segment{Number: int(segment), Sealed: true}.Name())
	packed, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("index: %w", err)
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(1<<32))
	if err != nil {
		return nil, fmt.Errorf("index: read %s: %w", path, err)
	}
	defer dec.Close()
	text, err := dec.DecodeAll(packed, nil)
	if err != nil {
		return text, fmt.Errorf("index: read %s: %w", path, err)
	}
	return text, nil
}

// isPlain reports whether a segment is not sealed.
func (l *lines) isPlain(segment int32) bool {
	_, err := os.Stat(filepath.Join(l.dir, textName(segment)))
	return err == nil
}
