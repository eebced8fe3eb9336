package traces

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// AppendMetrics writes v, a map or a struct that encodes to a JSON object, as
// one line of metrics.jsonl. Errors as in [Run.Append].
func (r *Run) AppendMetrics(v any) error {
	line, err := encodeLine(v)
	if err != nil {
		return fmt.Errorf("traces: append metrics: %w", err)
	}
	if line[0] != '{' {
		return fmt.Errorf("traces: append metrics: %T is no JSON object", v)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.metrics == nil {
		return ErrReadOnly
	}
	if err := r.metrics.append(line); err != nil {
		return fmt.Errorf("traces: append metrics: %w", err)
	}
	return nil
}

// ReadMetrics returns the lines of metrics.jsonl, decoded into T, in the order
// written. A run without metrics has none; a last line without end is left
// out; any other line that does not decode is a [LineError]. A run that went on
// without [Run.Rewind] may hold an iteration twice: the later line counts.
func ReadMetrics[T any](r *Run) ([]T, error) {
	const name = "metrics.jsonl"
	f, err := os.Open(filepath.Join(r.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("traces: read metrics: %w", err)
	}
	defer f.Close()
	var out []T
	var fault error
	n := 0
	_, err = eachLine(f, 0, func(line []byte, offset int64) {
		n++
		var v T
		if err := json.Unmarshal(line, &v); err != nil && fault == nil {
			fault = &LineError{File: name, Line: n, Offset: offset, Err: err}
		}
		out = append(out, v)
	})
	if err != nil {
		return nil, fmt.Errorf("traces: read metrics: %w", err)
	}
	if fault != nil {
		return nil, fault
	}
	return out, nil
}
