//go:build !amd64

package optim

// updateWide leaves all elements to update.
func (k *scalars) updateWide(float32, []float32, []float32, []float32, []float32) int { return 0 }

// squaresWide leaves all elements to sumSquares.
func squaresWide([]float32, *[4]float64) int { return 0 }
