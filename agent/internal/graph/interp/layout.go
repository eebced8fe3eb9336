package interp

import (
	"math"

	"stepgym/agent/internal/onnx"
)

// layoutOps returns the operators that move elements or make shapes.
func layoutOps(op string) func(n *onnx.Node, in []*Tensor) *Tensor {
	switch op {
	case "Shape":
		return shapeOf
	case "ConstantOfShape":
		return constantOfShape
	case "Reshape":
		return reshape
	case "Expand":
		return func(_ *onnx.Node, in []*Tensor) *Tensor {
			return zip(in[0], New(in[0].DType, in[1].ints()...), func(x, _ float64) float64 { return x })
		}
	case "Unsqueeze":
		return func(_ *onnx.Node, in []*Tensor) *Tensor {
			a := in[1].ints()[0]
			shape := append([]int{}, in[0].Shape[:a]...)
			return &Tensor{in[0].DType, append(append(shape, 1), in[0].Shape[a:]...), in[0].X}
		}
	case "Squeeze":
		return func(_ *onnx.Node, in []*Tensor) *Tensor {
			a := in[1].ints()[0]
			if in[0].Shape[a] != 1 {
				panic("the axis is not 1")
			}
			shape := append([]int{}, in[0].Shape[:a]...)
			return &Tensor{in[0].DType, append(shape, in[0].Shape[a+1:]...), in[0].X}
		}
	case "Transpose":
		return func(n *onnx.Node, in []*Tensor) *Tensor {
			var perm []int
			for _, p := range n.Attrs[0].Value.([]int64) {
				perm = append(perm, int(p))
			}
			return transpose(in[0], perm)
		}
	case "Concat":
		return concat
	case "Slice":
		return slice
	case "Pad":
		return pad
	}
	return nil
}

func shapeOf(n *onnx.Node, in []*Tensor) *Tensor {
	s := in[0].Shape[intAttr(n, "start", 0):intAttr(n, "end", len(in[0].Shape))]
	out := New(onnx.Int64, len(s))
	for i, d := range s {
		out.X[i] = float64(d)
	}
	return out
}

func constantOfShape(n *onnx.Node, in []*Tensor) *Tensor {
	t := n.Attrs[0].Value.(onnx.Tensor)
	value, err := decode(&t)
	if err != nil {
		panic(err)
	}
	return mapped(New(value.DType, in[0].ints()...), func(float64) float64 { return value.X[0] })
}

func reshape(n *onnx.Node, in []*Tensor) *Tensor {
	shape := in[1].ints()
	open := -1
	for i, d := range shape {
		if d == 0 && intAttr(n, "allowzero", 0) == 0 {
			shape[i] = in[0].Shape[i]
		}
		if d == -1 {
			shape[i], open = 1, i
		}
	}
	if open >= 0 {
		shape[open] = len(in[0].X) / count(shape)
	}
	return From(in[0].DType, in[0].X, shape...)
}

func transpose(a *Tensor, perm []int) *Tensor {
	shape := make([]int, len(perm))
	for i, p := range perm {
		shape[i] = a.Shape[p]
	}
	out := New(a.DType, shape...)
	from := make([]int, len(perm))
	each(shape, func(i int, at []int) {
		for j, p := range perm {
			from[p] = at[j]
		}
		out.X[i] = a.X[flat(a.Shape, from)]
	})
	return out
}

func concat(n *onnx.Node, in []*Tensor) *Tensor {
	axis := intAttr(n, "axis", 0)
	shape := append([]int{}, in[0].Shape...)
	shape[axis] = 0
	for _, t := range in {
		shape[axis] += t.Shape[axis]
	}
	out := New(in[0].DType, shape...)
	from := 0
	for _, t := range in {
		each(t.Shape, func(i int, at []int) {
			to := append([]int{}, at...)
			to[axis] += from
			out.X[flat(shape, to)] = t.X[i]
		})
		from += t.Shape[axis]
	}
	return out
}

// part returns size elements of axis from the given one on.
func part(a *Tensor, axis, from, size int) *Tensor {
	shape := append([]int{}, a.Shape...)
	shape[axis] = size
	out := New(a.DType, shape...)
	each(shape, func(i int, at []int) {
		src := append([]int{}, at...)
		src[axis] += from
		out.X[i] = a.X[flat(a.Shape, src)]
	})
	return out
}

func split(n *onnx.Node, in []*Tensor) []*Tensor {
	axis, from := intAttr(n, "axis", 0), 0
	var out []*Tensor
	for _, size := range in[1].ints() {
		out = append(out, part(in[0], axis, from, size))
		from += size
	}
	return out
}

func slice(_ *onnx.Node, in []*Tensor) *Tensor {
	axis := in[3].ints()[0]
	d := in[0].Shape[axis]
	from, to := in[1].ints()[0], d
	if x := in[2].X[0]; x < math.MaxInt32 {
		to = int(x)
	}
	if to < 0 {
		to += d
	}
	if from < 0 || to > d || from > to {
		panic("the slice is outside the axis")
	}
	return part(in[0], axis, from, to-from)
}

func pad(_ *onnx.Node, in []*Tensor) *Tensor {
	a, pads := in[0], in[1].ints()
	shape := make([]int, len(a.Shape))
	for i, d := range a.Shape {
		shape[i] = pads[i] + d + pads[len(shape)+i]
	}
	out := mapped(New(a.DType, shape...), func(float64) float64 { return in[2].X[0] })
	each(a.Shape, func(i int, at []int) {
		to := append([]int{}, at...)
		for j := range to {
			to[j] += pads[j]
		}
		out.X[flat(shape, to)] = a.X[i]
	})
	return out
}
