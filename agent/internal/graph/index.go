package graph

import (
	"slices"

	"stepgym/agent/internal/onnx"
)

var addReduction = onnx.Attr{Name: "reduction", Value: "add"}

func wantInts(op string, idx *V) {
	if idx == nil || idx.dtype != I64 {
		fail("%s: indexes must be int64, not %v", op, idx)
	}
}

// Gather picks rows (axis 0) of v: the result has the shape of idx followed by
// that of one row. Indexes are in [-rows, rows).
func (v *V) Gather(idx *V) *V {
	wantInts("Gather", idx)
	v.axis("Gather", 0)
	return v.g.node("Gather", []*V{v, idx}, axisAttr(0), Args{Axes: []int{0}}, v.dtype,
		slices.Concat(idx.shape, v.shape[1:]))
}

// GatherElements picks, for every element of idx, the element of v at the same
// place except on axis, where idx says which. Shapes may differ on axis only.
func (v *V) GatherElements(axis int, idx *V) *V {
	wantInts("GatherElements", idx)
	axis = v.axis("GatherElements", axis)
	alongAxis("GatherElements", axis, v, idx)
	return v.g.node("GatherElements", []*V{v, idx}, axisAttr(axis), Args{Axes: []int{axis}}, v.dtype, idx.shape)
}

// alongAxis checks that a and b have equal shapes but for axis.
func alongAxis(op string, axis int, a, b *V) {
	if len(a.shape) != len(b.shape) {
		fail("%s: %v and %v differ in rank", op, a, b)
	}
	for i := range a.shape {
		if i != axis && a.shape[i] != b.shape[i] {
			fail("%s: %v and %v differ on axis %d", op, a, b, i)
		}
	}
}

// GatherND picks parts of v by tuples: the last axis of idx, of static size k,
// holds indexes into the first k axes of v.
func (v *V) GatherND(idx *V) *V {
	return v.g.node("GatherND", []*V{v, idx}, nil, Args{}, v.dtype, v.partShape("GatherND", idx))
}

// partShape is the shape of what the tuples of idx pick from v.
func (v *V) partShape(op string, idx *V) []Dim {
	wantInts(op, idx)
	k, ok := idx.Dim(-1).Static()
	if !ok || k < 1 || k > len(v.shape) {
		fail("%s: the last axis of %v must be of 1 to %d indexes", op, idx, len(v.shape))
	}
	return slices.Concat(idx.shape[:len(idx.shape)-1], v.shape[k:])
}

// ScatterAddElements adds the elements of upd to v at the places that
// GatherElements with the same axis and indexes would read.
func (v *V) ScatterAddElements(axis int, idx, upd *V) *V {
	wantInts("ScatterElements", idx)
	axis = v.axis("ScatterElements", axis)
	alongAxis("ScatterElements", axis, v, idx)
	if !SameShape(idx, upd) || upd.dtype != v.dtype {
		fail("ScatterElements: %v must have the shape of %v and the type of %v", upd, idx, v)
	}
	return v.g.node("ScatterElements", []*V{v, idx, upd}, append(axisAttr(axis), addReduction), Args{Axes: []int{axis}}, v.dtype, v.shape)
}

// ScatterAddND adds parts of upd to v at the places that GatherND with the same
// indexes would read. Repeated indexes add up.
//
// Unless the graph is Serial it is written with ScatterElements over whole rows,
// 20 times slower, because the operator of its name loses additions: the
// runtime's CPU kernel lets threads add to one place without synchronisation
// (seen with 1.32: sums 4 to 95 % too small).
func (v *V) ScatterAddND(idx, upd *V) *V {
	if want := v.partShape("ScatterND", idx); !slices.Equal(want, upd.shape) || upd.dtype != v.dtype {
		fail("ScatterND: %v must have shape %s and the type of %v", upd, shapeString(want), v)
	}
	if v.g.Serial {
		return v.g.node("ScatterND", []*V{v, idx, upd}, []onnx.Attr{addReduction}, Args{}, v.dtype, v.shape)
	}
	k, _ := idx.Dim(-1).Static()
	row := idx.Reshape(Count(idx.shape[:len(idx.shape)-1]...), D(k))
	rows := v.shape[0]
	if k == 1 {
		row = row.Squeeze(1)
	} else {
		strides := make([]Dim, k)
		strides[k-1] = D(1)
		for i := k - 2; i >= 0; i-- {
			strides[i] = strides[i+1].Times(v.shape[i+1])
		}
		rows = strides[0].Times(v.shape[0])
		row = row.Mul(v.g.ShapeOf(strides...)).Sum(1)
	}
	width := Count(v.shape[k:]...)
	return v.Reshape(rows, width).
		ScatterAddElements(0, row.Unsqueeze(1).Expand(row.shape[0], width), upd.Reshape(row.shape[0], width)).
		Reshape(v.shape...)
}

// SegmentSum adds up the rows (axis 0) of v that have the same segment: row i
// of the result, of n, is the sum of the rows j with seg[j] == i. seg has shape
// [rows].
func (v *V) SegmentSum(seg *V, n Dim) *V {
	shape := slices.Clone(v.shape)
	shape[v.axis("SegmentSum", 0)] = n
	return v.g.Zeros(v.dtype, shape...).ScatterAddND(seg.Unsqueeze(1), v)
}

// EmbeddingBag returns, for each of n bags, the mean of the table rows tok[j]
// with bag[j] equal to it; 0 for an empty bag. tok and bag have one shape [N].
func (v *V) EmbeddingBag(tok, bag *V, n Dim) *V {
	sum := v.Gather(tok).SegmentSum(bag, n)
	ones := v.g.Full(v.dtype, 1, tok.shape...)
	count := ones.SegmentSum(bag, n).Max(v.lit(1))
	return sum.Div(count.Unsqueeze(1))
}

// PadGather arranges ragged rows in a rectangle: v is [N, ...] and idx, of any
// shape, says which row goes where; N means none, and gives x instead.
func (v *V) PadGather(idx *V, x float64) *V {
	return v.Pad(0, D(0), D(1), x).Gather(idx)
}
