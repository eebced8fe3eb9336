package grad_test

import (
	"fmt"
	"math/rand/v2"

	"stepgym/agent/internal/graph"
	"stepgym/agent/internal/graph/interp"
	"stepgym/agent/internal/graph/loss"
)

// arg is an input of a case. Its kind says what it is filled with.
type arg struct {
	shape []graph.Dim
	kind  kind
	below int // of indexes: the first that is too large; 0 if symbol says it
	sym   string
}

type kind int

const (
	normal   kind = iota // floats around 0
	positive             // floats in [0.5, 2]
	index                // int64 in [0, below)
	flag                 // bool
)

// opCase is an operator or composite, applied to args.
type opCase struct {
	name string
	args []arg
	f    func(x []*graph.V) *graph.V
}

var (
	dimA, dimB, dimC = graph.Sym("A"), graph.Sym("B"), graph.Sym("C")
)

func d(n int) graph.Dim { return graph.D(n) }

func floats(shape ...graph.Dim) arg { return arg{shape: shape} }
func above(shape ...graph.Dim) arg  { return arg{shape: shape, kind: positive} }
func flags(shape ...graph.Dim) arg  { return arg{shape: shape, kind: flag} }
func indexes(below int, shape ...graph.Dim) arg {
	return arg{shape: shape, kind: index, below: below}
}
func indexesSym(sym string, shape ...graph.Dim) arg {
	return arg{shape: shape, kind: index, sym: sym}
}

// bindings are the sizes that every case is run with.
var bindings = []map[string]int{
	{"A": 2, "B": 3, "C": 4},
	{"A": 3, "B": 1, "C": 2},
}

func elementwise() []opCase {
	ab := []arg{floats(dimA, dimB), floats(dimA, dimB)}
	unary := func(name string, a arg, f func(v *graph.V) *graph.V) opCase {
		return opCase{name, []arg{a}, func(x []*graph.V) *graph.V { return f(x[0]) }}
	}
	pair := func(name string, f func(a, b *graph.V) *graph.V) opCase {
		return opCase{name, ab, func(x []*graph.V) *graph.V { return f(x[0], x[1]) }}
	}
	v, p := floats(dimA, dimB), above(dimA, dimB)
	return []opCase{
		pair("Add", (*graph.V).Add), pair("Sub", (*graph.V).Sub), pair("Mul", (*graph.V).Mul),
		pair("Min", (*graph.V).Min), pair("Max", (*graph.V).Max),
		{"Add row", []arg{floats(dimA, dimB, d(2)), floats(d(2))}, func(x []*graph.V) *graph.V { return x[0].Add(x[1]) }},
		{"Sub column", []arg{floats(dimA, d(1)), floats(dimA, dimB)}, func(x []*graph.V) *graph.V { return x[0].Sub(x[1]) }},
		{"Mul scalar", []arg{floats(), floats(dimA, dimB)}, func(x []*graph.V) *graph.V { return x[0].Mul(x[1]) }},
		{"Mul outer", []arg{floats(dimA, d(1)), floats(d(1), dimB)}, func(x []*graph.V) *graph.V { return x[0].Mul(x[1]) }},
		{"Div", []arg{floats(dimA, dimB), above(dimB)}, func(x []*graph.V) *graph.V { return x[0].Div(x[1]) }},
		{"Max column", []arg{floats(dimA, dimB), floats(dimA, d(1))}, func(x []*graph.V) *graph.V { return x[0].Max(x[1]) }},
		{"self", []arg{v}, func(x []*graph.V) *graph.V { return x[0].Mul(x[0]).Add(x[0]) }},
		unary("Neg", v, (*graph.V).Neg), unary("Abs", v, (*graph.V).Abs), unary("Exp", v, (*graph.V).Exp),
		unary("Log", p, (*graph.V).Log), unary("Sqrt", p, (*graph.V).Sqrt), unary("Recip", p, (*graph.V).Recip),
		unary("Tanh", v, (*graph.V).Tanh), unary("Sigmoid", v, (*graph.V).Sigmoid), unary("Relu", v, (*graph.V).Relu),
		unary("Softplus", v, (*graph.V).Softplus), unary("SiLU", v, (*graph.V).SiLU), unary("GELU", v, (*graph.V).GELU),
		unary("Square", v, (*graph.V).Square),
		unary("Pow 3", v, func(v *graph.V) *graph.V { return v.Pow(3) }),
		unary("Pow -1.5", p, func(v *graph.V) *graph.V { return v.Pow(-1.5) }),
		unary("Clip", v, func(v *graph.V) *graph.V { return v.Clip(-0.4, 0.7) }),
		unary("Assume", v, func(v *graph.V) *graph.V { return v.Assume(dimA, dimB) }),
		{"Where", []arg{flags(dimA, dimB), floats(dimA, dimB), floats(dimB)},
			func(x []*graph.V) *graph.V { return x[0].Where(x[1], x[2]) }},
		{"Sum of three", []arg{v, v, v}, func(x []*graph.V) *graph.V { return graph.Sum(x[0], x[1], x[2], x[0]) }},
	}
}

