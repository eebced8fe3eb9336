package ort

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unsafe"
)

// Copy copies the elements of src into dst, which must have the same type and
// shape; either may be on a GPU.
func Copy(dst, src *Value) error {
	if src == nil || !src.h.take() {
		return fmt.Errorf("ort: copy: source: %w", ErrReleased)
	}
	defer src.h.give()
	if dst == nil || !dst.h.take() {
		return fmt.Errorf("ort: copy: destination: %w", ErrReleased)
	}
	defer dst.h.give()
	if src.typ != dst.typ || !slices.Equal(src.shape, dst.shape) {
		return fmt.Errorf("ort: copy: a tensor of %s %v does not fit one of %s %v", src.typ, src.shape, dst.typ, dst.shape)
	}
	if src.count == 0 {
		return nil
	}
	if !src.device.cuda && !dst.device.cuda {
		copy(unsafe.Slice((*byte)(dst.data), dst.Bytes()), unsafe.Slice((*byte)(src.data), src.Bytes()))
		return nil
	}
	return src.lib.copyDevice(dst, src)
}

// copyDevice copies where a GPU takes part. The direct way needs a provider that
// has registered its copying with the environment; where that is not so, a
// session of one Identity does it. Not run on a GPU: none was at hand.
func (l *Library) copyDevice(dst, src *Value) error {
	from, to := src.h.p, dst.h.p
	const noStream, one = 0, 1
	err := l.try(fnCopyTensors, l.env.p, uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&to)), noStream, one)
	if err == nil {
		return nil
	}
	d := src.device
	if !d.cuda {
		d = dst.device
	}
	if err2 := l.copyBySession(d, dst, src); err2 != nil {
		return fmt.Errorf("ort: copy from %s to %s: %w", src.device, dst.device, errors.Join(err, err2))
	}
	return nil
}

// copierKey names a session that copies.
type copierKey struct {
	device Device
	typ    ElementType
}

// copyBySession copies with a model that gives back its input: the runtime moves
// inputs and outputs between devices itself.
func (l *Library) copyBySession(d Device, dst, src *Value) error {
	s, err := l.copier(copierKey{d, src.typ})
	if err != nil {
		return err
	}
	b, err := s.NewBinding()
	if err != nil {
		return err
	}
	defer b.Release()
	if err := b.Input("x", src); err != nil {
		return err
	}
	if err := b.Output("y", dst); err != nil {
		return err
	}
	return b.Run(context.Background())
}

// copier returns the session for a device and type; Close releases it.
func (l *Library) copier(k copierKey) (*Session, error) {
	l.mu.Lock()
	s := l.copiers[k]
	l.mu.Unlock()
	if s != nil {
		return s, nil
	}
	s, err := l.NewSession(tinyModel("Identity", k.typ, "y", "x"), SessionOptions{Device: k.device, Threads: 1})
	if err != nil {
		return nil, err
	}
	kept, err := l.keepCopier(k, s)
	if kept != s {
		s.Release()
	}
	return kept, err
}

// keepCopier notes a session for later copies, unless another goroutine was
// faster: then it returns that one's.
func (l *Library) keepCopier(k copierKey, s *Session) (*Session, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.copiers == nil {
		return nil, fmt.Errorf("ort: library: %w", ErrReleased)
	}
	if other := l.copiers[k]; other != nil {
		return other, nil
	}
	l.copiers[k] = s
	return s, nil
}
