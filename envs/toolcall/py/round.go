package py

import (
	"math"
	"math/big"
	"strconv"
)

// Round is round(v, ndigits), or round(v) where ndigits is None. Halves go to
// the even digit; a float is rounded from its exact value.
func Round(v, ndigits Value) Value {
	if !IsNumber(v) {
		Raise("TypeError", "type %s doesn't define __round__ method", v.Type())
	}
	f, isFloat := v.(Float)
	if _, none := ndigits.(None); none {
		if isFloat {
			return truncate(math.RoundToEven(float64(f)))
		}
		return IntOf(v)
	}
	n := clampedIndex(ndigits)
	if isFloat {
		return Float(roundFloat(float64(f), n))
	}
	if n >= 0 {
		return IntOf(v)
	}
	return roundInt(bigOf(v), -n)
}

// clampedIndex returns an int for ndigits, cut to what changes anything.
func clampedIndex(v Value) int {
	const most = 1 << 30
	if b, ok := v.(*Big); ok {
		return b.X.Sign() * most
	}
	n, ok := small(v)
	if !ok {
		Raise("TypeError", "'%s' object cannot be interpreted as an integer", v.Type())
	}
	return int(min(max(n, -most), most))
}

// roundFloat rounds to n digits behind the point.
func roundFloat(f float64, n int) float64 {
	switch {
	case f != f, math.IsInf(f, 0), n > 323:
		return f
	case n < -308:
		return 0 * f
	case n >= 0:
		g, _ := strconv.ParseFloat(strconv.FormatFloat(f, 'f', n, 64), 64)
		return checkedRound(g)
	}
	x, _ := big.NewFloat(f).Int(nil) // ties are found below, from what was cut
	g := roundedDown(x, -n, f != math.Trunc(f))
	h, _ := new(big.Float).SetInt(g).Float64()
	return checkedRound(math.Copysign(h, f))
}

func checkedRound(f float64) float64 {
	if math.IsInf(f, 0) {
		Raise("OverflowError", "rounded value too large to represent")
	}
	return f
}

func roundInt(x *big.Int, n int) Value {
	if n > x.BitLen() { // 10**n > 2*|x|
		return Int(0)
	}
	return NewInt(roundedDown(x, n, false))
}

// roundedDown returns the multiple of 10**n nearest to x; more tells that the
// number goes on behind the point, away from zero.
func roundedDown(x *big.Int, n int, more bool) *big.Int {
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	q, r := new(big.Int).QuoRem(new(big.Int).Abs(x), unit, new(big.Int))
	half := r.Lsh(r, 1).Cmp(unit)
	if half > 0 || half == 0 && (more || q.Bit(0) == 1) {
		q.Add(q, big.NewInt(1))
	}
	q.Mul(q, unit)
	if x.Sign() < 0 {
		q.Neg(q)
	}
	return q
}
