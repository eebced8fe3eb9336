package graph

import (
	"slices"

	"stepgym/agent/internal/onnx"
)

// Gemm is the matrix product of v and b, each transposed first if so asked,
// plus bias, a vector of one element a column; bias may be nil.
func (v *V) Gemm(b *V, transA, transB bool, bias *V) *V {
	if len(v.shape) != 2 || len(b.shape) != 2 || v.dtype != b.dtype {
		fail("Gemm: %v and %v must be matrices of one type", v, b)
	}
	m, k := v.shape[0], v.shape[1]
	if transA {
		m, k = k, m
	}
	k2, n := b.shape[0], b.shape[1]
	if transB {
		k2, n = n, k2
	}
	if k != k2 {
		fail("Gemm: %v and %v have inner sizes %v and %v", v, b, k, k2)
	}
	in := []*V{v, b}
	if bias != nil {
		if !slices.Equal(bias.shape, []Dim{n}) || bias.dtype != v.dtype {
			fail("Gemm: the bias %v must have shape [%v] and type %v", bias, n, v.dtype)
		}
		in = append(in, bias)
	}
	var attrs []onnx.Attr
	for _, t := range []struct {
		name string
		on   bool
	}{{"transA", transA}, {"transB", transB}} {
		if t.on {
			attrs = append(attrs, onnx.Attr{Name: t.name, Value: int64(1)})
		}
	}
	return v.g.node("Gemm", in, attrs, Args{TransA: transA, TransB: transB}, v.dtype, []Dim{m, n})
}

// Linear multiplies the last axis of v, of size K, by the weights w [K, N] and
// adds the bias [N], which may be nil.
func (v *V) Linear(w, bias *V) *V { return v.linear(w, false, bias) }

// LinearT is Linear with the weights stored as [N, K].
func (v *V) LinearT(w, bias *V) *V { return v.linear(w, true, bias) }

func (v *V) linear(w *V, trans bool, bias *V) *V {
	y := v.Rows().Gemm(w, false, trans, bias)
	if len(v.shape) == 2 {
		return y
	}
	return y.Reshape(slices.Concat(v.shape[:len(v.shape)-1], y.shape[1:])...)
}

// MatMul multiplies matrices in the last two axes; the axes before broadcast.
// Both need at least two axes.
func (v *V) MatMul(b *V) *V {
	n, m := len(v.shape), len(b.shape)
	if n < 2 || m < 2 || v.dtype != b.dtype || v.shape[n-1] != b.shape[m-2] {
		fail("MatMul: %v and %v do not multiply", v, b)
	}
	va := &V{name: v.name, dtype: v.dtype, shape: v.shape[:n-2]}
	vb := &V{name: b.name, dtype: b.dtype, shape: b.shape[:m-2]}
	shape := append(broadcast("MatMul", va, vb), v.shape[n-2], b.shape[m-1])
	return v.g.node("MatMul", []*V{v, b}, nil, Args{}, v.dtype, shape)
}

// Unfold puts beside each position of a sequence its neighbours: v is
// [B, T, D], the result [B, T, width*D] holds positions t-width/2 ..
// t+(width-1)/2 in order, zero beyond the ends. A Linear behind it is a
// one-dimensional convolution.
func (v *V) Unfold(width int) *V {
	if len(v.shape) != 3 || width < 1 {
		fail("Unfold: want [B, T, D] and a width above 0, not %v and %d", v, width)
	}
	if width == 1 {
		return v
	}
	p := v.Pad(1, D(width/2), D((width-1)/2), 0)
	parts := make([]*V, width)
	for j := range parts {
		parts[j] = p.SliceDim(1, D(j), v.shape[1].Plus(D(j)))
	}
	return Concat(2, parts...)
}
