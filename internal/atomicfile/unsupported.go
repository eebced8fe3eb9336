package atomicfile

import (
	"errors"
	"io/fs"
	"syscall"
)

// unsupported reports whether err says that this file system, or this system,
// does not sync folders. A real fault such as EIO is not one of them.
func unsupported(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission)
}
