package runner

import (
	"math"
	"testing"
)

// TestStudent compares with values of published tables.
func TestStudent(t *testing.T) {
	for d, want := range map[int]float64{1: 12.706, 2: 4.303, 10: 2.228, 11: 2.201, 15: 2.131, 20: 2.086, 30: 2.042, 120: 1.980, 100000: 1.960} {
		if got := t95(d); math.Abs(got-want) > 1e-3 {
			t.Errorf("%d degrees of freedom: %v, want %v", d, got, want)
		}
	}
	got := Student([]float64{1, 2, 3})
	if half := 4.302653 / math.Sqrt(3); math.Abs(got.Mean-2) > 1e-12 || math.Abs(got.Low-(2-half)) > 1e-6 || math.Abs(got.High-(2+half)) > 1e-6 {
		t.Errorf("of 1, 2, 3: %+v", got)
	}
	if got := Student([]float64{7}); got != (Interval{7, 7, 7}) {
		t.Errorf("of one value: %+v", got)
	}
}
