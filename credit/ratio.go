package credit

import (
	"cmp"
	"slices"
)

// Ratio returns how alike two texts are, from 0 to 1, as Python's
// difflib.SequenceMatcher(None, a, b, autojunk).ratio() does: 2·M/T, where T
// counts the characters of both texts and M those in matching blocks. The
// blocks are found by taking the longest common one (of several the first in a,
// of those the first in b) and going on left and right of it (Ratcliff and
// Obershelp 1983). Two empty texts have ratio 1. It is not symmetric.
//
// autojunk leaves characters out of the search that make up more than 1 % of a
// text b of 200 characters or more, which is most of them in plain English:
// long texts that hardly differ may come out as different.
func Ratio(a, b string, autojunk bool) float64 {
	var alpha alphabet
	x, y := alpha.encode(a), alpha.encode(b)
	m := newMatcher(y, alpha.size(), autojunk)
	return ratio(m.match(x.symbols, func(matched, possible int) bool { return false }), len(x.symbols)+len(y.symbols))
}

// ratio is 2·matched/total.
func ratio(matched, total int) float64 {
	if total == 0 {
		return 1
	}
	return 2 * float64(matched) / float64(total)
}

// alphabet numbers the characters of some texts.
type alphabet struct{ ids map[rune]int32 }

func (al *alphabet) size() int { return len(al.ids) }

// encoded is a text as numbers of characters.
type encoded struct {
	symbols []int32
	counts  []int32 // how often each symbol occurs; those beyond the end do not
}

func (al *alphabet) encode(text string) encoded {
	if al.ids == nil {
		al.ids = map[rune]int32{}
	}
	e := encoded{symbols: make([]int32, 0, len(text))}
	for _, r := range text {
		id, ok := al.ids[r]
		if !ok {
			id = int32(len(al.ids))
			al.ids[r] = id
		}
		e.symbols = append(e.symbols, id)
	}
	e.counts = make([]int32, len(al.ids))
	for _, s := range e.symbols {
		e.counts[s]++
	}
	return e
}

// common returns how many characters two texts share in any order: no fewer
// than match.
func (e encoded) common(o encoded) int {
	n := 0
	for s := range min(len(e.counts), len(o.counts)) {
		n += int(min(e.counts[s], o.counts[s]))
	}
	return n
}

// matcher looks for the blocks of other texts in one text b.
type matcher struct {
	text  encoded
	b     []int32
	first []int32 // places of symbol s in b: places[first[s]:first[s+1]], ascending
	at    []int32
	junk  bool // some symbols are left out of places
	runs  []run
	rows  int32 // rows that runs has seen
	order *subsequence
}

// run is the length of the common block that ends at a place of b in one row.
type run struct{ row, length int32 }

// newMatcher prepares b. Symbols are numbers below size; a text may bring
// others, which occur nowhere in b.
func newMatcher(b encoded, size int, autojunk bool) *matcher {
	m := &matcher{text: b, b: b.symbols, first: make([]int32, size+1), runs: make([]run, len(b.symbols)+1)}
	popular := int32(len(m.b))
	if autojunk && len(m.b) >= 200 {
		popular = int32(len(m.b)/100 + 1)
	}
	counts := slices.Clone(b.counts)
	for s, n := range counts {
		if n > popular {
			counts[s], m.junk = 0, true
		}
	}
	for s := range size {
		n := int32(0)
		if s < len(counts) {
			n = counts[s]
		}
		m.first[s+1] = m.first[s] + n
	}
	m.at = make([]int32, m.first[size])
	next := slices.Clone(m.first)
	for j, s := range m.b {
		if counts[s] > 0 {
			m.at[next[s]] = int32(j)
			next[s]++
		}
	}
	return m
}

// places lists where symbol s occurs in b[lo:hi].
func (m *matcher) places(s int32, lo, hi int) []int32 {
	if int(s) >= len(m.first)-1 {
		return nil
	}
	all := m.at[m.first[s]:m.first[s+1]]
	if lo > 0 {
		i, _ := slices.BinarySearchFunc(all, lo, func(j int32, lo int) int { return cmp.Compare(int(j), lo) })
		all = all[i:]
	}
	if n := len(all); n > 0 && int(all[n-1]) >= hi {
		i, _ := slices.BinarySearchFunc(all, hi, func(j int32, hi int) int { return cmp.Compare(int(j), hi) })
		all = all[:i]
	}
	return all
}

// span is a part of a beside a part of b.
type span struct{ alo, ahi, blo, bhi int }

func (s span) room() int { return min(s.ahi-s.alo, s.bhi-s.blo) }

// match returns the number of characters of a in matching blocks. After each
// block it asks stop, with the number so far and a number that cannot be
// exceeded, and ends early if that says so.
func (m *matcher) match(a []int32, stop func(matched, possible int) bool) int {
	todo := []span{{0, len(a), 0, len(m.b)}}
	matched, open := 0, todo[0].room()
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		open -= s.room()
		i, j, n := m.longest(a, s)
		if n > 0 {
			matched += n
			for _, rest := range []span{{s.alo, i, s.blo, j}, {i + n, s.ahi, j + n, s.bhi}} {
				if room := rest.room(); room > 0 {
					todo = append(todo, rest)
					open += room
				}
			}
		}
		if stop(matched, matched+open) {
			break
		}
	}
	return matched
}

// longest returns the longest common block of a[alo:ahi] and b[blo:bhi]: a[i:i+n]
// equals b[j:j+n]. It goes through a row by row; the run that ends at place j is
// one longer than that which ended at j-1 a row before.
func (m *matcher) longest(a []int32, s span) (i, j, n int) {
	i, j = s.alo, s.blo
	m.rows++ // no run goes on from an earlier call
	for row := s.alo; row < s.ahi; row++ {
		m.rows++
		best, end := n, -1
		at := m.places(a[row], s.blo, s.bhi)
		for k := len(at) - 1; k >= 0; k-- { // downwards, so that the place before is still that of the last row
			p := int(at[k])
			length := 1
			if p > s.blo && m.runs[p-1].row == m.rows-1 {
				length += int(m.runs[p-1].length)
			}
			m.runs[p] = run{m.rows, int32(length)}
			if length > n && length >= best {
				best, end = length, p
			}
		}
		if end >= 0 {
			i, j, n = row-best+1, end-best+1, best
		}
	}
	if m.junk { // characters left out of the search lengthen what was found
		for i > s.alo && j > s.blo && a[i-1] == m.b[j-1] {
			i, j, n = i-1, j-1, n+1
		}
		for i+n < s.ahi && j+n < s.bhi && a[i+n] == m.b[j+n] {
			n++
		}
	}
	return i, j, n
}
