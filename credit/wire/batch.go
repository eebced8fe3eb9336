package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
)

// Batch reads an input that is one batch: an object {"groups": [...]}, over as
// many lines as it likes, or one group a line as [Lines] has it. It reads all
// of r first.
func Batch(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		text, err := io.ReadAll(r)
		if err != nil {
			yield(Record{}, fmt.Errorf("read the batch: %w", err))
			return
		}
		text = bytes.TrimPrefix(text, []byte("\ufeff"))
		if !isBatch(text) {
			Lines(bytes.NewReader(text))(yield)
			return
		}
		yieldBatch(text, yield)
	}
}

// isBatch reports whether text begins with an object that has a key "groups" or
// "batches" before any "trajectories".
func isBatch(text []byte) bool {
	is := false
	walk(text, func(p *path, _ json.Token, _ int64) bool {
		if len(p.stack) != 1 {
			return len(p.stack) > 1 && p.stack[0].key == "trajectories"
		}
		is = p.stack[0].key == "groups" || p.stack[0].key == "batches"
		return is
	})
	return is
}

// yieldBatch yields the groups of one batch object.
func yieldBatch(text []byte, yield func(Record, error) bool) {
	var b struct {
		Groups  []json.RawMessage `json:"groups"`
		Batches json.RawMessage   `json:"batches"`
	}
	d := json.NewDecoder(bytes.NewReader(text))
	err := d.Decode(&b)
	if err != nil {
		at := d.InputOffset()
		if errors.Is(err, io.ErrUnexpectedEOF) {
			at = int64(len(text))
		}
		yield(Record{}, &InputError{lineOf(text, err, at), fmt.Errorf("read the batch: %w", err)})
		return
	}
	switch _, more := d.Token(); {
	case b.Batches != nil:
		err = errors.New("a file of several batches: give one of its batches at a time")
	case !errors.Is(more, io.EOF):
		err = errors.New("something follows the batch: one file is one batch")
	case len(b.Groups) == 0:
		err = errors.New("the batch has no groups")
	}
	if err != nil {
		yield(Record{}, &InputError{lineOf(text, nil, d.InputOffset()), err})
		return
	}
	from, line := 0, 1
	for i, g := range b.Groups {
		// The decoder copies the groups as they are, in their order.
		if at := bytes.Index(text[from:], g); at >= 0 {
			line += bytes.Count(text[from:from+at], []byte("\n"))
			from += at
		}
		where := fmt.Sprintf("line %d, groups[%d]", line, i)
		if !yield(Record{where, func() (*Group, error) { return decodeGroup(g) }}, nil) {
			return
		}
	}
}

// lineOf names the line of a syntax error, or else that of the offset.
func lineOf(text []byte, err error, offset int64) string {
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		offset = syntax.Offset
	}
	offset = max(0, min(offset, int64(len(text))))
	return fmt.Sprintf("line %d", 1+bytes.Count(text[:offset], []byte("\n")))
}
