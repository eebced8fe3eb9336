package search

import (
	"math"
	"slices"
)

// topK keeps the k largest of the keys pushed. A key is a score and a rank, so
// made that the larger key is the better hit.
type topK struct {
	k    int
	min  uint64   // a key must be larger to be kept
	keys []uint64 // unordered, at most 2k
}

// makeKey returns the key of a hit; score is positive.
func makeKey(score float32, rank uint32) uint64 {
	return uint64(math.Float32bits(score))<<32 | uint64(^rank)
}

// splitKey undoes makeKey.
func splitKey(key uint64) (score float32, rank uint32) {
	return math.Float32frombits(uint32(key >> 32)), ^uint32(key)
}

// reset empties the set. k is at least 1.
func (t *topK) reset(k int) {
	t.k, t.min = k, 0
	t.keys = slices.Grow(t.keys[:0], 2*k)
}

// push offers a key.
func (t *topK) push(key uint64) {
	if key <= t.min {
		return
	}
	t.keys = append(t.keys, key)
	if len(t.keys) == 2*t.k {
		t.shrink()
	}
}

// shrink drops all but the k largest keys.
func (t *topK) shrink() {
	if len(t.keys) < t.k {
		return
	}
	selectLargest(t.keys, t.k)
	t.keys = t.keys[:t.k]
	t.min = t.keys[t.k-1]
}

// floor returns the score that a further hit must exceed, or -1 if any does.
func (t *topK) floor() float64 {
	if t.min == 0 {
		return -1
	}
	score, _ := splitKey(t.min)
	return float64(score)
}

// sort leaves the k largest keys, largest first.
func (t *topK) sort() {
	t.shrink()
	slices.Sort(t.keys)
	slices.Reverse(t.keys)
}

// selectLargest moves the k largest elements to the front, the smallest of them
// to place k-1. It is Hoare's quickselect with the median of three.
func selectLargest(a []uint64, k int) {
	lo, hi := 0, len(a)-1
	for lo < hi {
		p := median(a[lo], a[(lo+hi)/2], a[hi])
		i, j := lo, hi
		for i <= j {
			for a[i] > p {
				i++
			}
			for a[j] < p {
				j--
			}
			if i <= j {
				a[i], a[j] = a[j], a[i]
				i++
				j--
			}
		}
		switch {
		case k-1 <= j:
			hi = j
		case k-1 >= i:
			lo = i
		default:
			return
		}
	}
}

func median(x, y, z uint64) uint64 { return max(min(x, y), min(max(x, y), z)) }
