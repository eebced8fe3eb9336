package plan

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// situation is a state of the slow twin: the rules of a small home, written
// down once more, and all of it tried.
type situation struct {
	at, held   int // held is an index into things, or -1
	open, used uint64
	treated    uint64
	in         [4]uint64 // receptacles of each thing
}

// twin searches breadth first and returns the length of a shortest plan, -1 if
// there is none. The limit bounds the states.
func twin(h *home, goal shape) int {
	s := situation{at: h.at, held: -1}
	for i, t := range h.things {
		if t.object == h.held {
			s.held = i
		}
		if t.treated {
			s.treated |= 1 << i
		}
		for _, r := range t.in {
			s.in[i] |= 1 << r
		}
	}
	for r, c := range h.closed {
		if !c {
			s.open |= 1 << r
		}
	}
	for i, l := range h.lamps {
		if l.used {
			s.used |= 1 << i
		}
	}
	seen := map[situation]bool{s: true}
	layer := []situation{s}
	for depth := 0; len(layer) > 0; depth++ {
		var next []situation
		for _, s := range layer {
			if won(h, goal, s) {
				return depth
			}
			for _, n := range after(h, s) {
				if !seen[n] {
					seen[n] = true
					next = append(next, n)
				}
			}
		}
		layer = next
	}
	return -1
}

func won(h *home, goal shape, s situation) bool {
	switch goal {
	case placeOne:
		for i, t := range h.things {
			for _, r := range h.targets {
				if t.wanted && s.treated>>i&1 == 1 && s.in[i]>>r&1 == 1 {
					return true
				}
			}
		}
	case placeTwo:
		for _, r := range h.targets {
			n := 0
			for i, t := range h.things {
				if t.wanted && s.in[i]>>r&1 == 1 {
					n++
				}
			}
			if n > 1 {
				return true
			}
		}
	case underLamp:
		if s.held < 0 || !h.things[s.held].wanted {
			return false
		}
		for i, l := range h.lamps {
			for _, r := range l.in {
				if s.used>>i&1 == 1 && h.loc[r] == s.at {
					return true
				}
			}
		}
	}
	return false
}

// after returns the states that one command leads to.
func after(h *home, s situation) []situation {
	var out []situation
	add := func(change func(*situation)) {
		n := s
		change(&n)
		out = append(out, n)
	}
	for r, l := range h.loc {
		if l < 0 {
			continue
		}
		if l != s.at {
			add(func(n *situation) { n.at = l })
			continue
		}
		if s.open>>r&1 == 0 {
			add(func(n *situation) { n.open |= 1 << r })
		} else {
			for i, t := range h.things {
				if s.held < 0 && t.portable && s.in[i]>>r&1 == 1 {
					add(func(n *situation) { n.held = i; n.in[i] &^= 1 << r })
				}
			}
			if i := s.held; i >= 0 {
				if holds(h, h.things[i], r) {
					add(func(n *situation) { n.held = -1; n.in[i] |= 1 << r })
				}
			}
		}
		if s.held >= 0 && slices.Contains(h.tools, r) {
			add(func(n *situation) { n.treated |= 1 << s.held })
		}
		for i, l := range h.lamps {
			if slices.Contains(l.in, r) {
				add(func(n *situation) { n.used |= 1 << i })
			}
		}
	}
	return out
}

// holds makes up where a thing can be put besides the targets.
func holds(h *home, t thing, rec int) bool {
	if t.wanted && slices.Contains(h.targets, rec) {
		return h.takes
	}
	return (t.object*7+rec*3)%4 == 0
}

// randomHome makes a small home in any state, with things in two receptacles,
// hands full of something wanted or not, and receptacles without a location.
func randomHome(rng *rand.Rand, goal shape) *home {
	n := 2 + rng.IntN(5)
	h := &home{loc: make([]int, n), closed: make([]bool, n), fits: make([]bool, n), held: -1, treat: clean, takes: rng.IntN(12) > 0}
	places := 1 + rng.IntN(5)
	h.at = rng.IntN(places + 1)
	for r := range n {
		h.loc[r] = rng.IntN(places)
		if rng.IntN(15) == 0 {
			h.loc[r] = -1
		}
		h.closed[r] = rng.IntN(2) == 0
		if rng.IntN(2) == 0 {
			h.targets = append(h.targets, r)
		}
		if rng.IntN(4) == 0 && h.loc[r] >= 0 {
			h.tools = append(h.tools, r)
		}
	}
	for i := range 1 + rng.IntN(4) {
		t := thing{object: i, wanted: rng.IntN(4) > 0, portable: rng.IntN(8) > 0, treated: len(h.tools) == 0 || rng.IntN(5) == 0}
		for r := range n {
			if rng.IntN(n) == 0 && (goal != placeTwo || !slices.Contains(h.targets, r) || rng.IntN(3) == 0) {
				t.in = append(t.in, r)
			}
		}
		if len(t.in) == 0 && rng.IntN(4) > 0 {
			t.in = []int{rng.IntN(n)}
		}
		h.things = append(h.things, t)
	}
	if rng.IntN(2) == 0 {
		h.held = rng.IntN(len(h.things))
		h.things[h.held].portable = true
		for r := range n {
			h.fits[r] = holds(h, h.things[h.held], r)
		}
	}
	if goal == underLamp {
		for i := range 1 + rng.IntN(2) {
			l := lamp{object: 10 + i, used: rng.IntN(3) == 0}
			for r := range n {
				if rng.IntN(n) == 0 {
					l.in = append(l.in, r)
				}
			}
			h.lamps = append(h.lamps, l)
		}
	}
	return h
}

// TestToursAreShortest compares the enumeration with the twin on many small
// homes.
func TestToursAreShortest(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	n := 15000
	if testing.Short() {
		n = 500
	}
	lengths := map[string]int{}
	for i := range n {
		goal := shape(1 + i%3)
		h := randomHome(rng, goal)
		want := twin(h, goal)
		if want == 0 {
			continue
		}
		got := -1
		if best, ok := h.shortest(goal); ok {
			got = best.cost
			if s := h.steps(&best); len(s) != got {
				t.Fatalf("home %d: %d steps of a tour of cost %d", i, len(s), got)
			}
		}
		if got != want {
			t.Fatalf("home %d, goal %d: %d commands, want %d\n%+v", i, goal, got, want, h)
		}
		lengths[fmt.Sprint(goal, ": ", want)]++
	}
	t.Log(lengths)
}
