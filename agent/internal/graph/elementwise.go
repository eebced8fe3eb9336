package graph

import "stepgym/agent/internal/onnx"

// broadcast is the shape of an operation on shapes a and b: axes are aligned at
// the end and the number 1 stretches.
func broadcast(op string, a, b *V) []Dim {
	out := make([]Dim, max(len(a.shape), len(b.shape)))
	for i := range out {
		x, y := D(1), D(1)
		if j := i - (len(out) - len(a.shape)); j >= 0 {
			x = a.shape[j]
		}
		if j := i - (len(out) - len(b.shape)); j >= 0 {
			y = b.shape[j]
		}
		switch {
		case x.one():
			out[i] = y
		case y.one() || x == y:
			out[i] = x
		default:
			fail("%s: %v and %v do not broadcast (%v against %v)", op, a, b, x, y)
		}
	}
	return out
}

// arith adds a node of two inputs of one type. t is the output's type, or 0
// for the inputs' own.
func arith(op string, a, b *V, t DType) *V {
	if a == nil || b == nil {
		fail("%s: a nil value", op)
	}
	if a.dtype != b.dtype {
		fail("%s: %v and %v have different types: cast one", op, a, b)
	}
	if t == 0 {
		t = a.dtype
	}
	return a.g.node(op, []*V{a, b}, nil, Args{}, t, broadcast(op, a, b))
}

// unary adds a node of one input that keeps type and shape.
func unary(op string, a *V) *V {
	return a.g.node(op, []*V{a}, nil, Args{}, a.dtype, a.shape)
}

// Add returns v + b, broadcasting.
func (v *V) Add(b *V) *V { return arith("Add", v, b, 0) }

// Sub returns v - b, broadcasting.
func (v *V) Sub(b *V) *V { return arith("Sub", v, b, 0) }

// Mul returns v * b element by element, broadcasting.
func (v *V) Mul(b *V) *V { return arith("Mul", v, b, 0) }

// Div returns v / b element by element, broadcasting.
func (v *V) Div(b *V) *V { return arith("Div", v, b, 0) }

// Min returns the smaller of v and b. Where they are equal the gradient goes to
// v alone.
func (v *V) Min(b *V) *V { return arith("Min", v, b, 0) }

// Max returns the larger of v and b. Where they are equal the gradient goes to
// v alone.
func (v *V) Max(b *V) *V { return arith("Max", v, b, 0) }

// Plus returns v + x.
func (v *V) Plus(x float64) *V { return v.Add(v.lit(x)) }

// Times returns v * x.
func (v *V) Times(x float64) *V { return v.Mul(v.lit(x)) }

// Clip limits v to [lo, hi]. The gradient passes where lo <= v <= hi.
func (v *V) Clip(lo, hi float64) *V {
	return v.g.node("Clip", []*V{v, v.lit(lo), v.lit(hi)}, nil, Args{}, v.dtype, v.shape)
}

// Pow returns v raised to the constant power p.
func (v *V) Pow(p float64) *V {
	return v.PowV(v.lit(p))
}

// PowV returns v raised to the power p, a scalar that gets no gradient.
func (v *V) PowV(p *V) *V {
	return v.g.node("Pow", []*V{v, p}, nil, Args{}, v.dtype, v.shape)
}

// Neg returns -v.
func (v *V) Neg() *V { return unary("Neg", v) }

// Abs returns |v|; its gradient at 0 is 0.
func (v *V) Abs() *V { return unary("Abs", v) }

// Exp returns e to the power v.
func (v *V) Exp() *V { return unary("Exp", v) }

// Log returns the natural logarithm of v.
func (v *V) Log() *V { return unary("Log", v) }

// Sqrt returns the square root of v.
func (v *V) Sqrt() *V { return unary("Sqrt", v) }

// Recip returns 1 / v.
func (v *V) Recip() *V { return unary("Reciprocal", v) }

// Square returns v * v.
func (v *V) Square() *V { return v.Mul(v) }

// Tanh returns the hyperbolic tangent of v.
func (v *V) Tanh() *V { return unary("Tanh", v) }

// Sigmoid returns 1 / (1 + e^-v).
func (v *V) Sigmoid() *V { return unary("Sigmoid", v) }

// Relu returns max(v, 0); its gradient at 0 is 0.
func (v *V) Relu() *V { return unary("Relu", v) }

// Detach returns v with no gradient flowing back through it.
func (v *V) Detach() *V {
	d := unary("Identity", v)
	d.node.Adjoint = &Adjoint{}
	return d
}

// Assume returns v with its shape written in other terms: for a size that the
// caller knows to be equal and the builder cannot. Static sizes must agree.
func (v *V) Assume(shape ...Dim) *V {
	if len(shape) != len(v.shape) {
		fail("Assume: %v has %d axes, not %d", v, len(v.shape), len(shape))
	}
	for i, d := range shape {
		if a, ok := d.Static(); ok {
			if b, known := v.shape[i].Static(); known && a != b {
				fail("Assume: axis %d of %v is not %d", i, v, a)
			}
		}
	}
	return v.g.node("Identity", []*V{v}, nil, Args{}, v.dtype, shape)
}

// Cast converts v to type t. Only floats have gradients.
func (v *V) Cast(t DType) *V {
	if v.dtype == t {
		return v
	}
	return v.g.node("Cast", []*V{v}, []onnx.Attr{{Name: "to", Value: int64(t)}}, Args{}, t, v.shape)
}

// Less tells where v < b.
func (v *V) Less(b *V) *V { return arith("Less", v, b, Bool) }

// LessEq tells where v <= b.
func (v *V) LessEq(b *V) *V { return arith("LessOrEqual", v, b, Bool) }

// Greater tells where v > b.
func (v *V) Greater(b *V) *V { return arith("Greater", v, b, Bool) }

// Equal tells where v == b.
func (v *V) Equal(b *V) *V { return arith("Equal", v, b, Bool) }

// And tells where both v and b are true.
func (v *V) And(b *V) *V { return arith("And", v, b, Bool) }

// Or tells where v or b or both are true.
func (v *V) Or(b *V) *V { return arith("Or", v, b, Bool) }

// Not tells where v is false.
func (v *V) Not() *V { return unary("Not", v) }

// Where picks a where v, a Bool, is true and b elsewhere, broadcasting. On the
// CPU it is slow for large values; Mask is not.
func (v *V) Where(a, b *V) *V {
	if v.dtype != Bool || a == nil || b == nil || a.dtype != b.dtype {
		fail("Where: want a bool and two values of one type, not %v, %v, %v", v, a, b)
	}
	ab := &V{g: v.g, name: "choices", dtype: a.dtype, shape: broadcast("Where", a, b)}
	return v.g.node("Where", []*V{v, a, b}, nil, Args{}, a.dtype, broadcast("Where", v, ab))
}

// Sum adds up values of one type and shape.
func Sum(vs ...*V) *V {
	if len(vs) == 1 {
		return vs[0]
	}
	if len(vs) == 0 {
		fail("Sum: no values")
	}
	for _, v := range vs[1:] {
		if !SameShape(v, vs[0]) || v.dtype != vs[0].dtype {
			fail("Sum: %v and %v differ", v, vs[0])
		}
	}
	return vs[0].g.node("Sum", vs, nil, Args{}, vs[0].dtype, vs[0].shape)
}

// SameShape reports whether a and b have equal shapes.
func SameShape(a, b *V) bool {
	if len(a.shape) != len(b.shape) {
		return false
	}
	for i := range a.shape {
		if a.shape[i] != b.shape[i] {
			return false
		}
	}
	return true
}
