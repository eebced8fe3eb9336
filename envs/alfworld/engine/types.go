package engine

import (
	"slices"

	"stepgym/envs/alfworld/pddl"
)

// noType is the type of what has no members: that of "?l - location," above all.
const noType = -1

// types is the hierarchy of a domain's types. Type 0 is "object", the root.
type types struct {
	names  []string
	index  map[string]int
	within [][]bool // within[t][u]: u is t or below it
}

// newTypes makes the hierarchy of what a domain declares. A parent that is not
// declared is a child of "object".
func newTypes(declared []pddl.Typed) *types {
	h := &types{names: []string{"object"}, index: map[string]int{"object": 0}}
	parents := []int{-1}
	number := func(name string) int {
		t, ok := h.index[name]
		if !ok {
			t = len(h.names)
			h.index[name] = t
			h.names = append(h.names, name)
			parents = append(parents, 0)
		}
		return t
	}
	for _, d := range declared {
		if t := number(d.Name); t != 0 {
			parents[t] = number(d.Type)
		}
	}
	h.within = make([][]bool, len(h.names))
	for t := range h.within {
		h.within[t] = make([]bool, len(h.names))
	}
	for u := range h.names {
		for t, steps := u, 0; t >= 0 && steps <= len(h.names); t, steps = parents[t], steps+1 {
			h.within[t][u] = true
		}
	}
	return h
}

// find returns the number of a type, noType if there is none of that name.
func (h *types) find(name string) int {
	if t, ok := h.index[name]; ok {
		return t
	}
	return noType
}

// has reports whether an entity of type u may stand where type t is asked for.
func (h *types) has(t int, u uint16) bool { return t != noType && h.within[t][u] }

// before reports whether a query that asks for the types asked goes through
// facts with arguments of the types a before those of b: as asked first, then
// breadth first downwards, one argument after the other, by name.
func (h *types) before(asked []int, a, b []uint16) bool {
	var da, db int
	for i := range asked {
		if int(a[i]) != asked[i] {
			da++
		}
		if int(b[i]) != asked[i] {
			db++
		}
	}
	if da != db {
		return da < db
	}
	for i := range asked {
		if a[i] == b[i] {
			continue
		}
		switch asked[i] {
		case int(a[i]):
			return false // b goes down at an earlier argument
		case int(b[i]):
			return true
		}
		return h.names[a[i]] < h.names[b[i]]
	}
	return false
}

// matching returns those of kinds, combinations of types, that match what is
// asked for, in the order of before; nil if there is one kind and it does.
func (h *types) matching(asked []int, kinds []uint16) []uint16 {
	var fit [][]uint16
	for k := range slices.Chunk(kinds, len(asked)) {
		ok := true
		for i, t := range asked {
			ok = ok && h.has(t, k[i])
		}
		if ok {
			fit = append(fit, k)
		}
	}
	if len(fit) == 1 && len(kinds) == len(asked) {
		return nil
	}
	slices.SortFunc(fit, func(a, b []uint16) int {
		switch {
		case h.before(asked, a, b):
			return -1
		case h.before(asked, b, a):
			return 1
		}
		return 0
	})
	return append([]uint16{}, slices.Concat(fit...)...)
}
