package mathapi

import (
	"math/big"
	"math/bits"
	"sync"
	"sync/atomic"
)

// Logarithms are calculated in fixed point as mpmath 1.3.0 does (libelefun.py:
// mpf_log, log_taylor_cached), 20 bits more precisely than asked for, so that
// even the rare results that are not correctly rounded are the same:
//
//	log x = log a + 2·artanh((x-a)/(x+a)),  a = x cut off after 9 bits
//
// The logarithms of the numbers a are calculated when they are first needed.
const (
	guard      = 20   // bits
	stepBits   = 9    // of a
	taylorBits = 2500 // up to which mpmath goes this way
)

// logs keeps the logarithms of a = n/512 for n of 256 to 511, for precisions of
// powers of two. What is kept does not depend on who asks first.
type logs struct {
	steps [13][256]atomic.Pointer[big.Int]
	ln2   func() *big.Int // ln 2 · 2^constantBits, rounded down
	pi    func() *big.Int // π · 2^constantBits, rounded down
}

// constantBits suffice for the logarithm of a number of MaxDigits digits that
// is next to 1.
const constantBits = 7168

func newLogs() *logs {
	return &logs{ln2: sync.OnceValue(ln2), pi: sync.OnceValue(pi)}
}

// ln2 is 18·artanh(1/26) - 2·artanh(1/4801) + 8·artanh(1/8749).
func ln2() *big.Int {
	return machin(true, [2]int64{18, 26}, [2]int64{-2, 4801}, [2]int64{8, 8749})
}

// pi is 16·arctan(1/5) - 4·arctan(1/239).
func pi() *big.Int { return machin(false, [2]int64{16, 5}, [2]int64{-4, 239}) }

// machin sums c · artanh(1/q), or arctan, over the terms {c, q}.
func machin(hyperbolic bool, terms ...[2]int64) *big.Int {
	const extra = 64
	sum := new(big.Int)
	for _, t := range terms {
		q := big.NewInt(t[1])
		power := new(big.Int).Lsh(big.NewInt(t[0]), constantBits+extra)
		power.Quo(power, q)
		q.Mul(q, q)
		for k := int64(1); power.Sign() != 0; k += 2 {
			term := new(big.Int).Quo(power, big.NewInt(k))
			if !hyperbolic && k%4 == 3 {
				term.Neg(term)
			}
			sum.Add(sum, term)
			power.Quo(power, q)
		}
	}
	return sum.Rsh(sum, extra)
}

// fixed returns a constant with so many binary places, rounded down.
func fixed(constant func() *big.Int, places int) *big.Int {
	return new(big.Int).Rsh(constant(), uint(constantBits-places))
}

// log returns the natural logarithm of |x|, rounded to so many bits; real is
// false where x is negative, whose logarithm has the imaginary part π.
func (l *logs) log(x mpf, prec int) (y mpf, real bool) {
	real = !x.negative
	switch {
	case x.kind == nan:
		return x, true
	case x.kind == infinite:
		return mpf{kind: infinite, man: new(big.Int)}, real
	case x.isZero():
		return mpf{kind: infinite, negative: true, man: new(big.Int)}, true
	}
	places := prec + guard
	if x.man.Cmp(one) == 0 { // a power of two
		if x.exp == 0 {
			return mpfZero, real
		}
		m := fixed(l.ln2, places)
		return mpfOf(m.Mul(m, big.NewInt(int64(x.exp))), -places, prec), real
	}
	size := x.man.BitLen()
	mag := x.exp + size
	if mag == 0 || mag == 1 { // 0.5 < |x| < 2: as many more places as x-1 has zeros in front
		delta := new(big.Int).Lsh(one, uint(size-mag))
		delta.Sub(x.man, delta)
		near := size - delta.BitLen()
		if near > places {
			return mpfOf(delta, mag-size, prec), real
		}
		places += near
	}
	if n := max(mag, -mag); n > 10000 && bits.Len(uint(n)) > places {
		m := fixed(l.ln2, places)
		return mpfOf(m.Mul(m, big.NewInt(int64(x.exp))), -places, prec), real
	}
	m := new(big.Int)
	if s := places - size; s >= 0 {
		m.Lsh(x.man, uint(s))
	} else {
		m.Rsh(x.man, uint(-s))
	}
	m = l.fraction(m, places)
	if mag != 0 {
		ln2 := fixed(l.ln2, places)
		m.Add(m, ln2.Mul(ln2, big.NewInt(int64(mag))))
	}
	return mpfOf(m, -places, prec), real
}

