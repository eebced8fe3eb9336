package runner

import "testing"

// TestAllAlike checks that families which all fail, or all succeed, leave room
// for doubt: resampling them would not.
func TestAllAlike(t *testing.T) {
	for _, success := range []float64{0, 1} {
		r := &Report{}
		for range 20 {
			r.ByFamily = append(r.ByFamily, FamilyResult{Episodes: 2, Successes: int(2 * success), Success: success, Score: success})
		}
		r.summarise()
		if want := Wilson(int(success)*20, 20); r.Success != want || want.High-want.Low < 0.1 {
			t.Errorf("success %v of all 20 families: got %+v, want %+v", success, r.Success, want)
		}
	}
}
