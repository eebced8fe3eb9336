package traces

import "slices"

// Edges is the list of distinct transitions (state, action, next state) of a
// graph, with the rows in which each occurs. Edges are numbered by first
// appearance.
type Edges struct {
	Of     []int32 // edge of each row
	State  []int32 // by edge: index into Graph.States
	Action []int32 // by edge: index into Graph.Actions
	Next   []int32 // by edge: index into Graph.States, -1 if nobody looked

	// Rows of edge e are Rows[Start[e]:Start[e+1]], ascending.
	Start []int32
	Rows  []int32
}

// Len returns the number of distinct edges.
func (e *Edges) Len() int { return len(e.State) }

// At returns the rows in which edge i occurs, ascending. Do not write to it.
func (e *Edges) At(i int) []int32 { return e.Rows[e.Start[i]:e.Start[i+1]] }

// Partition returns the rows of the graph split by edge.
func (e *Edges) Partition() Partition { return Partition{ID: e.Of, N: e.Len()} }

// Edges returns the graph's distinct transitions. They are computed once.
func (g *Graph) Edges() *Edges {
	d := g.derived
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.edges == nil {
		d.edges = d.findEdges(g)
		d.tidy()
	}
	return d.edges
}

// findEdges computes the edges, in the place of an earlier graph's if there is
// one.
func (d *derived) findEdges(g *Graph) *Edges {
	e, n := d.spare, g.Len()
	if e == nil {
		e = new(Edges)
	}
	acts, full := &d.table, &d.second
	acts.reset(n)
	full.reset(n)
	e.Of = slices.Grow(e.Of[:0], n)[:n]
	e.State, e.Action, e.Next = slices.Grow(e.State[:0], n), slices.Grow(e.Action[:0], n), slices.Grow(e.Next[:0], n)
	for j := range n {
		id := full.id(acts.id(g.State[j], g.Action[j]), g.Next[j])
		e.Of[j] = id
		if int(id) == len(e.State) {
			e.State = append(e.State, g.State[j])
			e.Action = append(e.Action, g.Action[j])
			e.Next = append(e.Next, g.Next[j])
		}
	}
	e.Start, e.Rows = e.Partition().membersIn(e.Start, e.Rows)
	return e
}

// Members lists the rows of every set: those of set s are
// rows[start[s]:start[s+1]], ascending. The slices are the caller's.
func (p Partition) Members() (start, rows []int32) { return p.membersIn(nil, nil) }

// membersIn is Members in the memory of two slices, if that is large enough.
func (p Partition) membersIn(start, rows []int32) ([]int32, []int32) {
	start = slices.Grow(start[:0], p.N+2)[:p.N+2]
	clear(start)
	for _, s := range p.ID {
		if s >= 0 {
			start[s+2]++
		}
	}
	for s := range p.N {
		start[s+2] += start[s+1]
	}
	in := int(start[p.N+1])
	rows = slices.Grow(rows[:0], in)[:in]
	for j, s := range p.ID {
		if s >= 0 { // start[s+1] is where s goes on; in the end, where s+1 begins
			rows[start[s+1]] = int32(j)
			start[s+1]++
		}
	}
	return start[:p.N+1], rows
}

// ByStateAction returns the rows split by state and action, whatever came of it.
func (g *Graph) ByStateAction() Partition {
	return g.ByState().Meet(Partition{ID: g.Action, N: len(g.Actions)})
}

// Prefixes returns the rows split by everything up to and including their own
// action: two rows are in one set if their rollouts took equal actions in equal
// states from the beginning until then. It is the prefix tree of the group.
//
//	pre(t) = intern(pre(t-1), (state, action)_t)
func (g *Graph) Prefixes() Partition {
	acts := g.ByStateAction()
	table := newPairs(g.Len())
	ids := make([]int32, g.Len())
	for j := range ids {
		before := int32(-1)
		if g.Step[j] > 0 {
			before = ids[j-1]
		}
		ids[j] = table.id(before, acts.ID[j])
	}
	return Partition{ID: ids, N: int(table.n)}
}

// Histories returns the rows split by the k transitions (state, action) that
// led to them, the beginning of the episode counting as one of them. With k
// at or below 0 all rows are in one set.
//
//	h_0(t) = 0,  h_k(0) = start,  h_k(t) = intern(h_{k-1}(t-1), (state, action)_{t-1})
func (g *Graph) Histories(k int) Partition {
	n := g.Len()
	h := Partition{ID: make([]int32, n), N: 1}
	if k <= 0 {
		return h
	}
	acts := make([]int32, n)
	table := newPairs(n)
	for j := range acts {
		acts[j] = table.id(g.State[j], g.Action[j])
	}
	for range k {
		table := newPairs(n + 1)
		ids := make([]int32, n)
		start := table.id(-1, -1)
		for j := range ids {
			ids[j] = start
			if g.Step[j] > 0 {
				ids[j] = table.id(h.ID[j-1], acts[j-1])
			}
		}
		h = Partition{ID: ids, N: int(table.n)}
	}
	return h
}

// Meet returns the rows split by both p and q: two rows are in one set if they
// are in one set of each. A row that is in no set of either is in none.
func (p Partition) Meet(q Partition) Partition {
	ids := make([]int32, len(p.ID))
	table := newPairs(len(ids))
	for j := range ids {
		if p.ID[j] < 0 || q.ID[j] < 0 {
			ids[j] = -1
			continue
		}
		ids[j] = table.id(p.ID[j], q.ID[j])
	}
	return Partition{ID: ids, N: int(table.n)}
}
