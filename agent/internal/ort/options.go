package ort

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"unsafe"
)

// Level is how much the runtime rewrites a model before it runs it.
type Level int

// The levels; the zero Level is LevelAll.
const (
	LevelAll      Level = iota // everything, with layouts of this machine
	LevelNone                  // the model as it is
	LevelBasic                 // what keeps the model portable: folding constants, dropping dead nodes
	LevelExtended              // also fused nodes
)

// code returns the runtime's number of the level (GraphOptimizationLevel).
func (l Level) code() (uintptr, error) {
	switch l {
	case LevelAll:
		return 99, nil
	case LevelNone:
		return 0, nil
	case LevelBasic:
		return 1, nil
	case LevelExtended:
		return 2, nil
	}
	return 0, fmt.Errorf("ort: unknown optimisation level %d", int(l))
}

// SessionOptions says how to run a model. The zero value runs it on the CPU with
// one thread per core.
type SessionOptions struct {
	Device Device

	// Threads is the number of threads that share the work of one operator; 0
	// is one per core. Results may depend on it in the last bits.
	Threads int

	// Sleep makes idle worker threads sleep at once, where they otherwise spin a
	// while for more work. It costs some latency and leaves the cores to the
	// rest of the program.
	Sleep bool

	// Deterministic asks for kernels that add in a fixed order. The CPU's do
	// that anyway for a fixed number of threads.
	Deterministic bool

	Level Level

	// External gives the contents of the files that the model's external
	// initialisers name, by file name. They are read while the session is made.
	// Only external initialisers can be given so; a tensor that should be
	// shared and changed is an input of the model instead.
	External map[string][]byte

	// Config holds further session entries, by the runtime's own key.
	Config map[string]string
}

// options makes an OrtSessionOptions; the caller frees it.
func (l *Library) options(o SessionOptions) (options uintptr, err error) {
	if err := l.try(fnCreateSessionOptions, uintptr(unsafe.Pointer(&options))); err != nil {
		return 0, err
	}
	if err := l.fillOptions(options, o); err != nil {
		l.call(fnReleaseSessionOptions, options)
		return 0, err
	}
	return options, nil
}

func (l *Library) fillOptions(options uintptr, o SessionOptions) error {
	if o.Threads < 0 || o.Threads > 1<<12 {
		return fmt.Errorf("ort: %d threads: give 0 for one per core, or up to %d", o.Threads, 1<<12)
	}
	if err := l.try(fnSetIntraOpNumThreads, options, uintptr(o.Threads)); err != nil {
		return err
	}
	if err := l.try(fnSetInterOpNumThreads, options, 1); err != nil {
		return err
	}
	level, err := o.Level.code()
	if err != nil {
		return err
	}
	if err := l.try(fnSetSessionGraphOptimizationLevel, options, level); err != nil {
		return err
	}
	if o.Deterministic {
		if err := l.try(fnSetDeterministicCompute, options, 1); err != nil {
			return err
		}
	}
	entries := maps.Clone(o.Config)
	if o.Sleep {
		if entries == nil {
			entries = map[string]string{}
		}
		entries["session.intra_op.allow_spinning"] = "0"
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		if err := l.addEntry(options, key, entries[key]); err != nil {
			return err
		}
	}
	if err := l.addExternal(options, o.External); err != nil {
		return err
	}
	if o.Device.cuda {
		return l.addCUDA(options, o.Device)
	}
	return nil
}

func (l *Library) addEntry(options uintptr, key, value string) error {
	k, err := cString(key)
	if err != nil {
		return err
	}
	v, err := cString(value)
	if err != nil {
		return err
	}
	if err := l.try(fnAddSessionConfigEntry, options, uintptr(unsafe.Pointer(k)), uintptr(unsafe.Pointer(v))); err != nil {
		return fmt.Errorf("ort: session entry %s=%s: %w", key, value, err)
	}
	return nil
}

// addExternal hands over the contents of external files. The runtime copies
// what it needs when the session is made, so files must live until then: the
// caller's options hold them.
func (l *Library) addExternal(options uintptr, files map[string][]byte) error {
	if len(files) == 0 {
		return nil
	}
	var pin runtime.Pinner
	defer pin.Unpin()
	var names, contents []*byte
	var sizes []uintptr
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if len(files[name]) == 0 {
			return fmt.Errorf("ort: external file %s is empty", name)
		}
		p, err := pathString(name)
		if err != nil {
			return err
		}
		pin.Pin(p)
		pin.Pin(&files[name][0])
		names, contents = append(names, p), append(contents, &files[name][0])
		sizes = append(sizes, uintptr(len(files[name])))
	}
	return l.try(fnAddExternalInitializersFromFilesInMemory, options, uintptr(unsafe.Pointer(&names[0])),
		uintptr(unsafe.Pointer(&contents[0])), uintptr(unsafe.Pointer(&sizes[0])), uintptr(len(names)))
}

// addCUDA asks for the CUDA provider. TF32 is off: matrix products keep the
// precision of float32, as on the CPU. Not run: no GPU was at hand.
func (l *Library) addCUDA(options uintptr, d Device) error {
	if err := l.hasCUDA(); err != nil {
		return err
	}
	var cuda uintptr
	if err := l.try(fnCreateCUDAProviderOptions, uintptr(unsafe.Pointer(&cuda))); err != nil {
		return l.noCUDA(err)
	}
	defer l.call(fnReleaseCUDAProviderOptions, cuda)
	var pin runtime.Pinner
	defer pin.Unpin()
	var keys, values []*byte
	for _, entry := range [][2]string{{"device_id", strconv.Itoa(d.id)}, {"use_tf32", "0"}} {
		k, v := literal(entry[0]), literal(entry[1])
		pin.Pin(k)
		pin.Pin(v)
		keys, values = append(keys, k), append(values, v)
	}
	if err := l.try(fnUpdateCUDAProviderOptions, cuda, uintptr(unsafe.Pointer(&keys[0])), uintptr(unsafe.Pointer(&values[0])), uintptr(len(keys))); err != nil {
		return l.noCUDA(err)
	}
	if err := l.try(fnSessionOptionsAppendExecutionProvider_CUDA_V2, options, cuda); err != nil {
		return l.noCUDA(err)
	}
	return nil
}
