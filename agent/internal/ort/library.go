package ort

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/ebitengine/purego"
)

// Library is an opened ONNX Runtime. It is safe for concurrent use.
//
// Two Libraries of the same file share the runtime's inner state. The code stays
// mapped until the process ends, since the runtime's threads may still be in it.
type Library struct {
	path    string
	version string
	build   string
	api     [apiCount]uintptr // struct OrtApi
	env     handle            // OrtEnv
	heap    uintptr           // the CPU allocator; it belongs to the runtime
	preload error             // of LoadOptions.Preload

	mu      sync.Mutex
	places  map[Device]uintptr // OrtMemoryInfo of each device in use
	copiers map[copierKey]*Session

	values, sessions, runs atomic.Int64
}

// LoadOptions says how to open the runtime.
type LoadOptions struct {
	// Preload lists absolute paths of shared libraries to open first, in order.
	// The CUDA provider finds its own dependencies among them, so that no
	// search path of the loader has to be set. One that cannot be opened does
	// no harm before a GPU is asked for; the error then names it.
	Preload []string

	// Verbose lets the runtime write its warnings to standard error. They are
	// off otherwise: what matters comes back as errors.
	Verbose bool
}

// Load is LoadWith without options.
func Load(path string) (*Library, error) { return LoadWith(path, LoadOptions{}) }

// LoadWith opens the runtime's shared library and checks it: its version, that
// every function used lies in that library, and that a tiny model gives the
// right numbers. The library must be 1.24 or a later 1.x.
func LoadWith(path string, o LoadOptions) (*Library, error) {
	l := &Library{path: path, places: map[Device]uintptr{}, copiers: map[copierKey]*Session{}}
	for _, p := range o.Preload {
		if _, err := openLibrary(p); err != nil {
			l.preload = errors.Join(l.preload, err)
		}
	}
	module, err := openLibrary(path)
	if err != nil {
		return nil, fmt.Errorf("ort: load %s: %w", path, err)
	}
	base, err := findSymbol(module, "OrtGetApiBase")
	if err != nil {
		return nil, fmt.Errorf("ort: load %s: not an ONNX Runtime library: %w", path, err)
	}
	if err := l.readTable(base); err != nil {
		return nil, fmt.Errorf("ort: load %s: %w", path, err)
	}
	if err := l.checkTable(base); err != nil {
		return nil, fmt.Errorf("ort: load %s: %w", path, err)
	}
	if err := l.start(o.Verbose); err != nil {
		return nil, fmt.Errorf("ort: start %s: %w", path, err)
	}
	if err := l.selfTest(CPU); err != nil {
		return nil, errors.Join(fmt.Errorf("ort: check %s: %w", path, err), l.Close())
	}
	return l, nil
}

// readTable asks the library for its version and its functions.
func (l *Library) readTable(base uintptr) error {
	b, _, _ := purego.SyscallN(base)
	if b == 0 {
		return errors.New("OrtGetApiBase gave nothing")
	}
	functions := *(*[2]uintptr)(pointer(b)) // GetApi, GetVersionString
	v, _, _ := purego.SyscallN(functions[1])
	l.version = goString(v)
	var major, minor int
	if n, _ := fmt.Sscanf(l.version, "%d.%d.", &major, &minor); n != 2 || major != 1 {
		return fmt.Errorf("version %q is not 1.x: this binding does not know it", l.version)
	}
	if minor < apiVersion {
		return fmt.Errorf("version %s is too old: 1.%d or later is needed (\"gym setup\" fetches one)", l.version, apiVersion)
	}
	table, _, _ := purego.SyscallN(functions[0], apiVersion)
	if table == 0 {
		return fmt.Errorf("version %s does not offer version %d of the C API", l.version, apiVersion)
	}
	l.api = *(*[apiCount]uintptr)(pointer(table))
	return nil
}

// start makes the environment and what goes with it.
func (l *Library) start(verbose bool) error {
	const warning, fatal = 2, 4
	level := uintptr(fatal)
	if verbose {
		level = warning
	}
	if err := l.try(fnCreateEnv, level, uintptr(unsafe.Pointer(literal("gym"))), uintptr(unsafe.Pointer(&l.env.p))); err != nil {
		return err
	}
	l.env.free = l.stop
	l.build = goString(l.call(fnGetBuildInfoString))
	err := l.try(fnDisableTelemetryEvents, l.env.p)
	if err == nil {
		err = l.try(fnGetAllocatorWithDefaultOptions, uintptr(unsafe.Pointer(&l.heap)))
	}
	if err != nil {
		l.env.close()
	}
	return err
}

// stop frees what start made. It runs once, after the last object is gone.
func (l *Library) stop(env uintptr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, place := range l.places {
		l.call(fnReleaseMemoryInfo, place)
	}
	clear(l.places)
	l.call(fnReleaseEnv, env)
}

// Path is the file that was loaded.
func (l *Library) Path() string { return l.path }

// Version is the runtime's version, such as "1.32.0".
func (l *Library) Version() string { return l.version }

// Build is the runtime's description of its own build.
func (l *Library) Build() string { return l.build }

// Providers lists the execution providers that the library was built with, the
// preferred ones first. A provider may still lack the libraries it needs.
func (l *Library) Providers() ([]string, error) {
	if !l.env.take() {
		return nil, fmt.Errorf("ort: library: %w", ErrReleased)
	}
	defer l.env.give()
	var list uintptr
	var n int32
	if err := l.try(fnGetAvailableProviders, uintptr(unsafe.Pointer(&list)), uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, fmt.Errorf("ort: list providers: %w", err)
	}
	var names []string
	for _, name := range unsafe.Slice((*uintptr)(pointer(list)), int(n)) {
		names = append(names, goString(name))
	}
	return names, l.try(fnReleaseAvailableProviders, list, uintptr(n))
}

// Live counts what was made with the library and not released yet.
type Live struct {
	Values   int // tensors
	Sessions int
	Runs     int // bindings and runners
}

// Live returns the counts of now; tests of leaks read it.
func (l *Library) Live() Live {
	return Live{Values: int(l.values.Load()), Sessions: int(l.sessions.Load()), Runs: int(l.runs.Load())}
}

// Close closes the library. Objects that were not released yet go on working,
// and keep the runtime alive; the error then counts them. Closing again does nothing.
func (l *Library) Close() error {
	l.mu.Lock()
	copiers := l.copiers
	l.copiers = nil
	l.mu.Unlock()
	for _, s := range copiers {
		s.Release()
	}
	live := l.Live()
	if !l.env.close() || live == (Live{}) {
		return nil
	}
	return fmt.Errorf("ort: close: %d tensors, %d sessions, %d bindings and runners are not released yet", live.Values, live.Sessions, live.Runs)
}
