// Package graph builds ONNX graphs of standard operators (opset 18) in Go.
//
// A [Graph] is written by calling methods on its values ([V]); each call adds a
// node and infers its element type and shape. A dimension ([Dim]) is a number or
// a symbol that the run decides, and arithmetic of symbols is exact, so reshapes
// between dynamic shapes are checked while building:
//
//	g, err := graph.Build(func(g *graph.Graph) {
//		n := graph.Sym("N")
//		x := g.Input("x", graph.F32, n, graph.D(3))
//		w := g.Param("w", 3, 2)
//		g.Output("y", x.Linear(w, nil).Relu())
//	})
//	model, err := g.Model(nil).Marshal()
//
// A wrong call (shapes that do not broadcast, a missing symbol) is a mistake of
// the program that builds, so the methods panic instead of returning errors;
// [Build] is the one door where such a panic becomes an error that names the
// line of the mistake.
//
// # What is slow
//
// On the runtime's CPU provider (1.32, one million elements, one thread) most
// operators take 0.05 to 0.3 ms. The exceptions: Where 4 ms (multiply by a
// mask instead), ScatterElements 3.5 ms (it is the gradient of the gathers:
// repeat rows by broadcasting where the layout allows), softmax over another
// axis than the last 1.4 ms, logarithms 1.4 ms.
//
// Package grad differentiates graphs. Composites whose gradient is cheaper than
// the sum of their parts (log-probability of one column, RMS norm, SiLU) bring
// their own through [Node.Adjoint].
package graph
