package runner

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"stepgym/agent"
	"stepgym/internal/atomicfile"
)

// Names of the checkpoints of a run, in its folder "checkpoints".
const (
	// CheckpointLast is the newest state: where a run goes on.
	CheckpointLast = "last"
	// CheckpointBest is the state that did best on the dev split: what to use.
	CheckpointBest = "best"
)

// stateFile is the part of a checkpoint that is not the learner's.
const stateFile = "state.json"

// State is where a run stands. It is all that is needed to go on, beside the
// learner's own files and the run's configuration.
type State struct {
	Iteration     int     `json:"iteration"` // the next one: so many are done
	Warm          int     `json:"warm"`      // rounds of imitation done
	Evaluated     int     `json:"evaluated"` // iterations done at the last evaluation; -1 before the first
	TotalSteps    int     `json:"total_steps"`
	TotalEpisodes int     `json:"total_episodes"`
	Elapsed       float64 `json:"elapsed_s"`       // seconds of work, pauses left out
	Version       int     `json:"version"`         // of the learner
	Tasks         string  `json:"tasks,omitempty"` // digest of the training tasks; a run goes on with the same ones

	Best          *Report `json:"best,omitempty"` // the best evaluation so far, without ByFamily
	BestIteration int     `json:"best_iteration"`
}

// SaveCheckpoint writes learner and state into the folder dir/name. It writes
// aside and swaps folders, so that at any moment, a kill included, the folder
// read by [LoadCheckpoint] is complete: the old one or the new one.
func SaveCheckpoint(dir, name string, learner agent.Learner, s State) error {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = settle(dir, name)
	}
	if err == nil {
		_, fresh, _ := places(dir, name)
		if err = writeCheckpoint(fresh, learner, s); err != nil {
			err = errors.Join(err, os.RemoveAll(fresh)) // of no use to anyone, and the disk may be full
		}
	}
	if err == nil {
		err = swap(dir, name)
	}
	if err != nil {
		return fmt.Errorf("runner: save checkpoint %s: %w", filepath.Join(dir, name), err)
	}
	return nil
}

// writeCheckpoint writes the files of a checkpoint into a folder that is not
// read from yet.
func writeCheckpoint(fresh string, learner agent.Learner, s State) error {
	if err := os.RemoveAll(fresh); err != nil {
		return err
	}
	if err := learner.Save(fresh); err != nil {
		return err
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(fresh, stateFile), append(data, '\n'), 0o644); err != nil {
		return err
	}
	return syncTree(fresh)
}

// swap puts the checkpoint that was written in the place of the old one.
func swap(dir, name string) error {
	at, fresh, old := places(dir, name)
	if err := os.Rename(at, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Rename(fresh, at); err != nil {
		return err
	}
	if err := atomicfile.SyncDir(dir); err != nil {
		return err
	}
	return os.RemoveAll(old)
}

// places returns the folders of a checkpoint: the one that is read, the one
// being written, and the one that is being replaced.
func places(dir, name string) (at, fresh, old string) {
	at = filepath.Join(dir, name)
	return at, at + ".new", at + ".old"
}

// complete returns the folder that holds the checkpoint dir/name. The order of
// steps in SaveCheckpoint leaves these cases:
//
//	at                 what lies beside it is unfinished or outdated
//	new and old only   new is complete, for old is moved there last
//	old only           cannot come about, but old is complete
//	new only           unfinished: there is no checkpoint yet
func complete(dir, name string) string {
	at, fresh, old := places(dir, name)
	switch {
	case exists(at) || !exists(old):
		return at
	case exists(fresh):
		return fresh
	}
	return old
}

// settle finishes a swap that was cut short.
func settle(dir, name string) error {
	at, _, old := places(dir, name)
	if from := complete(dir, name); from != at {
		if err := os.Rename(from, at); err != nil {
			return err
		}
	}
	return os.RemoveAll(old)
}

// LoadCheckpoint reads the checkpoint dir/name into learner and returns its
// state. A folder without one is an error that wraps fs.ErrNotExist. Nothing is
// written, so a run that is under way may be read from.
func LoadCheckpoint(dir, name string, learner agent.Learner) (State, error) {
	s, err := ReadState(dir, name)
	if err != nil {
		return s, err
	}
	from := complete(dir, name)
	if err := learner.Load(from); err != nil {
		return s, fmt.Errorf("runner: load checkpoint %s: %w", from, err)
	}
	return s, nil
}

// ReadState reads the state of the checkpoint dir/name, and not its weights.
func ReadState(dir, name string) (State, error) {
	var s State
	path := filepath.Join(complete(dir, name), stateFile)
	data, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("runner: read checkpoint: %w", err)
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("runner: read checkpoint %s: %w", path, err)
	}
	if s.Iteration < 0 || s.Warm < 0 || s.TotalSteps < 0 {
		return s, fmt.Errorf("runner: read checkpoint %s: iteration %d, warm %d and total_steps %d must not be negative", path, s.Iteration, s.Warm, s.TotalSteps)
	}
	return s, nil
}

// exists reports whether there is something at path.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// syncTree forces the files of dir, and their names, to disk.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return atomicfile.SyncDir(path)
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
