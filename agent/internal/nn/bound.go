package nn

import (
	"context"
	"fmt"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/ort"
)

// bound is a session whose weights stay tied to their buffers from run to run.
type bound struct {
	session *ort.Session
	binding *ort.Binding
	feeds   []string              // inputs that runs are fed
	last    map[string]*ort.Value // what each of them is tied to
	out     Outputs
}

// newBound makes a session of the graph. The inputs that are parameters of w
// are tied to w's buffers; the outputs named are allocated by each run, on the
// CPU, and the others are left to the caller.
func newBound(w *Weights, g *graph.Graph, outputs []string) (_ *bound, err error) {
	b := &bound{last: map[string]*ort.Value{}, out: Outputs{names: outputs}}
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if b.session, err = w.rt.session(g); err != nil {
		return nil, err
	}
	if b.binding, err = b.session.NewBinding(); err != nil {
		return nil, err
	}
	params := map[*graph.V]bool{}
	for _, v := range g.Params() {
		params[v] = true
	}
	for _, v := range g.Inputs() {
		if !params[v] {
			b.feeds = append(b.feeds, v.Name())
			continue
		}
		i, err := w.index(v.Name())
		if err != nil {
			return nil, err
		}
		if err := b.binding.Input(v.Name(), w.values.values[i]); err != nil {
			return nil, err
		}
	}
	for _, name := range outputs {
		if err := b.binding.OutputTo(name, ort.CPU); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// run ties the feeds that have changed, runs, and collects the outputs.
func (b *bound) run(ctx context.Context, f *Feeds) (*Outputs, error) {
	b.out.release()
	if f.err != nil {
		return nil, f.err
	}
	for _, name := range b.feeds {
		v := f.find(name)
		if v == nil {
			return nil, fmt.Errorf("nn: run: the input %s was not fed", name)
		}
		if b.last[name] == v && b.session.Device() == ort.CPU {
			continue // the session reads the tensor where it is
		}
		if err := b.binding.Input(name, v); err != nil {
			return nil, err
		}
		b.last[name] = v
	}
	if err := b.binding.Run(ctx); err != nil {
		return nil, fmt.Errorf("nn: run: %w", err)
	}
	values, err := b.binding.Outputs()
	if err != nil {
		return nil, err
	}
	n := len(b.out.names)
	for _, v := range values[n:] {
		v.Release()
	}
	b.out.values = values[:n:n]
	return &b.out, nil
}

func (b *bound) close() {
	if b == nil {
		return
	}
	b.out.release()
	b.binding.Release()
	b.session.Release()
}
