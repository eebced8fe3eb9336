package graph

import (
	"fmt"

	"stepgym/agent/internal/onnx"
)

// Opset is the version of the standard operators that graphs are written in.
const Opset = 18

// Model returns the graph as a model without the nodes that no output needs.
// Inputs named in weights become initialisers with that data; the tensors'
// names and types must be those of the inputs.
func (g *Graph) Model(weights map[string]onnx.Tensor) *onnx.Model {
	m := &onnx.Model{Producer: "gym", Opsets: []onnx.Opset{{Version: Opset}}}
	m.Graph.Name = "graph"
	live := g.live()
	used := map[*V]bool{}
	for _, n := range g.nodes {
		if !live[n] {
			continue
		}
		node := onnx.Node{Name: fmt.Sprintf("n%d", len(m.Graph.Nodes)), Op: n.Op, Attrs: n.Attrs}
		for _, v := range n.In {
			used[v] = true
			node.In = append(node.In, v.name)
		}
		for _, v := range n.Out {
			node.Out = append(node.Out, v.name)
		}
		m.Graph.Nodes = append(m.Graph.Nodes, node)
	}
	for _, c := range g.inits {
		if used[c.v] {
			m.Graph.Inits = append(m.Graph.Inits, onnx.Tensor{Name: c.v.name, DType: c.v.dtype, Dims: sizes(c.v.shape), Raw: c.raw})
		}
	}
	for _, v := range g.inputs {
		if t, ok := weights[v.name]; ok {
			m.Graph.Inits = append(m.Graph.Inits, t)
		} else {
			m.Graph.Inputs = append(m.Graph.Inputs, v.info())
		}
	}
	for _, v := range g.outputs {
		m.Graph.Outputs = append(m.Graph.Outputs, v.info())
	}
	return m
}

// live marks the nodes that the outputs depend on.
func (g *Graph) live() map[*Node]bool {
	live := map[*Node]bool{}
	for _, v := range g.outputs {
		live[v.node] = true
	}
	for i := len(g.nodes) - 1; i >= 0; i-- {
		n := g.nodes[i]
		if !live[n] {
			continue
		}
		for _, v := range n.In {
			if v.node != nil {
				live[v.node] = true
			}
		}
	}
	return live
}

func (v *V) info() onnx.ValueInfo {
	info := onnx.ValueInfo{Name: v.name, DType: v.dtype}
	for _, d := range v.shape {
		if d.expr != "" {
			info.Shape = append(info.Shape, onnx.Dim{Name: d.expr})
		} else {
			info.Shape = append(info.Shape, onnx.Dim{Size: d.n})
		}
	}
	return info
}

func sizes(shape []Dim) []int64 {
	out := make([]int64, len(shape))
	for i, d := range shape {
		out[i] = d.n
	}
	return out
}
