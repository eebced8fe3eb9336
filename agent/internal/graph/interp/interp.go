// Package interp runs ONNX models in plain Go: slowly, in float64, one obvious
// loop an operator. It is the twin that the tests of the graph builder, the
// gradients and the real runtime are compared with, and needs no library.
//
// It knows the operators and attributes that package graph writes. Integers and
// booleans are kept as float64 too, which is exact up to 2^53.
package interp

import (
	"encoding/binary"
	"fmt"
	"math"

	"stepgym/agent/internal/onnx"
)

// Tensor is an array of any element type; X holds its elements row by row.
type Tensor struct {
	DType onnx.DType
	Shape []int
	X     []float64
}

// New returns a tensor of zeros.
func New(t onnx.DType, shape ...int) *Tensor {
	return &Tensor{t, shape, make([]float64, count(shape))}
}

// From returns a tensor with the elements x.
func From(t onnx.DType, x []float64, shape ...int) *Tensor {
	if len(x) != count(shape) {
		panic(fmt.Sprintf("interp: %d elements for shape %v", len(x), shape))
	}
	return &Tensor{t, shape, x}
}

func count(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

// Run runs a model on inputs by name and returns its outputs by name. It fails
// for an operator that it does not know, an input that is missing, and a shape
// that contradicts the model's; symbols must stand for one size throughout.
func Run(m *onnx.Model, in map[string]*Tensor) (out map[string]*Tensor, err error) {
	r := &run{values: map[string]*Tensor{}, symbols: map[string]int{}}
	for i := range m.Graph.Inits {
		t, err := decode(&m.Graph.Inits[i])
		if err != nil {
			return nil, err
		}
		r.values[m.Graph.Inits[i].Name] = t
	}
	for _, v := range m.Graph.Inputs {
		t := in[v.Name]
		if t == nil {
			return nil, fmt.Errorf("interp: input %s is missing", v.Name)
		}
		if err := r.check(v, t); err != nil {
			return nil, err
		}
		r.values[v.Name] = t
	}
	for i := range m.Graph.Nodes {
		if err := r.node(&m.Graph.Nodes[i]); err != nil {
			return nil, err
		}
	}
	out = map[string]*Tensor{}
	for _, v := range m.Graph.Outputs {
		t := r.values[v.Name]
		if t == nil {
			return nil, fmt.Errorf("interp: output %s is computed by no node", v.Name)
		}
		if err := r.check(v, t); err != nil {
			return nil, err
		}
		out[v.Name] = t
	}
	return out, nil
}

// run is the state of one Run.
type run struct {
	values  map[string]*Tensor
	symbols map[string]int
}

// check compares a tensor with what the model says of it. Only plain symbols
// are bound; sizes named by arithmetic are not recomputed.
func (r *run) check(v onnx.ValueInfo, t *Tensor) error {
	if t.DType != v.DType || len(t.Shape) != len(v.Shape) {
		return fmt.Errorf("interp: %s is %v %v, the model says %v of %d axes", v.Name, t.DType, t.Shape, v.DType, len(v.Shape))
	}
	for i, d := range v.Shape {
		want := int(d.Size)
		if d.Name != "" {
			known, ok := r.symbols[d.Name]
			if !ok {
				known = t.Shape[i]
				r.symbols[d.Name] = known
			}
			want = known
		}
		if t.Shape[i] != want {
			return fmt.Errorf("interp: axis %d of %s is %d, not %d (%s)", i, v.Name, t.Shape[i], want, d.Name)
		}
	}
	return nil
}

// node runs one node. A fault inside an operator, such as an index out of
// range, is an error that names it.
func (r *run) node(n *onnx.Node) (err error) {
	in := make([]*Tensor, len(n.In))
	for i, name := range n.In {
		if in[i] = r.values[name]; in[i] == nil {
			return fmt.Errorf("interp: %s: the value %q is not there yet", n.Op, name)
		}
	}
	defer func() {
		if p := recover(); p != nil {
			shapes := make([][]int, len(in))
			for i, t := range in {
				shapes[i] = t.Shape
			}
			err = fmt.Errorf("interp: %s %s of %v: %v", n.Name, n.Op, shapes, p)
		}
	}()
	out := apply(n, in)
	for i, name := range n.Out {
		r.values[name] = out[i]
	}
	return nil
}

// decode reads a constant.
func decode(t *onnx.Tensor) (*Tensor, error) {
	if t.External != nil {
		return nil, fmt.Errorf("interp: tensor %s lies in another file", t.Name)
	}
	shape := make([]int, len(t.Dims))
	for i, d := range t.Dims {
		shape[i] = int(d)
	}
	out := New(t.DType, shape...)
	size := t.DType.Size()
	if len(t.Raw) != size*len(out.X) {
		return nil, fmt.Errorf("interp: tensor %s has %d bytes for %d elements", t.Name, len(t.Raw), len(out.X))
	}
	for i := range out.X {
		b := t.Raw[i*size:]
		switch t.DType {
		case onnx.Float32:
			out.X[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
		case onnx.Float64:
			out.X[i] = math.Float64frombits(binary.LittleEndian.Uint64(b))
		case onnx.Int64:
			out.X[i] = float64(int64(binary.LittleEndian.Uint64(b)))
		case onnx.Int32:
			out.X[i] = float64(int32(binary.LittleEndian.Uint32(b)))
		case onnx.Bool:
			out.X[i] = float64(b[0])
		default:
			return nil, fmt.Errorf("interp: tensor %s has the type %v", t.Name, t.DType)
		}
	}
	return out, nil
}

// attrs finds a node's attributes.
func intAttr(n *onnx.Node, name string, otherwise int) int {
	for _, a := range n.Attrs {
		if a.Name == name {
			return int(a.Value.(int64))
		}
	}
	return otherwise
}
