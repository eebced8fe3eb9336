package nn

import (
	"errors"
	"fmt"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/safetensors"
)

// Runtime says with what, where and with how many threads models run. The
// library belongs to the caller and must outlive what is made with it.
type Runtime struct {
	Lib     *ort.Library
	Device  ort.Device // the CPU if zero
	Threads int        // of one operator; 0 for one a core
}

func (rt Runtime) options() ort.SessionOptions {
	return ort.SessionOptions{Device: rt.Device, Threads: rt.Threads, Sleep: true, Deterministic: true}
}

// check reports a Runtime without a library.
func (rt Runtime) check() error {
	if rt.Lib == nil {
		return errors.New("nn: no runtime library: load one with ort.Load")
	}
	return nil
}

// session makes a graph ready to run.
func (rt Runtime) session(g *graph.Graph) (*ort.Session, error) {
	model, err := g.Model(nil).Marshal()
	if err != nil {
		return nil, err
	}
	return rt.Lib.NewSession(model, rt.options())
}

// Weights are the values of a model's parameters on a device.
type Weights struct {
	rt     Runtime
	params *Params
	seed   uint64
	values buffers
}

// NewWeights makes weights and initialises them from the seed. The declaration
// must not change any more.
func NewWeights(rt Runtime, p *Params, seed uint64) (*Weights, error) {
	if err := errors.Join(rt.check(), p.Err()); err != nil {
		return nil, err
	}
	values, err := newBuffers(rt, p)
	if err != nil {
		return nil, err
	}
	w := &Weights{rt: rt, params: p, seed: seed, values: values}
	for i, q := range p.list {
		if err := w.values.set(i, q.values(seed)); err != nil {
			w.Close()
			return nil, fmt.Errorf("nn: initialise %s: %w", q.name, err)
		}
	}
	return w, nil
}

// Params is the declaration of the weights' names and shapes.
func (w *Weights) Params() *Params { return w.params }

// Runtime is what the weights were made with.
func (w *Weights) Runtime() Runtime { return w.rt }

// index returns the place of a parameter in the declaration.
func (w *Weights) index(name string) (int, error) {
	for i, q := range w.params.list {
		if q.name == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("nn: no parameter %q is declared", name)
}

// Get returns a copy of a parameter's elements, row by row.
func (w *Weights) Get(name string) ([]float32, error) {
	i, err := w.index(name)
	if err != nil {
		return nil, err
	}
	return w.values.get(i)
}

// Set replaces a parameter's elements.
func (w *Weights) Set(name string, x []float32) error {
	i, err := w.index(name)
	if err != nil {
		return err
	}
	if n := w.params.list[i].size(); len(x) != n {
		return fmt.Errorf("nn: parameter %s has %d elements, not %d", name, n, len(x))
	}
	return w.values.set(i, x)
}

// Clone returns a copy of the weights in buffers of its own.
func (w *Weights) Clone() (*Weights, error) {
	values, err := newBuffers(w.rt, w.params)
	if err != nil {
		return nil, err
	}
	c := &Weights{rt: w.rt, params: w.params, seed: w.seed, values: values}
	if err := c.CopyFrom(w); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// CopyFrom takes over the elements of weights that have the same declaration.
func (w *Weights) CopyFrom(from *Weights) error {
	if w.params != from.params {
		return errors.New("nn: the weights belong to different declarations")
	}
	return w.values.copyFrom(from.values)
}

// Save writes the weights to a safetensors file.
func (w *Weights) Save(path string) error {
	ts, err := w.values.tensors(w.params, "")
	if err != nil {
		return err
	}
	return safetensors.Write(path, &safetensors.File{Tensors: ts})
}

// Load reads what Save wrote. Names and shapes must be those of the
// declaration; on an error the weights are as before.
func (w *Weights) Load(path string) error {
	f, err := safetensors.Read(path)
	if err != nil {
		return err
	}
	xs, err := match(f, w.params, "")
	if err == nil && len(f.Tensors) != len(w.params.list) {
		err = fmt.Errorf("%d tensors, the model has %d parameters", len(f.Tensors), len(w.params.list))
	}
	if err != nil {
		return fmt.Errorf("nn: load weights %s: %w", path, err)
	}
	return w.values.setAll(xs)
}

// Close frees the weights. Sessions over them must not run afterwards.
func (w *Weights) Close() { w.values.close() }
