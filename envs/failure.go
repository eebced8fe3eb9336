package envs

import "strings"

// Classifier is implemented by an Env that can say why an episode of its own
// did not succeed. It needs no open environment to do so: what was recorded is
// enough.
type Classifier interface {
	// FailureClasses lists the classes that ClassifyFailure returns, in the
	// order in which people should see them.
	FailureClasses() []FailureClass

	// ClassifyFailure returns the name of one of the classes, or "" if none of
	// them says more than the general ones do: see [Classify]. It does not
	// modify a and does not keep it.
	ClassifyFailure(a *Attempt) string

	// TaskType returns the sort of task that t is, a word that many tasks
	// share, or "" if there are no sorts. Data may be missing in t.
	TaskType(t Task) string
}

// FailureClass is a way to fail.
type FailureClass struct {
	Name  string `json:"name"`  // such as "wrong_option": lower case, underscores
	Title string `json:"title"` // such as "wrong option"
	About string `json:"about"` // one sentence
}

// Attempt is a recorded episode that did not succeed.
type Attempt struct {
	Task       Task // without Data
	Terminated bool
	Truncated  bool
	Err        string // why the episode was lost before its end; "" if it was not
	Steps      []AttemptStep
	Final      AttemptStep        // what was seen after the last step, as far as known; no action
	Metrics    map[string]float64 // of the last step
}

// AttemptStep is what was seen and what was done.
type AttemptStep struct {
	Text, State, Place, Focus string
	Action                    string
	Reward                    float64
	Invalid                   bool
}

// The general classes, which episodes of any environment may be in.
const (
	FailureError   = "error"
	FailureInvalid = "invalid"
	FailureLoop    = "loop"
	FailureTimeout = "timeout"
	FailureOther   = "other"
)

// GeneralFailures lists the classes that [Classify] knows without a Classifier.
func GeneralFailures() []FailureClass {
	return []FailureClass{
		{FailureTimeout, "timeout", "a limit of turns cut the episode off"},
		{FailureLoop, "loop", "the episode ended going round in the same few states"},
		{FailureInvalid, "invalid actions", "at least half of the actions were refused"},
		{FailureError, "error", "the episode was lost: environment, policy or storage failed"},
		{FailureOther, "other", "the episode ended without success, and nothing says why"},
	}
}

// Classify returns the class of an episode that did not succeed: "error" if it
// was lost; for one that a limit cut off "invalid" or "loop" if they apply; else
// what c says, which may be nil; else "timeout" or "other".
func Classify(c Classifier, a *Attempt) string {
	if a.Err != "" {
		return FailureError
	}
	if !a.Terminated {
		switch {
		case a.mostlyRefused():
			return FailureInvalid
		case a.loops():
			return FailureLoop
		}
	}
	if c != nil {
		if name := c.ClassifyFailure(a); name != "" {
			return name
		}
	}
	if a.Truncated {
		return FailureTimeout
	}
	return FailureOther
}

// mostlyRefused reports whether at least half of the actions were invalid.
func (a *Attempt) mostlyRefused() bool {
	n := 0
	for i := range a.Steps {
		if a.Steps[i].Invalid {
			n++
		}
	}
	return n > 0 && 2*n >= len(a.Steps)
}

// An episode loops if at its end a cycle of at most maxCycle steps was gone
// through at least minRounds times and over at least minLoop steps.
const (
	maxCycle  = 6
	minRounds = 3
	minLoop   = 6
)

// loops reports whether the episode went round in circles at its end.
func (a *Attempt) loops() bool {
	n := len(a.Steps)
	for period := 1; period <= maxCycle; period++ {
		same := 0
		for i := n - 1; i >= period && a.Steps[i].same(&a.Steps[i-period]); i-- {
			same++
		}
		if same += period; same >= minLoop && same >= minRounds*period {
			return true
		}
	}
	return false
}

// same reports whether the same was done in the same state. Steps without a
// state go by what was seen.
func (s *AttemptStep) same(t *AttemptStep) bool {
	if !strings.EqualFold(s.Action, t.Action) {
		return false
	}
	if s.State != "" || t.State != "" {
		return s.State == t.State
	}
	return s.Text == t.Text
}
