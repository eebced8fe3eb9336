package setup

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"stepgym/agent/internal/ort"
)

// Info is a library that was found.
type Info struct {
	Path    string `json:"path"`
	Version string `json:"version,omitempty"` // as far as names tell; Check asks the library itself
	Source  string `json:"source"`            // "--lib", "GYM_ORT_LIB", "cache" or "system"
	CUDA    bool   `json:"cuda"`              // whether the CUDA provider lies beside it

	// Preload lists the libraries that the CUDA provider needs, in the order in
	// which to open them. Absolute paths.
	Preload []string `json:"preload,omitempty"`
}

// ErrNotFound is wrapped by the error of Find where there is no library.
var ErrNotFound = errors.New("no ONNX Runtime library")

// Find looks for the library: at o.Lib; at $GYM_ORT_LIB, a file or its folder;
// in the cache; among the system's libraries. It opens none of them. A path
// that was named and is wrong is an error, not a reason to look elsewhere.
func Find(o Options) (Info, error) {
	if err := o.Validate(); err != nil {
		return Info{}, err
	}
	here := platform{runtime.GOOS, runtime.GOARCH}
	if o.Lib != "" {
		return named(here, o.Lib, "--lib", o)
	}
	if path := os.Getenv("GYM_ORT_LIB"); path != "" {
		return named(here, path, "GYM_ORT_LIB", o)
	}
	var looked []string
	cache, err := o.cache()
	if err != nil {
		looked = append(looked, err.Error())
	} else {
		info, why := findCached(here, cache, o)
		if why == nil {
			return info, nil
		}
		looked = append(looked, why.Error())
	}
	info, why := findSystem(here, o)
	if why == nil {
		return info, nil
	}
	looked = append(looked, why.Error())
	command := "gym setup"
	if o.cuda() {
		command = "gym setup --cuda"
	}
	return Info{}, fmt.Errorf("setup: %w (%s): run %q, or set GYM_ORT_LIB to the path of the library, 1.%d or later",
		ErrNotFound, strings.Join(looked, "; "), command, ort.MinMinor)
}

// named returns the library at a path that the user gave.
func named(here platform, path, source string, o Options) (Info, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return Info{}, fmt.Errorf("setup: %s: %w", source, err)
	}
	stat, err := os.Stat(path)
	if err != nil {
		return Info{}, fmt.Errorf("setup: %s does not lead to a library: %w", source, err)
	}
	if stat.IsDir() {
		file, ok := newestIn(here, path)
		if !ok {
			return Info{}, fmt.Errorf("setup: %s: there is no ONNX Runtime library in %s", source, path)
		}
		path = file
	}
	if err := whole(path); err != nil {
		return Info{}, fmt.Errorf("setup: %s: %w", source, err)
	}
	info := describe(here, path, source)
	if o.cuda() && !info.CUDA {
		return Info{}, fmt.Errorf("setup: %s: %s has no CUDA provider beside it: give another library, or unset %s and run \"gym setup --cuda\"", source, path, source)
	}
	return info, nil
}

// describe tells what the surroundings of a library say about it. A library out
// of the cache is recognised by its manifest.
func describe(here platform, path, source string) Info {
	info := Info{Path: path, Source: source}
	folder := filepath.Dir(path)
	if m, err := readManifest(folder); err == nil && m.Library == filepath.Base(path) {
		info.Version, info.CUDA = m.Version, m.CUDA
		info.Preload = m.preload(folder)
		return info
	}
	name := filepath.Base(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		name = filepath.Base(real)
	}
	info.Version = versionInName(name)
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if here.isProvider(e.Name(), true) && !here.isProvider(e.Name(), false) {
			info.CUDA = true
		}
	}
	return info
}

// newestIn returns the library in a folder whose name says the newest version.
func newestIn(here platform, folder string) (string, bool) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return "", false
	}
	best, version := "", ""
	for _, e := range entries {
		if !here.isLibrary(e.Name()) {
			continue
		}
		path := filepath.Join(folder, e.Name())
		real, err := filepath.EvalSymlinks(path)
		if err != nil {
			continue
		}
		if v := versionInName(filepath.Base(real)); best == "" || compareVersions(v, version) > 0 {
			best, version = path, v
		}
	}
	return best, best != ""
}

// findCached looks in the cache: first for the version that Fetch would fetch,
// then for the newest one that serves the device.
func findCached(here platform, cache string, o Options) (Info, error) {
	entries, err := os.ReadDir(cache)
	if err != nil {
		return Info{}, fmt.Errorf("nothing in the cache %s", cache)
	}
	var folders []string
	for _, e := range entries {
		if _, isCUDA := strings.CutSuffix(e.Name(), cudaSuffix); e.IsDir() && !strings.HasPrefix(e.Name(), ".") && (isCUDA || !o.cuda()) {
			folders = append(folders, e.Name())
		}
	}
	slices.SortFunc(folders, func(a, b string) int { return rank(o, b, a) })
	if o.Version != "" {
		folders = slices.DeleteFunc(folders, func(f string) bool { return strings.TrimSuffix(f, cudaSuffix) != o.Version })
	}
	var broken error
	for _, f := range folders {
		info, err := cached(here, filepath.Join(cache, f))
		if err == nil {
			return info, nil
		}
		broken = errors.Join(broken, err)
	}
	if broken != nil {
		return Info{}, broken
	}
	return Info{}, fmt.Errorf("nothing that serves in the cache %s", cache)
}

// rank orders cache folders by how well they serve; it is above 0 if a is better.
func rank(o Options, a, b string) int {
	score := func(f string) (n int) {
		isCUDA := strings.HasSuffix(f, cudaSuffix)
		if isCUDA == (o.Device == "auto" || o.cuda()) {
			n += 2
		}
		if f == o.folder() {
			n++
		}
		return n
	}
	if d := score(a) - score(b); d != 0 {
		return d
	}
	return compareVersions(strings.TrimSuffix(a, cudaSuffix), strings.TrimSuffix(b, cudaSuffix))
}

// findSystem looks among the system's libraries for one that is new enough.
func findSystem(here platform, o Options) (Info, error) {
	folders := o.System
	if folders == nil {
		folders = here.systemFolders()
	}
	var old []string
	for _, folder := range folders {
		path, ok := newestIn(here, folder)
		if !ok {
			continue
		}
		info := describe(here, path, "system")
		broken := whole(path)
		switch {
		case broken != nil:
			old = append(old, broken.Error())
		case tooOld(info.Version):
			old = append(old, fmt.Sprintf("%s is version %s", path, info.Version))
		case o.cuda() && !info.CUDA:
			old = append(old, path+" has no CUDA provider")
		case o.Version != "" && info.Version != o.Version:
			old = append(old, fmt.Sprintf("%s is version %s", path, info.Version))
		default:
			return info, nil
		}
	}
	if old != nil {
		return Info{}, errors.New(strings.Join(old, ", "))
	}
	return Info{}, errors.New("none among the system's libraries")
}

// compareVersions compares two versions number by number; what is not a number
// counts as 0.
func compareVersions(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		var x, y int
		if i < len(as) {
			x, _ = strconv.Atoi(as[i])
		}
		if i < len(bs) {
			y, _ = strconv.Atoi(bs[i])
		}
		if x != y {
			return x - y
		}
	}
	return 0
}
