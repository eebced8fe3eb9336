package games

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"stepgym/internal/atomicfile"
)

// Pack writes games to a packed file, one a line; its name says how it is
// compressed. Their domain and grammar go beside it, as alfred.pddl and
// alfred.twl2, unless the same ones are there. All games must have one pair. An
// existing file is not replaced, and after an error there is none. Pack calls
// progress, which may be nil, with the number of games written so far.
func Pack(ctx context.Context, path string, list []*Game, progress func(n int)) error {
	if err := checkPack(path, list); err != nil {
		return fmt.Errorf("alfworld: pack %s: %w", path, err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("alfworld: pack: %w", err)
	}
	if err := writePair(filepath.Dir(path), list[0].Pair); err != nil {
		return fmt.Errorf("alfworld: pack %s: %w", path, err)
	}
	err := atomicfile.WriteFunc(path, 0o644, func(w io.Writer) error { return writeLines(ctx, w, path, list, progress) })
	if err != nil {
		return fmt.Errorf("alfworld: pack: %w", err)
	}
	return nil
}

// checkPack reports what keeps games from being packed.
func checkPack(path string, list []*Game) error {
	if !isPacked(path) {
		return fmt.Errorf("the name must end in one of %v", packedEndings())
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(fs.ErrExist, err)
	}
	if len(list) == 0 {
		return ErrNoGames
	}
	for _, g := range list {
		if g.Pair.Domain.Text != list[0].Pair.Domain.Text || g.Pair.Grammar.Text != list[0].Pair.Grammar.Text {
			return fmt.Errorf("%s and %s have different rules: pack them into files in different folders", list[0].Source, g.Source)
		}
	}
	return nil
}

// writePair puts domain and grammar into a folder, or sees that they are there.
func writePair(dir string, p *Pair) error {
	domain, grammar, err := ReadPair(dir)
	switch {
	case err == nil && domain.Text == p.Domain.Text && grammar.Text == p.Grammar.Text:
		return nil
	case !errors.Is(err, fs.ErrNotExist) || domain.Text != "" || grammar.Text != "":
		return fmt.Errorf("%s holds other rules (%s, %s): pack into another folder", dir, domainFile, grammarFile)
	}
	for _, f := range []struct{ name, text string }{{domainFile, p.Domain.Text}, {grammarFile, p.Grammar.Text}} {
		if err := atomicfile.Write(filepath.Join(dir, f.name), []byte(f.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compressor returns a writer that compresses by the ending of path.
func compressor(path string, w io.Writer) (io.WriteCloser, error) {
	switch filepath.Ext(path) {
	case ".xz":
		return xz.NewWriter(w)
	case ".gz":
		return gzip.NewWriter(w), nil
	case ".zst":
		return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	}
	return struct {
		io.Writer
		io.Closer
	}{w, io.NopCloser(nil)}, nil
}

// line is a line of a packed file as it is written.
type line struct {
	record
	Problem string `json:"pddl_problem"`
}

func writeLines(ctx context.Context, w io.Writer, path string, list []*Game, progress func(n int)) error {
	out, err := compressor(path, w)
	if err != nil {
		return err
	}
	buffered := bufio.NewWriterSize(out, 1<<16)
	enc := json.NewEncoder(buffered)
	enc.SetEscapeHTML(false)
	for i, g := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		problem, err := g.Problem.Bytes()
		if err != nil {
			return err
		}
		r := record{ID: g.ID, Task: g.Task, Type: g.Type, Params: g.Params, Human: g.Human}
		if r.Human == nil {
			r.Human = []string{}
		}
		if err := enc.Encode(line{r, string(problem)}); err != nil {
			return err
		}
		if progress != nil {
			progress(i + 1)
		}
	}
	return errors.Join(buffered.Flush(), out.Close())
}
