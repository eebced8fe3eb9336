package py

import (
	"math"
	"strings"
)

// Complex is a complex number. It comes from a negative number to a power that
// is no whole number, and can only be compared and written out.
//
// Differs: CPython calculates with it.
type Complex complex128

// Type returns "complex".
func (Complex) Type() string { return "complex" }

// EqualTo is c == w.
func (c Complex) EqualTo(w Value) bool {
	if d, ok := w.(Complex); ok {
		return c == d
	}
	return imag(c) == 0 && IsNumber(w) && equalNumbers(Float(real(c)), w)
}

// AppendRepr appends repr(c), such as "(1.5-2j)" or "2j".
func (c Complex) AppendRepr(b []byte) []byte {
	re, im := real(c), imag(c)
	if re == 0 && !math.Signbit(re) {
		return append(appendShort(b, im), 'j')
	}
	b = appendShort(append(b, '('), re)
	if !math.Signbit(im) || im != im {
		b = append(b, '+')
	}
	return append(appendShort(b, im), 'j', ')')
}

// appendShort appends repr(f) without the ".0" of whole numbers.
func appendShort(b []byte, f float64) []byte {
	return append(b, strings.TrimSuffix(Repr(Float(f)), ".0")...)
}
