package nn

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/ort"
)

// Split computes a loss in parts at the same time: a session of one thread for
// each part of a batch, with one set of weights. The loss must be a sum over
// what is fed, so that the sum over the parts is the whole.
//
// It is there because one session with several threads gains little on small
// operators, and because the runtime's scattered addition, the gradient of
// every gather, is right with one thread only (see graph.V.ScatterAddND).
type Split struct {
	opt    *Optimizer
	losses []*Loss // all but the first with gradients of their own
}

// NewSplit makes a loss for n parts, one for each thread of the weights'
// runtime at most. With one part, as on any device but the CPU, it is NewLoss.
func NewSplit(o *Optimizer, n int, f func(b *Build) *graph.V) (s *Split, err error) {
	if o.w.rt.Device != ort.CPU || n < 1 {
		n = 1
	}
	s = &Split{opt: o}
	defer func() {
		if err != nil {
			s.Close()
			s = nil
		}
	}()
	w := *o.w // the same buffers
	if n > 1 {
		w.rt.Threads = 1
	}
	for i := range n {
		l, err := newLoss(o, &w, f)
		if err != nil {
			return s, err
		}
		s.losses = append(s.losses, l)
		if i == 0 {
			continue
		}
		if l.own, err = newBuffers(w.rt, w.params); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Parts is the number of parts that can run at the same time.
func (s *Split) Parts() int { return len(s.losses) }

// Run computes n parts, from 1 to Parts. fill returns the feeds of part i, each
// part its own; it is called from n goroutines, which have ended when Run
// returns. The gradients of the parts are added to the optimizer's in their
// order, so equal parts give equal bits. The outputs are those of Loss.Run, by
// part. After an error the optimizer's gradients are as they were.
func (s *Split) Run(ctx context.Context, n int, fill func(i int) (*Feeds, error)) ([]*Outputs, error) {
	if n < 1 || n > len(s.losses) {
		return nil, fmt.Errorf("nn: run %d parts: there are sessions for 1 to %d", n, len(s.losses))
	}
	outs, errs := make([]*Outputs, n), make([]error, n)
	part := func(i int) {
		f, err := fill(i)
		if err == nil {
			outs[i], err = s.losses[i].compute(ctx, f)
		}
		errs[i] = err
	}
	var wg sync.WaitGroup
	for i := 1; i < n; i++ {
		wg.Go(func() { part(i) })
	}
	part(0)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	if err := s.opt.add(s.losses[0].params); err != nil {
		return nil, fmt.Errorf("nn: add gradients: %w", err)
	}
	for _, l := range s.losses[1:n] {
		for _, p := range l.params {
			sum, x := s.opt.grad.cpu[p], l.own.cpu[p]
			for i := range sum {
				sum[i] += x[i]
			}
		}
	}
	return outs, nil
}

// Close frees the sessions.
func (s *Split) Close() {
	for _, l := range s.losses {
		l.Close()
	}
}
