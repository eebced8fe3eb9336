package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"stepgym/envs"
)

// Code is the class of an [Error], one of the words below. Protocols translate
// it into their own statuses.
type Code string

// The codes of errors.
const (
	CodeInvalid     Code = "invalid_request"  // the call makes no sense: change it
	CodeNoEnv       Code = "unknown_env"      // no environment of that name
	CodeNoTask      Code = "unknown_task"     // no task with that ID or index
	CodeNoSplit     Code = "unknown_split"    // no split of that name
	CodeNotFound    Code = "not_found"        // no such session, group or snapshot, or another owner's
	CodeGone        Code = "gone"             // there was such a session; it is closed or its lease ran out
	CodeNotReset    Code = "not_reset"        // a step before the first reset
	CodeDone        Code = "episode_done"     // a step after the end
	CodeLost        Code = "episode_lost"     // the environment failed; reset to go on
	CodeStepID      Code = "step_id_conflict" // the step ID was used for something else
	CodeTooLarge    Code = "too_large"        // an action or a body beyond its limit
	CodeUnsupported Code = "unsupported"      // the environment cannot do that
	CodeCapacity    Code = "capacity"         // the server is full
	CodeQuota       Code = "quota"            // the owner has used up a quota
	CodeBusy        Code = "busy"             // too many calls wait for this session
	CodeDraining    Code = "draining"         // the server shuts down
	CodeCanceled    Code = "canceled"         // the caller left, or its deadline passed, before anything was done
	CodeInternal    Code = "internal"         // a fault of the server
)

// Error is what every function of this package returns when it fails. Nothing
// has been changed then, but for CodeLost: there the episode is over.
//
// errors.Is(err, ErrDone) and the like compare codes alone.
type Error struct {
	Code    Code
	Message string // a sentence for the caller, without the code

	// After is how long to wait before trying again; 0 if that is not known.
	After time.Duration

	// Active and Max say how full what is full is, for CodeCapacity and CodeQuota.
	Active, Max int

	Err error // the cause, or nil
}

// Error implements error.
func (e *Error) Error() string { return "session: " + e.Message }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is an Error with the same code.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Retryable reports whether the same call may succeed later.
func (e *Error) Retryable() bool {
	switch e.Code {
	case CodeCapacity, CodeQuota, CodeBusy, CodeDraining, CodeCanceled:
		return true
	}
	return false
}

// Errors to compare with by errors.Is. What is returned says more.
var (
	ErrInvalid     error = &Error{Code: CodeInvalid, Message: "the request makes no sense"}
	ErrNoEnv       error = &Error{Code: CodeNoEnv, Message: "no such environment"}
	ErrNoTask      error = &Error{Code: CodeNoTask, Message: "no such task"}
	ErrNoSplit     error = &Error{Code: CodeNoSplit, Message: "no such split"}
	ErrNotFound    error = &Error{Code: CodeNotFound, Message: "not found"}
	ErrGone        error = &Error{Code: CodeGone, Message: "the session is closed"}
	ErrNotReset    error = &Error{Code: CodeNotReset, Message: "the session was not reset yet: reset it before the first step"}
	ErrDone        error = &Error{Code: CodeDone, Message: "the episode has ended: reset to start another"}
	ErrLost        error = &Error{Code: CodeLost, Message: "the episode was lost to an error of the environment: reset to start another"}
	ErrStepID      error = &Error{Code: CodeStepID, Message: "the step ID was used before"}
	ErrTooLarge    error = &Error{Code: CodeTooLarge, Message: "too large"}
	ErrUnsupported error = &Error{Code: CodeUnsupported, Message: "not supported"}
	ErrCapacity    error = &Error{Code: CodeCapacity, Message: "the server is full"}
	ErrQuota       error = &Error{Code: CodeQuota, Message: "a quota is used up"}
	ErrBusy        error = &Error{Code: CodeBusy, Message: "too many calls wait for this session"}
	ErrDraining    error = &Error{Code: CodeDraining, Message: "the server is shutting down"}
	ErrCanceled    error = &Error{Code: CodeCanceled, Message: "canceled"}
	ErrInternal    error = &Error{Code: CodeInternal, Message: "internal error"}
)

// AsError returns err as an *Error: itself if it is one, or an internal error
// that wraps it. It returns nil for nil.
func AsError(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return canceled(err)
	}
	return &Error{Code: CodeInternal, Message: err.Error(), Err: err}
}

// fault returns an Error with a formatted message; %w sets its cause.
func fault(code Code, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	return &Error{Code: code, Message: err.Error(), Err: errors.Unwrap(err)}
}

func canceled(err error) *Error {
	return &Error{Code: CodeCanceled, Message: "canceled before anything was done", Err: err}
}

// resetError gives the error of an environment's Reset or Tasks its code.
func resetError(env string, err error) *Error {
	code := CodeInternal
	switch {
	case errors.Is(err, envs.ErrNoTask):
		code = CodeNoTask
	case errors.Is(err, envs.ErrNoSplit):
		code = CodeNoSplit
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		code = CodeCanceled
	}
	return fault(code, "%s: %w", env, err)
}