func layouts() []opCase {
	v := []arg{floats(dimA, dimB, d(4))}
	one := func(name string, f func(v *graph.V) *graph.V) opCase {
		return opCase{name, v, func(x []*graph.V) *graph.V { return f(x[0]) }}
	}
	return []opCase{
		one("Reshape", func(v *graph.V) *graph.V { return v.Reshape(dimA, dimB, d(2), d(2)) }),
		one("Reshape one open", func(v *graph.V) *graph.V { return v.Reshape(dimA.Times(dimB), d(4)) }),
		one("Reshape two open", func(v *graph.V) *graph.V { return v.Reshape(d(4), dimB, dimA) }),
		one("Rows", func(v *graph.V) *graph.V { return v.Rows() }),
		one("Transpose", func(v *graph.V) *graph.V { return v.Transpose(2, 0, 1).Mul(v.Transpose(2, 0, 1)) }),
		one("T", func(v *graph.V) *graph.V { return v.T() }),
		one("Unsqueeze", func(v *graph.V) *graph.V { return v.Unsqueeze(1).Squeeze(1).Unsqueeze(-1) }),
		{"Expand", []arg{floats(dimA, d(1), d(2))}, func(x []*graph.V) *graph.V { return x[0].Expand(dimB, dimA, dimC, d(2)) }},
		{"Expand by symbol of another", []arg{floats(dimA), floats(dimB)},
			func(x []*graph.V) *graph.V { return x[0].Unsqueeze(1).Expand(dimA, dimB).Mul(x[1]) }},
		{"Concat", []arg{floats(dimA, dimB), floats(dimA, dimC), floats(dimA, d(2))},
			func(x []*graph.V) *graph.V { return graph.Concat(1, x...) }},
		{"Concat self", []arg{floats(dimA, d(2))}, func(x []*graph.V) *graph.V { return graph.Concat(0, x[0], x[0].Neg()) }},
		one("Split", func(v *graph.V) *graph.V { s := v.Split(2, 1, 3); return s[1].Mul(s[0]) }),
		one("Split, one part unused", func(v *graph.V) *graph.V { return v.Split(2, 1, 3)[1] }),
		one("Slice", func(v *graph.V) *graph.V { return v.Slice(2, 1, 3) }),
		one("Slice from end", func(v *graph.V) *graph.V { return v.Slice(2, 1, -1) }),
		{"Slice symbolic", []arg{floats(dimA, dimC)}, func(x []*graph.V) *graph.V { return x[0].Slice(1, 1, 0) }},
		{"SliceDim", []arg{floats(dimC.Plus(d(0)), dimA), floats(dimB)},
			func(x []*graph.V) *graph.V { return x[0].SliceDim(0, d(1), dimC).Pad(0, dimB, dimA, 0.5) }},
		one("Pad", func(v *graph.V) *graph.V { return v.Pad(1, d(2), d(1), 3) }),
		{"Unfold", []arg{floats(dimA, dimC, d(2))}, func(x []*graph.V) *graph.V { return x[0].Unfold(5) }},
		{"Unfold even", []arg{floats(dimA, dimC, d(2))}, func(x []*graph.V) *graph.V { return x[0].Unfold(2) }},
	}
}

