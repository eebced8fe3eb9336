package py

import (
	"math"
	"math/big"
)

// precision is the number of bits in which powers are computed before they are
// rounded. C's pow is wrong in less than one of 100 last digits, Go's in many;
// the true value rounded is the same as C's in all but those.
const precision = 256

// pi and ln2 have more digits than precision needs.
const (
	pi  = "3.1415926535897932384626433832795028841971693993751058209749445923078164062862089986280348253421170679821480865132823066470938446"
	ln2 = "0.69314718055994530941723212145817656807550013436025525412068000949339362196969471560586332699641868754200148102057068573368552023"
)

func newFloat() *big.Float { return new(big.Float).SetPrec(precision) }

func float(f float64) *big.Float { return newFloat().SetFloat64(f) }

func constant(digits string) *big.Float {
	f, _, _ := big.ParseFloat(digits, 10, precision, big.ToNearestEven) // a constant of this file
	return f
}

// power returns x ** y rounded once; x is positive and finite, y finite. Beyond
// the range of a float it is infinite or zero.
func power(x, y float64) float64 {
	switch {
	case x == 1:
		return 1
	case y == 1:
		return x
	case y == 2:
		return x * x
	case math.Abs(y*math.Log2(x)) > 1100:
		return math.Pow(x, y)
	}
	const most = 1 << 12
	var f float64
	if y == math.Trunc(y) && math.Abs(y) < most {
		f, _ = powerOfInt(x, int(y)).Float64()
	} else {
		f, _ = exp(newFloat().Mul(float(y), ln(x))).Float64()
	}
	return f
}

func powerOfInt(x float64, n int) *big.Float {
	z, base := float(1), float(x)
	for k := max(n, -n); k > 0; k >>= 1 {
		if k&1 == 1 {
			z.Mul(z, base)
		}
		base.Mul(base, base)
	}
	if n < 0 {
		return z.Quo(float(1), z)
	}
	return z
}

// ln is 2 atanh((m-1)/(m+1)) + e ln 2, where x = m 2**e and m is near 1.
func ln(x float64) *big.Float {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = m*2, e-1
	}
	z := newFloat().Quo(float(m-1), newFloat().Add(float(m), float(1)))
	square := newFloat().Mul(z, z)
	sum := newFloat()
	for k := 1; k < precision; k += 2 {
		sum.Add(sum, newFloat().Quo(z, float(float64(k))))
		z.Mul(z, square)
	}
	sum.Mul(sum, float(2))
	return sum.Add(sum, newFloat().Mul(float(float64(e)), constant(ln2)))
}

// exp is 2**k e**r with a small r, by its series at r/2**8 squared eight times.
func exp(x *big.Float) *big.Float {
	const halvings = 8
	q, _ := newFloat().Quo(x, constant(ln2)).Float64()
	k := math.Round(q)
	r := newFloat().Sub(x, newFloat().Mul(float(k), constant(ln2)))
	r.SetMantExp(r, -halvings)
	term, sum := float(1), float(1)
	for n := 1; n < 40; n++ {
		term.Mul(term, r)
		term.Quo(term, float(float64(n)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(k))
}

// sincos returns the sine and the cosine of x, each rounded once.
func sincos(x float64) (sin, cos float64) {
	half := constant(pi)
	half.SetMantExp(half, -1)
	turns := newFloat().Quo(float(x), half)
	turns.Add(turns, float(math.Copysign(0.5, x)))
	n, _ := turns.Int(nil) // whole quarters, to the nearest
	r := newFloat().Sub(float(x), newFloat().Mul(newFloat().SetInt(n), half))
	s, c := series(r, 1), series(r, 0)
	quarter := new(big.Int).And(n, big.NewInt(3)).Int64()
	if quarter&1 == 1 {
		s, c = c, s
	}
	sin, _ = s.Float64()
	cos, _ = c.Float64()
	if quarter >= 2 {
		sin = -sin
	}
	if quarter == 1 || quarter == 2 {
		cos = -cos
	}
	return sin, cos
}

// series sums r**n/n! with turning signs from n = first on, every second n.
func series(r *big.Float, first int) *big.Float {
	square := newFloat().Mul(r, r)
	square.Neg(square)
	term := float(1)
	if first == 1 {
		term.Set(r)
	}
	sum := newFloat().Set(term)
	for n := first + 2; n < 80; n += 2 {
		term.Mul(term, square)
		term.Quo(term, float(float64(n*(n-1))))
		sum.Add(sum, term)
	}
	return sum
}
