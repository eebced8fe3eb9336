// Package export writes trajectories in the formats of other programs. Its
// functions are pure: what they return depends on the trajectory alone.
//
//	Native    as the run folder holds it
//	ATIF      one document of the Agent Trajectory Interchange Format, v1.8
//	Messages  one line of chat messages for supervised training; one for each
//	          conversation where a language model held several
//	OpenEnv   one line with an EpisodeRecord of OpenEnv's collection
//
// What a format has no place for (rewards, advantages, group, parent, states) is
// in its "extra".
package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"stepgym/traces"
)

// Format is one of the constants below.
type Format string

// The formats.
const (
	Native   Format = "native"
	ATIF     Format = "atif"
	Messages Format = "messages"
	OpenEnv  Format = "openenv"
)

// Formats lists the formats.
func Formats() []Format { return []Format{Native, ATIF, Messages, OpenEnv} }

// Valid reports whether there is such a format.
func (f Format) Valid() bool { return slices.Contains(Formats(), f) }

// ContentType returns the media type of what [Write] writes.
func (f Format) ContentType() string {
	if f == Messages || f == OpenEnv {
		return "application/x-ndjson"
	}
	return "application/json"
}

// Write writes t in a format: lines that end in newlines. An unknown format is
// an error, as is a number that JSON does not have.
func Write(w io.Writer, f Format, t *traces.Trajectory) error {
	var values []any
	switch f {
	case Native:
		values = []any{t}
	case ATIF:
		values = []any{ToATIF(t)}
	case Messages:
		for _, m := range ToMessages(t) {
			values = append(values, m)
		}
	case OpenEnv:
		values = []any{ToOpenEnv(t)}
	default:
		return fmt.Errorf("export: there is no format %q, want one of %q", f, Formats())
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for _, v := range values {
		if err := e.Encode(v); err != nil {
			return fmt.Errorf("export: %s as %s: %w", t.ID, f, err)
		}
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}
