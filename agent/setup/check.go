package setup

import (
	"errors"
	"fmt"
	"path/filepath"

	"stepgym/agent/internal/ort"
)

// Report is what a library says of itself.
type Report struct {
	Version   string   `json:"version"`
	Build     string   `json:"build"`
	Providers []string `json:"providers"`

	// CUDA is "" if a GPU works, and else says why none does.
	CUDA string `json:"cuda"`
}

// Check opens the library, runs a tiny model on it and tries a GPU. Files that
// Fetch wrote are compared with their digests first, which reads all of them.
func Check(info Info) (r Report, err error) {
	folder := filepath.Dir(info.Path)
	if m, err := readManifest(folder); err == nil && m.Library == filepath.Base(info.Path) {
		if err := m.verify(folder); err != nil {
			return Report{}, err
		}
	}
	lib, err := ort.LoadWith(info.Path, ort.LoadOptions{Preload: info.Preload})
	if err != nil {
		return Report{}, fmt.Errorf("setup: library from %s: %w", info.Source, err)
	}
	defer func() { err = errors.Join(err, lib.Close()) }()
	r = Report{Version: lib.Version(), Build: lib.Build()}
	if r.Providers, err = lib.Providers(); err != nil {
		return Report{}, fmt.Errorf("setup: %w", err)
	}
	if _, err := lib.Pick("cuda"); err != nil {
		r.CUDA = err.Error()
	}
	return r, nil
}
