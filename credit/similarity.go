package credit

import "stepgym/traces"

// similarStates returns the rows split by similar states: in order of
// appearance, a state joins the first cluster whose first text it resembles
// with a ratio of at least threshold, or begins a cluster. Equal texts have
// ratio 1, so each is looked at once.
func similarStates(g *traces.Graph, threshold float64, autojunk bool) traces.Partition {
	of := make([]int32, len(g.States)) // cluster + 1
	out := traces.Partition{ID: make([]int32, g.Len())}
	var alpha alphabet
	var firsts []*matcher
	for j, s := range g.State {
		if of[s] == 0 {
			text := alpha.encode(g.States[s])
			c := 0
			for c < len(firsts) && !firsts[c].resembles(text, threshold) {
				c++
			}
			if c == len(firsts) {
				firsts = append(firsts, newMatcher(text, alpha.size(), autojunk))
			}
			of[s] = int32(c) + 1
		}
		out.ID[j] = of[s] - 1
	}
	out.N = len(firsts)
	return out
}

// resembles reports whether the ratio of a and the matcher's text is at least
// threshold. It counts no more than it must: a bound by the lengths, one by the
// characters in any order, one by the characters in the right order (matching
// blocks are a common subsequence), and one by the parts that are still to be
// matched end it early without changing the answer.
func (m *matcher) resembles(a encoded, threshold float64) bool {
	total := len(a.symbols) + len(m.b)
	reaches := func(matched int) bool { return ratio(matched, total) >= threshold }
	if !reaches(min(len(a.symbols), len(m.b))) || !reaches(a.common(m.text)) {
		return false
	}
	if m.order == nil {
		m.order = newSubsequence(m.b, len(m.text.counts))
	}
	if !reaches(m.order.with(a.symbols)) {
		return false
	}
	return reaches(m.match(a.symbols, func(matched, possible int) bool {
		return reaches(matched) || !reaches(possible)
	}))
}
