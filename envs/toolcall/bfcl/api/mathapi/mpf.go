package mathapi

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"stepgym/envs/toolcall/py"
)

// kind tells the special values of an mpf from the others.
type kind uint8

const (
	finite kind = iota
	infinite
	nan
)

// mpf is a binary number of arbitrary precision as mpmath keeps it:
// (-1)^negative · man · 2^exp with man odd, or 0 for zero. It is immutable.
type mpf struct {
	kind     kind
	negative bool
	man      *big.Int
	exp      int
}

var mpfZero = mpf{man: new(big.Int)}

// bitsOf is the precision in bits of so many decimal digits (mpmath's
// dps_to_prec).
func bitsOf(digits int) int { return max(1, int(math.RoundToEven(float64(digits+1)*bitsADigit))) }

// bitsADigit is log2(10) as mpmath writes it.
const bitsADigit = 3.3219280948873626

// shownDigits is how many digits tell two numbers of so many bits apart
// (mpmath's repr_dps).
func shownDigits(bits int) int {
	digits := max(1, int(math.RoundToEven(float64(bits)/bitsADigit))-1)
	if digits == 15 {
		return 17
	}
	return digits + 3
}

// mpfOf returns man · 2^exp rounded half to even to so many bits; 0 bits: exact.
func mpfOf(man *big.Int, exp, bits int) mpf {
	if man.Sign() == 0 {
		return mpfZero
	}
	m := new(big.Int).Abs(man)
	if n := m.BitLen() - bits; bits > 0 && n > 0 {
		half := m.Bit(n-1) == 1
		tie := m.TrailingZeroBits() == uint(n-1)
		m.Rsh(m, uint(n))
		if half && (!tie || m.Bit(0) == 1) {
			m.Add(m, one)
		}
		exp += n
	}
	if z := m.TrailingZeroBits(); z > 0 {
		m.Rsh(m, z)
		exp += int(z)
	}
	return mpf{negative: man.Sign() < 0, man: m, exp: exp}
}

func mpfOfFloat(f float64) mpf {
	switch {
	case f != f:
		return mpf{kind: nan, man: new(big.Int)}
	case math.IsInf(f, 0):
		return mpf{kind: infinite, negative: f < 0, man: new(big.Int)}
	}
	m, e := math.Frexp(f)
	return mpfOf(big.NewInt(int64(m*(1<<53))), e-53, 0)
}

func (x mpf) isZero() bool { return x.kind == finite && x.man.Sign() == 0 }

// sign is -1, 0 or 1; 0 for NaN.
func (x mpf) sign() int {
	switch {
	case x.kind == nan || x.isZero():
		return 0
	case x.negative:
		return -1
	}
	return 1
}

func (x mpf) neg() mpf {
	if x.sign() != 0 {
		x.negative = !x.negative
	}
	return x
}

// signed is the mantissa with its sign.
func (x mpf) signed() *big.Int {
	m := new(big.Int).Set(x.man)
	if x.negative {
		m.Neg(m)
	}
	return m
}

// mul is x · y, exactly.
func (x mpf) mul(y mpf) mpf {
	switch {
	case x.kind == nan || y.kind == nan:
		return mpf{kind: nan, man: new(big.Int)}
	case x.kind == finite && y.kind == finite:
		m := x.signed()
		return mpfOf(m.Mul(m, y.signed()), x.exp+y.exp, 0)
	case x.isZero() || y.isZero():
		return mpf{kind: nan, man: new(big.Int)}
	}
	return mpf{kind: infinite, negative: x.negative != y.negative, man: new(big.Int)}
}

// add is x + y, cut down to so many bits: mpmath's default is to round towards
// zero, and what is added here goes by it.
func (x mpf) add(y mpf, bits int) mpf {
	switch {
	case x.kind == finite && y.kind == finite:
		a, b := x.signed(), y.signed()
		low := min(x.exp, y.exp)
		a.Lsh(a, uint(x.exp-low))
		a.Add(a, b.Lsh(b, uint(y.exp-low)))
		n := max(a.BitLen()-bits, 0)
		return mpfOf(a.Quo(a, b.Lsh(one, uint(n))), low+n, 0)
	case x.kind == infinite && (y.kind == finite || y.kind == infinite && x.negative == y.negative):
		return x
	case x.kind == finite && y.kind == infinite:
		return y
	}
	return mpf{kind: nan, man: new(big.Int)}
}

