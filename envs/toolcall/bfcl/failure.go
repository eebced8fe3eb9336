package bfcl

import (
	"slices"

	"stepgym/envs"
	"stepgym/envs/toolcall/bfcl/agentic"
	"stepgym/envs/toolcall/bfcl/single"
)

// Failures names the ways in which an episode can fail. It implements
// [envs.Classifier] without an open environment.
type Failures struct{}

// FailureClasses implements [envs.Classifier]: the error types of the original's
// checkers, those of single calls as one, and one for the limit of steps.
func (Failures) FailureClasses() []envs.FailureClass {
	return []envs.FailureClass{
		{Name: "step_limit", Title: "too many steps", About: "a turn had more steps than are allowed"},
		{Name: "empty_turn", Title: "no call", About: "a turn ended without a call where one was due"},
		{Name: "state", Title: "wrong state", About: "after a turn the state differs from the ground truth's"},
		{Name: "response", Title: "missing result", About: "the state is right, but a result that the ground truth has was never got"},
		{Name: "unreadable", Title: "no calls", About: "calls were due, and what was said cannot be read as calls"},
		{Name: "needless_call", Title: "needless call", About: "a function was called although none is fit for the question"},
		{Name: "wrong_call", Title: "wrong call", About: "the calls are not those of the possible answers"},
		{Name: "wrong_answer", Title: "wrong answer", About: "no possible answer is in the text that answers a question to the memory"},
	}
}

// ClassifyFailure implements [envs.Classifier].
func (Failures) ClassifyFailure(a *envs.Attempt) string {
	m := a.Metrics
	switch {
	case m["step_limit"] > 0:
		return "step_limit"
	case m[ErrorEmptyTurn] > 0:
		return "empty_turn"
	case m[ErrorState] > 0:
		return "state"
	case m[ErrorResponse] > 0:
		return "response"
	case m[single.ErrorDecode]+m[single.ErrorFormat]+m[single.ErrorRelevance] > 0:
		return "unreadable"
	case m[single.ErrorIrrelevance] > 0:
		return "needless_call"
	case m[agentic.ErrorNotFound]+m[agentic.ErrorNoMessage] > 0:
		return "wrong_answer"
	case len(m) > 0 && slices.Contains(SingleTurn(), CategoryOf(a.Task.ID)):
		return "wrong_call"
	}
	return ""
}

// TaskType implements [envs.Classifier]: the category of the entry.
func (Failures) TaskType(t envs.Task) string { return CategoryOf(t.ID) }

// FailureClasses implements [envs.Classifier], as [Failures] does.
func (e *Env) FailureClasses() []envs.FailureClass { return Failures{}.FailureClasses() }

// ClassifyFailure implements [envs.Classifier], as [Failures] does.
func (e *Env) ClassifyFailure(a *envs.Attempt) string { return Failures{}.ClassifyFailure(a) }

// TaskType implements [envs.Classifier], as [Failures] does.
func (e *Env) TaskType(t envs.Task) string { return Failures{}.TaskType(t) }
