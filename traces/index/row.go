package index

import (
	"strings"

	"stepgym/traces"
)

// Row is what is known of an episode without its steps. The fields are those of
// traces.Trajectory; Type is its task's, see envs.Classifier.
type Row struct {
	ID, Group, Task, Family, Type, Env, Split, Policy, Goal string

	Err, Stage, EvalOnly, Parent string

	EnvSeed, SampleSeed uint64
	Return, Score       float64

	Version, Iteration, Index int
	Turns, Invalid, ForkAt    int

	Success, Terminated, Truncated bool

	Fork bool // made in the viewer: it lies in [ForksFile]

	at place
}

// place is the address of a stored line.
type place struct {
	segment int32 // 0 is the file of forks
	line    int32 // from 1
	length  int32 // without the newline
	offset  int64 // before compression
}

// Outcome is how an episode ended.
type Outcome string

// The outcomes.
const (
	Success   Outcome = "success"
	Failure   Outcome = "failure"   // it ended without success
	Truncated Outcome = "truncated" // a limit cut it short
	Lost      Outcome = "lost"      // to an error
)

// Outcomes lists the outcomes.
func Outcomes() []Outcome { return []Outcome{Success, Failure, Truncated, Lost} }

// Outcome returns how the episode ended.
func (r *Row) Outcome() Outcome {
	switch {
	case r.Err != "":
		return Lost
	case r.Success:
		return Success
	case r.Truncated && !r.Terminated:
		return Truncated
	}
	return Failure
}

// File returns the name of the file that the episode is stored in, before
// sealing, and the number of its line.
func (r *Row) File() (name string, line int) {
	return textName(r.at.segment), int(r.at.line)
}

// textName is the name of a segment's text.
func textName(segment int32) string {
	if segment == 0 {
		return ForksFile
	}
	return traces.Segment{Number: int(segment)}.Name()
}

// words keeps one copy of each text that many rows share.
type words map[string]string

// of returns a copy of s that does not hold on to what s is a part of.
func (w words) of(s string) string {
	if s == "" {
		return ""
	}
	if c, ok := w[s]; ok {
		return c
	}
	c := strings.Clone(s)
	w[c] = c
	return c
}

// rowOf makes a row of a stored head. Its strings are those of h.
func rowOf(h *traces.Head, at place) Row {
	return Row{
		ID: h.ID, Group: h.GroupID, Task: h.TaskID, Family: h.Family, Env: h.Env, Split: h.Split, Policy: h.Policy, Goal: h.Goal,
		Err: h.Err, Stage: h.Stage, EvalOnly: h.EvalOnly, Parent: h.Parent,
		EnvSeed: h.EnvSeed, SampleSeed: h.SampleSeed, Return: h.Return, Score: h.Score,
		Version: h.Version, Iteration: h.Iteration, Index: h.Index, Turns: h.Turns, Invalid: h.Invalid, ForkAt: h.ForkAt,
		Success: h.Success, Terminated: h.Terminated, Truncated: h.Truncated,
		Fork: at.segment == 0, at: at,
	}
}

// own makes the strings of r independent of what was read, and finds its type.
// The caller holds refreshing.
func (x *Index) own(r *Row) {
	w := x.words
	r.ID, r.Group, r.Task, r.Family = strings.Clone(r.ID), w.of(r.Group), w.of(r.Task), w.of(r.Family)
	r.Env, r.Split, r.Policy, r.Goal = w.of(r.Env), w.of(r.Split), w.of(r.Policy), w.of(r.Goal)
	r.Err, r.Stage, r.EvalOnly, r.Parent = w.of(r.Err), w.of(r.Stage), w.of(r.EvalOnly), strings.Clone(r.Parent)
	r.Type = x.typeOf(r)
}
