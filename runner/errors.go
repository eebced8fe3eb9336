package runner

import (
	"errors"
	"fmt"
	"runtime/debug"
)

// Stage is a boundary that an episode crosses, as named in
// traces.Trajectory.Stage.
type Stage string

// The boundaries. An environment or policy may name a finer one by returning an
// error with a method `Stage() string`; that is how calls of tools are told
// from the environment around them.
const (
	StageEnv     Stage = "env"
	StagePolicy  Stage = "policy"
	StageTool    Stage = "tool"
	StageReward  Stage = "reward"
	StageStorage Stage = "storage"
)

// Error is the reason why an episode was lost, and where.
type Error struct {
	Stage     Stage
	EpisodeID string // traces.Trajectory.ID
	Err       error
}

// Error returns the boundary, the episode and the reason in one line.
func (e *Error) Error() string {
	return fmt.Sprintf("runner: %s: episode %s: %v", e.Stage, e.EpisodeID, e.Err)
}

// Unwrap returns the reason.
func (e *Error) Unwrap() error { return e.Err }

// stageOf returns the stage that err names itself, or else the one given.
func stageOf(err error, stage Stage) Stage {
	var named interface{ Stage() string }
	if !errors.As(err, &named) {
		return stage
	}
	switch s := Stage(named.Stage()); s {
	case StageEnv, StagePolicy, StageTool, StageReward, StageStorage:
		return s
	}
	return stage
}

// panicError turns what recover returned into an error with the stack.
func panicError(p any) error {
	if err, ok := p.(error); ok {
		return fmt.Errorf("panic: %w\n%s", err, debug.Stack())
	}
	return fmt.Errorf("panic: %v\n%s", p, debug.Stack())
}
