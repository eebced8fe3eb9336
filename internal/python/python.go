// Package python reproduces the pieces of CPython 3.11 that the results of
// other programs depend on: its random generator, its way to write numbers and
// strings, its rounding, and its idea of letters and white space (Unicode 14).
// It is no Python: what nothing here needs is left out.
package python

import "math"

// Round rounds to the nearest whole number, halves to the even one, as
// Python's round(x).
func Round(x float64) float64 { return math.RoundToEven(x) }

// Uniform is a + (b-a)*x with both roundings, whatever the machine can fuse.
func Uniform(a, b, x float64) float64 {
	d := b - a
	return a + float64(d*x)
}
