package nn

import (
	"fmt"

	"stepgym/agent/internal/optim"
	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/safetensors"
)

// Optimizer holds the gradients of weights and AdamW's state, and applies them.
//
// On the CPU the update is a Go kernel over the buffers. On a device it is a
// graph whose outputs are bound to the buffers of its inputs, in place (see
// optim.Graph for why that is right, and what the runtime does not promise).
type Optimizer struct {
	w           *Weights
	cfg         optim.Config
	kernel      *optim.AdamW // nil where the update is a graph
	device      *deviceUpdate
	grad        buffers // sums of gradients
	more        buffers // the newest gradients, before they are added; made late
	mean, mean2 buffers
	have        []bool // parameters with a gradient since the last Step
	step        int64
}

// NewOptimizer makes an optimizer with its state at zero.
func NewOptimizer(w *Weights, c optim.Config) (*Optimizer, error) {
	return newOptimizer(w, c, w.rt.Device != ort.CPU)
}

// newOptimizer can also run the update as a graph on the CPU, for tests.
func newOptimizer(w *Weights, c optim.Config, asGraph bool) (_ *Optimizer, err error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	o := &Optimizer{w: w, cfg: c, have: make([]bool, len(w.params.list))}
	defer func() {
		if err != nil {
			o.Close()
		}
	}()
	if asGraph {
		o.device = newDeviceUpdate(o)
	} else if o.kernel, err = optim.New(c, w.rt.Threads); err != nil {
		return nil, err
	}
	for _, b := range []*buffers{&o.grad, &o.mean, &o.mean2} {
		if *b, err = newBuffers(w.rt, w.params); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// Updates is the number of Steps made.
func (o *Optimizer) Updates() int { return int(o.step) }

// target returns the buffer that the next gradient of parameter p goes to.
func (o *Optimizer) target(p int) (*ort.Value, error) {
	if !o.have[p] {
		return o.grad.values[p], nil
	}
	if o.more.values == nil {
		var err error
		if o.more, err = newBuffers(o.w.rt, o.w.params); err != nil {
			return nil, err
		}
	}
	return o.more.values[p], nil
}

// add takes note of new gradients of the parameters.
func (o *Optimizer) add(params []int) error {
	var again []int
	for _, p := range params {
		if o.have[p] {
			again = append(again, p)
		}
		o.have[p] = true
	}
	if len(again) == 0 {
		return nil
	}
	if o.device != nil {
		return o.device.add(again)
	}
	for _, p := range again {
		sum, x := o.grad.cpu[p], o.more.cpu[p]
		for i := range sum {
			sum[i] += x[i]
		}
	}
	return nil
}

// Step applies the gradients with learning rate lr, clears them, and returns
// their norm before clipping. Parameters that no Run gave a gradient stay as
// they are. If the norm is not finite nothing changes but that the gradients
// are cleared, and the error wraps optim.ErrNotFinite.
func (o *Optimizer) Step(lr float64) (norm float64, err error) {
	var params []int
	for p, ok := range o.have {
		if ok {
			params = append(params, p)
		}
	}
	if len(params) == 0 {
		return 0, fmt.Errorf("nn: step: no gradients: run a loss first")
	}
	defer clear(o.have)
	if o.device != nil {
		norm, err = o.device.step(params, o.step+1, lr)
	} else {
		ts := make([]optim.Tensor, len(params))
		for i, p := range params {
			ts[i] = optim.Tensor{W: o.w.values.cpu[p], G: o.grad.cpu[p], M: o.mean.cpu[p], V: o.mean2.cpu[p], NoDecay: o.w.params.list[p].noDecay}
		}
		norm, err = o.kernel.Step(int(o.step+1), lr, ts)
	}
	if err == nil {
		o.step++
	}
	return norm, err
}

// Drop forgets the gradients since the last Step.
func (o *Optimizer) Drop() { clear(o.have) }

// Grad returns a copy of a parameter's gradient so far, nil if it has none.
func (o *Optimizer) Grad(name string) ([]float32, error) {
	p, err := o.w.index(name)
	if err != nil || !o.have[p] {
		return nil, err
	}
	return o.grad.get(p)
}

// Names of an optimizer's tensors in a file.
const (
	meanPrefix  = "adam.mean."
	mean2Prefix = "adam.square."
	stepName    = "adam.step"
)

// Save writes the state to a safetensors file. Gradients are not part of it.
func (o *Optimizer) Save(path string) error {
	ts := []safetensors.Tensor{{Name: stepName, I64: []int64{o.step}}}
	for _, part := range []struct {
		b      *buffers
		prefix string
	}{{&o.mean, meanPrefix}, {&o.mean2, mean2Prefix}} {
		more, err := part.b.tensors(o.w.params, part.prefix)
		if err != nil {
			return err
		}
		ts = append(ts, more...)
	}
	return safetensors.Write(path, &safetensors.File{Tensors: ts})
}

// Load reads what Save wrote and drops gradients. On an error the state is as
// before.
func (o *Optimizer) Load(path string) error {
	f, err := safetensors.Read(path)
	if err != nil {
		return err
	}
	fail := func(err error) error { return fmt.Errorf("nn: load optimizer %s: %w", path, err) }
	step := f.Find(stepName)
	if step == nil || len(step.I64) != 1 || step.I64[0] < 0 {
		return fail(fmt.Errorf("the tensor %s is missing: this is not an optimizer's file", stepName))
	}
	mean, err := match(f, o.w.params, meanPrefix)
	if err != nil {
		return fail(err)
	}
	mean2, err := match(f, o.w.params, mean2Prefix)
	if err != nil {
		return fail(err)
	}
	if err := o.mean.setAll(mean); err != nil {
		return fail(err)
	}
	if err := o.mean2.setAll(mean2); err != nil {
		return fail(err)
	}
	o.step = step.I64[0]
	clear(o.have)
	return nil
}

// Close frees gradients and state. Losses over the optimizer must not run
// afterwards.
func (o *Optimizer) Close() {
	if o.device != nil {
		o.device.close()
	}
	for _, b := range []*buffers{&o.grad, &o.more, &o.mean, &o.mean2} {
		b.close()
	}
}
