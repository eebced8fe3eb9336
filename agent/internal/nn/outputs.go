package nn

import (
	"fmt"
	"slices"

	"stepgym/agent/internal/ort"
)

// Outputs are the results of one run, on the CPU. They belong to the session
// that made them and are valid until its next Run or Close.
type Outputs struct {
	names  []string
	values []*ort.Value
}

// find returns an output; the error lists the names that there are.
func (o *Outputs) find(name string) (*ort.Value, error) {
	i := slices.Index(o.names, name)
	if i < 0 || i >= len(o.values) {
		return nil, fmt.Errorf("nn: no output %q, there are %q", name, o.names)
	}
	return o.values[i], nil
}

// F32 returns a float32 output's elements, row by row; nil if there is no such
// output. It is the output's own memory.
func (o *Outputs) F32(name string) []float32 { return view[float32](o, name) }

// I64 returns an int64 output's elements; see F32.
func (o *Outputs) I64(name string) []int64 { return view[int64](o, name) }

func view[T ort.Element](o *Outputs, name string) []T {
	v, err := o.find(name)
	if err != nil {
		return nil
	}
	x, err := ort.Data[T](v)
	if err != nil {
		return nil
	}
	return x
}

// Scalar returns the one element of a float32 output; 0 if there is no such
// output.
func (o *Outputs) Scalar(name string) float64 {
	if x := o.F32(name); len(x) > 0 {
		return float64(x[0])
	}
	return 0
}

// Shape returns an output's dimensions; nil if there is no such output.
func (o *Outputs) Shape(name string) []int {
	v, err := o.find(name)
	if err != nil {
		return nil
	}
	out := make([]int, 0, 4)
	for _, d := range v.Shape() {
		out = append(out, int(d))
	}
	return out
}

func (o *Outputs) release() {
	for _, v := range o.values {
		v.Release()
	}
	o.values = nil
}
