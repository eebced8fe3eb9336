package nn

import (
	"context"
	"fmt"
	"slices"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/ort"
	"stepgym/agent/internal/safetensors"
)

// buffers is one float32 tensor per parameter, in the order of declaration, on
// the runtime's device.
type buffers struct {
	rt     Runtime
	values []*ort.Value
	cpu    [][]float32  // views of the values; nil on another device
	holder *ort.Session // what device memory belongs to; nil on the CPU
}

func newBuffers(rt Runtime, p *Params) (b buffers, err error) {
	b.rt = rt
	defer func() {
		if err != nil {
			b.close()
		}
	}()
	if rt.Device != ort.CPU {
		if b.holder, err = deviceHolder(rt); err != nil {
			return b, err
		}
	}
	for _, q := range p.list {
		v, err := b.make(q.shape)
		if err != nil {
			return b, fmt.Errorf("nn: parameter %s: %w", q.name, err)
		}
		b.values = append(b.values, v)
		if rt.Device == ort.CPU {
			x, err := ort.Data[float32](v)
			if err != nil {
				return b, err
			}
			b.cpu = append(b.cpu, x)
		}
	}
	return b, nil
}

// deviceHolder makes a session whose allocator gives memory of the device.
func deviceHolder(rt Runtime) (*ort.Session, error) {
	g, err := graph.Build(func(g *graph.Graph) {
		g.Output("y", g.Input("x", graph.F32, graph.D(1)).Neg())
	})
	if err != nil {
		return nil, err
	}
	return rt.session(g)
}

// make allocates a tensor of zeros.
func (b *buffers) make(shape []int) (*ort.Value, error) {
	dims := make([]int64, len(shape))
	for i, d := range shape {
		dims[i] = int64(d)
	}
	if b.holder == nil {
		return b.rt.Lib.New(ort.Float32, dims...)
	}
	v, err := b.holder.NewOn(b.rt.Device, ort.Float32, dims...)
	if err != nil {
		return nil, err
	}
	zero, err := b.rt.Lib.New(ort.Float32, dims...)
	if err != nil {
		return nil, err
	}
	defer zero.Release()
	return v, ort.Copy(v, zero)
}

// get returns a copy of buffer i.
func (b *buffers) get(i int) ([]float32, error) {
	if b.cpu != nil {
		return slices.Clone(b.cpu[i]), nil
	}
	v, err := b.rt.Lib.New(ort.Float32, b.values[i].Shape()...)
	if err != nil {
		return nil, err
	}
	defer v.Release()
	if err := ort.Copy(v, b.values[i]); err != nil {
		return nil, err
	}
	x, err := ort.Data[float32](v)
	return slices.Clone(x), err
}

// set copies x into buffer i.
func (b *buffers) set(i int, x []float32) error {
	if b.cpu != nil {
		copy(b.cpu[i], x)
		return nil
	}
	v, err := ort.From(b.rt.Lib, x, b.values[i].Shape()...)
	if err != nil {
		return err
	}
	defer v.Release()
	return ort.Copy(b.values[i], v)
}

func (b *buffers) setAll(xs [][]float32) error {
	for i, x := range xs {
		if err := b.set(i, x); err != nil {
			return err
		}
	}
	return nil
}

func (b *buffers) copyFrom(from buffers) error {
	for i, v := range from.values {
		if err := ort.Copy(b.values[i], v); err != nil {
			return err
		}
	}
	return nil
}

// tensors returns the contents under the parameters' names after a prefix.
func (b *buffers) tensors(p *Params, prefix string) ([]safetensors.Tensor, error) {
	var out []safetensors.Tensor
	for i, q := range p.list {
		x, err := b.get(i)
		if err != nil {
			return nil, fmt.Errorf("nn: read %s%s: %w", prefix, q.name, err)
		}
		out = append(out, safetensors.Tensor{Name: prefix + q.name, Shape: b.values[i].Shape(), F32: x})
	}
	return out, nil
}

// match finds the parameters' elements in a file under their names after a
// prefix, and checks the shapes.
func match(f *safetensors.File, p *Params, prefix string) ([][]float32, error) {
	out := make([][]float32, len(p.list))
	for i, q := range p.list {
		t := f.Find(prefix + q.name)
		if t == nil || t.F32 == nil {
			return nil, fmt.Errorf("the float tensor %s%s is missing: the file is of another model", prefix, q.name)
		}
		same := len(t.Shape) == len(q.shape)
		for j := range t.Shape {
			same = same && t.Shape[j] == int64(q.shape[j])
		}
		if !same {
			return nil, fmt.Errorf("tensor %s%s has shape %v, the model wants %v", prefix, q.name, t.Shape, q.shape)
		}
		out[i] = t.F32
	}
	return out, nil
}

func (b *buffers) close() {
	for _, v := range b.values {
		v.Release()
	}
	b.holder.Release()
	b.values, b.cpu, b.holder = nil, nil, nil
}

// background is for copies and updates that must not stop half-way.
func background() context.Context { return context.Background() }
