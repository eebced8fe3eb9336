package house

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// layout is a floor plan: a room with its receptacles. It is immutable.
type layout struct {
	room    room
	number  int // in the names of its tasks: 301
	width   int // along x, cm; the middle of the room is at 0
	depth   int // along z, cm
	recs    []receptacle
	classes []class
	objects text // what all its problems begin with: see write
	facts   text
}

// class is a class of the receptacles of a floor plan; they are in order of
// their names.
type class struct {
	name  string
	holds int // how many things one of them holds at most, 99 if it does not matter
	all   int // how many things all of them hold
}

// receptacle is a place where things can be.
type receptacle struct {
	id    string
	class string
	at    point
	loc   string // where one stands before it
	holds int    // how many things at most; 0 if it does not matter
	opens bool   // it is closed at the start, and can be opened
	on    int    // the receptacle that it stands on; -1 if it stands by itself
}

// newLayout makes the floor plan with a number. It depends on nothing else.
func newLayout(c *Config, r room, n int) *layout {
	l := &layout{room: r, number: r.number(n)}
	rng := draw(c.Seed, forLayout, l.number, 0)
	b := builder{layout: l, config: c, rng: rng, taken: ids{}}
	for _, f := range fittings(r) {
		b.add(f)
	}
	b.furnish()
	return l
}

// column is what stands at one place: receptacles above each other.
type column struct {
	fitting *fitting
	from, n int // which of its levels
	at      wall
}

// builder furnishes a floor plan.
type builder struct {
	layout  *layout
	config  *Config
	rng     *rand.Rand
	columns []column
	middle  []column
	onTop   []column
	taken   ids
	turn    int // which wall is filled first
}

// add draws how many receptacles of a class there are and stacks them in columns.
func (b *builder) add(f fitting) {
	chance := f.chance
	if chance < 100 && b.config.Size < 1 {
		chance = int(math.Round(float64(chance) * b.config.Size))
	}
	n, stack := f.min+b.rng.IntN(f.max-f.min+1), 1+b.rng.IntN(len(f.levels))
	if !yes(b.rng, chance) {
		return
	}
	if f.max > 1 {
		n = max(1, int(math.Round(float64(n)*b.config.Size)))
	}
	for n > 0 {
		c := column{fitting: &f, n: min(n, stack)}
		if lower := len(f.levels) - c.n; lower > 0 {
			c.from = b.rng.IntN(lower + 1)
		}
		n -= c.n
		switch {
		case f.on != "":
			b.onTop = append(b.onTop, c)
		case f.middle:
			b.middle = append(b.middle, c)
		default:
			b.columns = append(b.columns, c)
		}
	}
}

// furnish decides where everything stands and names it.
func (b *builder) furnish() {
	b.shuffle()
	need := 0
	for _, c := range b.columns {
		need += c.fitting.width
	}
	need += b.rng.IntN(need/4+1) + 200 // a door, and what is left free
	b.turn = b.rng.IntN(4)
	split := 40 + b.rng.IntN(21) // how much of half the walls is along x, in percent
	for !b.along(need, split) {
		need += need / 10
	}
	for i := range b.columns {
		b.place(&b.columns[i])
	}
	for i := range b.middle {
		c := &b.middle[i]
		c.at = wall{x: 220*i - 110*(len(b.middle)-1), z: b.rng.IntN(61) - 30, dz: 1}
		b.place(c)
	}
	for i := range b.onTop {
		b.placeOn(&b.onTop[i])
	}
	b.finish()
}

// shuffle orders the columns, those of a class mostly beside each other.
func (b *builder) shuffle() {
	key := make(map[string]int)
	order := make([]int, len(b.columns))
	for i, c := range b.columns {
		if _, ok := key[c.fitting.class]; !ok {
			key[c.fitting.class] = b.rng.IntN(1000)
		}
		order[i] = key[c.fitting.class] + b.rng.IntN(250)
	}
	at := make([]int, len(b.columns))
	for i := range at {
		at[i] = i
	}
	slices.SortStableFunc(at, func(i, j int) int { return cmp.Compare(order[i], order[j]) })
	sorted := make([]column, len(at))
	for i, j := range at {
		sorted[i] = b.columns[j]
	}
	b.columns = sorted
}

