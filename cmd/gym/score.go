package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"

	"github.com/spf13/cobra"
)

func newScore() *cobra.Command {
	c := &cobra.Command{
		Use:   "score",
		Short: "Judge what models did, offline",
		Args:  cobra.NoArgs,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newScoreBFCL(), newScoreTau())
	return c
}

// openInput opens a file of lines; - is standard input.
func openInput(c *cobra.Command, path string) (io.ReadCloser, error) {
	if path == "" {
		return nil, misused(errors.New("give --in"))
	}
	if path == "-" {
		return io.NopCloser(c.InOrStdin()), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, misused(fmt.Errorf("--in: %w", err))
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, misused(fmt.Errorf("--in: %s is a folder", path))
	}
	return f, nil
}

// tally sums judgements up for people.
type tally[T any] interface {
	add(v T)
	write(out io.Writer) error
}

// judgeLines judges the lines of a file, and prints each judgement as JSON or, at
// the end, what they come to.
func judgeLines[T any](c *cobra.Command, path string, asJSON bool, score func(line []byte) (T, error), sum tally[T]) error {
	in, err := openInput(c, path)
	if err != nil {
		return err
	}
	defer in.Close()
	out := newJSONLines(c.OutOrStdout())
	err = mapLines(c.Context(), in, score, func(v T) error {
		sum.add(v)
		if asJSON {
			return out.Write(v)
		}
		return nil
	})
	ferr := out.Flush()
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", path, err)
	case ferr != nil || asJSON:
		return ferr
	}
	return sum.write(c.OutOrStdout())
}

// maxLine bounds a line of input.
const maxLine = 256 << 20

// mapLines calls work for every line that is not blank, on all processors, and
// then done with what it returned, in the order of the lines. The first error
// of either ends it; that of work gets the number of the line.
func mapLines[T any](ctx context.Context, r io.Reader, work func(line []byte) (T, error), done func(T) error) error {
	type answer struct {
		line  int
		value T
		err   error
	}
	const chunk = 512
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 0, 1<<20), maxLine)
	for n := 0; ; {
		var lines [][]byte
		var answers []answer
		for len(lines) < chunk && in.Scan() {
			n++
			if line := bytes.TrimSpace(in.Bytes()); len(line) > 0 {
				lines, answers = append(lines, bytes.Clone(line)), append(answers, answer{line: n})
			}
		}
		if err := in.Err(); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
		if len(lines) == 0 {
			return nil
		}
		var wg sync.WaitGroup
		workers := runtime.GOMAXPROCS(0)
		for w := range workers {
			wg.Go(func() {
				for i := w; i < len(lines) && ctx.Err() == nil; i += workers {
					answers[i].value, answers[i].err = work(lines[i])
				}
			})
		}
		wg.Wait()
		if err := ctx.Err(); err != nil {
			return err
		}
		for _, a := range answers {
			if a.err != nil {
				return fmt.Errorf("line %d: %w", a.line, a.err)
			}
			if err := done(a.value); err != nil {
				return err
			}
		}
	}
}
