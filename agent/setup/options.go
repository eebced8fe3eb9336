package setup

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// The versions that Fetch asks for by default. CUDA comes in a package of its
// own, whose versions differ.
const (
	DefaultVersion     = "1.32.0"
	DefaultCUDAVersion = "1.31.1"
)

// Options says what library is wanted and where to look. The zero value finds or
// fetches a library for the CPU.
type Options struct {
	// Lib is the path of the library or of the folder that it is in. If it is
	// set, nothing else is looked at.
	Lib string

	// Device says what the library must be able to do: "cpu" (or "") anything
	// that runs models; "cuda" or "cuda:N" to have the CUDA provider; "auto" to
	// have it if such a library is there. Fetch takes "auto" for "cpu".
	Device string

	// Version is what Fetch fetches; DefaultVersion or DefaultCUDAVersion if empty.
	Version string

	// Cache replaces the cache folder; see the package comment for the default.
	Cache string

	// Wheels lists wheel files that are here already: Fetch then takes them and
	// asks no package manager.
	Wheels []string

	// Report is told of each step in a few words, from one goroutine at a time.
	// It may be nil.
	Report func(step string)

	// System replaces the folders in which system libraries are looked for.
	System []string
}

// Validate reports what is wrong with the options.
func (o Options) Validate() error {
	switch {
	case o.Device == "", o.Device == "cpu", o.Device == "auto", o.cuda():
	default:
		return fmt.Errorf("setup: unknown device %q: it is cpu, cuda, cuda:N or auto", o.Device)
	}
	if o.Version != "" && !versionText.MatchString(o.Version) {
		return fmt.Errorf("setup: version %q is not of the form 1.32.0", o.Version)
	}
	return nil
}

// cuda reports whether a library with CUDA is demanded.
func (o Options) cuda() bool { return o.Device == "cuda" || strings.HasPrefix(o.Device, "cuda:") }

// version is the version to fetch.
func (o Options) version() string {
	switch {
	case o.Version != "":
		return o.Version
	case o.cuda():
		return DefaultCUDAVersion
	}
	return DefaultVersion
}

// folder is the name of the cache folder for what Fetch fetches.
func (o Options) folder() string {
	if o.cuda() {
		return o.version() + cudaSuffix
	}
	return o.version()
}

const cudaSuffix = "-cuda"

// cache returns the folder that holds a folder for each version.
func (o Options) cache() (string, error) {
	root := o.Cache
	if root == "" {
		root = os.Getenv("GYM_CACHE")
	}
	if root == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("setup: no cache folder: %w: set GYM_CACHE to a folder that can be written", err)
		}
		root = filepath.Join(user, "stepgym")
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", fmt.Errorf("setup: cache folder: %w", err)
	}
	return filepath.Join(root, "onnxruntime"), nil
}

func (o Options) report(format string, args ...any) {
	if o.Report != nil {
		o.Report(fmt.Sprintf(format, args...))
	}
}
