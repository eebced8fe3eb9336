package bfcl

// alike groups things that have marks in common, be it by way of others.
type alike[T comparable] struct {
	before func(a, b T) bool // the order of things
	parent map[T]T           // towards the first of the group
	seen   map[string]T      // who has a mark
}

func newAlike[T comparable](before func(a, b T) bool) *alike[T] {
	return &alike[T]{before: before, parent: map[T]T{}, seen: map[string]T{}}
}

// mark says that x has a mark.
func (a *alike[T]) mark(x T, mark string) {
	other, ok := a.seen[mark]
	if !ok {
		a.seen[mark] = x
		return
	}
	x, other = a.first(x), a.first(other)
	if a.before(other, x) {
		x, other = other, x
	}
	if x != other {
		a.parent[other] = x
	}
}

// first returns the first member of the group that x is in.
func (a *alike[T]) first(x T) T {
	for {
		p, ok := a.parent[x]
		if !ok {
			return x
		}
		if q, ok := a.parent[p]; ok {
			a.parent[x] = q
		}
		x = p
	}
}
