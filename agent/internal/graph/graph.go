package graph

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"

	"stepgym/agent/internal/onnx"
)

// DType is the element type of a value.
type DType = onnx.DType

// The element types of graph values.
const (
	F32  = onnx.Float32
	F64  = onnx.Float64
	I32  = onnx.Int32
	I64  = onnx.Int64
	Bool = onnx.Bool
)

// V is a value of a graph: an input, a constant, or an output of a node.
type V struct {
	g     *Graph
	name  string
	dtype DType
	shape []Dim
	node  *Node // nil for inputs and constants
}

// Name is the value's name in the model.
func (v *V) Name() string { return v.name }

// DType is the value's element type.
func (v *V) DType() DType { return v.dtype }

// Shape is the value's shape. It must not be modified.
func (v *V) Shape() []Dim { return v.shape }

// Rank is the number of dimensions; 0 for a scalar.
func (v *V) Rank() int { return len(v.shape) }

// Graph is the graph that the value belongs to.
func (v *V) Graph() *Graph { return v.g }

// Node is what computes the value; nil for inputs and constants.
func (v *V) Node() *Node { return v.node }

// Dim returns dimension i, counted from the end if negative.
func (v *V) Dim(i int) Dim { return v.shape[v.axis("Dim", i)] }

// String shows the value for error messages: name, type and shape.
func (v *V) String() string { return fmt.Sprintf("%s %v%s", v.name, v.dtype, shapeString(v.shape)) }

func shapeString(dims []Dim) string {
	s := make([]string, len(dims))
	for i, d := range dims {
		s[i] = d.String()
	}
	return "[" + strings.Join(s, ", ") + "]"
}

// Node is one operator application.
type Node struct {
	Op      string
	In, Out []*V
	Attrs   []onnx.Attr
	Args    Args

	// Adjoint, if not nil, is the gradient of a composite that ends here.
	Adjoint *Adjoint
}

// Args are a node's static arguments in the form that gradients need.
type Args struct {
	Axes           []int // reduced, gathered or joined axes, not negative
	Keep           bool  // reductions keep their axes with size 1
	Perm           []int
	TransA, TransB bool
	From           Dim // first element of a slice; elements padded in front
}

// Adjoint is the gradient of a composite: of the value that its node computes
// with respect to In, which may lie several nodes back.
type Adjoint struct {
	In []*V
	// Back returns the gradient of each In given that of the output. need
	// tells which are used; the others may be nil.
	Back func(grad *V, need func(i int) bool) []*V
}

// Graph is a graph under construction. It is used by one goroutine.
type Graph struct {
	// Serial promises that one thread runs each operator, which allows a
	// faster scatter (see ScatterAddND). Results are the same bits.
	Serial bool

	nodes   []*Node
	inputs  []*V
	params  []*V
	outputs []*V
	inits   []*constant

	names   map[string]bool
	count   int
	consts  map[string]*V
	sizes   map[Dim]*V
	shapes  map[string]*V
	sources map[string]source
}

type constant struct {
	v   *V
	raw []byte
}

// source tells where the size behind a symbol can be read at run time.
type source struct {
	v    *V
	axis int
}

// New returns an empty graph, for callers that recover mistakes themselves.
// Others use [Build].
func New() *Graph {
	return &Graph{
		names:   map[string]bool{},
		consts:  map[string]*V{},
		sizes:   map[Dim]*V{},
		shapes:  map[string]*V{},
		sources: map[string]source{},
	}
}

// Nodes returns the nodes in the order in which they were added, which is one
// in which they can run. It must not be modified.
func (g *Graph) Nodes() []*Node { return g.nodes }

// Inputs returns the inputs, parameters included, in order of declaration.
func (g *Graph) Inputs() []*V { return g.inputs }

// Params returns the inputs declared by Param, in order of declaration.
func (g *Graph) Params() []*V { return g.params }

// Outputs returns the outputs in order of declaration.
func (g *Graph) Outputs() []*V { return g.outputs }

// Input declares an input. A symbol in its shape can be used in later shapes.
func (g *Graph) Input(name string, t DType, shape ...Dim) *V {
	g.claim(name)
	v := &V{g: g, name: name, dtype: t, shape: shape}
	g.inputs = append(g.inputs, v)
	for i, d := range shape {
		if d.expr != "" && !strings.ContainsAny(d.expr, "*+- ") {
			if _, ok := g.sources[d.expr]; !ok {
				g.sources[d.expr] = source{v, i}
			}
		}
	}
	return v
}

