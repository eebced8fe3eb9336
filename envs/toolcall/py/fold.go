package py

import "slices"

// Sum is sum(items).
func Sum(items []Value) Value {
	var total Value = Int(0)
	for _, v := range items {
		total = Add(total, v)
	}
	return total
}

// Min is min(items): the first of the smallest.
func Min(items []Value) Value { return extreme("min", less, items) }

// Max is max(items): the first of the largest.
func Max(items []Value) Value { return extreme("max", greater, items) }

func extreme(name string, op relation, items []Value) Value {
	if len(items) == 0 {
		Raise("ValueError", "%s() arg is an empty sequence", name)
	}
	best := items[0]
	for _, v := range items[1:] {
		if compare(op, v, best, 0) {
			best = v
		}
	}
	return best
}

// binarySort is the length up to which CPython sorts by binary insertion.
const binarySort = 64

// Sorted is sorted(items): a stable sort by [Less], in a new slice.
func Sorted(items []Value) []Value { return SortedFunc(items, Less) }

// SortedFunc is sorted with an order of one's own: less may raise. Lists of up
// to 64 items are compared in the order in which CPython compares them, so that
// what is raised is the same.
func SortedFunc(items []Value, less func(a, b Value) bool) []Value {
	out := slices.Clone(items)
	if len(out) > binarySort {
		slices.SortStableFunc(out, func(a, b Value) int {
			switch {
			case less(a, b):
				return -1
			case less(b, a):
				return 1
			}
			return 0
		})
		return out
	}
	for i := countRun(out, less); i < len(out); i++ {
		pivot := out[i]
		lo, hi := 0, i
		for lo < hi {
			if mid := lo + (hi-lo)/2; less(pivot, out[mid]) {
				hi = mid
			} else {
				lo = mid + 1
			}
		}
		copy(out[lo+1:i+1], out[lo:i])
		out[lo] = pivot
	}
	return out
}

// countRun returns the length of the run at the front, which it turns around if
// it falls strictly.
func countRun(items []Value, less func(a, b Value) bool) int {
	if len(items) < 2 {
		return len(items)
	}
	n := 2
	if !less(items[1], items[0]) {
		for n < len(items) && !less(items[n], items[n-1]) {
			n++
		}
		return n
	}
	for n < len(items) && less(items[n], items[n-1]) {
		n++
	}
	slices.Reverse(items[:n])
	return n
}
