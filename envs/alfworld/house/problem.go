package house

import (
	"fmt"
	"slices"
)

// problem writes the scene as a problem in PDDL.
func (s *scene) problem() []byte {
	b := make(text, 0, 40<<10)
	b.line("(define (problem plan_", s.name, ")")
	b.line("(:domain alfred)")
	b.line("(:objects")
	b.line("agent1 - agent")
	b = append(b, s.g.constants...)
	b = append(b, s.layout.objects...)
	for i := range s.objects {
		b.line("    ", s.objects[i].id, " - object")
	}
	for _, l := range s.locations() {
		b.line("    ", l, " - location")
	}
	b.line(")")
	b.line("(:init")
	b.line("    (atLocation agent1 ", s.start, ")")
	b = append(b, s.layout.facts...)
	for _, c := range s.layout.classes {
		b = append(b, s.g.contains[c.name]...)
	}
	for i := range s.objects {
		s.facts(&b, &s.objects[i])
	}
	b.line(")")
	s.goal(&b)
	b.line(")")
	return b
}

// locations returns all places to stand, in order, each once.
func (s *scene) locations() []string {
	list := []string{s.start}
	for i := range s.layout.recs {
		list = append(list, s.layout.recs[i].loc)
	}
	for i := range s.objects {
		list = append(list, s.objects[i].loc)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// facts writes what holds of an object.
func (s *scene) facts(b *text, o *object) {
	b.line("    (objectType ", o.id, " ", o.class, "Type)")
	if o.thing != nil {
		for _, t := range traits {
			if o.thing.traits&t.trait != 0 {
				b.line("    (", t.predicate, " ", o.id, ")")
			}
		}
		if o.thing.traits&fixed == 0 {
			b.line("    (pickupable ", o.id, ")")
		}
	}
	for _, r := range o.in {
		b.line("    (inReceptacle ", o.id, " ", s.layout.recs[r].id, ")")
	}
	b.line("    (objectAtLocation ", o.id, " ", o.loc, ")")
	if o.cold {
		b.line("    (isCool ", o.id, ")")
	}
	if o.lies >= 0 {
		b.line("    (inReceptacleObject ", o.id, " ", s.objects[o.lies].id, ")")
	}
}

// traits are the predicates of the traits.
var traits = []struct {
	trait     trait
	predicate string
}{
	{cleanable, "cleanable"},
	{heatable, "heatable"},
	{coolable, "coolable"},
	{sliceable, "sliceable"},
	{toggleable, "toggleable"},
	{holder, "isReceptacleObject"},
}

// goal writes the goal in the form that the original has for the type of task.
func (s *scene) goal(b *text) {
	thing, target := s.g.object(s.family).class+"Type", s.g.target(s.family)+"Type"
	b.line("(:goal (and")
	switch s.family.kind {
	case lookInLight:
		b.line("    (exists (?ot - object ?r - receptacle ?a - agent ?l - location) (and")
		b.line("        (objectType ?ot ", lamp, "Type) (toggleable ?ot) (isToggled ?ot)")
		b.line("        (receptacleAtLocation ?r ?l) (atLocation ?a ?l) (inReceptacle ?ot ?r)))")
		b.line("    (exists (?o - object ?a - agent) (and (objectType ?o ", thing, ") (holds ?a ?o)))))")
		return
	case pickTwo:
		b.line("    (exists (?r - receptacle) (exists (?o1 - object) (and")
		b.line("        (objectType ?o1 ", thing, ") (receptacleType ?r ", target, ") (inReceptacle ?o1 ?r)")
		b.line("        (exists (?o2 - object) (and (not (= ?o1 ?o2))")
		b.line("            (objectType ?o2 ", thing, ") (receptacleType ?r ", target, ") (inReceptacle ?o2 ?r))))))))")
		return
	}
	b.line("    (exists (?r - receptacle) (exists (?o - object) (and")
	switch s.family.kind {
	case cleanAndPlace:
		b.line("        (cleanable ?o) (isClean ?o)")
	case heatAndPlace:
		b.line("        (heatable ?o) (isHot ?o)")
	case coolAndPlace:
		b.line("        (coolable ?o) (isCool ?o)")
	}
	b.line("        (objectType ?o ", thing, ") (receptacleType ?r ", target, ") (inReceptacle ?o ?r))))))")
}

// text is a text that is being written.
type text []byte

// line appends the parts and the end of a line.
func (t *text) line(parts ...string) {
	for _, p := range parts {
		*t = append(*t, p...)
	}
	*t = append(*t, '\n')
}

// constants writes the names of all classes, which the domain may refer to even
// if nothing of a class is in the room.
func constants(list []thing) text {
	var b text
	var objects, receptacles []string
	for i := range list {
		objects = append(objects, list[i].class)
	}
	for r := range room(rooms) {
		for _, s := range scenery(r) {
			objects = append(objects, s.class)
		}
		for _, f := range fittings(r) {
			receptacles = append(receptacles, f.class)
		}
	}
	for i, classes := range [][]string{objects, receptacles} {
		slices.Sort(classes)
		for _, class := range slices.Compact(classes) {
			b.line(fmt.Sprintf("    %sType - %s", class, [...]string{"otype", "rtype"}[i]))
		}
	}
	return b
}

// write prepares what the problems of a floor plan have in common.
func (l *layout) write() {
	objects, facts := make(text, 0, 96*len(l.recs)), make(text, 0, 320*len(l.recs))
	for i := range l.recs {
		r := &l.recs[i]
		objects.line("    ", r.id, " - receptacle")
		facts.line("    (receptacleType ", r.id, " ", r.class, "Type)")
		facts.line("    (receptacleAtLocation ", r.id, " ", r.loc, ")")
		if r.opens {
			facts.line("    (openable ", r.id, ")")
		}
	}
	l.objects, l.facts = objects, facts
}

// contents writes, for each class of receptacles, which things may be put there.
func contents(list []thing) map[string]text {
	all := map[string]text{}
	for i := range list {
		if list[i].traits&fixed != 0 {
			continue
		}
		for _, p := range list[i].places {
			b := all[p.class]
			b.line("    (canContain ", p.class, "Type ", list[i].class, "Type)")
			all[p.class] = b
		}
	}
	return all
}
