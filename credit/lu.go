package credit

import "math"

// solveDense solves A·x = b for a square matrix a, row by row, and leaves x in
// b; a is overwritten. It factorises a into triangles with row exchanges, column
// by column (every entry is finished in one sum), the way the unblocked routine
// of LAPACK does. Sums are taken in the order that its usual builds take them,
// so that small systems come out as elsewhere, to the last bit or two. a must not be
// singular.
func solveDense(a, b []float64) {
	n := len(b)
	for j := range n {
		for i := 1; i < j; i++ {
			a[i*n+j] -= dotFour(a, i*n, j, n, i)
		}
		for i := max(j, 1); i < n; i++ {
			s := 0.0
			for k := range j {
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

// dotFour is the product of m entries of a row that begins at row and m entries
// of column j of a matrix n wide, four at a time in two sums.
func dotFour(a []float64, row, j, n, m int) float64 {
	even, odd, k := 0.0, 0.0, 0
	for ; k+4 <= m; k += 4 {
		even += a[row+k]*a[k*n+j] + a[row+k+2]*a[(k+2)*n+j]
		odd += a[row+k+1]*a[(k+1)*n+j] + a[row+k+3]*a[(k+3)*n+j]
	}
	for ; k < m; k++ {
		even += a[row+k] * a[k*n+j]
	}
	return even + odd
}
