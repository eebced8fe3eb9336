// Package envs defines what an environment is.
//
// The contract has two halves. An [Env] is the immutable half that everyone
// shares: the catalogue, the index, the rules, the tasks. An [Episode] is the
// half that is played: one attempt at one task. Reset returns a fresh Episode,
// so "step before reset" and "state left over from the last episode" cannot be
// written.
//
// The package knows no prompt, no model and no storage. It states facts; how
// they are put to a model belongs to package agent.
package envs

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
)

// Env is one environment, loaded and ready. It is immutable after it is opened
// and all its methods are safe for concurrent use.
type Env interface {
	// Spec describes the environment. It returns the same value every time.
	Spec() Spec

	// Tasks yields the tasks of a split ("train", "dev", "test", "all") in a
	// fixed order. An unknown split yields one error wrapping [ErrNoSplit];
	// after an error nothing more is yielded.
	Tasks(split string) iter.Seq2[Task, error]

	// Reset starts a new episode of task. Equal (task, seed) pairs give equal
	// episodes unless Spec().Nondeterministic. Only Task.ID is consulted; an
	// unknown one is an error wrapping [ErrNoTask]. The context bounds Reset
	// alone; the Episode does not keep it.
	Reset(ctx context.Context, task Task, seed uint64) (Episode, error)

	// Close releases what the Env holds. Its episodes must be closed first.
	Close() error
}

// Episode is one play of one task. It is used by one goroutine at a time.
type Episode interface {
	// Observation returns what the agent sees now. It does not change the
	// episode. The value stays valid after later steps; neither side may
	// modify what its slices and maps hold.
	Observation() Observation

	// Step applies a and reports what happened. An action the world refuses
	// (an unknown tool, a click on nothing) is no error: it is a transition
	// with Result.Invalid set. An error means that the episode is lost: the
	// caller closes it and keeps the steps taken so far. After the end of the
	// episode Step returns [ErrDone], after Close [ErrClosed]; neither changes
	// anything.
	Step(ctx context.Context, a Action) (Result, error)

	// Close releases the episode. Closing twice is a no-op.
	Close() error
}

// Forker is implemented by episodes that can copy themselves. The copy and the
// original evolve independently from then on. [Recorded.Fork] handles the
// episodes that cannot.
type Forker interface {
	Fork() (Episode, error)
}

// Snapshotter is implemented by episodes whose state can leave the process.
// The Env they came from is then a [Restorer].
type Snapshotter interface {
	Snapshot() ([]byte, error)
}

// Restorer is implemented by an Env whose episodes are Snapshotters. Restore
// accepts what Snapshot returned, in this or a later process with the same
// Spec and the same data; anything else is an error.
type Restorer interface {
	Restore(ctx context.Context, snapshot []byte) (Episode, error)
}

// Hinter is implemented by episodes that know how to go on. Hint returns a
// shortest sequence of actions from the present state to success; it is empty
// when there is none left to take, and an error wrapping [ErrNoHint] if no way
// was found. It uses what the agent cannot see, and changes nothing.
type Hinter interface {
	Hint(ctx context.Context) ([]Action, error)
}

// Lister is implemented by episodes of worlds that go on listing actions when
// the task is over. Listed returns what Observation.Admissible would hold if
// the episode had not ended: for comparing recordings, not for acting.
type Lister interface {
	Listed() []*Choice
}

// Opener opens an environment from its JSON configuration; nil means its
// defaults. An unknown key or a bad value is a [ConfigError] that names it.
type Opener func(ctx context.Context, config json.RawMessage) (Env, error)

// ConfigError is what an Opener returns for a configuration that it does not
// understand, as against data that cannot be read: the caller is to change it.
type ConfigError struct{ Err error }

// Error returns the text of Err.
func (e *ConfigError) Error() string { return e.Err.Error() }

// Unwrap returns Err.
func (e *ConfigError) Unwrap() error { return e.Err }

var (
	// ErrDone is returned by Step after the episode has ended.
	ErrDone = errors.New("envs: the episode has ended")
	// ErrClosed is returned by Step after Close.
	ErrClosed = errors.New("envs: the episode is closed")
	// ErrNoTask is wrapped by Reset for a task that the Env does not have.
	ErrNoTask = errors.New("envs: no such task")
	// ErrNoSplit is wrapped by Tasks for a split that the Env does not have.
	ErrNoSplit = errors.New("envs: no such split")
	// ErrNoHint is wrapped by Hint if no way to success was found.
	ErrNoHint = errors.New("envs: no way to success found")
	// ErrSnapshot is wrapped by Restore for bytes that are no snapshot of the Env.
	ErrSnapshot = errors.New("envs: not a snapshot of this environment")
)
