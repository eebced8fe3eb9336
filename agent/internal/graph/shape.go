package graph

import (
	"slices"

	"stepgym/agent/internal/onnx"
)

func axisAttr(axis int) []onnx.Attr { return []onnx.Attr{{Name: "axis", Value: int64(axis)}} }

// Reshape lays v's elements out in another shape of as many elements. Symbols
// of the new shape must be dimensions of inputs, unless only one is new.
func (v *V) Reshape(shape ...Dim) *V {
	if slices.Equal(shape, v.shape) {
		return v
	}
	if Count(shape...) != Count(v.shape...) {
		fail("Reshape: %v has %v elements, %s has %v", v, Count(v.shape...), shapeString(shape), Count(shape...))
	}
	target, inferred := make([]int64, len(shape)), 0
	for i, d := range shape {
		switch {
		case d.expr == "":
			target[i] = d.n
		case i < len(v.shape) && v.shape[i] == d:
			target[i] = 0 // copies the input's
		default:
			target[i] = -1
			inferred++
		}
	}
	var attrs []onnx.Attr
	to := (*V)(nil)
	if inferred <= 1 && !slices.Contains(shape, D(0)) {
		to = v.g.Ints(target...)
	} else {
		to = v.g.ShapeOf(shape...)
		attrs = []onnx.Attr{{Name: "allowzero", Value: int64(1)}}
	}
	return v.g.node("Reshape", []*V{v, to}, attrs, Args{}, v.dtype, shape)
}

// Rows merges all axes but the last: the value as a matrix [N, K].
func (v *V) Rows() *V {
	if len(v.shape) == 2 {
		return v
	}
	last := v.axis("Rows", -1)
	return v.Reshape(Count(v.shape[:last]...), v.shape[last])
}

// Expand broadcasts v to the given shape.
func (v *V) Expand(shape ...Dim) *V {
	target := &V{g: v.g, name: "target", dtype: v.dtype, shape: shape}
	got := broadcast("Expand", v, target)
	if !slices.Equal(got, shape) {
		fail("Expand: %v does not broadcast to %s", v, shapeString(shape))
	}
	if slices.Equal(v.shape, shape) {
		return v
	}
	return v.g.node("Expand", []*V{v, v.g.ShapeOf(shape...)}, nil, Args{}, v.dtype, shape)
}

// Unsqueeze adds an axis of size 1 at position axis of the result.
func (v *V) Unsqueeze(axis int) *V {
	if axis < 0 {
		axis += len(v.shape) + 1
	}
	if axis < 0 || axis > len(v.shape) {
		fail("Unsqueeze: no place %d in %v", axis, v)
	}
	return v.g.node("Unsqueeze", []*V{v, v.g.Ints(int64(axis))}, nil, Args{Axes: []int{axis}}, v.dtype,
		slices.Insert(slices.Clone(v.shape), axis, D(1)))
}

// Squeeze removes an axis of size 1.
func (v *V) Squeeze(axis int) *V {
	axis = v.axis("Squeeze", axis)
	if !v.shape[axis].one() {
		fail("Squeeze: axis %d of %v is not 1", axis, v)
	}
	return v.g.node("Squeeze", []*V{v, v.g.Ints(int64(axis))}, nil, Args{Axes: []int{axis}}, v.dtype,
		slices.Delete(slices.Clone(v.shape), axis, axis+1))
}

// Transpose reorders the axes: axis i of the result is axis perm[i] of v.
func (v *V) Transpose(perm ...int) *V {
	shape := make([]Dim, len(perm))
	attr := make([]int64, len(perm))
	seen := make([]bool, len(v.shape))
	if len(perm) != len(v.shape) {
		fail("Transpose: %v has %d axes, the permutation %v has %d", v, len(v.shape), perm, len(perm))
	}
	for i, p := range perm {
		if p < 0 || p >= len(seen) || seen[p] {
			fail("Transpose: %v is not a permutation", perm)
		}
		seen[p] = true
		shape[i], attr[i] = v.shape[p], int64(p)
	}
	return v.g.node("Transpose", []*V{v}, []onnx.Attr{{Name: "perm", Value: attr}}, Args{Perm: perm}, v.dtype, shape)
}

// T swaps the last two axes.
func (v *V) T() *V {
	n := len(v.shape)
	if n < 2 {
		fail("T: %v has no two axes", v)
	}
	perm := make([]int, n)
	for i := range perm {
		perm[i] = i
	}
	perm[n-1], perm[n-2] = n-2, n-1
	return v.Transpose(perm...)
}

