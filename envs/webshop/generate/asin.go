package generate

import (
	"fmt"
	"math"
	"math/bits"
)

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// asin returns the identity of product i: a "B" and nine digits of base 36.
// Products of one seed have different ones: i is multiplied by a number that
// has no factor in common with 36^9, and shifted by the seed.
func asin(seed uint64, i int) string {
	const n = 101_559_956_668_416 // 36^9
	const step = 62_770_919_431_541
	hi, lo := bits.Mul64(uint64(i), step)
	_, x := bits.Div64(hi, lo, n)
	x = (x + seed%n*7919) % n
	var b [10]byte
	b[0] = 'B'
	for k := 9; k > 0; k-- {
		b[k] = digits[x%36]
		x /= 36
	}
	return string(b[:])
}

// dollars writes a price as shops do: $14.99.
func dollars(x float64) string {
	return fmt.Sprintf("$%.2f", math.Floor(x)+0.99)
}
