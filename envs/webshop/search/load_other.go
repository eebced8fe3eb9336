//go:build !unix

package search

import "os"

// load reads the file into memory.
func load(path string) (p []byte, release func() error, err error) {
	p, err = os.ReadFile(path)
	return p, func() error { return nil }, err
}
