package viewer

import (
	"cmp"
	"slices"
)

// The graph is laid out in layers: a state is in the layer of its distance from
// the start, so that edges lead to the next layer, or back, or stay. Within the
// layers states are ordered by the barycentre heuristic of Sugiyama, Tagawa and
// Toda (1981). Equal graphs give equal pictures.

// Distances in the picture, in pixels.
const (
	layerGap = 110
	nodeGap  = 150
	edgeOf   = 70 // margin around the outermost centres
	sweeps   = 8
)

// lay places the nodes and bends the edges; right has the layers run from left
// to right.
func (d *graphDoc) lay(right bool) {
	layers := d.layers()
	order(layers, d.neighbours())
	widest := 0
	for _, l := range layers {
		widest = max(widest, len(l))
	}
	gap := nodeGap
	if right {
		gap = 80
	}
	across, along := (widest-1)*gap+2*edgeOf, (len(layers)-1)*layerGap+2*edgeOf
	if right {
		along += (len(layers) - 1) * (nodeGap + 30 - layerGap)
	}
	place := func(layer, i, n int) (x, y int) {
		c := across/2 + (2*i-(n-1))*gap/2
		if right {
			return edgeOf + layer*(nodeGap+30), c
		}
		return c, edgeOf + layer*layerGap
	}
	for l, ids := range layers {
		for i, id := range ids {
			n := d.Nodes[id]
			n.Layer = l
			n.X, n.Y = place(l, i, len(ids))
		}
	}
	d.Width, d.Height = max(across, 2*edgeOf), max(along, 2*edgeOf)
	if right {
		d.Width, d.Height = d.Height, d.Width
	}
	d.bend(right)
}

// layers returns the nodes by distance from the start. What cannot be reached,
// as the middle of the way was cut out, starts anew in the first layer.
func (d *graphDoc) layers() [][]int {
	next := make([][]int, len(d.Nodes))
	for _, e := range d.Edges {
		next[e.From] = append(next[e.From], e.To)
	}
	depth := make([]int, len(d.Nodes))
	for i := range depth {
		depth[i] = -1
	}
	var out [][]int
	walk := func(front []int) {
		for l := 0; len(front) > 0; l++ {
			if l == len(out) {
				out = append(out, nil)
			}
			out[l] = append(out[l], front...)
			var later []int
			for _, id := range front {
				for _, to := range next[id] {
					if depth[to] < 0 {
						depth[to] = l + 1
						later = append(later, to)
					}
				}
			}
			front = later
		}
	}
	var starts []int
	for _, n := range d.Nodes {
		if n.Start {
			depth[n.ID] = 0
			starts = append(starts, n.ID)
		}
	}
	walk(starts)
	for _, n := range d.Nodes {
		if depth[n.ID] < 0 {
			depth[n.ID] = 0
			walk([]int{n.ID})
		}
	}
	return out
}

// neighbours returns the nodes that each is connected with, once for each visit
// up to a few, so that the paths most taken are the straightest.
func (d *graphDoc) neighbours() [][]int {
	out := make([][]int, len(d.Nodes))
	for _, e := range d.Edges {
		if e.Loop {
			continue
		}
		for range min(e.Visits, 8) {
			out[e.From] = append(out[e.From], e.To)
			out[e.To] = append(out[e.To], e.From)
		}
	}
	return out
}

// order sorts the nodes within the layers by the mean place of their
// neighbours, down and up again.
func order(layers [][]int, neighbours [][]int) {
	at := make([]float64, len(neighbours)) // place in its layer, from -1 to 1
	number := func(l []int) {
		for i, id := range l {
			at[id] = float64(2*i-(len(l)-1)) / 2
		}
	}
	for _, l := range layers {
		number(l)
	}
	centre := make([]float64, len(neighbours))
	for sweep := range sweeps {
		for k := range layers {
			l := layers[k]
			if sweep%2 == 1 {
				l = layers[len(layers)-1-k]
			}
			for _, id := range l {
				centre[id] = at[id]
				if n := neighbours[id]; len(n) > 0 {
					sum := 0.0
					for _, m := range n {
						sum += at[m]
					}
					centre[id] = sum / float64(len(n))
				}
			}
			slices.SortStableFunc(l, func(a, b int) int { return cmp.Compare(centre[a], centre[b]) })
			number(l)
		}
	}
}

// bend gives every edge its curve. Edges of the same two nodes lie beside each
// other.
func (d *graphDoc) bend(right bool) {
	type pair struct{ from, to int }
	beside := map[pair]int{}
	for _, e := range d.Edges {
		from, to := d.Nodes[e.From], d.Nodes[e.To]
		k := beside[pair{e.From, e.To}]
		beside[pair{e.From, e.To}]++
		shift := (k + 1) / 2 * 18
		if k%2 == 1 {
			shift = -shift
		}
		a, b := [2]int{from.X, from.Y}, [2]int{to.X, to.Y}
		if right { // compute as if it went down
			a, b = swap(a), swap(b)
		}
		var curve [][2]int
		switch {
		case e.Loop:
			r := 40 + 14*k
			curve = [][2]int{a, {a[0] + r, a[1] - r}, {a[0] + r, a[1] + r}, a}
		case to.Layer == from.Layer:
			e.Back = true
			sag := 50 + 14*k
			curve = [][2]int{a, {a[0], a[1] + sag}, {b[0], b[1] + sag}, b}
		case to.Layer < from.Layer:
			e.Back = true
			out := 60 + 12*(from.Layer-to.Layer) + 14*k
			side := max(a[0], b[0]) + out
			curve = [][2]int{a, {side, a[1]}, {side, b[1]}, b}
		default:
			middle := (a[1] + b[1]) / 2
			curve = [][2]int{a, {a[0] + shift*2, middle}, {b[0] + shift*2, middle}, b}
		}
		if right {
			for i := range curve {
				curve[i] = swap(curve[i])
			}
		}
		e.Points = curve
	}
}

func swap(p [2]int) [2]int { return [2]int{p[1], p[0]} }
