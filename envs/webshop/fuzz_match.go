package webshop

import "unsafe"

// view returns b as a string without a copy; it must not outlive b's content.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// ratio returns 200·M/T in per cent, rounded half to even, where T is the
// number of characters in both texts and M the number that difflib's
// SequenceMatcher(None, a, b) matches. Equal texts give 100, an empty one 0.
func (m *matcher) ratio(a, b []byte) int {
	switch {
	case view(a) == view(b):
		return 100
	case len(a) == 0 || len(b) == 0:
		return 0
	case ascii(a) && ascii(b):
		return score(matched(m, a, b), len(a)+len(b))
	}
	m.rx, m.ry = appendRunes(m.rx[:0], a), appendRunes(m.ry[:0], b)
	return score(matched(m, m.rx, m.ry), len(m.rx)+len(m.ry))
}

func appendRunes(dst []rune, b []byte) []rune {
	for _, r := range view(b) {
		dst = append(dst, r)
	}
	return dst
}

// matched returns the number of characters in the matching blocks of a and b:
// the longest common run, and what matches so on its left and on its right.
//
// From 200 characters of b on, those that make up more than a hundredth of it
// begin no run; they only lengthen one.
func matched[C byte | rune](m *matcher, a, b []C) int {
	m.markPopular(len(b), func(i int) rune { return rune(b[i]) })
	if cap(m.run) < len(b) {
		m.run = make([]int32, 2*len(b))
	}
	total := 0
	m.todo = append(m.todo[:0], span{0, len(a), 0, len(b)})
	for len(m.todo) > 0 {
		s := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		i, j, n := longestRun(m, a, b, s)
		if n == 0 {
			continue
		}
		total += n
		if s.aLow < i && s.bLow < j {
			m.todo = append(m.todo, span{s.aLow, i, s.bLow, j})
		}
		if i+n < s.aHigh && j+n < s.bHigh {
			m.todo = append(m.todo, span{i + n, s.aHigh, j + n, s.bHigh})
		}
	}
	return total
}

// markPopular sets m.popular[i] for the places whose character is popular in a
// text of n characters; m.popular is empty when none is.
func (m *matcher) markPopular(n int, at func(i int) rune) {
	m.popular = m.popular[:0]
	if n < 200 {
		return
	}
	count := make(map[rune]int)
	for i := range n {
		count[at(i)]++
	}
	for i := range n {
		m.popular = append(m.popular, count[at(i)] > n/100+1)
	}
}

// longestRun returns the place in a and in b, and the length, of the longest
// common run within s; of several the first in a, then the first in b.
func longestRun[C byte | rune](m *matcher, a, b []C, s span) (atA, atB, length int) {
	atA, atB = s.aLow, s.bLow
	run := m.run[:s.bHigh]
	clear(run[s.bLow:])
	for i := s.aLow; i < s.aHigh; i++ {
		diagonal := int32(0) // run[j-1] of the row before
		c := a[i]
		for j := s.bLow; j < s.bHigh; j++ {
			above := run[j]
			if b[j] != c || len(m.popular) > 0 && m.popular[j] {
				run[j] = 0
			} else {
				run[j] = diagonal + 1
				if n := int(diagonal) + 1; n > length {
					atA, atB, length = i-n+1, j-n+1, n
				}
			}
			diagonal = above
		}
	}
	for atA > s.aLow && atB > s.bLow && a[atA-1] == b[atB-1] {
		atA, atB, length = atA-1, atB-1, length+1
	}
	for atA+length < s.aHigh && atB+length < s.bHigh && a[atA+length] == b[atB+length] {
		length++
	}
	return atA, atB, length
}
