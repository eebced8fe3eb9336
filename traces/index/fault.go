package index

import (
	"errors"
	"fmt"

	"stepgym/traces"
)

// Fault is a part of a run folder that cannot be read.
type Fault struct {
	File   string `json:"file"`   // name within the folder
	Line   int    `json:"line"`   // from 1; 0 for the whole file
	Offset int64  `json:"offset"` // of the line's first byte, before compression
	Why    string `json:"why"`
}

// String says what and why.
func (f Fault) String() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s", f.File, f.Why)
	}
	return fmt.Sprintf("%s, line %d (byte %d): %s", f.File, f.Line, f.Offset, f.Why)
}

// ErrNoEpisode is wrapped by the errors for an ID that the run does not have.
var ErrNoEpisode = errors.New("index: no such episode")

func faultsOf(list []*traces.LineError) []Fault {
	out := make([]Fault, len(list))
	for i, e := range list {
		out[i] = Fault{File: e.File, Line: e.Line, Offset: e.Offset, Why: e.Err.Error()}
	}
	return out
}
