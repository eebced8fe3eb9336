package graph_test

import (
	"fmt"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/onnx"
)

func ExampleBuild() {
	g, err := graph.Build(func(g *graph.Graph) {
		x := g.Input("x", graph.F32, graph.Sym("N"), graph.D(2))
		w := g.Param("w", 2, 1)
		g.Output("y", x.Linear(w, nil).Relu())
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := interp.Run(g.Model(nil), map[string]*interp.Tensor{
		"x": interp.From(onnx.Float32, []float64{1, 2, -3, 1}, 2, 2),
		"w": interp.From(onnx.Float32, []float64{1, 0.5}, 2, 1),
	})
	fmt.Println(g.Outputs()[0], out["y"].X, err)
	// Output: y float32[N, 1] [2 0] <nil>
}

func ExampleBuild_mistake() {
	_, err := graph.Build(func(g *graph.Graph) {
		x := g.Input("x", graph.F32, graph.Sym("N"), graph.D(2))
		g.Output("y", x.Linear(g.Param("w", 3, 1), nil))
	})
	fmt.Println(err)
	// Output: graph: example_test.go:32: Gemm: x float32[N, 2] and w float32[3, 1] have inner sizes 2 and 3
}
