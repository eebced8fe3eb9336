package ort

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// Device is where a session runs and where a tensor lives. The zero Device is
// the CPU. Devices are comparable.
type Device struct {
	cuda bool
	id   int
}

// CPU is the processor and its memory.
var CPU = Device{}

// CUDA returns the NVIDIA GPU with the given number, counted from 0.
func CUDA(id int) Device { return Device{cuda: true, id: id} }

// IsCUDA reports whether the device is a GPU.
func (d Device) IsCUDA() bool { return d.cuda }

// String returns "cpu", "cuda:0", "cuda:1" and so on.
func (d Device) String() string {
	if d.cuda {
		return "cuda:" + strconv.Itoa(d.id)
	}
	return "cpu"
}

// ErrNoCUDA is wrapped by the error of a call that asks for a GPU where the
// library, the driver or the GPU is missing.
var ErrNoCUDA = errors.New("CUDA is not available")

// noProvider says that the library has no CUDA, and what to do.
func (l *Library) noProvider(providers []string) error {
	return fmt.Errorf("ort: %w: this ONNX Runtime (%s) was built with %s only; run \"gym setup --cuda\" for one that has it, or use the device cpu",
		ErrNoCUDA, l.version, strings.Join(providers, ", "))
}

// noCUDA says why the library's CUDA does not work, and what to do.
func (l *Library) noCUDA(reason error) error {
	if l.preload != nil {
		reason = fmt.Errorf("%w (%w)", reason, l.preload)
	}
	return fmt.Errorf("ort: %w: %w; see whether nvidia-smi finds the GPU and its driver, and \"gym setup --cuda\" all libraries, or use the device cpu", ErrNoCUDA, reason)
}

// Pick returns the device that name asks for: "cpu" (or ""), "cuda", "cuda:N",
// or "auto", which is the first GPU if it works and else the CPU. A GPU is tried
// out with a tiny model; the error wraps ErrNoCUDA where that does not run.
func (l *Library) Pick(name string) (Device, error) {
	switch name {
	case "", "cpu":
		return CPU, nil
	case "auto":
		if l.selfTest(CUDA(0)) == nil {
			return CUDA(0), nil
		}
		return CPU, nil
	}
	d := CUDA(0)
	if name != "cuda" {
		number, found := strings.CutPrefix(name, "cuda:")
		id, err := strconv.ParseUint(number, 10, 8)
		if !found || err != nil {
			return CPU, fmt.Errorf("ort: unknown device %q: it is cpu, cuda, cuda:N or auto", name)
		}
		d.id = int(id)
	}
	if err := l.selfTest(d); err != nil {
		if !errors.Is(err, ErrNoCUDA) && !errors.Is(err, ErrReleased) {
			err = l.noCUDA(err)
		}
		return CPU, err
	}
	return d, nil
}

// hasCUDA returns nil if the library was built with the CUDA provider.
func (l *Library) hasCUDA() error {
	providers, err := l.Providers()
	if err != nil {
		return err
	}
	if !slices.Contains(providers, "CUDAExecutionProvider") {
		return l.noProvider(providers)
	}
	return nil
}

// place returns the OrtMemoryInfo of a device. It belongs to the library.
func (l *Library) place(d Device) (uintptr, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.places[d]; ok {
		return p, nil
	}
	const deviceAllocator, defaultMemory = 0, 0
	name := "Cpu"
	if d.cuda {
		name = "Cuda"
	}
	var p uintptr
	if err := l.try(fnCreateMemoryInfo, uintptr(unsafe.Pointer(literal(name))), deviceAllocator,
		uintptr(d.id), defaultMemory, uintptr(unsafe.Pointer(&p))); err != nil {
		return 0, fmt.Errorf("ort: device %s: %w", d, err)
	}
	l.places[d] = p
	return p, nil
}

// deviceOf returns where a tensor's memory is.
func (l *Library) deviceOf(value uintptr) (Device, error) {
	var place, name uintptr
	var id int32
	if err := l.try(fnGetTensorMemoryInfo, value, uintptr(unsafe.Pointer(&place))); err != nil {
		return CPU, err
	}
	if err := l.try(fnMemoryInfoGetName, place, uintptr(unsafe.Pointer(&name))); err != nil {
		return CPU, err
	}
	switch text := goString(name); text {
	case "Cpu", "CudaPinned": // the CPU reads both
		return CPU, nil
	case "Cuda":
	default:
		return CPU, fmt.Errorf("a tensor lies in memory called %q, which this binding does not know", text)
	}
	err := l.try(fnMemoryInfoGetId, place, uintptr(unsafe.Pointer(&id)))
	return CUDA(int(id)), err
}
