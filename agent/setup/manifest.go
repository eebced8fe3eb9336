package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const manifestName = "manifest.json"

// Manifest says what a cache folder holds. It is written last, so a folder with
// a manifest is complete.
type Manifest struct {
	Package  string  `json:"package"`
	Version  string  `json:"version"`
	Platform string  `json:"platform"` // "linux/amd64"
	CUDA     bool    `json:"cuda"`
	Source   string  `json:"source"`  // what brought the wheels: "python3 -m pip", or "file"
	Library  string  `json:"library"` // name of the main library in the folder
	Files    []File  `json:"files"`
	Wheels   []Wheel `json:"wheels"`

	// Preload lists files to open before the library, in order.
	Preload []string `json:"preload,omitempty"`
}

// File is a file of a cache folder.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// Wheel is a wheel that files came from.
type Wheel struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"` // hexadecimal
}

// readManifest reads the manifest of a cache folder.
func readManifest(folder string) (Manifest, error) {
	data, err := os.ReadFile(filepath.Join(folder, manifestName))
	if err != nil {
		return Manifest{}, err
	}
	return parseManifest(data)
}

// parseManifest decodes a manifest and checks that its names stay in its folder.
func parseManifest(data []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return Manifest{}, fmt.Errorf("setup: read %s: %w", manifestName, err)
	}
	known := map[string]bool{}
	for _, f := range m.Files {
		if !filepath.IsLocal(f.Name) {
			return Manifest{}, fmt.Errorf("setup: %s names the file %q, which is not in its folder", manifestName, f.Name)
		}
		known[f.Name] = true
	}
	for _, name := range append([]string{m.Library}, m.Preload...) {
		if !known[name] {
			return Manifest{}, fmt.Errorf("setup: %s names %q, which is not among its files", manifestName, name)
		}
	}
	return m, nil
}

func (m Manifest) preload(folder string) []string {
	var paths []string
	for _, name := range m.Preload {
		paths = append(paths, filepath.Join(folder, name))
	}
	return paths
}

// cached returns the library of a cache folder whose files are all there, with
// the right sizes. Check compares their digests too.
func cached(here platform, folder string) (Info, error) {
	m, err := readManifest(folder)
	if err != nil {
		return Info{}, fmt.Errorf("%s is not a whole cache folder: %w", folder, err)
	}
	if m.Platform != here.String() {
		return Info{}, fmt.Errorf("%s is for %s", folder, m.Platform)
	}
	for _, f := range m.Files {
		stat, err := os.Stat(filepath.Join(folder, f.Name))
		if err != nil {
			return Info{}, fmt.Errorf("cache folder %s: %w", folder, err)
		}
		if stat.Size() != f.Size {
			return Info{}, fmt.Errorf("%s has %d bytes, not %d: run \"gym setup\" again", filepath.Join(folder, f.Name), stat.Size(), f.Size)
		}
	}
	return describe(here, filepath.Join(folder, m.Library), "cache"), nil
}

// verify compares every file of a cache folder with its digest.
func (m Manifest) verify(folder string) error {
	var faults error
	for _, f := range m.Files {
		sum, size, err := digest(filepath.Join(folder, f.Name))
		switch {
		case err != nil:
			faults = errors.Join(faults, fmt.Errorf("setup: verify: %w", err))
		case size != f.Size || sum != f.SHA256:
			faults = errors.Join(faults, fmt.Errorf("setup: %s has changed since it was fetched: remove its folder and run \"gym setup\" again", filepath.Join(folder, f.Name)))
		}
	}
	return faults
}

// digest returns the SHA-256 of a file, in hexadecimal, and its size.
func digest(path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}
