package ort

import (
	"context"
	"fmt"
	"unsafe"
)

// stopper ends a run whose context ends. The runtime looks at its flag between
// operators, so a run stops after the operator that it is in.
type stopper struct {
	lib     *Library
	options uintptr // OrtRunOptions
}

func (s *stopper) open(l *Library) error {
	s.lib = l
	return l.try(fnCreateRunOptions, uintptr(unsafe.Pointer(&s.options)))
}

func (s *stopper) close() { s.lib.call(fnReleaseRunOptions, s.options) }

// watch starts to watch ctx; the function returned ends it. A context that
// cannot end costs nothing.
func (s *stopper) watch(ctx context.Context) (end func()) {
	if ctx.Done() == nil {
		return nil
	}
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		s.lib.call(fnRunOptionsSetTerminate, s.options)
		close(stopped)
	})
	return func() {
		if !stop() {
			<-stopped
			s.lib.call(fnRunOptionsUnsetTerminate, s.options)
		}
	}
}

// outcome puts the context's end before the runtime's complaint about it.
func outcome(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("ort: run: %w", context.Cause(ctx))
	}
	return fmt.Errorf("ort: run: %w", err)
}
