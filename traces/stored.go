package traces

import "fmt"

// AppendLine appends t to a file of trajectories, one a line, that lies in a run
// folder but is not its writer's. A last line without end is cut off first. The
// caller sees to it that nobody else appends meanwhile.
func AppendLine(path string, t *Trajectory) (err error) {
	line, err := encodeLine(t)
	if err != nil {
		return fmt.Errorf("traces: append trajectory %q: %w", t.ID, err)
	}
	l, _, err := openLines(path)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := l.close(); err == nil && cerr != nil {
			err = fmt.Errorf("traces: close %s: %w", path, cerr)
		}
	}()
	return l.append(line)
}
