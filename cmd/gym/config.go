package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// readConfig returns the JSON object that a --config flag names: the object
// itself, a file, or "-" for standard input. An empty value gives nil.
func readConfig(value string, stdin io.Reader) (json.RawMessage, error) {
	value = strings.TrimSpace(value)
	var b []byte
	var err error
	switch {
	case value == "":
		return nil, nil
	case strings.HasPrefix(value, "{"):
		b = []byte(value)
	case value == "-":
		b, err = io.ReadAll(stdin)
	default:
		b, err = os.ReadFile(value)
	}
	if err != nil {
		return nil, misused(fmt.Errorf("--config: %w", err))
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff")) // some editors write a byte order mark
	if err := checkObject(b); err != nil {
		return nil, misused(fmt.Errorf("--config: %w", err))
	}
	return b, nil
}

// checkObject says where b stops being one JSON object.
func checkObject(b []byte) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	var object map[string]json.RawMessage
	err := dec.Decode(&object)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		line := 1 + bytes.Count(b[:max(0, min(int(syntax.Offset)-1, len(b)))], []byte("\n"))
		return fmt.Errorf("not JSON at line %d: %w", line, err)
	}
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("want a JSON object, got a %s", wrong.Value)
	}
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("want a JSON object: there is nothing")
	case err != nil:
		return fmt.Errorf("want a JSON object: %w", err)
	case object == nil:
		return errors.New("want a JSON object, got null")
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more text after the JSON object")
	}
	return nil
}
