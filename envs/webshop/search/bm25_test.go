package search

import (
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestLengthCode(t *testing.T) {
	// Lengths and what they are rounded to.
	for n, want := range map[uint32]uint32{
		0: 0, 1: 1, 23: 23, 24: 24, 39: 39, 40: 40, 41: 40, 42: 42, 57: 56, 100: 96, 107: 104,
		1000: 984, 65536: 65560 - 4096, math.MaxInt32: 2013265944,
	} {
		if got := decodeLength(encodeLength(n)); got != want {
			t.Errorf("length %d is rounded to %d, want %d", n, got, want)
		}
	}
	for code := range 256 {
		if got := encodeLength(decodeLength(byte(code))); got != byte(code) {
			t.Errorf("code %d stands for %d, which has code %d", code, decodeLength(byte(code)), got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint32Range(0, math.MaxInt32).Draw(t, "n")
		code := encodeLength(n)
		if decodeLength(code) > n || code < 255 && decodeLength(code+1) <= n {
			t.Errorf("length %d has code %d, for %d and more", n, code, decodeLength(code))
		}
	})
}

func TestScoreBounds(t *testing.T) {
	inv := inverses(107.608)
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.Float32Range(1e-6, 50).Draw(t, "w")
		a := saturation(rapid.Uint32Range(1, 1000).Draw(t, "tf"), inv[rapid.IntRange(0, 200).Draw(t, "code")])
		b := saturation(rapid.Uint32Range(1, 1000).Draw(t, "tf"), inv[rapid.IntRange(0, 200).Draw(t, "code")])
		if score(w, min(a, b)) > score(w, max(a, b)) {
			t.Errorf("weight %v: the score falls from saturation %v to %v", w, min(a, b), max(a, b))
		}
		// What orderFree relies on: scores are multiples of a unit of at
		// least w/2^25.
		unit := math.Exp2(math.Ceil(math.Log2(float64(w))) - 25)
		if q := float64(score(w, a)) / unit; q != math.Trunc(q) {
			t.Errorf("score(%v, %v) is %v units", w, a, q)
		}
	})
}

func TestTopK(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 20).Draw(t, "k")
		keys := rapid.SliceOfN(rapid.Uint64Range(1, 60), 0, 200).Draw(t, "keys")
		slices.Sort(keys)
		keys = slices.Compact(keys) // keys are of different documents
		shuffled := rapid.Permutation(keys).Draw(t, "order")
		var top topK
		top.reset(k)
		for _, key := range shuffled {
			top.push(key)
		}
		top.sort()
		slices.Reverse(keys)
		if diff := cmp.Diff(slices.Clone(top.keys), slices.Clone(keys[:min(k, len(keys))])); diff != "" {
			t.Errorf("(-got +want):\n%s", diff)
		}
	})
}
