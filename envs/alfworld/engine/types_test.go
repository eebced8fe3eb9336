package engine

import (
	"math/rand/v2"
	"slices"
	"testing"

	"stepgym/envs/alfworld/pddl"
)

// TestTypesBefore compares with a walk breadth first.
func TestTypesBefore(t *testing.T) {
	h := newTypes([]pddl.Typed{{Name: "m", Type: "object"}, {Name: "b", Type: "m"}, {Name: "z", Type: "b"}, {Name: "a", Type: "m"}, {Name: "k", Type: "unknown"}})
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		asked := []int{rng.IntN(len(h.names)), rng.IntN(len(h.names)), rng.IntN(len(h.names))}[:1+rng.IntN(3)]
		all := tuples(h, asked)
		got := slices.Clone(all)
		rng.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, func(a, b []uint16) int {
			if h.before(asked, a, b) {
				return -1
			}
			return 1
		})
		if !slices.EqualFunc(got, all, slices.Equal) {
			t.Fatalf("asked for %v: got %v, want %v", asked, got, all)
		}
	}
	if h.has(noType, 0) || !h.has(0, uint16(h.find("z"))) || h.has(h.find("a"), uint16(h.find("b"))) || h.find("nothing") != noType {
		t.Error("types are within each other that are not")
	}
}

// tuples lists the combinations of types that match, breadth first.
func tuples(h *types, asked []int) [][]uint16 {
	var first []uint16
	for _, t := range asked {
		first = append(first, uint16(t))
	}
	out := [][]uint16{first}
	for i := 0; i < len(out); i++ {
		for k := range asked {
			var below []string
			for u, in := range h.within[out[i][k]] {
				if in && u != int(out[i][k]) {
					below = append(below, h.names[u])
				}
			}
			slices.Sort(below)
			for _, name := range below {
				next := slices.Clone(out[i])
				next[k] = uint16(h.find(name))
				if !slices.ContainsFunc(out, func(o []uint16) bool { return slices.Equal(o, next) }) {
					out = append(out, next)
				}
			}
		}
	}
	return out
}
