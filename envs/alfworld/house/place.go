package house

import "strconv"

// point is a place in the room, in cm: x and z along the floor from the middle
// of the room, y upwards.
type point struct{ x, y, z int }

// wall is a place at a wall: x and z in cm, and the direction that leads from
// it into the room.
type wall struct{ x, z, dx, dz int }

// side is the length of a wall, cm.
func (l *layout) side(n int) int {
	if n%2 == 0 {
		return l.width
	}
	return l.depth
}

// wall returns the place on the n-th wall, at cm from its beginning.
func (l *layout) wall(n, at int) wall {
	w, d := l.width/2, l.depth/2
	switch n {
	case 0:
		return wall{x: at - w, z: -d, dz: 1}
	case 1:
		return wall{x: w, z: at - d, dx: -1}
	case 2:
		return wall{x: w - at, z: d, dz: -1}
	}
	return wall{x: -w, z: d - at, dx: 1}
}

// facing is the direction, in quarters of a turn, of one who looks at the wall:
// 0 looks along z, 1 along x, 2 against z, 3 against x.
func (w wall) facing() int {
	switch {
	case w.dz < 0:
		return 0
	case w.dx < 0:
		return 1
	case w.dz > 0:
		return 2
	}
	return 3
}

// horizon is how far down one looks to see what is at a height of cm, in
// degrees; below 0 is up.
func horizon(height int) int {
	switch {
	case height >= 190:
		return -30
	case height >= 150:
		return -15
	case height >= 120:
		return 0
	case height >= 100:
		return 30
	case height >= 70:
		return 45
	}
	return 60
}

// location names a place to stand: quarters of a metre, quarters of a turn, and
// degrees, as loc|x|z|rotation|horizon with the bars and signs spelled out.
func location(p point, facing, horizon int) string {
	b := append(make([]byte, 0, 48), "loc"...)
	for _, n := range [...]int{quarter(p.x), quarter(p.z), facing, horizon} {
		b = append(b, "_bar_"...)
		if n < 0 {
			b = append(b, "_minus_"...)
		}
		b = strconv.AppendInt(b, int64(abs(n)), 10)
	}
	return string(b)
}

// quarter rounds cm to quarters of a metre.
func quarter(cm int) int {
	n := 2*cm + 25
	q := n / 50
	if n%50 < 0 {
		q--
	}
	return q
}

func abs(n int) int { return max(n, -n) }

// ids are the IDs that are given away.
type ids map[string]bool

// name returns the ID of a thing at p, such as Mug|+00.80|+00.95|-01.20 spelled
// out. It moves p by some cm where there is one of its class already. Basins
// are named after what they are part of: Sink|...|SinkBasin.
func (t ids) name(class string, p *point) string {
	for {
		id := spell(class, *p)
		if !t[id] {
			t[id] = true
			return id
		}
		p.x++
	}
}

func spell(class string, p point) string {
	whole, part := class, ""
	switch class {
	case "SinkBasin":
		whole, part = "Sink", class
	case "BathtubBasin":
		whole, part = "Bathtub", class
	}
	b := append(make([]byte, 0, 96), whole...)
	for _, cm := range [...]int{p.x, p.y, p.z} {
		if cm < 0 {
			b = append(b, "_bar__minus_"...)
		} else {
			b = append(b, "_bar__plus_"...)
		}
		cm = abs(cm)
		b = append(b, byte('0'+cm/1000%10), byte('0'+cm/100%10))
		b = append(b, "_dot_"...)
		b = append(b, byte('0'+cm/10%10), byte('0'+cm%10))
	}
	if part != "" {
		b = append(append(b, "_bar_"...), part...)
	}
	return string(b)
}
