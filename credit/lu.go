package credit

import "math"

// solveDense solves A·x = b for a square matrix a, row by row, and leaves x in
// b; a is overwritten. It factorises a into triangles with row exchanges, column
// by column (a Crout form: every entry is finished in one sum), the way the
// unblocked routine of LAPACK does. a must not be singular.
func solveDense(a, b []float64) {
	n := len(b)
	for j := range n {
		for i := 1; i < n; i++ {
			s := 0.0
			for k := range min(i, j) {
				s += a[i*n+k] * a[k*n+j]
			}
			a[i*n+j] -= s
		}
		p := j
		for i := j + 1; i < n; i++ {
			if math.Abs(a[i*n+j]) > math.Abs(a[p*n+j]) {
				p = i
			}
		}
		if p != j {
			for k := range n {
				a[j*n+k], a[p*n+k] = a[p*n+k], a[j*n+k]
			}
			b[j], b[p] = b[p], b[j]
		}
		r := 1 / a[j*n+j]
		for i := j + 1; i < n; i++ {
			a[i*n+j] *= r
		}
	}
	for k := range n {
		for i := k + 1; i < n; i++ {
			b[i] -= a[i*n+k] * b[k]
		}
	}
	for k := n - 1; k >= 0; k-- {
		b[k] /= a[k*n+k]
		for i := range k {
			b[i] -= a[i*n+k] * b[k]
		}
	}
}
