package games

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// packedEndings are the names that packed files end in.
func packedEndings() []string { return []string{".jsonl", ".jsonl.xz", ".jsonl.gz", ".jsonl.zst"} }

func isPacked(name string) bool {
	for _, e := range packedEndings() {
		if strings.HasSuffix(name, e) {
			return true
		}
	}
	return false
}

// maxLine bounds a line of a packed file, in bytes.
const maxLine = 256 << 20

// readPacked reads the games of a packed file that keep accepts, in the order
// of its lines.
func readPacked(ctx context.Context, path string, pair *Pair, keep func(*Game) bool) ([]*Game, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("alfworld: %w", err)
	}
	defer f.Close() // only read from
	in, err := unpack(path, bufio.NewReaderSize(f, 1<<18))
	if err != nil {
		return nil, fmt.Errorf("alfworld: %s: %w", path, err)
	}
	defer in.Close()
	return readLines(ctx, path, in, pair, keep)
}

// unpack returns what a packed file holds, by its ending.
func unpack(path string, r io.Reader) (in io.ReadCloser, err error) {
	switch filepath.Ext(path) {
	case ".xz":
		x, err := xz.NewReader(r)
		return io.NopCloser(x), damaged(err)
	case ".gz":
		g, err := gzip.NewReader(r)
		return g, damaged(err)
	case ".zst":
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, damaged(err)
		}
		return z.IOReadCloser(), nil
	}
	return io.NopCloser(r), nil
}

func damaged(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the compressed file is damaged: fetch it again: %w", err)
}

// batch is a few lines that one goroutine turns into games.
type batch struct {
	first int // number of its first line, from 1
	lines [][]byte
	games []*Game
	err   error
}

// batchLines is the number of lines in a batch.
const batchLines = 16

// readLines turns lines into games while the next ones are unpacked.
func readLines(ctx context.Context, source string, in io.Reader, pair *Pair, keep func(*Game) bool) ([]*Game, error) {
	var (
		batches []*batch
		workers sync.WaitGroup
		failed  atomic.Bool
	)
	work := make(chan *batch, 4)
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for b := range work {
				if b.read(source, pair, keep); b.err != nil {
					failed.Store(true)
				}
			}
		})
	}
	err := cutLines(in, func(b *batch) error {
		batches = append(batches, b)
		work <- b
		if failed.Load() {
			return errStop
		}
		return ctx.Err()
	})
	close(work)
	workers.Wait()
	var all []*Game
	for _, b := range batches {
		if b.err != nil { // the first fault of the file
			return nil, b.err
		}
		all = append(all, b.games...)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("alfworld: %s:%w", source, err)
	}
	return all, nil
}

// errStop ends the reading of lines after a fault in one of them.
var errStop = errors.New("stopped")

// cutLines calls f with batches of lines.
func cutLines(in io.Reader, f func(*batch) error) error {
	b := &batch{}
	err := eachLine(in, func(number int, line []byte) error {
		if len(b.lines) == 0 {
			b.first = number
		}
		for b.first+len(b.lines) < number {
			b.lines = append(b.lines, nil) // a blank one
		}
		if b.lines = append(b.lines, line); len(b.lines) < batchLines {
			return nil
		}
		full := b
		b = &batch{}
		return f(full)
	})
	if err == nil && len(b.lines) > 0 {
		err = f(b)
	}
	return err
}

// read makes games of the lines.
func (b *batch) read(source string, pair *Pair, keep func(*Game) bool) {
	for i, line := range b.lines {
		if line == nil {
			continue
		}
		g, err := lineGame(line)
		if err != nil {
			b.err = fmt.Errorf("alfworld: %s:%d: %w", source, b.first+i, err)
			return
		}
		g.Source, g.Pair = fmt.Sprintf("%s:%d", source, b.first+i), pair
		if keep(g) {
			b.games = append(b.games, g)
		}
	}
	b.lines = nil
}

// lineGame makes a game of a line, without Source and Pair.
func lineGame(line []byte) (*Game, error) {
	r, problem, err := parseLine(line)
	if err != nil {
		return nil, err
	}
	g := &Game{ID: r.ID, Type: r.Type, Task: r.Task, Human: r.Human, Params: r.Params, Problem: Compress(problem)}
	if len(r.Human) == 0 {
		g.Human = nil
	}
	for _, p := range names(r.ID) {
		if splitRank(p) < len(Splits()) {
			g.Split = p
		}
	}
	return g, nil
}

// eachLine calls f with the number, from 1, and the bytes of every line that is
// not blank, for f to keep. Its error begins with the number of the line.
func eachLine(r io.Reader, f func(number int, line []byte) error) error {
	in := bufio.NewReaderSize(r, 1<<18)
	for number := 1; ; number++ {
		line, err := readLine(in)
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("%d: %w", number, damaged(err))
		}
		if trimmed := bytes.TrimSpace(line); len(trimmed) > 0 {
			if err := f(number, trimmed); err != nil {
				return fmt.Errorf("%d: %w", number, err)
			}
		}
		if err != nil {
			return nil
		}
	}
}

// readLine returns the next line. A file that ends without a newline gives its
// last line together with io.EOF.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("a line of more than %d bytes", maxLine)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
