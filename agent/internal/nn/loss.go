package nn

import (
	"context"
	"fmt"

	"stepgym/agent/internal/grad"
	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/ort"
)

// LossName is the output that holds a loss function's value.
const LossName = "loss"

// gradPrefix and a parameter's name is the output with its gradient.
const gradPrefix = "grad."

// Loss computes a scalar, its statistics, and its gradients, which it adds to
// an Optimizer's.
type Loss struct {
	opt    *Optimizer
	b      *bound
	params []int        // places of the parameters that have a gradient
	tied   []*ort.Value // the buffer that each gradient goes to
	own    buffers      // of gradients; without any they go to the optimizer's
}

// NewLoss makes a session of the loss that f builds and returns, a float32
// scalar, and of its gradients with respect to the parameters that it uses.
// What f names as outputs can be read after each run.
func NewLoss(o *Optimizer, f func(b *Build) *graph.V) (*Loss, error) { return newLoss(o, o.w, f) }

// newLoss makes a session as the runtime of w says, which has the buffers of
// the optimizer's weights.
func newLoss(o *Optimizer, w *Weights, f func(b *Build) *graph.V) (*Loss, error) {
	l := &Loss{opt: o}
	var read []string
	g, err := graph.Build(func(g *graph.Graph) {
		b := newBuild(w.rt, g, w.params)
		loss := f(b)
		if loss == nil {
			graph.Fail("nn: the loss function returned nil")
		}
		g.Output(LossName, loss)
		read = outputNames(g)
		params := g.Params()
		for i, d := range grad.Of(loss, params...) {
			if d == nil {
				continue
			}
			g.Output(gradPrefix+params[i].Name(), d)
			at, err := w.index(params[i].Name())
			if err != nil {
				graph.Fail("%v", err)
			}
			l.params = append(l.params, at)
		}
	})
	if err != nil {
		return nil, err
	}
	if l.b, err = newBound(w, g, read); err != nil {
		return nil, err
	}
	l.tied = make([]*ort.Value, len(l.params))
	return l, nil
}

// Run computes the loss and adds its gradients to the optimizer's. The outputs
// are the loss under the name LossName and what the function named; they are
// valid until the next Run. After an error the optimizer's gradients are as
// they were.
func (l *Loss) Run(ctx context.Context, f *Feeds) (*Outputs, error) {
	out, err := l.compute(ctx, f)
	if err != nil {
		return nil, err
	}
	if err := l.opt.add(l.params); err != nil {
		return nil, fmt.Errorf("nn: add gradients: %w", err)
	}
	return out, nil
}

// compute runs the session; its gradients lie where tied says.
func (l *Loss) compute(ctx context.Context, f *Feeds) (*Outputs, error) {
	for i, p := range l.params {
		v, err := l.target(p)
		if err != nil {
			return nil, err
		}
		if l.tied[i] == v {
			continue
		}
		if err := l.b.binding.Output(gradPrefix+l.opt.w.params.list[p].name, v); err != nil {
			return nil, err
		}
		l.tied[i] = v
	}
	return l.b.run(ctx, f)
}

// target returns the buffer that the next gradient of parameter p goes to.
func (l *Loss) target(p int) (*ort.Value, error) {
	if l.own.values != nil {
		return l.own.values[p], nil
	}
	return l.opt.target(p)
}

// Close frees the session.
func (l *Loss) Close() {
	l.b.close()
	l.own.close()
}
