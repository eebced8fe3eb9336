package credit

// chain is an absorbing Markov chain with rewards, made for one solution. Node
// u goes to node v with weight w, discount included, and earns b on the way out:
//
//	V(u) = b(u) + Σ_v w(u, v)·V(v)
//
// The weights of a node add up to at most 1, and every node has a way out of
// the chain, so the solution exists and is unique.
type chain struct {
	rows [][]link  // by node, no two links to one node
	into [][]int32 // by node: the nodes that have, or once had, a link to it
	b    []float64
	gone []bool  // nodes that were eliminated
	at   []int32 // scratch: place of a node in the row at hand, + 1
}

type link struct {
	to int32
	w  float64
}

func newChain(n int) *chain {
	return &chain{rows: make([][]link, n), into: make([][]int32, n), b: make([]float64, n), gone: make([]bool, n), at: make([]int32, n)}
}

// add makes the link from u to v heavier by w.
func (c *chain) add(u, v int32, w float64) {
	for i := range c.rows[u] {
		if c.rows[u][i].to == v {
			c.rows[u][i].w += w
			return
		}
	}
	c.rows[u] = append(c.rows[u], link{v, w})
	c.into[v] = append(c.into[v], u)
}

// denseNodes is the size up to which a chain is solved as a full matrix: that
// is faster than to keep lists, and repeats what the usual libraries compute to
// the last bit or two.
const denseNodes = 64

// solve returns V. The chain is used up.
func (c *chain) solve() []float64 {
	if n := len(c.rows); n <= denseNodes {
		a := make([]float64, n*n)
		for u, row := range c.rows {
			for _, l := range row {
				a[u*n+int(l.to)] = -l.w
			}
			a[u*n+u]++
		}
		solveDense(a, c.b)
		return c.b
	}
	return c.solveSparse()
}

// solveSparse eliminates one node after the other, each time the one
// that makes the fewest new links, and goes back in the opposite order. That is
// exact, and cheap on the graphs of trajectories, where most states have few
// neighbours.
func (c *chain) solveSparse() []float64 {
	n := len(c.rows)
	order := make([]int32, 0, n)
	for range n {
		u := c.cheapest()
		c.eliminate(u)
		order = append(order, u)
	}
	v := make([]float64, n)
	for i := n - 1; i >= 0; i-- {
		u := order[i]
		v[u] = c.b[u]
		for _, l := range c.rows[u] {
			v[u] += l.w * v[l.to]
		}
	}
	return v
}

// cheapest returns the remaining node with the fewest pairs of neighbours, the
// first of several.
func (c *chain) cheapest() int32 {
	best, pairs := int32(-1), 0
	for u := range c.rows {
		if c.gone[u] {
			continue
		}
		if p := len(c.rows[u]) * len(c.into[u]); best < 0 || p < pairs {
			best, pairs = int32(u), p
		}
	}
	return best
}

// eliminate solves the equation of u for V(u), and puts the result into the
// equations of the nodes that lead to u.
func (c *chain) eliminate(u int32) {
	c.gone[u] = true
	self := 0.0
	row := c.rows[u][:0]
	for _, l := range c.rows[u] {
		if l.to == u {
			self = l.w
		} else {
			row = append(row, l)
		}
	}
	scale := 1 / (1 - self)
	for i := range row {
		row[i].w *= scale
	}
	c.rows[u], c.b[u] = row, c.b[u]*scale
	for _, p := range c.into[u] {
		if !c.gone[p] {
			c.substitute(p, u)
		}
	}
	c.into[u] = nil
	for _, l := range row { // u no longer counts among the ways into them
		c.into[l.to] = drop(c.into[l.to], u)
	}
}

// substitute replaces V(u) in the equation of p by the equation of u.
func (c *chain) substitute(p, u int32) {
	row := c.rows[p]
	for i, l := range row {
		c.at[l.to] = int32(i) + 1
	}
	i := c.at[u] - 1
	w := row[i].w
	last := len(row) - 1
	row[i] = row[last]
	c.at[row[i].to] = i + 1
	c.at[u] = 0
	row = row[:last]
	for _, l := range c.rows[u] {
		if k := c.at[l.to]; k > 0 {
			row[k-1].w += w * l.w
		} else {
			row = append(row, link{l.to, w * l.w})
			c.at[l.to] = int32(len(row))
			c.into[l.to] = append(c.into[l.to], p)
		}
	}
	c.b[p] += w * c.b[u]
	for _, l := range row {
		c.at[l.to] = 0
	}
	c.rows[p] = row
}

// drop removes x from xs, whose order does not matter.
func drop(xs []int32, x int32) []int32 {
	for i, y := range xs {
		if y == x {
			xs[i] = xs[len(xs)-1]
			return xs[:len(xs)-1]
		}
	}
	return xs
}
