package index

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Live reports whether the process that wrote the run last is still there. The
// lock itself is not tried: a writer that starts at that moment would find it
// taken. A process of another machine or container counts as gone.
func Live(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "lock"))
	if err != nil {
		return false
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text)))
	if err != nil || pid <= 0 {
		return false
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	err = p.Signal(syscall.Signal(0))
	return err == nil || errors.Is(err, os.ErrPermission)
}