func reductions() []opCase {
	v := []arg{floats(dimA, dimB, d(3))}
	one := func(name string, f func(v *graph.V) *graph.V) opCase {
		return opCase{name, v, func(x []*graph.V) *graph.V { return f(x[0]) }}
	}
	return []opCase{
		one("Sum all", func(v *graph.V) *graph.V { return v.Sum() }),
		one("Sum", func(v *graph.V) *graph.V { return v.Sum(0, 2) }),
		one("SumKeep", func(v *graph.V) *graph.V { return v.SumKeep(1) }),
		one("SumSquare", func(v *graph.V) *graph.V { return v.SumSquare(1) }),
		one("Mean all", func(v *graph.V) *graph.V { return v.Mean() }),
		one("Mean dynamic", func(v *graph.V) *graph.V { return v.Mean(1) }),
		one("MeanKeep", func(v *graph.V) *graph.V { return v.MeanKeep(-1).Mul(v) }),
		one("Largest", func(v *graph.V) *graph.V { return v.Largest(1) }),
		one("LargestKeep", func(v *graph.V) *graph.V { return v.LargestKeep(0, 2) }),
		one("Smallest", func(v *graph.V) *graph.V { return v.Smallest(2) }),
		one("Largest of equals", func(v *graph.V) *graph.V { return graph.Concat(2, v.Relu(), v.Relu()).Largest(2) }),
		one("Softmax", func(v *graph.V) *graph.V { return v.Softmax(-1) }),
		one("Softmax axis 1", func(v *graph.V) *graph.V { return v.Softmax(1) }),
		one("LogSoftmax", func(v *graph.V) *graph.V { return v.LogSoftmax(-1) }),
		{"RMSNorm", []arg{floats(dimA, dimB, d(3)), floats(d(3))}, func(x []*graph.V) *graph.V { return x[0].RMSNorm(x[1], 1e-5) }},
		{"LayerNorm", []arg{floats(dimA, dimB, d(3)), floats(d(3)), floats(d(3))},
			func(x []*graph.V) *graph.V { return x[0].LayerNorm(x[1], x[2], 1e-3) }},
		{"MaskedLogSoftmax", []arg{floats(dimA, dimC), flags(dimA, dimC)},
			func(x []*graph.V) *graph.V { return x[0].MaskedLogSoftmax(x[1]) }},
	}
}

