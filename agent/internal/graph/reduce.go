package graph

import (
	"slices"

	"stepgym/agent/internal/onnx"
)

// reduce adds a reduction over axes, all if none are given.
func (v *V) reduce(op string, keep bool, axes []int) *V {
	over := make([]bool, len(v.shape))
	for _, a := range axes {
		over[v.axis(op, a)] = true
	}
	var shape []Dim
	var list []int
	for i, d := range v.shape {
		if !over[i] && len(axes) > 0 {
			shape = append(shape, d)
			continue
		}
		list = append(list, i)
		if keep {
			shape = append(shape, D(1))
		}
	}
	if len(list) == 0 {
		return v
	}
	ints := make([]int64, len(list))
	for i, a := range list {
		ints[i] = int64(a)
	}
	flag := int64(0)
	if keep {
		flag = 1
	}
	return v.g.node(op, []*V{v, v.g.Ints(ints...)}, []onnx.Attr{{Name: "keepdims", Value: flag}},
		Args{Axes: list, Keep: keep}, v.dtype, shape)
}

// Sum adds v up over the axes, all if none are given, and drops them.
func (v *V) Sum(axes ...int) *V { return v.reduce("ReduceSum", false, axes) }

// SumKeep is Sum with the axes kept as size 1.
func (v *V) SumKeep(axes ...int) *V { return v.reduce("ReduceSum", true, axes) }

// SumSquare adds up the squares over the axes, all if none are given.
func (v *V) SumSquare(axes ...int) *V { return v.reduce("ReduceSumSquare", false, axes) }

// Mean averages v over the axes, all if none are given, and drops them.
func (v *V) Mean(axes ...int) *V { return v.reduce("ReduceMean", false, axes) }

// MeanKeep is Mean with the axes kept as size 1.
func (v *V) MeanKeep(axes ...int) *V { return v.reduce("ReduceMean", true, axes) }

// Largest is the largest element over the axes, all if none are given, which
// are dropped. Equal largest elements share the gradient equally.
func (v *V) Largest(axes ...int) *V { return v.reduce("ReduceMax", false, axes) }

// LargestKeep is Largest with the axes kept as size 1.
func (v *V) LargestKeep(axes ...int) *V { return v.reduce("ReduceMax", true, axes) }

// Smallest is the smallest element over the axes; see Largest.
func (v *V) Smallest(axes ...int) *V { return v.reduce("ReduceMin", false, axes) }

// Softmax is the softmax over axis.
func (v *V) Softmax(axis int) *V {
	axis = v.axis("Softmax", axis)
	return v.g.node("Softmax", []*V{v}, axisAttr(axis), Args{Axes: []int{axis}}, v.dtype, v.shape)
}

// LogSoftmax is the logarithm of the softmax over axis.
func (v *V) LogSoftmax(axis int) *V {
	axis = v.axis("LogSoftmax", axis)
	return v.g.node("LogSoftmax", []*V{v}, axisAttr(axis), Args{Axes: []int{axis}}, v.dtype, v.shape)
}

// ArgMax is the int64 index of the largest element on axis, which is dropped;
// the first of several. It has no gradient.
func (v *V) ArgMax(axis int) *V {
	axis = v.axis("ArgMax", axis)
	attrs := append(axisAttr(axis), onnx.Attr{Name: "keepdims", Value: int64(0)})
	return v.g.node("ArgMax", []*V{v}, attrs, Args{Axes: []int{axis}}, I64,
		slices.Delete(slices.Clone(v.shape), axis, axis+1))
}

// SumTo adds v up so that it has the shape of x, from which it was broadcast.
func (v *V) SumTo(x *V) *V {
	lead := len(v.shape) - len(x.shape)
	if lead < 0 {
		fail("SumTo: %v has fewer axes than %v", v, x)
	}
	var front, ones []int
	for i, d := range v.shape {
		switch {
		case i < lead:
			front = append(front, i)
		case x.shape[i-lead].one() && !d.one():
			ones = append(ones, i)
		}
	}
	if len(ones) > 0 {
		v = v.SumKeep(ones...)
	}
	if len(front) > 0 {
		v = v.Sum(front...)
	}
	return v
}