// along stands the columns along four walls, need cm in all; false if a column
// finds no place.
func (b *builder) along(need, split int) bool {
	l := b.layout
	l.width = max(220, need*split/200)
	l.depth = max(220, need*(100-split)/200)
	at := 0
	side := b.turn // where the first column stands
	for i := range b.columns {
		c := &b.columns[i]
		for at+c.fitting.width > l.side(side%4) {
			if side, at = side+1, 0; side == b.turn+4 {
				return false
			}
		}
		c.at = l.wall(side%4, at+c.fitting.width/2)
		at += c.fitting.width
	}
	return true
}

// place adds the receptacles of a column.
func (b *builder) place(c *column) {
	for level := c.from; level < c.from+c.n; level++ {
		depth := 20 + b.rng.IntN(15) + 12*(level-c.from)
		b.receptacle(c.fitting, c.at, depth, c.fitting.levels[level])
	}
}

// placeOn adds a receptacle that stands on another.
func (b *builder) placeOn(c *column) {
	var below []int
	for i, r := range b.layout.recs {
		if r.class == c.fitting.on {
			below = append(below, i)
		}
	}
	if len(below) == 0 {
		return
	}
	on := pick(b.rng, below)
	var at wall
	for _, k := range b.columns {
		if k.fitting.class == c.fitting.on && near(k.at, b.layout.recs[on].at) {
			at = k.at
		}
	}
	shift := b.rng.IntN(91) - 45
	at.x, at.z = at.x+shift*at.dz, at.z+shift*at.dx
	b.receptacle(c.fitting, at, 22+b.rng.IntN(10), c.fitting.levels[0])
	b.layout.recs[len(b.layout.recs)-1].on = on
}

// near reports whether a receptacle is in the column at w.
func near(w wall, p point) bool { return max(abs(w.x-p.x), abs(w.z-p.z)) < 50 }

// receptacle adds one that hangs or stands before the wall.
func (b *builder) receptacle(f *fitting, w wall, depth, height int) {
	p := point{w.x + depth*w.dx, height + b.rng.IntN(5) - 2, w.z + depth*w.dz}
	stand := point{w.x + 90*w.dx, height, w.z + 90*w.dz}
	always, sometimes := opens(f.class)
	open := b.rng.Float64() < b.config.Closed
	r := receptacle{class: f.class, at: p, loc: location(stand, w.facing(), horizon(height)), holds: f.holds, opens: always || sometimes && open, on: -1}
	r.id = b.taken.name(f.class, &r.at)
	b.layout.recs = append(b.layout.recs, r)
}

// finish brings the receptacles in the order of their IDs.
func (b *builder) finish() {
	recs := b.layout.recs
	was := make([]int, len(recs))
	for i := range was {
		was[i] = i
	}
	slices.SortFunc(was, func(i, j int) int { return cmp.Compare(recs[i].id, recs[j].id) })
	now := make([]int, len(recs))
	for i, j := range was {
		now[j] = i
	}
	sorted := make([]receptacle, len(recs))
	for i, j := range was {
		sorted[i] = recs[j]
		if on := recs[j].on; on >= 0 {
			sorted[i].on = now[on]
		}
	}
	b.layout.recs = sorted
	for _, r := range sorted {
		b.layout.count(&r)
	}
}

// count adds a receptacle to the classes.
func (l *layout) count(r *receptacle) {
	holds := r.holds
	if holds == 0 {
		holds = 99
	}
	i, ok := slices.BinarySearchFunc(l.classes, r.class, func(c class, name string) int { return cmp.Compare(c.name, name) })
	if !ok {
		l.classes = slices.Insert(l.classes, i, class{name: r.class, holds: holds})
	}
	l.classes[i].all += holds
}

// class returns the class with a name; nil if there is none.
func (l *layout) class(name string) *class {
	for i := range l.classes {
		if l.classes[i].name == name {
			return &l.classes[i]
		}
	}
	return nil
}
