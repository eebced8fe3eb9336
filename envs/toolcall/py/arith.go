package py

import (
	"math"
	"math/big"
)

// Add is a + b: the sum of numbers, or str, list and tuple put together.
func Add(a, b Value) Value {
	switch x := a.(type) {
	case Int:
		switch y := b.(type) {
		case Int:
			if s := x + y; (s > x) == (y > 0) {
				return s
			}
		case Float:
			return Float(x) + y
		}
	case Float:
		switch y := b.(type) {
		case Float:
			return x + y
		case Int:
			return x + Float(y)
		}
	case Str, *List, Tuple:
		return concat(a, b)
	}
	return arithmetic(plus, "+", a, b)
}

// Sub is a - b: the difference of numbers or of sets.
func Sub(a, b Value) Value {
	switch x := a.(type) {
	case Int:
		switch y := b.(type) {
		case Int:
			if d := x - y; (d < x) == (y > 0) {
				return d
			}
		case Float:
			return Float(x) - y
		}
	case Float:
		switch y := b.(type) {
		case Float:
			return x - y
		case Int:
			return x - Float(y)
		}
	case *Set:
		if y, ok := b.(*Set); ok {
			return x.minus(y)
		}
	}
	return arithmetic(minus, "-", a, b)
}

// Mul is a * b: the product of numbers, or a str, list or tuple repeated.
func Mul(a, b Value) Value {
	switch x := a.(type) {
	case Int:
		if y, ok := b.(Float); ok {
			return Float(x) * y
		}
	case Float:
		switch y := b.(type) {
		case Float:
			return x * y
		case Int:
			return x * Float(y)
		}
	}
	if isRepeatable(a) {
		return repeat(a, b)
	}
	if isRepeatable(b) {
		return repeat(b, a)
	}
	return arithmetic(times, "*", a, b)
}

// Div is a / b, always a float.
func Div(a, b Value) Value {
	if IsNumber(a) && IsNumber(b) && !isFloat(a) && !isFloat(b) {
		return divideInts(a, b)
	}
	return arithmetic(over, "/", a, b)
}

// FloorDiv is a // b.
func FloorDiv(a, b Value) Value { return arithmetic(floorOver, "//", a, b) }

// Mod is a % b: the rest of a // b, with the sign of b. With a str on the left
// it fills in b as the placeholders say (see [Percent]).
func Mod(a, b Value) Value {
	if s, ok := a.(Str); ok {
		return Percent(string(s), b)
	}
	return arithmetic(modulo, "%", a, b)
}

// Neg is -v.
func Neg(v Value) Value {
	switch x := v.(type) {
	case Float:
		return -x
	case Int:
		if x != math.MinInt64 {
			return -x
		}
	}
	if x := bigOf(v); x != nil {
		return NewInt(new(big.Int).Neg(x))
	}
	Raise("TypeError", "bad operand type for unary -: '%s'", v.Type())
	return nil
}

// Pos is +v.
func Pos(v Value) Value {
	if x, ok := small(v); ok {
		return Int(x)
	}
	if !IsNumber(v) {
		Raise("TypeError", "bad operand type for unary +: '%s'", v.Type())
	}
	return v
}

// Invert is ~v.
func Invert(v Value) Value {
	if x, ok := small(v); ok {
		return Int(^x)
	}
	if x := bigOf(v); x != nil {
		return NewInt(new(big.Int).Not(x))
	}
	Raise("TypeError", "bad operand type for unary ~: '%s'", v.Type())
	return nil
}

// Abs is abs(v).
func Abs(v Value) Value {
	switch x := v.(type) {
	case Float:
		return Float(math.Abs(float64(x)))
	case Int:
		if x >= 0 {
			return v
		}
		return Neg(v)
	case Bool, *Big:
		return NewInt(new(big.Int).Abs(bigOf(v)))
	}
	Raise("TypeError", "bad operand type for abs(): '%s'", v.Type())
	return nil
}

// operation is an operation on numbers.
type operation int

const (
	plus operation = iota
	minus
	times
	over
	floorOver
	modulo
)

// arithmetic is op of two numbers: of floats, if one is a float, else of ints.
func arithmetic(op operation, sign string, a, b Value) Value {
	if !IsNumber(a) || !IsNumber(b) {
		raiseOperands(sign, a, b)
	}
	if isFloat(a) || isFloat(b) {
		x := toFloat(a)
		return Float(op.floats(x, toFloat(b)))
	}
	x, ok1 := small(a)
	y, ok2 := small(b)
	if ok1 && ok2 {
		if z, ok := op.ints(x, y); ok {
			return Int(z)
		}
	}
	return op.bigs(bigOf(a), bigOf(b))
}

