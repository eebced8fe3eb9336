package nn

import (
	"strconv"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/ort"
)

// Build is a graph under construction over the parameters of a model.
type Build struct {
	*graph.Graph
	params  *Params
	weights map[string]*graph.V
}

// newBuild starts a graph that sessions of rt will run.
func newBuild(rt Runtime, g *graph.Graph, p *Params) *Build {
	g.Serial = rt.Threads == 1 && rt.Device == ort.CPU
	return &Build{Graph: g, params: p, weights: map[string]*graph.V{}}
}

// Weight returns the parameter of that name as a value of the graph. Only the
// parameters asked for become inputs.
func (b *Build) Weight(name string) *graph.V {
	if v := b.weights[name]; v != nil {
		return v
	}
	q := b.params.find(name)
	if q == nil {
		graph.Fail("nn: no parameter %q is declared", name)
	}
	v := b.Param(name, q.shape...)
	b.weights[name] = v
	return v
}

// Linear is a linear layer with the weights w [in, out] and the bias b [out].
type Linear struct{ w, b string }

// NewLinear declares name.w and name.b. The weights start uniform in
// ±1/sqrt(in), the bias at zero.
func NewLinear(p *Params, name string, in, out int) Linear {
	return NewLinearInit(p, name, in, out, FanIn(1))
}

// NewLinearInit is NewLinear with another start of the weights.
func NewLinearInit(p *Params, name string, in, out int, init Init) Linear {
	p.Add(name+".w", init, in, out)
	p.Add(name+".b", Zeros, out)
	return Linear{name + ".w", name + ".b"}
}

// Apply maps x [..., in] to [..., out].
func (l Linear) Apply(b *Build, x *graph.V) *graph.V {
	return x.Linear(b.Weight(l.w), b.Weight(l.b))
}

// MLP is linear layers with ReLUs between them, none behind the last.
type MLP struct{ layers []Linear }

// NewMLP declares layers name.0, name.1, ... of the given sizes: input, hidden
// ones, output.
func NewMLP(p *Params, name string, sizes ...int) MLP {
	var m MLP
	for i := range max(0, len(sizes)-1) {
		m.layers = append(m.layers, NewLinear(p, name+"."+strconv.Itoa(i), sizes[i], sizes[i+1]))
	}
	return m
}

// Apply maps x [..., first size] to [..., last size].
func (m MLP) Apply(b *Build, x *graph.V) *graph.V {
	for i, l := range m.layers {
		if i > 0 {
			x = x.Relu()
		}
		x = l.Apply(b, x)
	}
	return x
}

// Embedding is a table of vectors.
type Embedding struct{ table string }

// NewEmbedding declares name.table of n rows of size dim.
func NewEmbedding(p *Params, name string, n, dim int, init Init) Embedding {
	p.Add(name+".table", init, n, dim)
	return Embedding{name + ".table"}
}

// Apply maps int64 indexes [...] to vectors [..., dim].
func (e Embedding) Apply(b *Build, idx *graph.V) *graph.V { return b.Weight(e.table).Gather(idx) }

// Table returns the whole table [n, dim].
func (e Embedding) Table(b *Build) *graph.V { return b.Weight(e.table) }

// RMSNorm scales rows to a root mean square of 1, times a learned gain.
type RMSNorm struct{ gain string }

// NewRMSNorm declares name.gain.
func NewRMSNorm(p *Params, name string, dim int) RMSNorm {
	p.Add(name+".gain", Ones, dim)
	return RMSNorm{name + ".gain"}
}

// Apply normalises the last axis of x.
func (n RMSNorm) Apply(b *Build, x *graph.V) *graph.V { return x.RMSNorm(b.Weight(n.gain), 1e-6) }

// LayerNorm gives rows mean 0 and variance 1, times a gain plus a bias.
type LayerNorm struct{ gain, bias string }

// NewLayerNorm declares name.gain and name.bias.
func NewLayerNorm(p *Params, name string, dim int) LayerNorm {
	p.Add(name+".gain", Ones, dim)
	p.Add(name+".bias", Zeros, dim)
	return LayerNorm{name + ".gain", name + ".bias"}
}

// Apply normalises the last axis of x.
func (n LayerNorm) Apply(b *Build, x *graph.V) *graph.V {
	return x.LayerNorm(b.Weight(n.gain), b.Weight(n.bias), 1e-5)
}

// Conv1D is a convolution along a sequence that keeps its length.
type Conv1D struct {
	linear Linear
	width  int
}

// NewConv1D declares name.w [width*in, out], whose rows are the positions in
// order with in channels each, and name.b.
func NewConv1D(p *Params, name string, width, in, out int) Conv1D {
	return Conv1D{NewLinear(p, name, width*in, out), width}
}

// Apply maps x [B, T, in] to [B, T, out]; beyond the ends x counts as zero.
func (c Conv1D) Apply(b *Build, x *graph.V) *graph.V { return c.linear.Apply(b, x.Unfold(c.width)) }
