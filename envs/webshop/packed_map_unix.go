//go:build unix

package webshop

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps a file for reading. The bytes hold until unmap is called; a
// second call of it does nothing.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if info.Size() < headerSize || info.Size() != int64(int(info.Size())) {
		return nil, nil, fmt.Errorf("it has %d bytes: %w", info.Size(), ErrPacked)
	}
	data, err = unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, nil, fmt.Errorf("map: %w", err)
	}
	mapped := data
	return data, func() error {
		b := mapped
		if mapped = nil; b == nil {
			return nil
		}
		return unix.Munmap(b)
	}, nil
}
