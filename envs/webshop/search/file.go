package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// WriteFile writes the index of the documents added to a file that [Open]
// reads, without holding it in memory. It writes aside and renames: under path
// there is the whole new index, or what was there before.
func (bd *Builder) WriteFile(path string) (err error) {
	defer bd.Discard()
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return fmt.Errorf("search: write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			file.Close()
			os.Remove(file.Name())
		}
	}()
	if err := bd.finish(file); err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return file.Chmod(0o644) },
		file.Sync,
		file.Close,
		func() error { return os.Rename(file.Name(), path) },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("search: write %s: %w", path, err)
		}
	}
	return nil
}

// Open opens the index in a file. Where the system can, the file is mapped, so
// that processes share its memory and pages come in as they are needed; it must
// not be changed in place while the index is open (replacing it by a rename, as
// WriteFile does, is fine). A file of another kind or version, one that is cut
// off and one whose checksums do not match are errors wrapping [ErrFormat].
func Open(path string) (*Index, error) {
	p, release, err := load(path)
	if err != nil {
		return nil, fmt.Errorf("search: open: %w", err)
	}
	ix, err := parse(p)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("search: open %s: %w", path, err), release())
	}
	ix.release = release
	return ix, nil
}
