package house

import (
	"fmt"
	"slices"

	"stepgym/envs/alfworld/games"
)

// kind is a type of tasks: an index of [games.Types].
type kind uint8

const (
	pickAndPlace kind = iota
	lookInLight
	cleanAndPlace
	heatAndPlace
	coolAndPlace
	pickTwo
	kinds int = iota
)

// String returns the type as the original names it.
func (k kind) String() string { return games.Types()[k] }

// share is how many of 100 tasks are of the kind, about as in the published games.
func (k kind) share() int { return [kinds]int{22, 9, 18, 13, 15, 23}[k] }

// in is how many of 100 tasks of the kind are in a kind of room, about as in
// the published games.
func (k kind) in(r room) int {
	return [kinds][rooms]int{
		pickAndPlace:  {14, 26, 29, 31},
		lookInLight:   {0, 17, 83, 0},
		cleanAndPlace: {78, 0, 0, 22},
		heatAndPlace:  {100, 0, 0, 0},
		coolAndPlace:  {100, 0, 0, 0},
		pickTwo:       {16, 26, 29, 29},
	}[k][r]
}

// needs returns the trait that the thing must have, and the class of the
// receptacle that gives what the task wants; "" if there is none.
func (k kind) needs() (trait, string) {
	switch k {
	case cleanAndPlace:
		return cleanable, "SinkBasin"
	case heatAndPlace:
		return heatable, "Microwave"
	case coolAndPlace:
		return coolable, "Fridge"
	}
	return 0, ""
}

// copies is how many things the task is about at least.
func (k kind) copies() int {
	if k == pickTwo {
		return 2
	}
	return 1
}

// family is a task in a floor plan, wherever things lie there: all that the
// name of the original's folder tells.
type family struct {
	kind   kind
	layout uint16 // index of the generator's layouts
	object uint8  // index of the table of things
	target uint8  // index of the layout's classes; of no meaning for lookInLight
}

// lamp is the class of what lookInLight switches on.
const lamp = "DeskLamp"

// lamp returns the class of what lookInLight switches on.
func (g *Generator) lamp() *thing {
	return &g.things[slices.IndexFunc(g.things, func(t thing) bool { return t.class == lamp })]
}

// object returns the thing that the task is about.
func (g *Generator) object(f family) *thing { return &g.things[f.object] }

// target returns the class of receptacles where the thing shall be; "" for
// lookInLight.
func (g *Generator) target(f family) string {
	if f.kind == lookInLight {
		return ""
	}
	return g.layouts[f.layout].classes[f.target].name
}

// folder returns the name of the folder of the family's games.
func (g *Generator) folder(f family) string {
	target := g.target(f)
	if f.kind == lookInLight {
		target = lamp
	}
	return fmt.Sprintf("%s-%s-None-%s-%d", f.kind, g.object(f).class, target, g.layouts[f.layout].number)
}

// tasks returns all tasks of a kind that can be set in a floor plan.
func (g *Generator) tasks(k kind, at int) (list []family) {
	l := g.layouts[at]
	want, tool := k.needs()
	if tool != "" && l.class(tool) == nil {
		return nil
	}
	if k == lookInLight {
		if t := g.lamp(); t.rooms[l.room] == 0 || l.capacity(t, "") == 0 {
			return nil
		}
	}
	for i := range g.things {
		t := &g.things[i]
		if t.rooms[l.room] == 0 || t.traits&fixed != 0 || t.traits&want != want || l.capacity(t, "") < k.copies() {
			continue
		}
		if k == lookInLight {
			list = append(list, family{k, uint16(at), uint8(i), 0})
			continue
		}
		for c, class := range l.classes {
			if class.name != tool && t.fits(class.name) && class.holds >= k.copies() && l.capacity(t, k.avoids(class.name)) >= k.copies() {
				list = append(list, family{k, uint16(at), uint8(i), uint8(c)})
			}
		}
	}
	return list
}

// avoids returns the class of receptacles where the thing must not be at the
// start: where it shall be, unless something is to be done with it before.
func (k kind) avoids(target string) string {
	if _, tool := k.needs(); tool != "" {
		return ""
	}
	return target
}

// fits reports whether the thing may be put into a class of receptacles.
func (t *thing) fits(class string) bool {
	return slices.ContainsFunc(t.places, func(p place) bool { return p.class == class })
}

// capacity is how many things of a kind find room in a floor plan, apart from
// a class of receptacles.
func (l *layout) capacity(t *thing, without string) (n int) {
	for _, p := range t.places {
		if c := l.class(p.class); p.weight > 0 && p.class != without && c != nil {
			n += c.all
		}
	}
	return n
}
