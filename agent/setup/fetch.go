package setup

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

const stagePrefix = ".fetch-"

// Ensure returns the library that Find finds, or else the one that Fetch fetches.
// A path that was named and is wrong stays an error.
func Ensure(ctx context.Context, o Options) (Info, error) {
	info, err := Find(o)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return info, err
	}
	return Fetch(ctx, o)
}

// Fetch puts the library into the cache, if it is not there yet, and returns it.
// It does not look at $GYM_ORT_LIB or at the system. Two fetches at the same
// time wait for each other. When it fails or ctx ends, the cache is as before.
func Fetch(ctx context.Context, o Options) (Info, error) {
	if err := o.Validate(); err != nil {
		return Info{}, err
	}
	here := platform{runtime.GOOS, runtime.GOARCH}
	cache, err := o.cache()
	if err != nil {
		return Info{}, err
	}
	folder := filepath.Join(cache, o.folder())
	if info, err := cached(here, folder); err == nil {
		o.report("already in the cache: %s", info.Path)
		return info, nil
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return Info{}, fmt.Errorf("setup: make the cache folder: %w: set GYM_CACHE to a folder that can be written", err)
	}
	unlock, err := lock(ctx, filepath.Join(cache, ".lock"), o)
	if err != nil {
		return Info{}, err
	}
	defer unlock()
	if info, err := cached(here, folder); err == nil { // another process was faster
		o.report("already in the cache: %s", info.Path)
		return info, nil
	}
	if err := sweep(cache); err != nil {
		return Info{}, fmt.Errorf("setup: tidy the cache: %w", err)
	}
	return fetch(ctx, here, o, cache, folder)
}

// fetch fills the cache folder. The caller has the lock.
func fetch(ctx context.Context, here platform, o Options, cache, folder string) (info Info, err error) {
	stage, err := os.MkdirTemp(cache, stagePrefix)
	if err != nil {
		return Info{}, fmt.Errorf("setup: write to the cache: %w: set GYM_CACHE to a folder that can be written", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(stage)) }()
	if err := os.Chmod(stage, 0o755); err != nil {
		return Info{}, fmt.Errorf("setup: write to the cache: %w", err)
	}
	m := Manifest{Package: "onnxruntime", Version: o.version(), Platform: here.String(), CUDA: o.cuda(), Source: "file"}
	if m.CUDA {
		m.Package = "onnxruntime-gpu"
	}
	wheels := o.Wheels
	if len(wheels) == 0 {
		wheels, m.Source, err = download(ctx, here, o, m.Package, filepath.Join(stage, "wheels"))
		if err != nil {
			return Info{}, err
		}
	}
	files := filepath.Join(stage, "files")
	if err := m.fill(ctx, here, o, wheels, files); err != nil {
		return Info{}, err
	}
	if err := m.write(files); err != nil {
		return Info{}, err
	}
	if err := os.RemoveAll(folder); err != nil { // a damaged one; a whole one was returned before
		return Info{}, fmt.Errorf("setup: replace the cache folder: %w", err)
	}
	if err := ctx.Err(); err != nil {
		return Info{}, fmt.Errorf("setup: %w", context.Cause(ctx))
	}
	if err := os.Rename(files, folder); err != nil {
		return Info{}, fmt.Errorf("setup: move into the cache: %w", err)
	}
	o.report("ready: %s", filepath.Join(folder, m.Library))
	return cached(here, folder)
}

// download gets the wheels through the user's package manager, into a folder
// that it makes, and names the manager.
func download(ctx context.Context, here platform, o Options, project, folder string) (wheels []string, source string, err error) {
	requirements := []string{project + "==" + o.version()}
	if o.cuda() {
		requirements = append(requirements, cudaPackages()...)
	}
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, "", fmt.Errorf("setup: write to the cache: %w", err)
	}
	pip, err := findInstaller(ctx, folder)
	if err == nil {
		if o.cuda() {
			o.report("about 1.5 GB are to be fetched")
		}
		o.report("%s download %s", pip, strings.Join(requirements, " "))
		wheels, err = pip.download(ctx, here, requirements, o.Report)
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, "", err
		}
		return nil, "", fmt.Errorf("%w\n%w", err, byHand(o, requirements))
	}
	return wheels, pip.String(), nil
}

// fill takes what is needed out of the wheels and notes it in the manifest.
func (m *Manifest) fill(ctx context.Context, here platform, o Options, wheels []string, folder string) error {
	for _, file := range slices.Sorted(slices.Values(wheels)) {
		sum, size, err := digest(file)
		if err != nil {
			return fmt.Errorf("setup: read wheel: %w", err)
		}
		o.report("%s (%.1f MB)", filepath.Base(file), float64(size)/1e6)
		m.Wheels = append(m.Wheels, Wheel{filepath.Base(file), sum})
		if err := m.unpack(ctx, here, file, folder); err != nil {
			return err
		}
	}
	if m.Library == "" {
		return fmt.Errorf("setup: %s: no ONNX Runtime library for %s in them", strings.Join(wheels, ", "), here)
	}
	if m.CUDA && !slices.ContainsFunc(m.Files, func(f File) bool { return here.isProvider(f.Name, true) && !here.isProvider(f.Name, false) }) {
		return fmt.Errorf("setup: %s: no CUDA provider for %s in them", strings.Join(wheels, ", "), here)
	}
	for _, prefix := range preloadOrder() {
		for _, f := range m.Files {
			if f.Name == prefix || strings.HasPrefix(f.Name, prefix+".") {
				m.Preload = append(m.Preload, f.Name)
			}
		}
	}
	return m.checkPins(here, o)
}

// unpack takes what is needed out of one wheel.
func (m *Manifest) unpack(ctx context.Context, here platform, file, folder string) error {
	w, err := openWheel(file)
	if err != nil {
		return err
	}
	defer w.Close()
	slices.SortFunc(w.zip.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	for _, entry := range w.zip.File {
		name := target(here, entry.Name, m.CUDA)
		if name == "" {
			continue
		}
		f, err := w.extract(ctx, entry, filepath.Join(folder, name))
		if err != nil {
			return err
		}
		f.Name = name
		m.Files = append(m.Files, f)
		if here.isLibrary(name) {
			if m.Library != "" {
				return fmt.Errorf("setup: wheel %s: a second library, %s, beside %s", w.name, name, m.Library)
			}
			m.Library = name
		}
	}
	return nil
}

// checkPins compares the library with the version asked for and all libraries
// with the digests known for it.
func (m *Manifest) checkPins(here platform, o Options) error {
	if v := versionInName(m.Library); v != "" && v != m.Version {
		return fmt.Errorf("setup: the wheel holds version %s, not %s", v, m.Version)
	}
	known := pinned(here, m.Version, m.CUDA)
	for _, f := range m.Files {
		want, ok := known[f.Name]
		if ok && f.SHA256 != want {
			return fmt.Errorf("setup: %s has the SHA-256 %s, but version %s on %s has %s: the wheel is for another machine, or was changed on its way",
				f.Name, f.SHA256, m.Version, here, want)
		}
		if f.Name == m.Library {
			agrees := "agrees with the wheel's own list"
			if ok {
				agrees = "is the known one"
			}
			o.report("%s: SHA-256 %s %s", f.Name, f.SHA256, agrees)
		}
	}
	return nil
}

// write writes the manifest into a folder that is complete otherwise.
func (m *Manifest) write(folder string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("setup: write manifest: %w", err)
	}
	if err := os.WriteFile(filepath.Join(folder, manifestName), append(data, '\n'), 0o644); err != nil {
		return fmt.Errorf("setup: write manifest: %w", err)
	}
	return nil
}
