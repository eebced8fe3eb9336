package graph

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"stepgym/agent/internal/onnx"
)

// Size returns the dimension as an int64 value of shape [1]: a constant, or
// arithmetic over the shapes of the inputs that have its symbols.
func (g *Graph) Size(d Dim) *V {
	if d.expr == "" {
		return g.Ints(d.n)
	}
	if v := g.sizes[d]; v != nil {
		return v
	}
	var sum *V
	terms := d.terms()
	for _, k := range slices.Sorted(maps.Keys(terms)) {
		c := terms[k]
		if c == 0 {
			continue
		}
		var t *V
		if k != "" {
			for s := range strings.SplitSeq(k, "*") {
				t = times(t, g.symbol(s))
			}
		}
		if c != 1 || t == nil {
			t = times(t, g.Ints(c))
		}
		if sum == nil {
			sum = t
		} else {
			sum = sum.Add(t)
		}
	}
	g.sizes[d] = sum
	return sum
}

// times multiplies; a nil value counts as one.
func times(a, b *V) *V {
	if a == nil {
		return b
	}
	return a.Mul(b)
}

// symbol returns the size that a symbol stands for.
func (g *Graph) symbol(name string) *V {
	if v := g.sizes[Dim{expr: name}]; v != nil {
		return v
	}
	s, ok := g.sources[name]
	if !ok {
		fail("the symbol %s is not a dimension of any input, so no run can know it", name)
	}
	v := g.node("Shape", []*V{s.v}, []onnx.Attr{{Name: "start", Value: int64(s.axis)}, {Name: "end", Value: int64(s.axis + 1)}},
		Args{}, I64, []Dim{D(1)})
	g.sizes[Dim{expr: name}] = v
	return v
}

// ShapeOf returns dims as an int64 vector, for operators that take a shape as
// an input. Equal ones are shared.
func (g *Graph) ShapeOf(dims ...Dim) *V {
	static := make([]int64, len(dims))
	known := true
	for i, d := range dims {
		static[i] = d.n
		known = known && d.expr == ""
	}
	if known {
		return g.Ints(static...)
	}
	key := fmt.Sprint(dims)
	if v := g.shapes[key]; v != nil {
		return v
	}
	parts := make([]*V, len(dims))
	for i, d := range dims {
		parts[i] = g.Size(d)
	}
	v := parts[0]
	if len(parts) > 1 {
		v = g.node("Concat", parts, []onnx.Attr{{Name: "axis", Value: int64(0)}}, Args{}, I64, []Dim{D(len(dims))})
	}
	g.shapes[key] = v
	return v
}

// Count returns the product of dims as a scalar of type t.
func (g *Graph) Count(t DType, dims ...Dim) *V {
	d := Count(dims...)
	if n, ok := d.Static(); ok {
		return g.Const(t, float64(n))
	}
	key := fmt.Sprint("count", t, d)
	if v := g.shapes[key]; v != nil {
		return v
	}
	v := g.Size(d).Squeeze(0).Cast(t)
	g.shapes[key] = v
	return v
}

// Full is a value of the given type and shape with every element x.
func (g *Graph) Full(t DType, x float64, shape ...Dim) *V {
	if len(shape) == 0 {
		return g.Const(t, x)
	}
	elem := onnx.Tensor{Name: "value", DType: t, Dims: []int64{1}, Raw: encode(t, []float64{x})}
	return g.node("ConstantOfShape", []*V{g.ShapeOf(shape...)}, []onnx.Attr{{Name: "value", Value: elem}}, Args{}, t, shape)
}

// Zeros is a value of the given type and shape with every element 0.
func (g *Graph) Zeros(t DType, shape ...Dim) *V { return g.Full(t, 0, shape...) }