func indexing() []opCase {
	return []opCase{
		{"Gather", []arg{floats(d(4), d(3)), indexes(4, dimA, dimB)}, func(x []*graph.V) *graph.V { return x[0].Gather(x[1]) }},
		{"Gather vector", []arg{floats(dimC), indexesSym("C", dimA, dimB)}, func(x []*graph.V) *graph.V { return x[0].Gather(x[1]) }},
		{"GatherElements", []arg{floats(dimA, d(4)), indexes(4, dimA, dimB)},
			func(x []*graph.V) *graph.V { return x[0].GatherElements(1, x[1]) }},
		{"GatherND", []arg{floats(d(3), d(2), d(2)), indexes(2, dimB, d(2))}, func(x []*graph.V) *graph.V { return x[0].GatherND(x[1]) }},
		{"ScatterAddElements", []arg{floats(d(4), dimA), indexes(4, dimB, dimA), floats(dimB, dimA)},
			func(x []*graph.V) *graph.V { return x[0].ScatterAddElements(0, x[1], x[2]) }},
		{"ScatterAddND", []arg{floats(d(4), d(2)), indexes(4, dimC, d(1)), floats(dimC, d(2))},
			func(x []*graph.V) *graph.V { return x[0].ScatterAddND(x[1], x[2]) }},
		{"SegmentSum", []arg{floats(dimC, d(2)), indexesSym("A", dimC), floats(dimA)},
			func(x []*graph.V) *graph.V { return x[0].SegmentSum(x[1], dimA).Mul(x[2].Unsqueeze(1)) }},
		{"EmbeddingBag", []arg{floats(d(5), d(2)), indexes(5, dimC), indexesSym("A", dimC), floats(dimA)},
			func(x []*graph.V) *graph.V { return x[0].EmbeddingBag(x[1], x[2], dimA).Mul(x[3].Unsqueeze(1)) }},
		{"PadGather", []arg{floats(dimC, d(2)), indexesSym("C+1", dimA, dimB)},
			func(x []*graph.V) *graph.V { return x[0].PadGather(x[1], 7) }},
		{"SegmentLogSoftmax", []arg{floats(dimC), indexesSym("C+1", dimA, d(3))},
			func(x []*graph.V) *graph.V { return x[0].SegmentLogSoftmax(x[1]) }},
		{"PickLogProb", []arg{floats(dimA, d(5)), indexes(5, dimA, d(1))}, func(x []*graph.V) *graph.V { return x[0].PickLogProb(x[1]) }},
	}
}

func products() []opCase {
	gemm := func(ta, tb bool, a, b, bias arg) opCase {
		return opCase{fmt.Sprint("Gemm ", ta, tb), []arg{a, b, bias}, func(x []*graph.V) *graph.V { return x[0].Gemm(x[1], ta, tb, x[2]) }}
	}
	bias := floats(d(2))
	return []opCase{
		gemm(false, false, floats(dimA, d(3)), floats(d(3), d(2)), bias),
		gemm(false, true, floats(dimA, d(3)), floats(d(2), d(3)), bias),
		gemm(true, false, floats(d(3), dimA), floats(d(3), d(2)), bias),
		gemm(true, true, floats(dimB, dimA), floats(d(2), dimB), bias),
		{"Linear 3", []arg{floats(dimA, dimB, d(3)), floats(d(3), d(2)), bias}, func(x []*graph.V) *graph.V { return x[0].Linear(x[1], x[2]) }},
		{"LinearT", []arg{floats(dimA, dimB, d(3)), floats(d(2), d(3))}, func(x []*graph.V) *graph.V { return x[0].LinearT(x[1], nil) }},
		{"MatMul", []arg{floats(dimA, dimB, dimC), floats(dimA, dimC, d(2))}, func(x []*graph.V) *graph.V { return x[0].MatMul(x[1]) }},
		{"MatMul broadcast", []arg{floats(dimA, d(2), dimB, d(3)), floats(d(1), d(3), dimC)},
			func(x []*graph.V) *graph.V { return x[0].MatMul(x[1]) }},
	}
}

