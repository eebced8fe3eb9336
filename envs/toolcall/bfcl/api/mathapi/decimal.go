package mathapi

import (
	"math"
	"math/big"
	"strconv"

	"stepgym/envs/toolcall/py"
)

// decimal is a number of Python's module decimal: coefficient · 10^exponent.
type decimal struct {
	special     string // "NaN" or "Infinity"; "" for a finite one
	negative    bool   // of zero only
	coefficient *big.Int
	exponent    int
}

// Type returns "Decimal".
func (decimal) Type() string { return "Decimal" }

// EqualTo reports whether w is a decimal of the same digits.
func (d decimal) EqualTo(w py.Value) bool {
	e, ok := w.(decimal)
	return ok && d.special != "NaN" && string(d.appendText(nil)) == string(e.appendText(nil))
}

// AppendRepr appends "Decimal('1.5')".
func (d decimal) AppendRepr(b []byte) []byte {
	return append(d.appendText(append(b, "Decimal('"...)), "')"...)
}

// appendText appends str(d): plain up to five zeros behind the point, otherwise
// with an exponent.
func (d decimal) appendText(b []byte) []byte {
	if d.special != "" {
		return append(b, d.special...)
	}
	if d.negative {
		b = append(b, '-')
	}
	digits := d.coefficient.String()
	left := d.exponent + len(digits) // places before the point
	point := left
	if d.exponent > 0 || left <= -6 {
		point = 1
	}
	switch {
	case point <= 0:
		b = append(b, "0."...)
		for range -point {
			b = append(b, '0')
		}
		b = append(b, digits...)
	case point >= len(digits):
		b = append(b, digits...)
	default:
		b = append(append(append(b, digits[:point]...), '.'), digits[point:]...)
	}
	if left == point {
		return b
	}
	b = append(b, 'E')
	if left > point {
		b = append(b, '+')
	}
	return strconv.AppendInt(b, int64(left-point), 10)
}

// decimalOf returns Decimal(v) of a number, exactly.
func decimalOf(v py.Value) decimal {
	switch v := v.(type) {
	case py.Bool:
		if v {
			return decimal{coefficient: big.NewInt(1)}
		}
		return decimal{coefficient: new(big.Int)}
	case py.Int:
		return decimal{coefficient: big.NewInt(int64(v))}
	case *py.Big:
		return decimal{coefficient: v.X}
	case py.Float:
		return decimalOfFloat(float64(v))
	}
	return decimal{special: "NaN"}
}

func decimalOfFloat(f float64) decimal {
	switch {
	case f != f:
		return decimal{special: "NaN"}
	case math.IsInf(f, 0):
		return decimal{special: "Infinity"}
	case f == 0:
		return decimal{negative: math.Signbit(f), coefficient: new(big.Int)}
	}
	r := new(big.Rat).SetFloat64(f)
	k := r.Denom().BitLen() - 1 // f = num / 2^k = num·5^k / 10^k
	c := new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(k)), nil)
	return decimal{coefficient: c.Mul(c, r.Num()), exponent: -k}
}

var (
	one  = big.NewInt(1)
	five = big.NewInt(5)
	ten  = big.NewInt(10)
)

func tenTo(n int) *big.Int { return new(big.Int).Exp(ten, big.NewInt(int64(n)), nil) }

// sqrt returns the square root of d, which is not negative, rounded half to even
// to so many digits (General Decimal Arithmetic, square-root). A root that is
// exact has half of d's exponent where the digits suffice. ok is false where
// the root is not exact and digits is more than [MaxDigits].
func (d decimal) sqrt(digits int) (root decimal, ok bool) {
	if d.special != "" {
		return d, true
	}
	c, e := new(big.Int).Set(d.coefficient), d.exponent>>1
	if d.exponent&1 != 0 {
		c.Mul(c, ten)
	}
	if r := new(big.Int).Sqrt(c); new(big.Int).Mul(r, r).Cmp(c) == 0 {
		return decimal{negative: d.negative, coefficient: r, exponent: e}.round(digits), true
	}
	if digits > MaxDigits {
		return decimal{}, false
	}
	// One digit more than wanted; the last one is kept off 0 and 5 so that it
	// rounds as the digits behind it would.
	if shift := digits + 1 - (len(c.String())+1)/2; shift >= 0 {
		c.Mul(c, tenTo(2*shift))
		e -= shift
	} else {
		c.Quo(c, tenTo(-2*shift))
		e -= shift
	}
	r := new(big.Int).Sqrt(c)
	if new(big.Int).Rem(r, five).Sign() == 0 {
		r.Add(r, one)
	}
	return decimal{coefficient: r, exponent: e}.round(digits), true
}

// round returns d with at most so many digits, rounded half to even.
func (d decimal) round(digits int) decimal {
	n := len(d.coefficient.String())
	if n <= digits {
		return d
	}
	unit := tenTo(n - digits)
	q, r := new(big.Int).QuoRem(d.coefficient, unit, new(big.Int))
	if c := r.Lsh(r, 1).Cmp(unit); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(q, one)
	}
	if len(q.String()) > digits { // 99… became 100…
		q.Quo(q, ten)
		n++
	}
	return decimal{negative: d.negative, coefficient: q, exponent: d.exponent + n - digits}
}

// maxPrecision is decimal.MAX_PREC.
const maxPrecision = 999999999999999999

func squareRoot(_ *State, args []py.Value) py.Value {
	const text = "Input must be a number or computation resulted in an invalid operation"
	return instead("TypeError", text, func() py.Value {
		number := args[0]
		if py.Less(number, py.Int(0)) {
			return failed("Cannot calculate square root of a negative number")
		}
		digits := precisionOf(args[1])
		if !py.IsNumber(number) {
			return failed(text)
		}
		root, ok := decimalOf(number).sqrt(digits)
		if !ok {
			return failed(tooPrecise)
		}
		return result(root)
	})
}

// precisionOf checks a precision as setting it does.
func precisionOf(v py.Value) int {
	digits := 0
	switch v := v.(type) {
	case py.Bool:
		if v {
			digits = 1
		}
	case py.Int:
		digits = int(v)
	case *py.Big:
		py.Raise("OverflowError", "Python int too large to convert to C ssize_t")
	default:
		py.Raise("TypeError", "an integer is required")
	}
	if digits < 1 || digits > maxPrecision {
		py.Raise("ValueError", "valid range for prec is [1, MAX_PREC]")
	}
	return digits
}