func raiseOperands(sign string, a, b Value) {
	Raise("TypeError", "unsupported operand type(s) for %s: '%s' and '%s'", sign, a.Type(), b.Type())
}

func raiseZero(text string) { Raise("ZeroDivisionError", "%s", text) }

func (op operation) floats(x, y float64) float64 {
	switch op {
	case plus:
		return x + y
	case minus:
		return x - y
	case times:
		return x * y
	case over:
		if y == 0 {
			raiseZero("float division by zero")
		}
		return x / y
	case floorOver:
		if y == 0 {
			raiseZero("float floor division by zero")
		}
		return floorDivide(x, y)
	}
	if y == 0 {
		raiseZero("float modulo")
	}
	rest, _ := floorRest(x, y)
	return rest
}

// floorRest returns the rest of x / y with the sign of y, and whether it had to
// be moved there.
func floorRest(x, y float64) (rest float64, moved bool) {
	rest = math.Mod(x, y)
	switch {
	case rest == 0:
		return math.Copysign(0, y), false
	case (y < 0) != (rest < 0):
		return rest + y, true
	}
	return rest, false
}

// floorDivide rounds as CPython does, so that x == y*q + rest nearly holds.
func floorDivide(x, y float64) float64 {
	q := (x - math.Mod(x, y)) / y
	if _, moved := floorRest(x, y); moved {
		q--
	}
	if q == 0 {
		return math.Copysign(0, x/y)
	}
	floor := math.Floor(q)
	if q-floor > 0.5 {
		floor++
	}
	return floor
}

// ints is op of two ints; ok is false where the result may not fit.
func (op operation) ints(x, y int64) (z int64, ok bool) {
	switch op {
	case plus:
		z = x + y
		return z, (z > x) == (y > 0)
	case minus:
		z = x - y
		return z, (z < x) == (y > 0)
	case times:
		z = x * y
		const half = 1 << 31
		return z, x > -half && x < half && y > -half && y < half
	}
	if y == 0 || x == math.MinInt64 {
		return 0, false
	}
	q, r := x/y, x%y
	if r != 0 && (r < 0) != (y < 0) {
		q, r = q-1, r+y
	}
	if op == floorOver {
		return q, true
	}
	return r, true
}

func (op operation) bigs(x, y *big.Int) Value {
	z := new(big.Int)
	switch op {
	case plus:
		z.Add(x, y)
	case minus:
		z.Sub(x, y)
	case times:
		if x.BitLen()+y.BitLen() > maxBits {
			raiseMemory("int")
		}
		z.Mul(x, y)
	case floorOver:
		if y.Sign() == 0 {
			raiseZero("integer division or modulo by zero")
		}
		z, _ = floorBig(x, y)
	default:
		if y.Sign() == 0 {
			raiseZero("integer modulo by zero")
		}
		_, z = floorBig(x, y)
	}
	return NewInt(z)
}

func floorBig(x, y *big.Int) (q, r *big.Int) {
	q, r = new(big.Int).QuoRem(x, y, new(big.Int))
	if r.Sign() != 0 && r.Sign() != y.Sign() {
		q.Sub(q, big.NewInt(1))
		r.Add(r, y)
	}
	return q, r
}

// divideInts is a / b of ints, rounded once.
func divideInts(a, b Value) Value {
	x, ok1 := small(a)
	y, ok2 := small(b)
	if ok2 && y == 0 {
		raiseZero("division by zero")
	}
	const exact = 1 << 53
	if ok1 && ok2 && x >= -exact && x <= exact && y >= -exact && y <= exact {
		return Float(float64(x) / float64(y))
	}
	n, d := bigOf(a), bigOf(b)
	shift := 66 - (n.BitLen() - d.BitLen()) // so that the quotient has more bits than a float
	up, down := new(big.Int).Set(n), new(big.Int).Set(d)
	if shift > 0 {
		up.Lsh(up, uint(shift))
	} else {
		down.Lsh(down, uint(-shift))
	}
	q, r := new(big.Int).QuoRem(up, down, new(big.Int))
	if r.Sign() != 0 { // a last bit that breaks ties
		q.Add(q.Lsh(q, 1), big.NewInt(int64(n.Sign()*d.Sign())))
		shift++
	}
	f, _ := new(big.Float).SetMantExp(new(big.Float).SetInt(q), -shift).Float64()
	if math.IsInf(f, 0) {
		Raise("OverflowError", "integer division result too large for a float")
	}
	if f == 0 && (n.Sign() < 0) != (d.Sign() < 0) {
		f = math.Copysign(0, -1)
	}
	return Float(f)
}
