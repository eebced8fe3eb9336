//go:build unix

package search

import (
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// load maps the file. The bytes must not be used after release.
func load(path string) (p []byte, release func() error, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, nil, err
	}
	switch size := info.Size(); {
	case !info.Mode().IsRegular():
		return nil, nil, fmt.Errorf("%s: %w: it is no regular file", path, ErrFormat)
	case size == 0:
		return nil, nil, fmt.Errorf("%s: %w: it is empty", path, ErrFormat)
	case size > math.MaxInt:
		return nil, nil, fmt.Errorf("%s: its %d bytes do not fit this machine's addresses", path, size)
	default:
		p, err = unix.Mmap(int(file.Fd()), 0, int(size), unix.PROT_READ, unix.MAP_SHARED)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("map %s: %w", path, err)
	}
	return p, func() error { return unix.Munmap(p) }, nil
}