// Concat joins values along axis; their other dimensions must be equal.
func Concat(axis int, vs ...*V) *V {
	if len(vs) == 0 {
		fail("Concat: no values")
	}
	if len(vs) == 1 {
		return vs[0]
	}
	axis = vs[0].axis("Concat", axis)
	shape := slices.Clone(vs[0].shape)
	for _, v := range vs[1:] {
		if len(v.shape) != len(shape) || v.dtype != vs[0].dtype {
			fail("Concat: %v and %v differ in rank or type", vs[0], v)
		}
		for i, d := range v.shape {
			if i == axis {
				shape[i] = shape[i].Plus(d)
			} else if shape[i] != d {
				fail("Concat: %v and %v differ on axis %d", vs[0], v, i)
			}
		}
	}
	return vs[0].g.node("Concat", vs, axisAttr(axis), Args{Axes: []int{axis}}, vs[0].dtype, shape)
}

// Split cuts v along axis into parts of the given sizes, which must add up.
func (v *V) Split(axis int, sizes ...int) []*V {
	axis = v.axis("Split", axis)
	n := &Node{Op: "Split", Attrs: axisAttr(axis), Args: Args{Axes: []int{axis}}}
	sum, ints := 0, make([]int64, len(sizes))
	for i, s := range sizes {
		sum += s
		ints[i] = int64(s)
		shape := slices.Clone(v.shape)
		shape[axis] = D(s)
		n.Out = append(n.Out, &V{g: v.g, name: v.g.fresh("Split"), dtype: v.dtype, shape: shape, node: n})
	}
	if v.shape[axis] != D(sum) {
		fail("Split: the sizes %v do not add up to axis %d of %v", sizes, axis, v)
	}
	n.In = []*V{v, v.g.Ints(ints...)}
	v.g.nodes = append(v.g.nodes, n)
	return n.Out
}

// Slice keeps elements from..to (to excluded) of axis. A negative to counts
// from the end; so does to == 0, which means up to the end.
func (v *V) Slice(axis, from, to int) *V {
	axis = v.axis("Slice", axis)
	end := D(to)
	if to <= 0 {
		end = v.shape[axis].Plus(D(to))
	}
	return v.SliceDim(axis, D(from), end)
}

// SliceDim keeps elements from..to (to excluded) of axis. A run in which they
// reach past the end is wrong in ways that the builder cannot see.
func (v *V) SliceDim(axis int, from, to Dim) *V {
	axis = v.axis("Slice", axis)
	shape := slices.Clone(v.shape)
	shape[axis] = to.Minus(from)
	size, ok := v.shape[axis].Static()
	a, okA := from.Static()
	b, okB := to.Static()
	if okA && a < 0 || okA && okB && a > b || ok && okB && b > size {
		fail("Slice: no elements %v to %v on axis %d of %v", from, to, axis, v)
	}
	if from == D(0) && to == v.shape[axis] {
		return v
	}
	end := v.g.Size
	stop := to
	if d := to.Minus(v.shape[axis]); d.expr == "" && to.expr != "" && d.n <= 0 {
		stop = d // counted from the end, a constant
		if d.n == 0 {
			stop = Dim{n: 1<<63 - 1}
		}
	}
	if stop == (Dim{n: 1<<63 - 1}) {
		end = func(Dim) *V { return v.g.maxInt() }
	}
	return v.g.node("Slice", []*V{v, v.g.Size(from), end(stop), v.g.Ints(int64(axis))}, nil,
		Args{Axes: []int{axis}, From: from}, v.dtype, shape)
}

// maxInt is the int64 vector [max], which as a slice's end means to the end.
func (g *Graph) maxInt() *V {
	const key = "max"
	if v := g.consts[key]; v != nil {
		return v
	}
	v := &V{g: g, name: g.fresh("const"), dtype: I64, shape: []Dim{D(1)}}
	g.consts[key] = v
	g.inits = append(g.inits, &constant{v, []byte{255, 255, 255, 255, 255, 255, 255, 127}})
	return v
}

// Pad puts before elements in front of axis and after elements behind, all x.
func (v *V) Pad(axis int, before, after Dim, x float64) *V {
	axis = v.axis("Pad", axis)
	shape := slices.Clone(v.shape)
	shape[axis] = before.Plus(shape[axis]).Plus(after)
	pads := make([]Dim, 2*len(shape))
	pads[axis], pads[len(shape)+axis] = before, after
	return v.g.node("Pad", []*V{v, v.g.ShapeOf(pads...), v.lit(x)}, nil,
		Args{Axes: []int{axis}, From: before}, v.dtype, shape)
}
