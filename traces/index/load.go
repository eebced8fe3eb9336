package index

import (
	"encoding/json"
	"fmt"
	"path/filepath"

	"stepgym/traces"
)

// Load returns the episode of row n with its steps. A line that cannot be read is
// a [traces.LineError].
func (v *View) Load(n int) (*traces.Trajectory, error) {
	r := &v.Rows[n]
	line, err := v.x.lines.line(r.at)
	t := new(traces.Trajectory)
	if err == nil {
		err = json.Unmarshal(line, t)
	}
	if err == nil && t.ID != r.ID {
		err = fmt.Errorf("trajectory %q, want %q: the file was changed", t.ID, r.ID)
	}
	if err != nil {
		name, at := r.File()
		return nil, &traces.LineError{File: name, Line: at, Offset: r.at.offset, Err: err}
	}
	return t, nil
}

// AppendFork stores an episode that was made by branching off another, in
// [ForksFile]; the next Refresh reads it. Its ID, Parent and ForkAt are the
// caller's to set, as it is to have the folder open in one index only.
func (x *Index) AppendFork(t *traces.Trajectory) error {
	x.refreshing.Lock()
	err := traces.AppendLine(filepath.Join(x.dir, ForksFile), t)
	x.refreshing.Unlock()
	return err
}
