package ort

import (
	"fmt"
	"unsafe"
)

// allocator hands out memory of a device on behalf of a session. Its tensors
// hold shares of it, and it holds one of the session, because the runtime frees
// a tensor's memory through it.
type allocator struct {
	h       handle // OrtAllocator
	session *Session
}

func (a *allocator) destroy(p uintptr) {
	a.session.lib.call(fnReleaseAllocator, p)
	a.session.h.give()
}

// NewOn makes a tensor on a device that the session uses: its own, or the CPU.
// The elements of a device tensor are not set; those of a CPU tensor are zeros.
func (s *Session) NewOn(d Device, t ElementType, shape ...int64) (*Value, error) {
	if d == CPU {
		return s.lib.New(t, shape...)
	}
	if d != s.device {
		return nil, fmt.Errorf("ort: the session runs on %s and has no memory on %s", s.device, d)
	}
	return s.newOn(d, t, shape)
}

// newOn makes a tensor through the session's allocator for d.
func (s *Session) newOn(d Device, t ElementType, shape []int64) (*Value, error) {
	if !s.h.take() {
		return nil, fmt.Errorf("ort: session: %w", ErrReleased)
	}
	defer s.h.give()
	a, err := s.allocator(d)
	if err != nil {
		return nil, err
	}
	defer a.h.give()
	v, err := s.lib.newValue(a.h.p, t, shape)
	if err != nil {
		return nil, err
	}
	a.h.keep()
	v.owner = &a.h
	return v, nil
}

// allocator returns the session's allocator for d and a share of it.
func (s *Session) allocator(d Device) (*allocator, error) {
	place, err := s.lib.place(d)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.allocators[d]; a != nil {
		if !a.h.take() {
			return nil, fmt.Errorf("ort: session: %w", ErrReleased)
		}
		return a, nil
	}
	a := &allocator{session: s}
	if err := s.lib.try(fnCreateAllocator, s.h.p, place, uintptr(unsafe.Pointer(&a.h.p))); err != nil {
		return nil, fmt.Errorf("ort: memory of %s: %w", d, err)
	}
	a.h.free = a.destroy
	a.h.take()
	s.h.keep()
	s.allocators[d] = a
	return a, nil
}
