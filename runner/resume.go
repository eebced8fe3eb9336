package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"

	"stepgym/envs"
	"stepgym/traces"
)

var (
	// ErrCheckpoint is wrapped by Train when a run cannot go on from its last
	// checkpoint: it is gone or damaged. Nothing was changed then.
	ErrCheckpoint = errors.New("runner: the run cannot go on from its last checkpoint")
	// ErrTasks is wrapped by Train when a run cannot go on because its training
	// tasks are not those that it began with. Nothing was changed then.
	ErrTasks = errors.New("runner: the training tasks are not those that the run began with")
)

// Rewinder is implemented by folders that can take back their end, as
// traces.Run does. A run that goes on from a checkpoint takes back what was
// written after it, for it will be written anew.
type Rewinder interface {
	Rewind(episode func(h *traces.Head) bool, metric func(line []byte) bool) error
}

// Syncer is implemented by folders that can be forced to disk. It is done
// before a checkpoint, so that what lies before it survives a power cut too.
type Syncer interface {
	Sync() error
}

// resume reads the last checkpoint and takes the folder back to it. Without
// one the run begins at its beginning, unless it had got further.
func (s *session) resume() error {
	at, found := s.Checkpoints, exists(complete(s.Checkpoints, CheckpointLast))
	if found {
		state, err := LoadCheckpoint(at, CheckpointLast, s.Learner)
		if err == nil && state.Version != s.Learner.Version() {
			err = fmt.Errorf("%s: %s is of update %d and the weights are of update %d", complete(at, CheckpointLast), stateFile, state.Version, s.Learner.Version())
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrCheckpoint, err)
		}
		if state.Tasks != "" && state.Tasks != s.state.Tasks {
			return fmt.Errorf("%w (split %q, %s instead of %s): give back the data, or begin another run", ErrTasks, s.Config.Split, s.state.Tasks, state.Tasks)
		}
		state.Tasks = s.state.Tasks
		s.state, s.base, s.saved = state, state.Elapsed, state.rounds()
	}
	folder, ok := s.Folder.(Rewinder)
	if !ok {
		return nil
	}
	lost := -1
	err := folder.Rewind(
		func(h *traces.Head) bool { return lost < 0 && h.Iteration >= s.state.Iteration },
		func(line []byte) bool {
			kind, iteration := lineKind(line)
			if kind == "train" && !found {
				lost = iteration // the first iteration comes after a checkpoint
			}
			return lost < 0 && s.state.before(kind, iteration)
		})
	if err != nil {
		return fmt.Errorf("runner: resume: %w", err)
	}
	if lost >= 0 {
		return fmt.Errorf("%w: there is none in %s, but iteration %d was done: put it back, or begin another run with this one's run.json", ErrCheckpoint, at, lost)
	}
	return nil
}

// lineKind reads what a line of the metrics is about; the kind is empty where
// that cannot be read.
func lineKind(line []byte) (kind string, iteration int) {
	var head struct {
		Kind      string `json:"kind"`
		Iteration int    `json:"iteration"`
	}
	if json.Unmarshal(line, &head) != nil {
		return "", 0
	}
	return head.Kind, head.Iteration
}

// before reports whether the state lies before a line of the metrics.
func (s State) before(kind string, iteration int) bool {
	switch kind {
	case "imitate":
		return iteration >= s.Warm
	case "train":
		return iteration >= s.Iteration
	case "eval":
		return iteration > s.Evaluated
	}
	return false
}

// rounds is the number of updates that the run has made, warm start included.
func (s State) rounds() int { return s.Warm + s.Iteration }

// taskDigest returns a number that changes with the tasks of a split.
func taskDigest(tasks []envs.Task) string {
	h := fnv.New64a()
	for _, t := range tasks {
		for _, text := range []string{t.ID, t.Family, t.Goal} {
			io.WriteString(h, text) // a hash never fails
			h.Write([]byte{0})
		}
	}
	return fmt.Sprintf("%d/%016x", len(tasks), h.Sum64())
}
