package graph

// masked is the logit of what must not be chosen. Minus infinity would give NaN
// where a whole row is masked.
const masked = -1e9

// compose gives the node of out the gradient of a composite of in.
func compose(out *V, in []*V, back func(grad *V, need func(int) bool) []*V) *V {
	out.node.Adjoint = &Adjoint{In: in, Back: back}
	return out
}

// SiLU returns v * sigmoid(v).
func (v *V) SiLU() *V {
	s := v.Sigmoid()
	y := v.Mul(s)
	return compose(y, []*V{v}, func(g *V, _ func(int) bool) []*V {
		// d(v s) = s + v s (1 - s) = s + y - y s
		return []*V{g.Mul(s.Add(y.Sub(y.Mul(s))))}
	})
}

// GELU returns v * Phi(v) with the tanh approximation of the normal
// distribution: 0.5 v (1 + tanh(sqrt(2/pi) (v + 0.044715 v^3))).
func (v *V) GELU() *V {
	inner := v.Add(v.Mul(v).Mul(v).Times(0.044715)).Times(0.7978845608028654)
	return v.Mul(inner.Tanh().Plus(1)).Times(0.5)
}

// RMSNorm divides the rows of the last axis by their root mean square and
// multiplies by the weight, a vector: v / sqrt(mean(v^2) + eps) * w.
func (v *V) RMSNorm(w *V, eps float64) *V {
	r := v.Square().MeanKeep(-1).Plus(eps).Sqrt().Recip()
	h := v.Mul(r)
	return compose(h.Mul(w), []*V{v, w}, func(g *V, need func(int) bool) []*V {
		var dv, dw *V
		if need(1) {
			dw = g.Mul(h).SumTo(w)
		}
		if need(0) {
			gh := g.Mul(w)
			dv = gh.Sub(h.Mul(gh.Mul(h).MeanKeep(-1))).Mul(r)
		}
		return []*V{dv, dw}
	})
}

// LayerNorm gives the rows of the last axis mean 0 and variance 1, multiplies
// by w and adds b, two vectors: (v - mean) / sqrt(var + eps) * w + b.
func (v *V) LayerNorm(w, b *V, eps float64) *V {
	c := v.Sub(v.MeanKeep(-1))
	r := c.Square().MeanKeep(-1).Plus(eps).Sqrt().Recip()
	h := c.Mul(r)
	return compose(h.Mul(w).Add(b), []*V{v, w, b}, func(g *V, need func(int) bool) []*V {
		var dv, dw, db *V
		if need(2) {
			db = g.SumTo(b)
		}
		if need(1) {
			dw = g.Mul(h).SumTo(w)
		}
		if need(0) {
			gh := g.Mul(w)
			dv = gh.Sub(gh.MeanKeep(-1)).Sub(h.Mul(gh.Mul(h).MeanKeep(-1))).Mul(r)
		}
		return []*V{dv, dw, db}
	})
}

// Softplus returns log(1 + e^v).
func (v *V) Softplus() *V {
	// max(v, 0) + log(1 + e^-|v|) does not overflow. The operator of this name
	// is ten times slower than all of this on the CPU (measured with 1.32).
	y := v.Relu().Add(v.Abs().Neg().Exp().Plus(1).Log())
	return compose(y, []*V{v}, func(g *V, _ func(int) bool) []*V { return []*V{g.Mul(v.Sigmoid())} })
}

// Mask sets v, which must be finite, to -1e9 where keep, a Bool that
// broadcasts, is false; elsewhere v keeps its bits.
func (v *V) Mask(keep *V) *V {
	if keep.dtype != Bool {
		fail("Mask: want a bool, not %v", keep)
	}
	k := keep.Cast(v.dtype)
	return v.Mul(k).Add(k.Plus(-1).Times(-masked))
}

// MaskedLogSoftmax is LogSoftmax over the last axis among the elements where
// keep is true. The others get about -1e9; the gradient does not reach them.
// A row without any true is uniform.
func (v *V) MaskedLogSoftmax(keep *V) *V { return v.Mask(keep).LogSoftmax(-1) }

// SegmentLogSoftmax is a log-softmax within each segment of the ragged scores v
// [N]: the result [B, A] has one row a segment. idx [B, A] says which score
// stands where, N for none; such places get about -1e9.
func (v *V) SegmentLogSoftmax(idx *V) *V { return v.PadGather(idx, masked).LogSoftmax(-1) }

// PickLogProb returns the log-probability of one column a row: v [N, K] are
// logits, idx [N, 1] the columns, the result [N, 1]. Its gradient is one
// scatter into -g*softmax instead of several passes over [N, K].
func (v *V) PickLogProb(idx *V) *V {
	lp := v.LogSoftmax(-1)
	return compose(lp.GatherElements(-1, idx), []*V{v}, func(g *V, _ func(int) bool) []*V {
		return []*V{lp.Exp().Mul(g.Neg()).ScatterAddElements(-1, idx, g)}
	})
}
