package wire

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

// maxLine bounds the length of a line in bytes, so that a file that is not made
// of lines ends in an error and not in the end of memory.
const maxLine = 1 << 29

// Lines reads one group a line, in the form of [traces.Inputs]. Empty lines are
// left out, a byte order mark and the carriage returns of other systems too.
// An error is the last thing that it yields.
func Lines(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		b := bufio.NewReaderSize(r, 1<<16)
		for n := 1; ; n++ {
			where := fmt.Sprintf("line %d", n)
			line, err := readLine(b)
			if n == 1 {
				line = bytes.TrimPrefix(line, []byte("\ufeff"))
			}
			if err != nil && !errors.Is(err, io.EOF) {
				yield(Record{}, &InputError{where, err})
				return
			}
			if text := bytes.TrimSpace(line); len(text) > 0 {
				if !yield(Record{where, func() (*Group, error) { return decodeGroup(text) }}, nil) {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
}

// readLine returns the next line in memory of its own; the last one comes
// with io.EOF and may lack its end.
func readLine(b *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := b.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return nil, fmt.Errorf("longer than %d bytes: want one group a line", maxLine)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}