func losses() []opCase {
	b, bt, ba := []graph.Dim{dimA}, []graph.Dim{dimA, dimC}, []graph.Dim{dimA, dimC}
	clip := loss.Clip{Low: 0.2, High: 0.3}
	dual := loss.Clip{Low: 0.2, High: 0.3, Dual: 1.5}
	return []opCase{
		{"loss CrossEntropy", []arg{floats(dimA, d(4)), indexes(4, b...)}, func(x []*graph.V) *graph.V { return loss.CrossEntropy(x[0], x[1]) }},
		{"loss AnyOf", []arg{floats(ba...), flags(ba...)}, func(x []*graph.V) *graph.V {
			return loss.AnyOf(x[0].LogSoftmax(-1), x[1].Or(x[0].Equal(x[0].LargestKeep(-1))))
		}},
		{"loss PPO", []arg{floats(b...), floats(b...), floats(b...)}, func(x []*graph.V) *graph.V {
			return loss.PPO(x[0], x[1].Detach(), x[2].Detach(), clip).Loss
		}},
		{"loss PPO dual", []arg{floats(b...), floats(b...), floats(b...)}, func(x []*graph.V) *graph.V {
			return loss.PPO(x[0].Times(3), x[1].Detach(), x[2].Detach(), dual).Loss
		}},
		{"loss GSPO", []arg{floats(bt...), floats(bt...), flags(bt...), floats(b...)}, func(x []*graph.V) *graph.V {
			return loss.GSPO(x[0], x[1].Detach(), x[2].Cast(x[0].DType()), x[3].Detach(), loss.Clip{Low: 0.5, High: 0.5}).Loss
		}},
		{"loss Entropy", []arg{floats(ba...), flags(ba...)}, func(x []*graph.V) *graph.V {
			return loss.Entropy(x[0].MaskedLogSoftmax(x[1]))
		}},
		{"loss K3", []arg{floats(b...)}, func(x []*graph.V) *graph.V { return loss.K3(x[0]) }},
		{"loss KL", []arg{floats(ba...), floats(ba...)}, func(x []*graph.V) *graph.V {
			return loss.KL(x[0].LogSoftmax(-1), x[1].LogSoftmax(-1))
		}},
		{"loss Value", []arg{floats(b...), floats(b...)}, func(x []*graph.V) *graph.V { return loss.Value(x[0], x[1]) }},
		{"loss ValueClipped", []arg{floats(b...), floats(b...), floats(b...)}, func(x []*graph.V) *graph.V {
			return loss.ValueClipped(x[0], x[1].Detach(), x[2].Detach(), 0.2)
		}},
		{"loss Mean", []arg{floats(b...), floats()}, func(x []*graph.V) *graph.V { return loss.Mean(x[0].Square(), x[1]) }},
		{"loss MaskedMean", []arg{floats(b...), flags(b...)}, func(x []*graph.V) *graph.V {
			return loss.MaskedMean(x[0].Square(), x[1].Cast(x[0].DType()))
		}},
	}
}

// allCases are the cases of every operator.
func allCases() []opCase {
	var out []opCase
	for _, part := range [][]opCase{elementwise(), layouts(), reductions(), indexing(), products(), losses()} {
		out = append(out, part...)
	}
	return out
}

// dtype is the type of an argument in a graph whose floats have type t.
func (a arg) dtype(t graph.DType) graph.DType {
	switch a.kind {
	case index:
		return graph.I64
	case flag:
		return graph.Bool
	}
	return t
}

// sizesOf evaluates the shape, whose dimensions are numbers or single symbols.
func (a arg) sizesOf(bind map[string]int) []int {
	out := make([]int, len(a.shape))
	for i, dim := range a.shape {
		if n, ok := dim.Static(); ok {
			out[i] = n
		} else {
			out[i] = bind[dim.String()]
		}
	}
	return out
}

// fill makes the argument's tensor.
func (a arg) fill(t graph.DType, bind map[string]int, r *rand.Rand) *interp.Tensor {
	x := interp.New(a.dtype(t), a.sizesOf(bind)...)
	below := a.below
	switch a.sym {
	case "":
	case "C+1":
		below = bind["C"] + 1
	default:
		below = bind[a.sym]
	}
	for i := range x.X {
		switch a.kind {
		case normal:
			x.X[i] = r.NormFloat64()
		case positive:
			x.X[i] = 0.5 + 1.5*r.Float64()
		case index:
			x.X[i] = float64(r.IntN(below))
		case flag:
			x.X[i] = float64(r.IntN(2))
		}
		if t == graph.F32 {
			x.X[i] = float64(float32(x.X[i]))
		}
	}
	return x
}
