package credit

import "math/bits"

// subsequence finds the length of the longest common subsequence of other
// texts with one text b, 64 places of b at a time (Hyyrö 2004).
type subsequence struct {
	words int
	at    []uint64 // by symbol, words each: the places of b where it stands
	v     []uint64 // scratch: a zero bit for each place that has been matched
}

// newSubsequence prepares b, whose symbols are below size.
func newSubsequence(b []int32, size int) *subsequence {
	words := (len(b) + 63) / 64
	q := &subsequence{words: words, at: make([]uint64, words*size), v: make([]uint64, words)}
	for j, s := range b {
		q.at[int(s)*words+j/64] |= 1 << (j % 64)
	}
	return q
}

// with returns the length of the longest common subsequence of a and b.
func (q *subsequence) with(a []int32) int {
	for i := range q.v {
		q.v[i] = ^uint64(0)
	}
	for _, s := range a {
		from := int(s) * q.words
		if from >= len(q.at) {
			continue // it does not occur in b
		}
		carry := uint64(0)
		for i, places := range q.at[from : from+q.words] {
			v := q.v[i]
			u := v & places
			sum, c := bits.Add64(v, u, carry)
			q.v[i], carry = sum|(v&^places), c
		}
	}
	n := 0
	for _, v := range q.v {
		n += bits.OnesCount64(^v)
	}
	return n
}
