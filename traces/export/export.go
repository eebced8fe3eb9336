// Package export writes trajectories in the formats of other programs. Its
// functions are pure: what they return depends on the trajectory alone.
//
//	Native    as the run folder holds it
//	ATIF      one document of the Agent Trajectory Interchange Format, v1.8
//	Messages  one line of chat messages for supervised training; one for each
//	          conversation where a language model held several
//	OpenEnv   one line with an EpisodeRecord of OpenEnv's collection
//	Inspect   one EvalLog of Inspect (as JSON, version 2), whose samples are all
//	          the trajectories: a group's have its name and are told apart by epoch
//
// What a format has no place for (rewards, advantages, group, parent, states) is
// in its "extra", or "metadata".
package export

import (
	"fmt"
	"io"
	"iter"
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
	Inspect  Format = "inspect"
)

// Formats lists the formats.
func Formats() []Format { return []Format{Native, ATIF, Messages, OpenEnv, Inspect} }

// Valid reports whether there is such a format.
func (f Format) Valid() bool { return slices.Contains(Formats(), f) }

// ContentType returns the media type of what [Write] writes.
func (f Format) ContentType() string {
	if f == Messages || f == OpenEnv {
		return "application/x-ndjson"
	}
	return "application/json"
}

// Whole reports whether all trajectories go into one document. Of the other
// formats documents or lines stand one after the other.
func (f Format) Whole() bool { return f == Inspect }

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
	case Inspect:
		return writeInspect(w, func(yield func(*traces.Trajectory, error) bool) { yield(t, nil) })
	default:
		return fmt.Errorf("export: there is no format %q, want one of %q", f, Formats())
	}
	var b []byte
	for _, v := range values {
		line, err := encode(v)
		if err != nil {
			return fmt.Errorf("export: %s as %s: %w", t.ID, f, err)
		}
		b = append(b, line...)
	}
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// WriteAll writes trajectories in a format, up to the first error of theirs. Of a
// format that is [Format.Whole] it goes over them twice: they must be the same
// both times.
func WriteAll(w io.Writer, f Format, all iter.Seq2[*traces.Trajectory, error]) error {
	if f.Whole() {
		return writeInspect(w, all)
	}
	for t, err := range all {
		if err == nil {
			err = Write(w, f, t)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
