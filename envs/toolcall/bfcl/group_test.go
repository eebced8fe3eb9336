package bfcl

import (
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// TestAlike compares with things that are joined until nothing changes.
func TestAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		marks := rapid.SliceOfN(rapid.SliceOfN(rapid.IntRange(0, 12), 0, 3), 1, 10).Draw(t, "marks")
		a := newAlike(func(x, y int) bool { return x < y })
		want := make([]int, len(marks))
		for x, of := range marks {
			want[x] = x
			for _, m := range of {
				a.mark(x, strconv.Itoa(m))
			}
		}
		for range marks {
			for x := range marks {
				for y := range marks {
					if common(marks[x], marks[y]) {
						want[x] = min(want[x], want[y])
						want[y] = want[x]
					}
				}
			}
		}
		for x := range marks {
			if got := a.first(x); got != want[x] {
				t.Fatalf("%d of %v is in the group of %d, want %d", x, marks, got, want[x])
			}
		}
	})
}

func common(a, b []int) bool {
	for _, x := range a {
		for _, y := range b {
			if x == y {
				return true
			}
		}
	}
	return false
}
