package optim

import "golang.org/x/sys/cpu"

//go:noescape
func updateAVX(k *scalars, keep float32, w, d, m, v *float32, n int)

//go:noescape
func sumSquaresAVX(x *float32, n int, lanes *[4]float64)

// updateWide updates as many leading elements as the processor's wide registers
// allow and returns their number; the bits are those of update.
func (k *scalars) updateWide(keep float32, w, g, m, v []float32) int {
	n := len(w) &^ 7
	if n == 0 || !cpu.X86.HasAVX {
		return 0
	}
	updateAVX(k, keep, &w[0], &g[0], &m[0], &v[0], n)
	return n
}

// squaresWide adds the squares of leading elements in four lanes and returns
// the number of elements.
func squaresWide(x []float32, lanes *[4]float64) int {
	n := len(x) &^ 3
	if n == 0 || !cpu.X86.HasAVX {
		return 0
	}
	sumSquaresAVX(&x[0], n, lanes)
	return n
}
