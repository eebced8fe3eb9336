package search

import (
	"iter"
	"math/bits"
	"sync"
)

// nfa is a non-deterministic automaton with at most 256 states.
type nfa struct {
	free []stateSet             // free[s]: states reached from s without a character
	step [][numClasses]stateSet // step[s][c]: states reached from s by class c
}

// add returns a new state.
func (n *nfa) add() int {
	n.free = append(n.free, stateSet{})
	n.step = append(n.step, [numClasses]stateSet{})
	return len(n.free) - 1
}

// stateSet is a set of states.
type stateSet [4]uint64

func (s *stateSet) has(i int) bool { return s[i>>6]&(1<<(i&63)) != 0 }
func (s *stateSet) put(i int)      { s[i>>6] |= 1 << (i & 63) }

func (s *stateSet) union(t stateSet) {
	for w := range s {
		s[w] |= t[w]
	}
}

// all yields the members in order.
func (s *stateSet) all() iter.Seq[int] {
	return func(yield func(int) bool) {
		for w, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(w<<6 | bits.TrailingZeros64(word)) {
					return
				}
			}
		}
	}
}

// dfa is a compiled expression. State 0 is dead, state 1 the start.
type dfa struct {
	next   [maxStates << rowShift]uint8 // next[state<<rowShift|class]
	accept [maxStates]bool
	states int
}

const (
	rowShift  = 5   // makes a row of the table wide enough for all classes
	maxStates = 256 // of the automaton before it is minimized
)

// tokenDFA returns the automaton of tokenExpr, compiled once.
var tokenDFA = sync.OnceValue(func() *dfa { return compile(tokenExpr()).minimize() })

// compile builds the deterministic automaton by the subset construction. The
// expression is fixed, so that it fits the table is a matter of the tests.
func compile(e expr) *dfa {
	n := &nfa{}
	start := n.add()
	final := e(n, start)
	n.close()
	sets := []stateSet{{}, n.free[start]}
	seen := map[stateSet]uint8{{}: 0, n.free[start]: 1}
	d := &dfa{}
	for i := 1; i < len(sets); i++ {
		d.accept[i] = sets[i].has(final)
		for c := range numClasses {
			to := n.move(sets[i], c)
			at, ok := seen[to]
			if !ok {
				at = uint8(len(sets))
				seen[to] = at
				sets = append(sets, to)
			}
			d.next[i<<rowShift|int(c)] = at
		}
	}
	d.states = len(sets)
	return d
}

// close makes free[s] all states, s among them, that are reached from s without
// a character.
func (n *nfa) close() {
	for i := range n.free {
		n.free[i].put(i)
	}
	for changed := true; changed; {
		changed = false
		for i := range n.free {
			before := n.free[i]
			for j := range before.all() {
				n.free[i].union(n.free[j])
			}
			changed = changed || n.free[i] != before
		}
	}
}

// move returns the states that a character of class c leads to.
func (n *nfa) move(s stateSet, c class) (out stateSet) {
	for i := range s.all() {
		for j := range n.step[i][c].all() {
			out.union(n.free[j])
		}
	}
	return out
}

// minimize returns the automaton with equivalent states merged (Moore 1956):
// states are split by what tells them apart until nothing does.
func (d *dfa) minimize() *dfa {
	type row struct {
		block uint8
		next  [numClasses]uint8
	}
	block := make([]uint8, d.states)
	for i := range block {
		block[i] = 1
		if d.accept[i] {
			block[i] = 2
		}
	}
	block[0] = 0
	for blocks := 0; ; {
		ids := map[row]uint8{}
		split := make([]uint8, d.states)
		for i := range split {
			r := row{block: block[i]}
			for c := range numClasses {
				r.next[c] = block[d.next[i<<rowShift|int(c)]]
			}
			if _, ok := ids[r]; !ok {
				ids[r] = uint8(len(ids))
			}
			split[i] = ids[r]
		}
		block = split
		if len(ids) == blocks {
			break
		}
		blocks = len(ids)
	}
	m := &dfa{}
	for i, b := range block {
		m.accept[b] = d.accept[i]
		m.states = max(m.states, int(b)+1)
		for c := range numClasses {
			m.next[int(b)<<rowShift|int(c)] = block[d.next[i<<rowShift|int(c)]]
		}
	}
	return m
}
