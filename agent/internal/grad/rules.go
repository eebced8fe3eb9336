package grad

import (
	"slices"

	"stepgym/agent/internal/graph"
)

// rules returns the rule of an operator, nil if it has none.
func rules(op string) rule {
	switch op {
	case "Add", "Sub", "Mul", "Div", "Min", "Max":
		return arithmetic
	case "Neg", "Abs", "Exp", "Log", "Sqrt", "Reciprocal", "Tanh", "Sigmoid", "Relu", "Pow", "Clip", "Identity", "Cast":
		return pointwise
	case "Sum":
		return sum
	case "Where":
		return where
	case "Reshape", "Expand", "Unsqueeze", "Squeeze", "Transpose":
		return layout
	case "Concat":
		return concat
	case "Split":
		return split
	case "Slice", "Pad":
		return cut
	case "ReduceSum", "ReduceMean", "ReduceSumSquare":
		return reduce
	case "ReduceMax", "ReduceMin":
		return extreme
	case "Softmax", "LogSoftmax":
		return softmax
	case "Gather", "GatherElements", "GatherND":
		return gather
	case "ScatterElements", "ScatterND":
		return scatter
	case "Gemm":
		return gemm
	case "MatMul":
		return matmul
	}
	return nil
}

// arithmetic has the rules of the binary operators that broadcast.
func arithmetic(n *graph.Node, gs []*graph.V, need func(int) bool) []*graph.V {
	g, a, b, o := gs[0], n.In[0], n.In[1], n.Out[0]
	var da, db *graph.V
	switch n.Op {
	case "Add":
		da, db = g, g
	case "Sub":
		da = g
		if need(1) {
			db = g.SumTo(b).Neg()
		}
	case "Mul":
		if need(0) {
			da = g.Mul(b)
		}
		if need(1) {
			db = g.Mul(a)
		}
	case "Div":
		da = g.Div(b)
		if need(1) {
			db = da.Mul(o).Neg()
		}
	case "Min", "Max":
		first := a.LessEq(b)
		if n.Op == "Max" {
			first = b.LessEq(a)
		}
		da = through(first, g)
		if need(1) {
			db = g.Sub(da)
		}
	}
	if need(0) {
		da = da.SumTo(a)
	}
	if need(1) {
		db = db.SumTo(b)
	}
	return []*graph.V{da, db}
}

// through is g where mask is true and 0 elsewhere. It multiplies because the
// CPU provider's Where is some 15 times slower (measured with 1.32).
func through(mask, g *graph.V) *graph.V { return g.Mul(mask.Cast(g.DType())) }

// lit is a scalar constant of v's type.
func lit(v *graph.V, x float64) *graph.V { return v.Graph().Const(v.DType(), x) }

// pointwise has the rules of operators on one value, element by element.
func pointwise(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	g, a, o := gs[0], n.In[0], n.Out[0]
	var d *graph.V
	switch n.Op {
	case "Neg":
		d = g.Neg()
	case "Abs":
		zero := lit(g, 0)
		d = through(a.Greater(zero), g).Sub(through(a.Less(zero), g))
	case "Exp":
		d = g.Mul(o)
	case "Log":
		d = g.Div(a)
	case "Sqrt":
		d = g.Times(0.5).Div(o)
	case "Reciprocal":
		d = g.Mul(o).Mul(o).Neg()
	case "Tanh":
		d = g.Sub(g.Mul(o).Mul(o))
	case "Sigmoid":
		d = g.Mul(o.Sub(o.Mul(o)))
	case "Relu":
		d = through(o.Greater(lit(o, 0)), g)
	case "Pow":
		d = g.Mul(n.In[1]).Mul(a.PowV(n.In[1].Plus(-1)))
	case "Clip":
		lo, hi := n.In[1], n.In[2]
		d = through(lo.LessEq(a).And(a.LessEq(hi)), g)
	case "Identity":
		d = g.Assume(a.Shape()...)
	case "Cast":
		d = g.Cast(a.DType())
	}
	return []*graph.V{d}
}

func sum(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	return slices.Repeat(gs[:1], len(n.In))
}

func where(n *graph.Node, gs []*graph.V, need func(int) bool) []*graph.V {
	out := make([]*graph.V, 3)
	first := through(n.In[0], gs[0])
	if need(1) {
		out[1] = first.SumTo(n.In[1])
	}
	if need(2) {
		out[2] = gs[0].Sub(first).SumTo(n.In[2])
	}
	return out
}

// layout has the rules of operators that move elements and keep them all.
func layout(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	g, a := gs[0], n.In[0]
	var d *graph.V
	switch n.Op {
	case "Reshape":
		d = g.Reshape(a.Shape()...)
	case "Expand":
		d = g.SumTo(a)
	case "Unsqueeze":
		d = g.Squeeze(n.Args.Axes[0])
	case "Squeeze":
		d = g.Unsqueeze(n.Args.Axes[0])
	case "Transpose":
		inverse := make([]int, len(n.Args.Perm))
		for i, p := range n.Args.Perm {
			inverse[p] = i
		}
		d = g.Transpose(inverse...)
	}
	return []*graph.V{d}
}

