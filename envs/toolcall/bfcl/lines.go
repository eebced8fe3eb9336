package bfcl

import (
	"bytes"
	"encoding/json"
	"fmt"

	"stepgym/envs/toolcall/py"
)

// eachLine calls f for every line of a file of JSON lines that is not blank. An
// error gets the name of the file and the number of the line.
func (s *source) eachLine(name string, f func(line []byte) error) error {
	data, err := s.read(name)
	if err != nil {
		return err
	}
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if err := f(line); err != nil {
			return fmt.Errorf("bfcl: %s/%s: line %d: %w", s.name, name, n, err)
		}
	}
	return nil
}

// decode is json.Unmarshal that says what it wanted.
func decode(data []byte, v any, what string) error {
	if err := json.Unmarshal(data, v); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// dict reads a JSON object as a Python dict; nothing or null is an empty one.
func dict(raw json.RawMessage, what string) (*py.Dict, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return py.NewDict(nil, 0), nil
	}
	v, err := py.FromJSON(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	d, ok := v.(*py.Dict)
	if !ok {
		return nil, fmt.Errorf("%s: it is of type %s, not an object", what, v.Type())
	}
	return d, nil
}
