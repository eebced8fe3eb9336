package traces

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
		d.edges = g.findEdges(&d.table, &d.second)
		d.tidy()
	}
	return d.edges
}

// findEdges computes the edges with two tables as scratch.
func (g *Graph) findEdges(acts, full *pairs) *Edges {
	n := g.Len()
	acts.reset(n)
	full.reset(n)
	e := &Edges{Of: make([]int32, n), State: make([]int32, 0, n), Action: make([]int32, 0, n), Next: make([]int32, 0, n)}
	for j := range n {
		id := full.id(acts.id(g.State[j], g.Action[j]), g.Next[j])
		e.Of[j] = id
		if int(id) == len(e.State) {
			e.State = append(e.State, g.State[j])
			e.Action = append(e.Action, g.Action[j])
			e.Next = append(e.Next, g.Next[j])
		}
	}
	e.Start, e.Rows = e.Partition().Members()
	return e
}

// Members lists the rows of every set: those of set s are
// rows[start[s]:start[s+1]], ascending. The slices are the caller's.
func (p Partition) Members() (start, rows []int32) {
	start = make([]int32, p.N+1)
	in := 0
	for _, s := range p.ID {
		if s >= 0 {
			start[s+1]++
			in++
		}
	}
	for s := range p.N {
		start[s+1] += start[s]
	}
	rows = make([]int32, in)
	at := make([]int32, p.N)
	for j, s := range p.ID {
		if s >= 0 {
			rows[start[s]+at[s]] = int32(j)
			at[s]++
		}
	}
	return start, rows
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
