package py

import (
	"math"
	"math/big"
)

// Big is an int that does not fit in 64 bits. It is not to be modified.
type Big struct{ X *big.Int }

// Type returns "int".
func (*Big) Type() string { return "int" }

// NewInt returns x as an Int if it fits, else as a *Big that keeps x.
func NewInt(x *big.Int) Value {
	if x.IsInt64() {
		return Int(x.Int64())
	}
	return &Big{x}
}

// IsNumber reports whether v is a bool, an int or a float.
func IsNumber(v Value) bool {
	switch v.(type) {
	case Bool, Int, Float, *Big:
		return true
	}
	return false
}

// IsInt is isinstance(v, int): a bool is an int.
func IsInt(v Value) bool {
	switch v.(type) {
	case Bool, Int, *Big:
		return true
	}
	return false
}

// small returns a bool or an int of 64 bits.
func small(v Value) (x int64, ok bool) {
	switch v := v.(type) {
	case Int:
		return int64(v), true
	case Bool:
		if v {
			return 1, true
		}
		return 0, true
	}
	return 0, false
}

// bigOf returns an int of any size, nil for anything else. It is not to be
// modified.
func bigOf(v Value) *big.Int {
	if b, ok := v.(*Big); ok {
		return b.X
	}
	if x, ok := small(v); ok {
		return big.NewInt(x)
	}
	return nil
}

// toFloat returns a number as a float; it raises OverflowError for an int that
// is too large.
func toFloat(v Value) float64 {
	switch v := v.(type) {
	case Float:
		return float64(v)
	case *Big:
		f, _ := v.X.Float64()
		if math.IsInf(f, 0) {
			Raise("OverflowError", "int too large to convert to float")
		}
		return f
	}
	x, _ := small(v)
	return float64(x)
}

func isFloat(v Value) bool { _, ok := v.(Float); return ok }

// compareNumbers returns the order of two numbers, exactly; ok is false with a
// NaN.
func compareNumbers(a, b Value) (order int, ok bool) {
	f, aFloat := a.(Float)
	g, bFloat := b.(Float)
	switch {
	case aFloat && bFloat:
		return compareFloats(float64(f), float64(g))
	case aFloat:
		order, ok = compareIntFloat(b, float64(f))
		return -order, ok
	case bFloat:
		return compareIntFloat(a, float64(g))
	}
	x, ok1 := small(a)
	y, ok2 := small(b)
	switch {
	case ok1 && ok2 && x < y:
		return -1, true
	case ok1 && ok2 && x > y:
		return 1, true
	case ok1 && ok2:
		return 0, true
	}
	return bigOf(a).Cmp(bigOf(b)), true
}

func compareFloats(f, g float64) (order int, ok bool) {
	switch {
	case f < g:
		return -1, true
	case f > g:
		return 1, true
	}
	return 0, f == g
}

// compareIntFloat compares without rounding the int.
func compareIntFloat(v Value, f float64) (order int, ok bool) {
	if f != f {
		return 0, false
	}
	x, isSmall := small(v)
	if !isSmall {
		if math.IsInf(f, 0) {
			return compareFloats(0, f)
		}
		return new(big.Float).SetInt(bigOf(v)).Cmp(big.NewFloat(f)), true
	}
	const exact = 1 << 53
	switch {
	case x >= -exact && x <= exact:
		return compareFloats(float64(x), f)
	case f >= 1<<63:
		return -1, true
	case f < -1<<63:
		return 1, true
	}
	whole := int64(f) // f is in the range of int64
	switch {
	case x < whole:
		return -1, true
	case x > whole:
		return 1, true
	}
	return compareFloats(float64(whole), f) // what f has behind the point decides
}

func equalNumbers(a, b Value) bool {
	if !IsNumber(b) {
		return false
	}
	order, ok := compareNumbers(a, b)
	return ok && order == 0
}
