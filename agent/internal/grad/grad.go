// Package grad differentiates graphs in reverse mode: it adds the nodes that
// compute the gradient of a scalar to the graph that computes the scalar.
//
// Only inputs that lead to a wanted value get gradients; several contributions
// to one value are added by a single Sum. Every operator of package graph that
// has a derivative has a rule here; operators without one (comparisons, ArgMax,
// casts to integers, shapes) stop the gradient.
package grad

import "stepgym/agent/internal/graph"

// rule returns the gradients of a node's inputs given those of its outputs, of
// which some may be nil. need tells which inputs' gradients are used; the
// others may be nil. Each has exactly its input's shape and type.
type rule func(n *graph.Node, g []*graph.V, need func(i int) bool) []*graph.V

// Of returns the gradients of loss, a scalar float, with respect to each of
// wrt, in their shapes. A value that loss does not depend on has the gradient
// nil. It panics as builder methods do, so call it inside [graph.Build].
func Of(loss *graph.V, wrt ...*graph.V) []*graph.V {
	if loss.Rank() != 0 || !float(loss) {
		graph.Fail("grad: the loss %v is not a float scalar", loss)
	}
	g := loss.Graph()
	nodes := g.Nodes()[:len(g.Nodes()):len(g.Nodes())]
	w := walk{need: needed(nodes, wrt), sums: map[*graph.V][]*graph.V{}}
	if w.need[loss] {
		w.sums[loss] = []*graph.V{g.Const(loss.DType(), 1)}
	}
	for i := len(nodes) - 1; i >= 0; i-- {
		w.back(nodes[i])
	}
	out := make([]*graph.V, len(wrt))
	for i, v := range wrt {
		out[i] = w.total(v)
	}
	return out
}

func float(v *graph.V) bool { return v.DType() == graph.F32 || v.DType() == graph.F64 }

// needed marks the values on a path from one of wrt that gradients follow.
func needed(nodes []*graph.Node, wrt []*graph.V) map[*graph.V]bool {
	need := map[*graph.V]bool{}
	for _, v := range wrt {
		need[v] = true
	}
	for _, n := range nodes {
		in := n.In
		if n.Adjoint != nil {
			in = n.Adjoint.In
		}
		for _, v := range in {
			if need[v] {
				for _, o := range n.Out {
					need[o] = need[o] || float(o)
				}
			}
		}
	}
	return need
}

// walk is one pass from the loss back to the inputs.
type walk struct {
	need map[*graph.V]bool
	sums map[*graph.V][]*graph.V // contributions to a value's gradient so far
}

// total returns the gradient of v, nil if there is none.
func (w *walk) total(v *graph.V) *graph.V {
	parts := w.sums[v]
	if len(parts) == 0 {
		return nil
	}
	if len(parts) > 1 {
		parts = []*graph.V{graph.Sum(parts...)}
		w.sums[v] = parts
	}
	return parts[0]
}

// back adds the contributions of node n to its inputs' gradients.
func (w *walk) back(n *graph.Node) {
	found := false
	grads := make([]*graph.V, len(n.Out))
	for i, o := range n.Out {
		if w.need[o] {
			grads[i] = w.total(o)
			found = found || grads[i] != nil
		}
	}
	if !found {
		return
	}
	in, f := n.In, rules(n.Op)
	if a := n.Adjoint; a != nil {
		in = a.In
		f = func(_ *graph.Node, g []*graph.V, need func(int) bool) []*graph.V {
			if len(in) == 0 {
				return nil
			}
			return a.Back(g[0], need)
		}
	}
	if f == nil {
		graph.Fail("grad: the operator %s has no derivative", n.Op)
	}
	need := func(i int) bool { return w.need[in[i]] }
	for i, gi := range f(n, grads, need) {
		if gi == nil || !need(i) {
			continue
		}
		if !graph.SameShape(gi, in[i]) || gi.DType() != in[i].DType() {
			graph.Fail("grad: the rule of %s gives %v for the input %v", n.Op, gi, in[i])
		}
		w.sums[in[i]] = append(w.sums[in[i]], gi)
	}
}
