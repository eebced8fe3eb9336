package engine

import (
	"cmp"
	"slices"
)

// maxFacts bounds the facts of one predicate.
const maxFacts = 1<<16 - 1

// relation is a sorted set of facts of one predicate: arguments are indexes of
// entities, order is that of the arguments.
type relation struct {
	arity int
	n     int
	args  []uint16 // n times arity

	low  uint16   // smallest first argument
	rows []uint16 // facts with first argument low+i are rows[i] to rows[i+1]

	by    []*column // by argument, for looking up; [0] is unused
	kinds []uint16  // of the types of arguments, arity each: those that occur

	fluent bool
	first  int // number of the first fact as a fluent
}

// column lists the facts by one of their arguments.
type column struct {
	low   uint16
	rows  []uint16
	facts []uint16 // in order
}

// relation makes the relation of facts, args in packs of arity: sorted and
// without repetitions. It does not keep args.
func (l *loader) relation(arity int, args []uint16, count int) *relation {
	r := &relation{arity: arity, by: make([]*column, arity)}
	if arity == 0 {
		r.n = min(count, 1)
		return r
	}
	var sorted []uint16
	if ascends(arity, args) {
		sorted = append(l.sorted[:0], args...)
		l.sorted = sorted
	} else {
		sorted = l.sort(arity, args)
	}
	n := min(len(sorted), arity)
	for at := arity; at < len(sorted); at += arity {
		for k := range arity {
			if sorted[at+k] != sorted[n-arity+k] {
				copy(sorted[n:], sorted[at:at+arity])
				n += arity
				break
			}
		}
	}
	r.args, r.n = slices.Clone(sorted[:n]), n/arity
	r.index()
	return r
}

// ascends reports whether facts are sorted.
func ascends(arity int, args []uint16) bool {
	for at := arity; at < len(args); at += arity {
		if slices.Compare(args[at-arity:at], args[at:at+arity]) > 0 {
			return false
		}
	}
	return true
}

// sort returns the facts in order, in room of the loader: a counting sort by
// one argument after the other, the last one first.
func (l *loader) sort(arity int, args []uint16) []uint16 {
	l.sorted = append(l.sorted[:0], args...)
	l.other = slices.Grow(l.other[:0], len(args))[:len(args)]
	from, to := l.sorted, l.other
	counts := slices.Grow(l.counts[:0], len(l.ids)+1)[:len(l.ids)+1]
	l.counts = counts
	for k := arity - 1; k >= 0; k-- {
		clear(counts)
		for at := k; at < len(from); at += arity {
			counts[from[at]+1]++
		}
		for i := 1; i < len(counts); i++ {
			counts[i] += counts[i-1]
		}
		for at := 0; at < len(from); at += arity {
			c := &counts[from[at+k]]
			copy(to[int(*c)*arity:], from[at:at+arity])
			*c++
		}
		from, to = to, from
	}
	return from
}

// index makes rows.
func (r *relation) index() {
	if r.n == 0 {
		return
	}
	r.low = r.args[0]
	high := r.args[(r.n-1)*r.arity]
	r.rows = make([]uint16, int(high-r.low)+2)
	for i := range r.n {
		r.rows[r.args[i*r.arity]-r.low+1]++
	}
	for i := 1; i < len(r.rows); i++ {
		r.rows[i] += r.rows[i-1]
	}
}

// fact returns the arguments of a fact.
func (r *relation) fact(i int) []uint16 { return r.args[i*r.arity : (i+1)*r.arity] }

// row returns the facts with a first argument.
func (r *relation) row(e uint16) (from, to int) {
	i := int(e) - int(r.low)
	if i < 0 || i >= len(r.rows)-1 {
		return 0, 0
	}
	return int(r.rows[i]), int(r.rows[i+1])
}

// find returns the fact with the arguments, -1 if there is none.
func (r *relation) find(args []uint16) int {
	if r.arity == 0 {
		return r.n - 1
	}
	from, to := r.row(args[0])
	if from == to {
		return -1
	}
	switch r.arity {
	case 1:
		return from
	case 2:
		want := args[1]
		for to-from > 8 {
			if m := int(uint(from+to) >> 1); r.args[2*m+1] <= want {
				from = m
			} else {
				to = m
			}
		}
		for ; from < to; from++ {
			if r.args[2*from+1] == want {
				return from
			}
		}
		return -1
	}
	for from < to {
		m := int(uint(from+to) >> 1)
		switch c := slices.Compare(r.fact(m), args); {
		case c == 0:
			return m
		case c < 0:
			from = m + 1
		default:
			to = m
		}
	}
	return -1
}

// column returns the index by argument k > 0 and keeps it.
func (r *relation) column(k int) *column {
	if r.by[k] != nil || r.n == 0 {
		return r.by[k]
	}
	low, high := r.args[k], r.args[k]
	for i := k; i < len(r.args); i += r.arity {
		low, high = min(low, r.args[i]), max(high, r.args[i])
	}
	c := &column{low: low, rows: make([]uint16, int(high-low)+2), facts: make([]uint16, r.n)}
	for i := k; i < len(r.args); i += r.arity {
		c.rows[r.args[i]-low+1]++
	}
	for i := 1; i < len(c.rows); i++ {
		c.rows[i] += c.rows[i-1]
	}
	next := slices.Clone(c.rows)
	for i := range r.n {
		at := &next[r.args[i*r.arity+k]-low]
		c.facts[*at] = uint16(i)
		*at++
	}
	r.by[k] = c
	return c
}

// row returns the facts with an argument.
func (c *column) row(e uint16) []uint16 {
	if c == nil {
		return nil
	}
	i := int(e) - int(c.low)
	if i < 0 || i >= len(c.rows)-1 {
		return nil
	}
	return c.facts[c.rows[i]:c.rows[i+1]]
}

// distinct returns how many different arguments k there are, at least 1.
func (r *relation) distinct(k int) int {
	rows := r.rows
	if k > 0 {
		c := r.column(k)
		if c == nil {
			return 1
		}
		rows = c.rows
	}
	n := 0
	for i := 1; i < len(rows); i++ {
		if rows[i] != rows[i-1] {
			n++
		}
	}
	return max(n, 1)
}

// sortKinds finds which types arguments have, in the order of before.
func (r *relation) sortKinds(typ []uint16) {
	var kinds [][]uint16
	row := make([]uint16, r.arity)
	for i := range r.n {
		for j, e := range r.fact(i) {
			row[j] = typ[e]
		}
		if !slices.ContainsFunc(kinds, func(k []uint16) bool { return slices.Equal(k, row) }) {
			kinds = append(kinds, slices.Clone(row))
		}
	}
	slices.SortFunc(kinds, func(a, b []uint16) int { return cmp.Compare(slices.Compare(a, b), 0) })
	r.kinds = slices.Concat(kinds...)
}
