package interp

import (
	"fmt"
	"math"

	"stepgym/agent/internal/onnx"
)

// apply runs an operator. It panics on what is wrong with the inputs.
func apply(n *onnx.Node, in []*Tensor) []*Tensor {
	if n.Op == "Split" {
		return split(n, in)
	}
	if f := unaryOps(n.Op); f != nil {
		return one(mapped(in[0], f))
	}
	if f := binaryOps(n.Op); f != nil {
		out := in[0]
		for _, b := range in[1:] {
			out = zip(out, b, f)
		}
		switch n.Op {
		case "Less", "LessOrEqual", "Greater", "Equal":
			out.DType = onnx.Bool
		}
		return one(out)
	}
	if f := layoutOps(n.Op); f != nil {
		return one(f(n, in))
	}
	if f := otherOps(n.Op); f != nil {
		return one(f(n, in))
	}
	panic(fmt.Sprintf("unknown operator %s", n.Op))
}

func one(t *Tensor) []*Tensor { return []*Tensor{t} }

func unaryOps(op string) func(x float64) float64 {
	switch op {
	case "Neg":
		return func(x float64) float64 { return -x }
	case "Abs":
		return math.Abs
	case "Exp":
		return math.Exp
	case "Log":
		return math.Log
	case "Sqrt":
		return math.Sqrt
	case "Reciprocal":
		return func(x float64) float64 { return 1 / x }
	case "Tanh":
		return math.Tanh
	case "Sigmoid":
		return func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
	case "Relu":
		return func(x float64) float64 { return max(x, 0) }
	case "Identity":
		return func(x float64) float64 { return x }
	case "Not":
		return func(x float64) float64 { return 1 - x }
	}
	return nil
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func binaryOps(op string) func(x, y float64) float64 {
	switch op {
	case "Add", "Sum":
		return func(x, y float64) float64 { return x + y }
	case "Sub":
		return func(x, y float64) float64 { return x - y }
	case "Mul", "And":
		return func(x, y float64) float64 { return x * y }
	case "Div":
		return func(x, y float64) float64 { return x / y }
	case "Min":
		return func(x, y float64) float64 { return min(x, y) }
	case "Max", "Or":
		return func(x, y float64) float64 { return max(x, y) }
	case "Pow":
		return math.Pow
	case "Less":
		return func(x, y float64) float64 { return truth(x < y) }
	case "LessOrEqual":
		return func(x, y float64) float64 { return truth(x <= y) }
	case "Greater":
		return func(x, y float64) float64 { return truth(x > y) }
	case "Equal":
		return func(x, y float64) float64 { return truth(x == y) }
	}
	return nil
}

func mapped(a *Tensor, f func(float64) float64) *Tensor {
	out := New(a.DType, a.Shape...)
	for i, x := range a.X {
		out.X[i] = f(x)
	}
	return out
}

// zip applies f to the elements of a and b, broadcasting.
func zip(a, b *Tensor, f func(x, y float64) float64) *Tensor {
	out := New(a.DType, stretch(a.Shape, b.Shape)...)
	each(out.Shape, func(i int, at []int) {
		out.X[i] = f(a.X[a.offset(at)], b.X[b.offset(at)])
	})
	return out
}

// stretch is the shape of a broadcast.
func stretch(a, b []int) []int {
	out := make([]int, max(len(a), len(b)))
	for i := range out {
		x, y := 1, 1
		if j := i - (len(out) - len(a)); j >= 0 {
			x = a[j]
		}
		if j := i - (len(out) - len(b)); j >= 0 {
			y = b[j]
		}
		if x != y && x != 1 && y != 1 {
			panic(fmt.Sprintf("shapes %v and %v do not broadcast", a, b))
		}
		out[i] = x
		if x == 1 {
			out[i] = y
		}
	}
	return out
}

// each calls f with every index of a shape, in order.
func each(shape []int, f func(i int, at []int)) {
	at := make([]int, len(shape))
	for i := range count(shape) {
		f(i, at)
		for j := len(at) - 1; j >= 0; j-- {
			if at[j]++; at[j] < shape[j] {
				break
			}
			at[j] = 0
		}
	}
}

// offset is the place of the element at an index of a larger shape: axes are
// aligned at the end, axes of size 1 repeat.
func (t *Tensor) offset(at []int) int {
	at = at[len(at)-len(t.Shape):]
	o := 0
	for i, d := range t.Shape {
		x := at[i]
		if d == 1 {
			x = 0
		}
		if x < 0 || x >= d {
			panic(fmt.Sprintf("index %v is outside %v", at, t.Shape))
		}
		o = o*d + x
	}
	return o
}

// ints returns the elements as integers.
func (t *Tensor) ints() []int {
	out := make([]int, len(t.X))
	for i, x := range t.X {
		out[i] = int(x)
	}
	return out
}

func otherOps(op string) func(n *onnx.Node, in []*Tensor) *Tensor {
	switch op {
	case "Clip":
		return func(_ *onnx.Node, in []*Tensor) *Tensor {
			return mapped(in[0], func(x float64) float64 { return min(max(x, in[1].X[0]), in[2].X[0]) })
		}
	case "Cast":
		return func(n *onnx.Node, in []*Tensor) *Tensor {
			out := mapped(in[0], func(x float64) float64 { return x })
			out.DType = onnx.DType(intAttr(n, "to", 0))
			return out
		}
	case "Where":
		return func(_ *onnx.Node, in []*Tensor) *Tensor {
			out := New(in[1].DType, stretch(in[0].Shape, stretch(in[1].Shape, in[2].Shape))...)
			each(out.Shape, func(i int, at []int) {
				pick := in[2]
				if in[0].X[in[0].offset(at)] != 0 {
					pick = in[1]
				}
				out.X[i] = pick.X[pick.offset(at)]
			})
			return out
		}
	case "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceSumSquare":
		return reduce
	case "Softmax", "LogSoftmax":
		return softmax
	case "ArgMax":
		return argMax
	case "Gather", "GatherND", "GatherElements":
		return gather
	case "ScatterND", "ScatterElements":
		return scatter
	case "Gemm":
		return gemm
	case "MatMul":
		return matmul
	}
	return nil
}

func reduce(n *onnx.Node, in []*Tensor) *Tensor {
	a := in[0]
	over := make([]bool, len(a.Shape))
	for _, x := range in[1].ints() {
		over[x] = true
	}
	kept := make([]int, len(a.Shape))
	var dropped []int
	size := 1
	for i, d := range a.Shape {
		kept[i] = d
		if over[i] {
			kept[i] = 1
			size *= d
		} else {
			dropped = append(dropped, d)
		}
	}
	out := New(a.DType, kept...)
	for i := range out.X {
		switch n.Op {
		case "ReduceMax":
			out.X[i] = math.Inf(-1)
		case "ReduceMin":
			out.X[i] = math.Inf(1)
		}
	}
	each(a.Shape, func(i int, at []int) {
		o := &out.X[out.offset(at)]
		switch x := a.X[i]; n.Op {
		case "ReduceSum":
			*o += x
		case "ReduceMean":
			*o += x / float64(size)
		case "ReduceSumSquare":
			*o += x * x
		case "ReduceMax":
			*o = max(*o, x)
		case "ReduceMin":
			*o = min(*o, x)
		}
	})
	if intAttr(n, "keepdims", 1) == 0 {
		out.Shape = dropped
	}
	return out
}

func softmax(n *onnx.Node, in []*Tensor) *Tensor {
	a := in[0]
	axis := intAttr(n, "axis", -1)
	row := append([]int{}, a.Shape...)
	row[axis] = 1
	top, sum, out := New(a.DType, row...), New(a.DType, row...), New(a.DType, a.Shape...)
	for i := range top.X {
		top.X[i] = math.Inf(-1)
	}
	each(a.Shape, func(i int, at []int) { o := top.offset(at); top.X[o] = max(top.X[o], a.X[i]) })
	each(a.Shape, func(i int, at []int) { sum.X[top.offset(at)] += math.Exp(a.X[i] - top.X[top.offset(at)]) })
	each(a.Shape, func(i int, at []int) {
		o := top.offset(at)
		out.X[i] = a.X[i] - top.X[o] - math.Log(sum.X[o])
		if n.Op == "Softmax" {
			out.X[i] = math.Exp(out.X[i])
		}
	})
	return out
}

func argMax(n *onnx.Node, in []*Tensor) *Tensor {
	a := in[0]
	axis := intAttr(n, "axis", 0)
	kept := append([]int{}, a.Shape...)
	kept[axis] = 1
	best, out := New(a.DType, kept...), New(onnx.Int64, kept...)
	each(a.Shape, func(i int, at []int) {
		o := out.offset(at)
		if at[axis] == 0 || a.X[i] > best.X[o] {
			best.X[o], out.X[o] = a.X[i], float64(at[axis])
		}
	})
	out.Shape = append(append([]int{}, kept[:axis]...), kept[axis+1:]...)
	return out
}

// source calls f with each element of the picked or scattered part and the
// place in data that it belongs to.
func source(n *onnx.Node, data, idx *Tensor, f func(part, place int)) {
	if n.Op == "GatherElements" || n.Op == "ScatterElements" {
		axis := intAttr(n, "axis", 0)
		each(idx.Shape, func(i int, at []int) {
			to := append([]int{}, at...)
			to[axis] = wrap(int(idx.X[i]), data.Shape[axis])
			f(i, flat(data.Shape, to))
		})
		return
	}
	k := 1
	if n.Op != "Gather" {
		k = idx.Shape[len(idx.Shape)-1]
	}
	row := count(data.Shape[k:])
	for t := range len(idx.X) / k {
		place := 0
		for j := range k {
			place = place*data.Shape[j] + wrap(int(idx.X[t*k+j]), data.Shape[j])
		}
		for j := range row {
			f(t*row+j, place*row+j)
		}
	}
}

// wrap checks an index and counts negative ones from the end.
func wrap(i, n int) int {
	if i < -n || i >= n {
		panic(fmt.Sprintf("index %d is outside %d", i, n))
	}
	return (i + n) % n
}

func flat(shape, at []int) int {
	o := 0
	for i, d := range shape {
		o = o*d + at[i]
	}
	return o
}

func gather(n *onnx.Node, in []*Tensor) *Tensor {
	data, idx := in[0], in[1]
	var shape []int
	switch n.Op {
	case "Gather":
		shape = append(append([]int{}, idx.Shape...), data.Shape[1:]...)
	case "GatherND":
		last := len(idx.Shape) - 1
		shape = append(append([]int{}, idx.Shape[:last]...), data.Shape[idx.Shape[last]:]...)
	default:
		shape = idx.Shape
	}
	out := New(data.DType, shape...)
	source(n, data, idx, func(part, place int) { out.X[part] = data.X[place] })
	return out
}

func scatter(n *onnx.Node, in []*Tensor) *Tensor {
	out := mapped(in[0], func(x float64) float64 { return x })
	source(n, out, in[1], func(part, place int) { out.X[place] += in[2].X[part] })
	return out
}

func gemm(n *onnx.Node, in []*Tensor) *Tensor {
	a, b := in[0], in[1]
	if intAttr(n, "transA", 0) == 1 {
		a = transpose(a, []int{1, 0})
	}
	if intAttr(n, "transB", 0) == 1 {
		b = transpose(b, []int{1, 0})
	}
	out := matmul(n, []*Tensor{a, b})
	if len(in) > 2 {
		out = zip(out, in[2], func(x, y float64) float64 { return x + y })
	}
	return out
}

func matmul(_ *onnx.Node, in []*Tensor) *Tensor {
	a, b := in[0], in[1]
	na, nb := len(a.Shape), len(b.Shape)
	m, k, c := a.Shape[na-2], a.Shape[na-1], b.Shape[nb-1]
	if b.Shape[nb-2] != k {
		panic("inner sizes differ")
	}
	batch := stretch(a.Shape[:na-2], b.Shape[:nb-2])
	out := New(a.DType, append(append([]int{}, batch...), m, c)...)
	each(out.Shape, func(i int, at []int) {
		x, y := append([]int{}, at...), append([]int{}, at...)
		for j := range k {
			x[len(x)-1], y[len(y)-2] = j, j
			out.X[i] += a.X[a.offset(x)] * b.X[b.offset(y)]
		}
	})
	return out
}
