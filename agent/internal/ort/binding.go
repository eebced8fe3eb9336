package ort

import (
	"context"
	"fmt"
	"sync"
	"unsafe"
)

// Binding is a session with its inputs and outputs tied to tensors, from one run
// to the next. It runs one call at a time.
type Binding struct {
	h       handle // OrtIoBinding
	session *Session
	stopper stopper

	mu      sync.Mutex
	outputs []boundOutput // in the order in which the names were first bound
	args    []uintptr     // of OrtApi.RunWithBinding
}

// boundOutput is an output and, where a run shall allocate it, its place.
type boundOutput struct {
	name  string
	text  *byte   // the name as a C string
	place uintptr // OrtMemoryInfo; 0 where a tensor is bound
}

// NewBinding makes a binding with nothing bound yet.
func (s *Session) NewBinding() (*Binding, error) {
	if !s.h.take() {
		return nil, fmt.Errorf("ort: session: %w", ErrReleased)
	}
	b := &Binding{session: s}
	if err := b.stopper.open(s.lib); err != nil {
		s.h.give()
		return nil, err
	}
	if err := s.lib.try(fnCreateIoBinding, s.h.p, uintptr(unsafe.Pointer(&b.h.p))); err != nil {
		b.stopper.close()
		s.h.give()
		return nil, fmt.Errorf("ort: make binding: %w", err)
	}
	s.lib.runs.Add(1)
	b.h.free = b.destroy
	b.args = []uintptr{s.h.p, b.stopper.options, b.h.p}
	return b, nil
}

// Input ties an input to a tensor, until the name is bound again. A run reads
// the tensor where it is if it lies on the session's device; a tensor that lies
// elsewhere is copied now, so that later changes of it are not seen. The binding
// keeps the tensor's memory alive, the caller may release the Value.
func (b *Binding) Input(name string, v *Value) error {
	return b.bind(fnBindInput, b.session.inputs, "input", name, v)
}

// Output ties an output to a tensor that every run writes; its shape must be the
// one that the model computes. The tensor may be one of the inputs only if the
// model reads and writes it element by element: the runtime promises nothing.
func (b *Binding) Output(name string, v *Value) error {
	return b.bind(fnBindOutput, b.session.outputs, "output", name, v)
}

func (b *Binding) bind(slot int, ports []Port, what, name string, v *Value) error {
	p, err := findPort(ports, what, name)
	if err != nil {
		return err
	}
	if !b.h.take() {
		return fmt.Errorf("ort: binding: %w", ErrReleased)
	}
	defer b.h.give()
	if v == nil || !v.h.take() {
		return fmt.Errorf("ort: %s %s: tensor: %w", what, name, ErrReleased)
	}
	defer v.h.give()
	if v.typ != p.Type {
		return fmt.Errorf("ort: %s %s is %s, not %s", what, name, p.Type, v.typ)
	}
	text, err := cString(name)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.session.lib.try(slot, b.h.p, uintptr(unsafe.Pointer(text)), v.h.p); err != nil {
		return fmt.Errorf("ort: bind %s %s: %w", what, name, err)
	}
	if slot == fnBindOutput {
		b.setOutput(boundOutput{name: name, text: text})
	}
	return nil
}

// OutputTo lets every run allocate an output anew on a device: the session's
// own, or the CPU. Its shape may differ from run to run, and what Outputs gave
// before stays as it was.
func (b *Binding) OutputTo(name string, d Device) error {
	if _, err := findPort(b.session.outputs, "output", name); err != nil {
		return err
	}
	if d != CPU && d != b.session.device {
		return fmt.Errorf("ort: output %s: the session runs on %s and has no memory on %s", name, b.session.device, d)
	}
	if !b.h.take() {
		return fmt.Errorf("ort: binding: %w", ErrReleased)
	}
	defer b.h.give()
	place, err := b.session.lib.place(d)
	if err != nil {
		return err
	}
	text, err := cString(name)
	if err != nil {
		return err
	}
	o := boundOutput{name: name, text: text, place: place}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.bindPlace(o); err != nil {
		return err
	}
	b.setOutput(o)
	return nil
}

func (b *Binding) bindPlace(o boundOutput) error {
	if err := b.session.lib.try(fnBindOutputToDevice, b.h.p, uintptr(unsafe.Pointer(o.text)), o.place); err != nil {
		return fmt.Errorf("ort: bind output %s: %w", o.name, err)
	}
	return nil
}

// setOutput notes an output. The runtime keeps the place of a name's first binding.
func (b *Binding) setOutput(o boundOutput) {
	for i := range b.outputs {
		if b.outputs[i].name == o.name {
			b.outputs[i] = o
			return
		}
	}
	b.outputs = append(b.outputs, o)
}

// Run runs the model on what is bound. It ends early when ctx does; outputs that
// are tied to tensors may have been written then.
func (b *Binding) Run(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return outcome(ctx, err)
	}
	if !b.h.take() {
		return fmt.Errorf("ort: binding: %w", ErrReleased)
	}
	defer b.h.give()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, o := range b.outputs {
		if o.place == 0 {
			continue
		}
		// Bound anew each time: the runtime would otherwise write into the
		// last run's tensor, and refuse if the shape has changed.
		if err := b.bindPlace(o); err != nil {
			return err
		}
	}
	if end := b.stopper.watch(ctx); end != nil {
		defer end()
	}
	return outcome(ctx, b.session.lib.tryHeld(fnRunWithBinding, b.args))
}

// Outputs returns the outputs of the last run, in the order in which their
// names were first bound, without copying them. The caller releases them.
func (b *Binding) Outputs() ([]*Value, error) {
	if !b.h.take() {
		return nil, fmt.Errorf("ort: binding: %w", ErrReleased)
	}
	defer b.h.give()
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.session.lib
	var list, n uintptr
	if err := l.try(fnGetBoundOutputValues, b.h.p, l.heap, uintptr(unsafe.Pointer(&list)), uintptr(unsafe.Pointer(&n))); err != nil {
		return nil, fmt.Errorf("ort: read outputs: %w", err)
	}
	if n == 0 {
		return nil, nil
	}
	defer l.call(fnAllocatorFree, l.heap, list)
	values := make([]*Value, 0, n)
	var failed error
	for _, p := range unsafe.Slice((*uintptr)(pointer(list)), int(n)) {
		v, err := l.adopt(p)
		if err != nil {
			failed = err
			continue
		}
		if v.device.cuda {
			b.session.h.keep()
			v.owner = &b.session.h
		}
		values = append(values, v)
	}
	if failed != nil {
		for _, v := range values {
			v.Release()
		}
		return nil, failed
	}
	return values, nil
}

// Clear unties everything.
func (b *Binding) Clear() error {
	if !b.h.take() {
		return fmt.Errorf("ort: binding: %w", ErrReleased)
	}
	defer b.h.give()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.session.lib.call(fnClearBoundInputs, b.h.p)
	b.session.lib.call(fnClearBoundOutputs, b.h.p)
	b.outputs = nil
	return nil
}

// Release gives the binding up, after the call that is running. Releasing
// again, or a nil Binding, does nothing.
func (b *Binding) Release() {
	if b != nil {
		b.h.close()
	}
}

func (b *Binding) destroy(p uintptr) {
	l := b.session.lib
	l.call(fnReleaseIoBinding, p)
	b.stopper.close()
	l.runs.Add(-1)
	b.session.h.give()
}