// fraction returns log x of a fixed-point number in [0.5, 1).
//
// Differs: for more than 2,500 places mpmath goes by an arithmetic-geometric
// mean, whose last places may be others; both have 20 to spare.
func (l *logs) fraction(x *big.Int, places int) *big.Int {
	if places > taylorBits {
		const extra = 64
		m := taylor(new(big.Int).Lsh(x, extra), places+extra, 32)
		return m.Rsh(m, extra)
	}
	a, m := l.step(x, places)
	u := new(big.Int).Sub(x, a)
	u.Quo(u.Lsh(u, uint(places)), a)
	v := new(big.Int).Lsh(u, uint(places))
	u.Add(u, new(big.Int).Lsh(one, uint(places+1)))
	return m.Add(m, artanh2(v.Quo(v, u), places))
}

// step returns a and its logarithm, both with so many places.
func (l *logs) step(x *big.Int, places int) (a, logA *big.Int) {
	n := uint(new(big.Int).Rsh(x, uint(places-stepBits)).Uint64())
	k := bits.Len(uint(places - 1)) // 2^(k-1) < places <= 2^k
	wide := min(1<<k, taylorBits) + guard
	kept := &l.steps[k][n-256]
	logA = kept.Load()
	if logA == nil {
		logA = taylor(new(big.Int).Lsh(big.NewInt(int64(n)), uint(wide-stepBits)), wide, 8)
		kept.Store(logA)
	}
	a = new(big.Int).Lsh(big.NewInt(int64(n)), uint(places-stepBits))
	return a, new(big.Int).Rsh(logA, uint(wide-places))
}

// taylor returns log x of a fixed-point number near 1, after so many square
// roots that bring it nearer.
func taylor(x *big.Int, places, roots int) *big.Int {
	x = new(big.Int).Set(x)
	for range roots {
		x.Sqrt(x.Lsh(x, uint(places)))
	}
	unit := new(big.Int).Lsh(one, uint(places))
	v := new(big.Int).Sub(x, unit)
	v.Div(v.Lsh(v, uint(places)), x.Add(x, unit)) // rounded down
	negative := v.Sign() < 0
	s := artanh2(v.Abs(v), places)
	s.Lsh(s, uint(roots))
	if negative {
		s.Neg(s)
	}
	return s
}

// artanh2 returns 2·artanh v of a small fixed-point number that is not negative,
// by its Taylor series, in two halves for speed. It changes v.
func artanh2(v *big.Int, places int) *big.Int {
	p := uint(places)
	v2 := new(big.Int).Mul(v, v)
	v2.Rsh(v2, p)
	v4 := new(big.Int).Mul(v2, v2)
	v4.Rsh(v4, p)
	even, odd := new(big.Int).Set(v), new(big.Int).Quo(v, big.NewInt(3))
	var k, term big.Int
	for n := int64(5); ; n += 4 {
		v.Rsh(v.Mul(v, v4), p)
		if v.Sign() == 0 {
			break
		}
		even.Add(even, term.Quo(v, k.SetInt64(n)))
		odd.Add(odd, term.Quo(v, k.SetInt64(n+2)))
	}
	odd.Rsh(odd.Mul(odd, v2), p)
	even.Add(even, odd)
	return even.Lsh(even, 1)
}
