package runner

import (
	"fmt"
	"math"
	"testing"
)

// TestAgainst compares two results that go up and down together: their own
// intervals overlap widely, the paired one does not hold 0.
func TestAgainst(t *testing.T) {
	a, b := &Report{Env: "toy-v1", Policy: "a"}, &Report{Env: "toy-v1", Policy: "b"}
	for i := range 100 {
		base := float64(i%2) * 0.8
		a.ByFamily = append(a.ByFamily, FamilyResult{Family: fmt.Sprint(i), Episodes: 1, Success: base + 0.1, Score: base + 0.2})
		if i > 0 { // one family less
			b.ByFamily = append(b.ByFamily, FamilyResult{Family: fmt.Sprint(i), Episodes: 1, Success: base, Score: base})
		}
	}
	a.summarise()
	b.summarise()
	if a.Success.Low > b.Success.High {
		t.Fatalf("the intervals %v and %v were to overlap", a.Success, b.Success)
	}
	d, err := a.Against(b)
	if err != nil {
		t.Fatal(err)
	}
	if d.Families != 99 || math.Abs(d.Success.Mean-0.1) > 1e-12 || math.Abs(d.Score.Mean-0.2) > 1e-12 || d.Success.Low <= 0.09 || d.Success.High >= 0.11 {
		t.Errorf("got %+v, want 0.1 and 0.2 ahead on 99 families", d)
	}
	back, err := b.Against(a)
	if err != nil || math.Abs(back.Success.Mean+d.Success.Mean) > 1e-12 {
		t.Errorf("the other way round: got %+v, %v", back, err)
	}
}

func TestAgainstErrors(t *testing.T) {
	a := &Report{Env: "toy-v1", ByFamily: []FamilyResult{{Family: "x", Episodes: 1}}}
	for name, b := range map[string]*Report{
		"another environment": {Env: "other-v1", ByFamily: a.ByFamily},
		"nothing in common":   {Env: "toy-v1", ByFamily: []FamilyResult{{Family: "y", Episodes: 1}}},
	} {
		if _, err := a.Against(b); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
