package house

import (
	"math"
	"math/rand/v2"
	"slices"
)

// scene is a floor plan with things in it: what a game begins with.
type scene struct {
	g      *Generator
	family family
	layout *layout
	name   string // of the trial
	rng    *rand.Rand

	objects []object
	start   string // where the agent stands
	full    []int  // how many things are in each receptacle
	taken   ids
}

// object is a thing in the scene.
type object struct {
	id    string
	class string
	thing *thing // nil for scenery
	in    []int  // the receptacles that it is in
	loc   string // from where it is seen
	cold  bool
	lies  int // the object that it lies in; -1 if none
}

// build puts the things into the room, those of the task first.
func (s *scene) build() {
	s.full = make([]int, len(s.layout.recs))
	task, light := s.g.object(s.family), (*thing)(nil)
	if s.family.kind == lookInLight {
		light = s.g.lamp()
		s.put(light, "", s.anywhere)
	}
	s.targets()
	for i := range s.g.things {
		t := &s.g.things[i]
		chance := float64(t.rooms[s.layout.room]) * min(1, s.g.config.Clutter) / 100
		if there := s.rng.Float64() < chance; !there || t == task || t == light {
			continue
		}
		n := 1
		if t.traits&fixed == 0 {
			n = max(1, int(math.Round(float64(s.copies())*max(1, s.g.config.Clutter))))
		}
		for range n {
			s.put(t, "", s.anywhere)
		}
	}
	s.addScenery()
	s.nest()
	s.chill()
	s.enter()
}

// copies draws how many things of a class there are.
func (s *scene) copies() int { return 1 + weighted(s.rng, []int{32, 34, 22, 12}) }

// targets puts the things that the task is about.
func (s *scene) targets() {
	c, k, t := &s.g.config, s.family.kind, s.g.object(s.family)
	n := s.copies()
	if c.Copies > 0 {
		n = c.Copies
	}
	without := k.avoids(s.g.target(s.family))
	for i := range max(n, k.copies()) {
		choose := s.anywhere
		if s.rng.Float64() < c.Hidden {
			choose = s.closed
		}
		away := without
		if k == pickTwo && i > 1 && i == n-1 && yes(s.rng, 40) { // one is there already
			away = ""
		}
		s.put(t, away, choose)
	}
}

// put puts a thing of a class somewhere, but for one class of receptacles. It
// does nothing if there is no room left.
func (s *scene) put(t *thing, without string, choose func(t *thing, without string) int) {
	r := choose(t, without)
	if r < 0 {
		return
	}
	rec := &s.layout.recs[r]
	s.full[r]++
	spread := 25
	if rec.holds > 0 {
		spread = 12
	}
	at := point{rec.at.x + s.rng.IntN(2*spread+1) - spread, rec.at.y + 2 + s.rng.IntN(8), rec.at.z + s.rng.IntN(2*spread+1) - spread}
	o := object{class: t.class, thing: t, in: []int{r}, loc: rec.loc, lies: -1}
	o.id = s.taken.name(t.class, &at)
	if also := s.also(t, r); also >= 0 {
		o.in = append(o.in, also)
	}
	s.objects = append(s.objects, o)
}

// also returns a second receptacle that a thing in r is in, or -1: a mug in the
// coffee machine stands on the counter too, and a pan is larger than a burner.
func (s *scene) also(t *thing, r int) int {
	recs := s.layout.recs
	avoid := ""
	if t == s.g.object(s.family) {
		avoid = s.family.kind.avoids(s.g.target(s.family))
	}
	if on := recs[r].on; on >= 0 && recs[r].class == "CoffeeMachine" && recs[on].class != avoid && yes(s.rng, 60) {
		return on
	}
	if recs[r].class == "StoveBurner" && recs[r].class != avoid && t.traits&holder != 0 && yes(s.rng, 12) {
		for i := range recs {
			if i != r && recs[i].class == recs[r].class && recs[i].loc == recs[r].loc {
				return i
			}
		}
	}
	return -1
}