// div is x / y, rounded to so many bits. It raises ZeroDivisionError without
// text for y of 0.
func (x mpf) div(y mpf, bits int) mpf {
	switch {
	case y.isZero():
		py.Raise("ZeroDivisionError", "")
	case x.kind == nan || y.kind == nan || x.kind == infinite && y.kind == infinite:
		return mpf{kind: nan, man: new(big.Int)}
	case x.isZero():
		return mpfZero
	case x.kind == infinite:
		return mpf{kind: infinite, negative: x.negative != y.negative, man: new(big.Int)}
	case y.kind == infinite:
		return mpfZero
	}
	// A quotient of some bits more than wanted and, if there is a remainder, one
	// bit behind them, rounds as the whole one would.
	extra := max(5, bits-x.man.BitLen()+y.man.BitLen()+5)
	q, r := new(big.Int).QuoRem(new(big.Int).Lsh(x.man, uint(extra)), y.man, new(big.Int))
	if r.Sign() != 0 {
		q.Add(q.Lsh(q, 1), one)
		extra++
	}
	if x.negative != y.negative {
		q.Neg(q)
	}
	return mpfOf(q, x.exp-y.exp-extra, bits)
}

// text returns the number with up to so many digits as mpmath's repr has it,
// which cuts the digits off three places later and then rounds half up.
func (x mpf) text(digits int) string {
	switch {
	case x.kind == nan:
		return "nan"
	case x.kind == infinite && x.negative:
		return "-inf"
	case x.kind == infinite:
		return "+inf"
	case x.isZero():
		return "0.0"
	}
	d, exponent := x.decimalDigits(digits + 3)
	if len(d) > digits {
		up := d[digits] >= '5'
		d = d[:digits]
		if up {
			d, exponent = roundUp(d, exponent)
		}
	}
	point := 1
	if min(-(digits/3), -5) < exponent && exponent < digits {
		if exponent < 0 {
			d = strings.Repeat("0", -exponent) + d
		} else {
			point = exponent + 1
			d += strings.Repeat("0", max(0, point-len(d)))
		}
		exponent = 0
	}
	s := strings.TrimRight(d[:point]+"."+d[point:], "0")
	if strings.HasSuffix(s, ".") {
		s += "0"
	}
	if x.negative {
		s = "-" + s
	}
	switch {
	case exponent > 0:
		s += "e+" + strconv.Itoa(exponent)
	case exponent < 0:
		s += "e" + strconv.Itoa(exponent)
	}
	return s
}

// decimalDigits returns about so many leading decimal digits of |x|, rounded
// towards zero, and the decimal exponent of the first.
func (x mpf) decimalDigits(n int) (digits string, exponent int) {
	bits := int(float64(n)*bitsADigit) + 10
	places := max(bits-x.exp-x.man.BitLen(), 0) // binary places of a fixed-point number
	decimals := int(float64(places)/bitsADigit + 0.5)
	fixed := new(big.Int).Set(x.man)
	if s := x.exp + places; s >= 0 {
		fixed.Lsh(fixed, uint(s))
	} else {
		fixed.Rsh(fixed, uint(-s))
	}
	fixed.Mul(fixed, tenTo(decimals))
	digits = fixed.Rsh(fixed, uint(places)).String()
	return digits, len(digits) - decimals - 1
}

// roundUp adds one to the last of the digits.
func roundUp(digits string, exponent int) (string, int) {
	i := len(digits) - 1
	for i >= 0 && digits[i] == '9' {
		i--
	}
	if i < 0 {
		return "1" + strings.Repeat("0", len(digits)-1), exponent + 1
	}
	return digits[:i] + string(digits[i]+1) + strings.Repeat("0", len(digits)-i-1), exponent
}
