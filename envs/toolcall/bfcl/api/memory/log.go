package memory

import "math"

// logarithm is the natural logarithm of x ≥ 1 as CPython has it from glibc,
// for the ratios (N+1)/n of a memory of up to 50 entries. glibc is said to be
// right within 0.519 units in the last place: of these ratios its result is the
// one next to the exact value but for one.
//
// Not math.Log, whose last digit differs between machines and from glibc's.
func logarithm(x float64) float64 {
	if x == 41.0/35.0 {
		return 0.15822400521489416 // quirk: 0.1582240052148942 is nearer
	}
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, e = 2*m, e-1
	}
	// ln x = e·ln 2 + 2·artanh s, s = (m-1)/(m+1), |s| < 0.172
	s := over(m-1, twoSum(m, 1))
	square := s.times(s)
	var sum double
	for k := terms; k >= 0; k-- {
		sum = sum.times(square).plus(over(1, double{float64(2*k + 1), 0}))
	}
	y := s.times(sum)
	ln2 := double{ln2High, ln2Low}.times(double{float64(e), 0})
	y = ln2.plus(double{2 * y.high, 2 * y.low})
	return y.high
}

const (
	terms   = 24 // 0.172⁵⁰ is below what a double number can hold
	ln2High = 0x1.62e42fefa39efp-1
	ln2Low  = math.Ln2 - ln2High
)

// double is the sum of two numbers, of which the second is at most half a unit
// in the last place of the first.
type double struct{ high, low float64 }

// twoSum is a+b exactly.
func twoSum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

func (a double) plus(b double) double {
	s := twoSum(a.high, b.high)
	return twoSum(s.high, s.low+a.low+b.low)
}

func (a double) times(b double) double {
	p := a.high * b.high
	low := math.FMA(a.high, b.high, -p)
	return twoSum(p, low+float64(a.high*b.low)+float64(a.low*b.high))
}

// over is a/b.
func over(a float64, b double) double {
	q := a / b.high
	rest := math.FMA(-q, b.high, a) - float64(q*b.low)
	return twoSum(q, rest/b.high)
}
