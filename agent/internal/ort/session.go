package ort

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// Session is a model made ready to run. It is safe for concurrent use.
type Session struct {
	h       handle // OrtSession
	lib     *Library
	device  Device
	inputs  []Port
	outputs []Port

	mu         sync.Mutex
	allocators map[Device]*allocator
}

// Port is an input or output of a model.
type Port struct {
	Name  string
	Type  ElementType
	Shape []int64 // -1 where the model leaves the dimension open; nil where it leaves the rank open
}

// NewSession makes a model, given as the bytes of an ONNX file, ready to run.
// The bytes are not needed afterwards.
func (l *Library) NewSession(model []byte, o SessionOptions) (*Session, error) {
	if len(model) == 0 {
		return nil, errors.New("ort: the model is empty")
	}
	return l.newSession(o, func(options uintptr, s *uintptr) error {
		return l.try(fnCreateSessionFromArray, l.env.p, uintptr(unsafe.Pointer(&model[0])), uintptr(len(model)), options, uintptr(unsafe.Pointer(s)))
	})
}

// OpenSession is NewSession for a model file. Files that the model's external
// initialisers name are looked for beside it.
func (l *Library) OpenSession(path string, o SessionOptions) (*Session, error) {
	p, err := pathString(path)
	if err != nil {
		return nil, err
	}
	return l.newSession(o, func(options uintptr, s *uintptr) error {
		return l.try(fnCreateSession, l.env.p, uintptr(unsafe.Pointer(p)), options, uintptr(unsafe.Pointer(s)))
	})
}

func (l *Library) newSession(o SessionOptions, create func(options uintptr, s *uintptr) error) (*Session, error) {
	if !l.env.take() {
		return nil, fmt.Errorf("ort: library: %w", ErrReleased)
	}
	defer l.env.give()
	options, err := l.options(o)
	if err != nil {
		return nil, err
	}
	defer l.call(fnReleaseSessionOptions, options)
	s := &Session{lib: l, device: o.Device, allocators: map[Device]*allocator{}}
	if err := create(options, &s.h.p); err != nil {
		return nil, fmt.Errorf("ort: make session: %w", err)
	}
	runtime.KeepAlive(o.External)
	s.inputs, err = s.ports(fnSessionGetInputCount, fnSessionGetInputName, fnSessionGetInputTypeInfo)
	if err == nil {
		s.outputs, err = s.ports(fnSessionGetOutputCount, fnSessionGetOutputName, fnSessionGetOutputTypeInfo)
	}
	if err != nil {
		l.call(fnReleaseSession, s.h.p)
		return nil, fmt.Errorf("ort: read the model's inputs and outputs: %w", err)
	}
	l.env.keep()
	l.sessions.Add(1)
	s.h.free = s.destroy
	return s, nil
}

// Device returns where the session runs.
func (s *Session) Device() Device { return s.device }

// Inputs returns the model's inputs in its order. The caller must not change them.
func (s *Session) Inputs() []Port { return s.inputs }

// Outputs returns the model's outputs in its order. The caller must not change them.
func (s *Session) Outputs() []Port { return s.outputs }

// Release gives the session up. It is freed as soon as its bindings, runners
// and device tensors are. Releasing again, or a nil Session, does nothing.
func (s *Session) Release() {
	if s == nil || !s.h.close() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.allocators {
		a.h.close()
	}
}

func (s *Session) destroy(p uintptr) {
	s.lib.call(fnReleaseSession, p)
	s.lib.sessions.Add(-1)
	s.lib.env.give()
}

// Run runs the model once: inputs by name to outputs by name, all of which the
// caller releases. It is the convenient way; a Runner or Binding is the fast one.
func (s *Session) Run(ctx context.Context, in map[string]*Value) (map[string]*Value, error) {
	var inNames, outNames []string
	var inputs []*Value
	for _, p := range s.inputs {
		if v, ok := in[p.Name]; ok {
			inNames, inputs = append(inNames, p.Name), append(inputs, v)
		}
	}
	if len(inNames) != len(in) {
		for name := range in {
			if _, err := findPort(s.inputs, "input", name); err != nil {
				return nil, err
			}
		}
	}
	for _, p := range s.outputs {
		outNames = append(outNames, p.Name)
	}
	r, err := s.NewRunner(inNames, outNames)
	if err != nil {
		return nil, err
	}
	defer r.Release()
	outputs := make([]*Value, len(outNames))
	if err := r.Run(ctx, inputs, outputs); err != nil {
		return nil, err
	}
	out := make(map[string]*Value, len(outputs))
	for i, name := range outNames {
		out[name] = outputs[i]
	}
	return out, nil
}

// ports asks for the model's inputs or outputs, by the three functions given.
func (s *Session) ports(count, name, info int) ([]Port, error) {
	l := s.lib
	var n uintptr
	if err := l.try(count, s.h.p, uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, err
	}
	ports := make([]Port, 0, n)
	for i := range n {
		var text uintptr
		if err := l.try(name, s.h.p, i, l.heap, uintptr(unsafe.Pointer(&text))); err != nil {
			return nil, err
		}
		p := Port{Name: goString(text)}
		if err := l.try(fnAllocatorFree, l.heap, text); err != nil {
			return nil, err
		}
		if err := s.portType(info, i, &p); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name, err)
		}
		ports = append(ports, p)
	}
	return ports, nil
}

// portType fills in the type and shape of port i; both stay zero for what is
// not a tensor.
func (s *Session) portType(function int, i uintptr, p *Port) error {
	l := s.lib
	var info, tensor, rank uintptr
	if err := l.try(function, s.h.p, i, uintptr(unsafe.Pointer(&info))); err != nil {
		return err
	}
	defer l.call(fnReleaseTypeInfo, info)
	if err := l.try(fnCastTypeInfoToTensorInfo, info, uintptr(unsafe.Pointer(&tensor))); err != nil || tensor == 0 {
		return err
	}
	if err := l.try(fnGetTensorElementType, tensor, uintptr(unsafe.Pointer(&p.Type))); err != nil {
		return err
	}
	if err := l.try(fnGetDimensionsCount, tensor, uintptr(unsafe.Pointer(&rank))); err != nil || rank == 0 {
		return err
	}
	p.Shape = make([]int64, int(rank))
	return l.try(fnGetDimensions, tensor, uintptr(unsafe.Pointer(&p.Shape[0])), rank)
}

// findPort returns the port of that name, or an error that lists the names there are.
func findPort(ports []Port, what, name string) (Port, error) {
	var names []string
	for _, p := range ports {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Port{}, fmt.Errorf("ort: the model has no %s %q; it has %s", what, name, strings.Join(names, ", "))
}