// anywhere chooses a receptacle for a thing: by where such things are, or if
// the thing is one that the task is about, with Config.Surprise without regard to it.
// It returns -1 if there is none.
func (s *scene) anywhere(t *thing, without string) int {
	free := s.free(t, without)
	if len(free) == 0 {
		return -1
	}
	if t == s.g.object(s.family) && s.rng.Float64() < s.g.config.Surprise {
		return pick(s.rng, free)
	}
	classes := make([]int, len(t.places))
	for _, r := range free {
		p := s.place(t, r)
		classes[p] = t.places[p].weight
	}
	class := t.places[weighted(s.rng, classes)].class
	return pick(s.rng, slices.DeleteFunc(free, func(r int) bool { return s.layout.recs[r].class != class }))
}

// closed chooses a receptacle that is closed, or any if there is none.
func (s *scene) closed(t *thing, without string) int {
	free := slices.DeleteFunc(s.free(t, without), func(r int) bool { return !s.layout.recs[r].opens })
	if len(free) == 0 {
		return s.anywhere(t, without)
	}
	return pick(s.rng, free)
}

// free returns the receptacles where a thing may be found and that have room,
// but for one class of them.
func (s *scene) free(t *thing, without string) []int {
	var free []int
	for i := range s.layout.recs {
		r := &s.layout.recs[i]
		if r.class == without || r.holds > 0 && s.full[i] >= r.holds {
			continue
		}
		if p := s.place(t, i); p >= 0 && t.places[p].weight > 0 {
			free = append(free, i)
		}
	}
	return free
}

// place returns the index in t.places of the class of a receptacle, or -1.
func (s *scene) place(t *thing, r int) int {
	class := s.layout.recs[r].class
	return slices.IndexFunc(t.places, func(p place) bool { return p.class == class })
}

// addScenery puts what is in no receptacle.
func (s *scene) addScenery() {
	for _, c := range scenery(s.layout.room) {
		if !yes(s.rng, c.chance) {
			continue
		}
		at := point{s.within(s.layout.width), s.rng.IntN(200), s.within(s.layout.depth)}
		o := object{class: c.class, lies: -1, loc: s.spot(c.class == "Window")}
		o.id = s.taken.name(c.class, &at)
		s.objects = append(s.objects, o)
	}
}

// within draws a place along a room that has so many cm.
func (s *scene) within(cm int) int { return s.rng.IntN(cm-100) - (cm-100)/2 }

// spot names a place to stand.
func (s *scene) spot(up bool) string {
	degrees := 30
	if up {
		degrees = 0
	}
	return location(point{s.within(s.layout.width), 0, s.within(s.layout.depth)}, s.rng.IntN(4), degrees)
}

// nest lets some things lie in others that are in the same receptacle.
func (s *scene) nest() {
	for i := range s.objects {
		o := &s.objects[i]
		if o.thing == nil || o.thing.traits&holder == 0 || !yes(s.rng, 3) {
			continue
		}
		for j := range s.objects {
			in := &s.objects[j]
			if in.thing != nil && in.thing.traits&(holder|fixed) == 0 && in.lies < 0 && in.in[0] == o.in[0] {
				in.lies = i
				break
			}
		}
	}
}

// chill makes some of the things in a fridge cold, but none that the task is
// about if it is to be cooled.
func (s *scene) chill() {
	for i := range s.objects {
		o := &s.objects[i]
		if o.thing == nil || o.thing.traits&coolable == 0 || s.layout.recs[o.in[0]].class != "Fridge" {
			continue
		}
		wanted := s.family.kind == coolAndPlace && o.thing == s.g.object(s.family)
		o.cold = yes(s.rng, 5) && !wanted
	}
}

// enter chooses where the agent stands: before no receptacle.
func (s *scene) enter() {
	for {
		s.start = s.spot(false)
		if !slices.ContainsFunc(s.layout.recs, func(r receptacle) bool { return r.loc == s.start }) {
			return
		}
	}
}
