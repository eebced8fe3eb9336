package py

import (
	"math"
	"math/big"
)

// Pow is a ** b. A negative number to a power that is no whole number is a
// [Complex].
func Pow(a, b Value) Value {
	if !IsNumber(a) || !IsNumber(b) {
		raiseOperands("** or pow()", a, b)
	}
	if isFloat(a) || isFloat(b) {
		x := toFloat(a)
		return powFloats(x, toFloat(b))
	}
	x, y := bigOf(a), bigOf(b)
	if y.Sign() < 0 {
		f := toFloat(a)
		return powFloats(f, toFloat(b))
	}
	return powInts(x, y)
}

func powInts(x, y *big.Int) Value {
	if x.BitLen() <= 1 { // -1, 0, 1
		switch {
		case y.Sign() == 0:
			return Int(1)
		case x.Sign() < 0 && y.Bit(0) == 0:
			return Int(1)
		}
		return Int(x.Int64())
	}
	if !y.IsInt64() || y.Int64() > int64(maxBits/(x.BitLen()-1)) {
		raiseMemory("int")
	}
	return NewInt(new(big.Int).Exp(x, y, nil))
}

// powFloats is x ** y with the special cases in the order in which CPython
// looks at them.
func powFloats(x, y float64) Value {
	odd := math.Mod(math.Abs(y), 2) == 1
	switch {
	case y == 0:
		return Float(1)
	case x != x:
		return Float(x)
	case y != y:
		if x == 1 {
			return Float(1)
		}
		return Float(y)
	case math.IsInf(y, 0), math.IsInf(x, 0):
		return Float(math.Pow(x, y)) // exact, and as C has it
	case x == 0 && y < 0:
		raiseZero("0.0 cannot be raised to a negative power")
	case x == 0 && odd:
		return Float(x)
	case x == 0:
		return Float(0)
	case x < 0 && y != math.Floor(y):
		return powComplex(-x, y)
	}
	f := power(math.Abs(x), y)
	if math.IsInf(f, 0) {
		Raise("OverflowError", "(34, 'Numerical result out of range')")
	}
	if x < 0 && odd {
		f = -f
	}
	return Float(f)
}

func powComplex(x, y float64) Value {
	length := power(x, y)
	sin, cos := sincos(math.Pi * y)
	c := Complex(complex(length*cos, length*sin))
	if math.IsInf(real(c), 0) || math.IsInf(imag(c), 0) {
		Raise("OverflowError", "complex exponentiation")
	}
	return c
}