// Param declares a float32 input that stands for weights of a static shape.
func (g *Graph) Param(name string, shape ...int) *V {
	dims := make([]Dim, len(shape))
	for i, n := range shape {
		dims[i] = D(n)
	}
	v := g.Input(name, F32, dims...)
	g.params = append(g.params, v)
	return v
}

// Output makes v an output under the given name.
func (g *Graph) Output(name string, v *V) {
	g.own("Output", v)
	g.claim(name)
	if v.node == nil || g.isOutput(v) {
		v = g.node("Identity", []*V{v}, nil, Args{}, v.dtype, v.shape)
	}
	v.name = name
	g.outputs = append(g.outputs, v)
}

func (g *Graph) isOutput(v *V) bool {
	for _, o := range g.outputs {
		if o == v {
			return true
		}
	}
	return false
}

// claim reserves a name that the caller chose.
func (g *Graph) claim(name string) {
	if name == "" || g.names[name] {
		fail("the name %q is empty or taken", name)
	}
	g.names[name] = true
}

// fresh makes a new name from the operator's.
func (g *Graph) fresh(op string) string {
	for {
		g.count++
		name := fmt.Sprintf("%s_%d", op, g.count)
		if !g.names[name] {
			g.names[name] = true
			return name
		}
	}
}

// own checks that values belong to g.
func (g *Graph) own(op string, vs ...*V) {
	for i, v := range vs {
		if v == nil {
			fail("%s: input %d is nil", op, i)
		}
		if v.g != g {
			fail("%s: %v belongs to another graph", op, v)
		}
	}
}

// node adds a node with one output.
func (g *Graph) node(op string, in []*V, attrs []onnx.Attr, args Args, t DType, shape []Dim) *V {
	n := &Node{Op: op, In: in, Attrs: attrs, Args: args}
	v := &V{g: g, name: g.fresh(op), dtype: t, shape: shape, node: n}
	n.Out = []*V{v}
	g.own(op, in...)
	g.nodes = append(g.nodes, n)
	return v
}

// Const is a scalar constant of type t: any of the types above.
func (g *Graph) Const(t DType, x float64) *V {
	return g.constant(t, nil, []float64{x})
}

// Consts is a constant vector of type t.
func (g *Graph) Consts(t DType, xs ...float64) *V {
	return g.constant(t, []Dim{D(len(xs))}, xs)
}

// Ints is a constant int64 vector.
func (g *Graph) Ints(xs ...int64) *V {
	f := make([]float64, len(xs))
	for i, x := range xs {
		f[i] = float64(x)
	}
	return g.Consts(I64, f...)
}

// constant returns the constant of the given type, shape and elements; equal
// ones are shared.
func (g *Graph) constant(t DType, shape []Dim, xs []float64) *V {
	key := fmt.Sprint(t, shape, xs)
	if v := g.consts[key]; v != nil {
		return v
	}
	v := &V{g: g, name: g.fresh("const"), dtype: t, shape: shape}
	g.consts[key] = v
	g.inits = append(g.inits, &constant{v, encode(t, xs)})
	return v
}

// encode writes numbers as elements of type t, little-endian.
func encode(t DType, xs []float64) []byte {
	var b []byte
	for _, x := range xs {
		switch t {
		case F32:
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(x)))
		case F64:
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
		case I32:
			b = binary.LittleEndian.AppendUint32(b, uint32(int32(x)))
		case I64:
			b = binary.LittleEndian.AppendUint64(b, uint64(int64(x)))
		case Bool:
			b = append(b, byte(int(x)&1))
		default:
			fail("a constant of type %v cannot be written", t)
		}
	}
	return b
}

// lit is a scalar constant of v's type.
func (v *V) lit(x float64) *V { return v.g.Const(v.dtype, x) }

// axis checks an axis and returns it counted from the front.
func (v *V) axis(op string, i int) int {
	a := i
	if a < 0 {
		a += len(v.shape)
	}
	if a < 0 || a >= len(v.shape) {
		fail("%s: axis %d of %v, which has %d axes", op, i, v, len(v.shape))
	}
	return a
}