func concat(n *graph.Node, gs []*graph.V, need func(int) bool) []*graph.V {
	g, axis := gs[0], n.Args.Axes[0]
	out := make([]*graph.V, len(n.In))
	from := graph.D(0)
	for i, v := range n.In {
		to := from.Plus(v.Dim(axis))
		if need(i) {
			out[i] = g.SliceDim(axis, from, to).Assume(v.Shape()...)
		}
		from = to
	}
	return out
}

func split(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	for i, g := range gs {
		if g == nil {
			o := n.Out[i]
			gs[i] = o.Graph().Zeros(o.DType(), o.Shape()...)
		}
	}
	return []*graph.V{graph.Concat(n.Args.Axes[0], gs...)}
}

// cut has the rules of Slice and Pad, which undo each other.
func cut(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	g, a, axis, from := gs[0], n.In[0], n.Args.Axes[0], n.Args.From
	if n.Op == "Pad" {
		return []*graph.V{g.SliceDim(axis, from, from.Plus(a.Dim(axis)))}
	}
	after := a.Dim(axis).Minus(from).Minus(g.Dim(axis))
	return []*graph.V{g.Pad(axis, from, after, 0)}
}

// keep gives g, the gradient of a reduction, the reduced axes with size 1.
func keep(n *graph.Node, g *graph.V) *graph.V {
	if n.Args.Keep {
		return g
	}
	for _, a := range n.Args.Axes {
		g = g.Unsqueeze(a)
	}
	return g
}

func reduce(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	a := n.In[0]
	g := keep(n, gs[0])
	switch n.Op {
	case "ReduceSumSquare":
		return []*graph.V{a.Mul(g.Times(2))}
	case "ReduceMean":
		dims := make([]graph.Dim, len(n.Args.Axes))
		for i, ax := range n.Args.Axes {
			dims[i] = a.Dim(ax)
		}
		g = g.Div(a.Graph().Count(a.DType(), dims...))
	}
	return []*graph.V{g.Expand(a.Shape()...)}
}

// extreme shares the gradient among the elements that are the extreme one.
func extreme(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	a := n.In[0]
	hit := a.Equal(keep(n, n.Out[0])).Cast(a.DType())
	share := keep(n, gs[0]).Div(hit.SumKeep(n.Args.Axes...))
	return []*graph.V{hit.Mul(share)}
}

func softmax(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	g, o, axis := gs[0], n.Out[0], n.Args.Axes[0]
	if n.Op == "LogSoftmax" {
		return []*graph.V{g.Sub(o.Exp().Mul(g.SumKeep(axis)))}
	}
	gy := g.Mul(o)
	return []*graph.V{gy.Sub(o.Mul(gy.SumKeep(axis)))}
}

func gather(n *graph.Node, gs []*graph.V, _ func(int) bool) []*graph.V {
	g, a, idx := gs[0], n.In[0], n.In[1]
	zero := a.Graph().Zeros(a.DType(), a.Shape()...)
	var d *graph.V
	switch n.Op {
	case "Gather":
		d = zero.ScatterAddND(idx.Unsqueeze(-1), g)
	case "GatherND":
		d = zero.ScatterAddND(idx, g)
	case "GatherElements":
		d = zero.ScatterAddElements(n.Args.Axes[0], idx, g)
	}
	return []*graph.V{d}
}

// scatter has the rules of the adding scatters.
func scatter(n *graph.Node, gs []*graph.V, need func(int) bool) []*graph.V {
	g, idx := gs[0], n.In[1]
	var upd *graph.V
	switch {
	case !need(2):
	case n.Op == "ScatterND":
		upd = g.GatherND(idx)
	default:
		upd = g.GatherElements(n.Args.Axes[0], idx)
	}
	return []*graph.V{g, nil, upd}
}

func gemm(n *graph.Node, gs []*graph.V, need func(int) bool) []*graph.V {
	g, a, b := gs[0], n.In[0], n.In[1]
	ta, tb := n.Args.TransA, n.Args.TransB
	out := make([]*graph.V, len(n.In))
	if need(0) {
		if ta {
			out[0] = b.Gemm(g, tb, true, nil)
		} else {
			out[0] = g.Gemm(b, false, !tb, nil)
		}
	}
	if need(1) {
		if tb {
			out[1] = g.Gemm(a, true, ta, nil)
		} else {
			out[1] = a.Gemm(g, !ta, false, nil)
		}
	}
	if len(n.In) > 2 && need(2) {
		out[2] = g.Sum(0)
	}
	return out
}

func matmul(n *graph.Node, gs []*graph.V, need func(int) bool) []*graph.V {
	g, a, b := gs[0], n.In[0], n.In[1]
	out := make([]*graph.V, 2)
	if need(0) {
		out[0] = g.MatMul(b.T()).SumTo(a)
	}
	if need(1) {
		out[1] = a.T().MatMul(g).SumTo(b)
	}
	return out
}
