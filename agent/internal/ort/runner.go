package ort

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"unsafe"
)

// Runner runs a session with fixed names of inputs and outputs, and allocates
// nothing in Go for outputs that are given. It runs one call at a time.
type Runner struct {
	h       handle // the block of C memory with the names
	session *Session
	in, out []Port
	stopper stopper

	mu      sync.Mutex
	inputs  []uintptr // OrtValues
	outputs []uintptr
	args    []uintptr // of OrtApi.Run; they are the same each time
	made    []bool    // outputs that collect made a Value of
}

// NewRunner prepares runs with the inputs and outputs named, in that order.
func (s *Session) NewRunner(in, out []string) (*Runner, error) {
	r := &Runner{session: s, inputs: make([]uintptr, len(in)), outputs: make([]uintptr, len(out)), made: make([]bool, len(out))}
	for _, name := range in {
		p, err := findPort(s.inputs, "input", name)
		if err != nil {
			return nil, err
		}
		r.in = append(r.in, p)
	}
	for _, name := range out {
		p, err := findPort(s.outputs, "output", name)
		if err != nil {
			return nil, err
		}
		r.out = append(r.out, p)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("ort: a runner needs an output")
	}
	if !s.h.take() {
		return nil, fmt.Errorf("ort: session: %w", ErrReleased)
	}
	block, err := s.lib.nameTable(append(append([]string{}, in...), out...))
	if err != nil {
		s.h.give()
		return nil, err
	}
	if err := r.stopper.open(s.lib); err != nil {
		s.lib.call(fnAllocatorFree, s.lib.heap, block)
		s.h.give()
		return nil, err
	}
	s.lib.runs.Add(1)
	r.h.p, r.h.free = block, r.destroy
	r.args = []uintptr{
		s.h.p, r.stopper.options,
		block, uintptr(unsafe.Pointer(unsafe.SliceData(r.inputs))), uintptr(len(in)),
		block + uintptr(len(in))*unsafe.Sizeof(block), uintptr(len(out)), uintptr(unsafe.Pointer(&r.outputs[0])),
	}
	return r, nil
}

// nameTable makes an array of C strings in the runtime's memory: the addresses
// first, the strings behind them, in one block that fnAllocatorFree frees.
func (l *Library) nameTable(names []string) (uintptr, error) {
	const word = unsafe.Sizeof(uintptr(0))
	size := uintptr(len(names)) * word
	for _, name := range names {
		size += uintptr(len(name)) + 1
	}
	var block uintptr
	if err := l.try(fnAllocatorAlloc, l.heap, size, uintptr(unsafe.Pointer(&block))); err != nil {
		return 0, err
	}
	addresses := unsafe.Slice((*uintptr)(pointer(block)), len(names))
	bytes := unsafe.Slice((*byte)(pointer(block)), int(size))
	at := len(names) * int(word)
	for i, name := range names {
		addresses[i] = block + uintptr(at)
		at += copy(bytes[at:], name)
		bytes[at] = 0
		at++
	}
	return block, nil
}

// Run runs the model on in, one tensor for each input named. Where out[i] is a
// tensor, output i is written into it; where it is nil, it becomes a new tensor
// on the CPU, which the caller releases. On an error out is as before, except
// that tensors given may have been written. The run ends early when ctx does.
func (r *Runner) Run(ctx context.Context, in, out []*Value) error {
	if len(in) != len(r.in) || len(out) != len(r.out) {
		return fmt.Errorf("ort: run: %d inputs and %d outputs given, want %d and %d", len(in), len(out), len(r.in), len(r.out))
	}
	if err := ctx.Err(); err != nil {
		return outcome(ctx, err)
	}
	if !r.h.take() {
		return fmt.Errorf("ort: runner: %w", ErrReleased)
	}
	defer r.h.give()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := takeAll(in, r.in, r.inputs, false); err != nil {
		return err
	}
	defer giveAll(in)
	if err := takeAll(out, r.out, r.outputs, true); err != nil {
		return err
	}
	err := r.run(ctx)
	giveAll(out)
	if err != nil {
		return err
	}
	return r.collect(out)
}

// run makes the call; the arrays are filled.
func (r *Runner) run(ctx context.Context) error {
	if end := r.stopper.watch(ctx); end != nil {
		defer end()
	}
	err := outcome(ctx, r.session.lib.tryHeld(fnRun, r.args))
	runtime.KeepAlive(r) // with the arrays that args points to
	return err
}

// collect makes Values of the outputs that the runtime allocated: all or none.
func (r *Runner) collect(out []*Value) error {
	l := r.session.lib
	for i, v := range out {
		if v != nil {
			continue
		}
		v, err := l.adopt(r.outputs[i])
		if err != nil {
			r.drop(out, i)
			return fmt.Errorf("output %s: %w", r.out[i].Name, err)
		}
		out[i] = v
		r.made[i] = true
	}
	clear(r.made)
	return nil
}

// drop frees what the runtime allocated, after output failed could not be read:
// the Values made before it, and what comes behind it.
func (r *Runner) drop(out []*Value, failed int) {
	for i := range out {
		switch {
		case r.made[i]:
			out[i].Release()
			out[i] = nil
		case i > failed && out[i] == nil && r.outputs[i] != 0:
			r.session.lib.call(fnReleaseValue, r.outputs[i])
		}
	}
	clear(r.made)
}

// Release gives the runner up, after the call that is running. Releasing again,
// or a nil Runner, does nothing.
func (r *Runner) Release() {
	if r != nil {
		r.h.close()
	}
}

func (r *Runner) destroy(block uintptr) {
	l := r.session.lib
	r.stopper.close()
	l.call(fnAllocatorFree, l.heap, block)
	l.runs.Add(-1)
	r.session.h.give()
}

// takeAll takes a share of each tensor and writes its handle into handles. On
// an error it gives the shares back. A nil tensor is 0 where that is allowed.
func takeAll(values []*Value, ports []Port, handles []uintptr, mayBeNil bool) error {
	for i, v := range values {
		var err error
		switch {
		case v == nil && mayBeNil:
			handles[i] = 0
			continue
		case v == nil:
			err = fmt.Errorf("ort: %s: no tensor given", ports[i].Name)
		case v.typ != ports[i].Type:
			err = fmt.Errorf("ort: %s is %s, not %s", ports[i].Name, ports[i].Type, v.typ)
		case !v.h.take():
			err = fmt.Errorf("ort: %s: tensor: %w", ports[i].Name, ErrReleased)
		}
		if err != nil {
			giveAll(values[:i])
			return err
		}
		handles[i] = v.h.p
	}
	return nil
}

// giveAll gives the shares back that takeAll took.
func giveAll(values []*Value) {
	for _, v := range values {
		if v != nil {
			v.h.give()
		}
	}
}
