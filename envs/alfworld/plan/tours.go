package plan

import "slices"

// shape is the kind of goal.
type shape uint8

const (
	placeOne  shape = iota + 1 // a thing, treated, in a target
	placeTwo                   // two things in one target
	underLamp                  // a thing in hand where a used lamp is
)

// planner looks for the best tour of a home.
type planner struct {
	*home
	best  tour // n is -1 until there is one
	drops []drop
}

// drop is where to leave what is in hand before a thing is taken out of rec.
type drop struct {
	rec, at int // at is -1 if there is no place for it
}

// shortest returns the best tour to a goal that does not hold yet; ok is false
// if there is none.
func (h *home) shortest(goal shape) (best tour, ok bool) {
	p := planner{home: h, best: tour{n: -1}}
	switch goal {
	case placeOne:
		p.placeOne()
	case placeTwo:
		p.placeTwo()
	case underLamp:
		p.underLamp()
	}
	return p.best, p.best.n >= 0
}

// try compares the tour with the best one so far.
func (p *planner) try(stops ...stop) {
	if c := p.cost(stops); p.best.n < 0 || c < p.best.cost {
		p.best.n, p.best.cost = copy(p.best.stops[:], stops), c
	}
}

// freely tries the tour, after freeing the hands if they are full. A shut
// receptacle that the tour opens anyway may do for that.
func (p *planner) freely(stops ...stop) {
	if p.held < 0 {
		p.try(stops...)
		return
	}
	var all [maxStops]stop
	n := 1 + copy(all[1:], stops)
	leave := func(rec int) {
		all[0] = stop{put, p.held, rec}
		p.try(all[:n]...)
	}
	if d := p.dropFor(stops[0].rec); d >= 0 {
		leave(d)
	}
	for i, s := range stops {
		if s.opens() && p.closed[s.rec] && p.fits[s.rec] && !opened(stops[:i], s.rec) {
			leave(s.rec)
		}
	}
}

// dropFor returns the best receptacle to leave what is in hand on the way to
// rec, from which something is taken then; -1 if nothing holds it.
func (p *planner) dropFor(rec int) int {
	for _, d := range p.drops {
		if d.rec == rec {
			return d.at
		}
	}
	best, least := -1, 0
	for r, fits := range p.fits {
		if !fits || p.loc[r] < 0 {
			continue
		}
		if c := p.cost([]stop{{put, p.held, r}, {take, -1, rec}}); best < 0 || c < least {
			best, least = r, c
		}
	}
	p.drops = append(p.drops, drop{rec, best})
	return best
}

// reached yields the receptacles that a thing can be taken from.
func (p *planner) reached(t *thing) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		if !t.portable || t.object == p.held {
			return
		}
		for _, r := range t.in {
			if p.loc[r] >= 0 && !yield(r) {
				return
			}
		}
	}
}

// goals yields the targets that things can be put into.
func (p *planner) goals(yield func(int) bool) {
	for _, t := range p.targets {
		if p.takes && p.loc[t] >= 0 && !yield(t) {
			return
		}
	}
}

// placeOne: fetch a thing that is not in hand yet, treat it if need be, and put
// it into a target. If it is in a second receptacle that is a target, to treat
// it is enough: being held it stays in there.
func (p *planner) placeOne() {
	for i := range p.things {
		t := &p.things[i]
		if !t.wanted {
			continue
		}
		if t.object == p.held {
			p.treatAndPut(t, -1)
		}
		for r := range p.reached(t) {
			p.treatAndPut(t, r)
		}
	}
}

// treatAndPut tries the ways to go on with a thing that is taken out of from,
// or already in hand if from is negative.
func (p *planner) treatAndPut(t *thing, from int) {
	do := p.freely
	fetch := []stop{{take, t.object, from}}
	if from < 0 {
		do, fetch = p.try, nil
	}
	var all [maxStops]stop
	n := copy(all[:], fetch)
	if t.treated {
		for goal := range p.goals {
			all[n] = stop{put, t.object, goal}
			do(all[:n+1]...)
		}
		return
	}
	for _, tool := range p.tools {
		all[n] = stop{p.treat, t.object, tool}
		if slices.ContainsFunc(t.in, func(r int) bool { return r != from && slices.Contains(p.targets, r) }) {
			do(all[:n+1]...)
		}
		for goal := range p.goals {
			all[n+1] = stop{put, t.object, goal}
			do(all[:n+2]...)
		}
	}
}

// placeTwo: a target that has one thing needs another one, an empty one two. A
// thing in hand is the first of them: to leave it elsewhere takes as long.
func (p *planner) placeTwo() {
	for goal := range p.goals {
		inside, holds := 0, -1
		for i := range p.things {
			if t := &p.things[i]; t.wanted && slices.Contains(t.in, goal) {
				inside++
			} else if t.wanted && t.object == p.held {
				holds = i
			}
		}
		switch {
		case inside > 0 && holds >= 0:
			p.try(stop{put, p.held, goal})
		case inside > 0:
			p.each(goal, -1, func(a stop) { p.freely(a, stop{put, a.object, goal}) })
		case holds >= 0:
			p.each(goal, p.held, func(b stop) { p.try(stop{put, p.held, goal}, b, stop{put, b.object, goal}) })
		default:
			p.each(goal, -1, func(a stop) {
				p.each(goal, a.object, func(b stop) {
					p.freely(a, stop{put, a.object, goal}, b, stop{put, b.object, goal})
				})
			})
		}
	}
}

// each calls f with every way to take a thing that is not in goal and is not
// the object not.
func (p *planner) each(goal, not int, f func(stop)) {
	for i := range p.things {
		t := &p.things[i]
		if !t.wanted || t.object == not || slices.Contains(t.in, goal) {
			continue
		}
		for r := range p.reached(t) {
			f(stop{take, t.object, r})
		}
	}
}

// underLamp: fetch a thing, and go to a lamp with it. A lamp that was used stays
// used; it is used last, for it must be gone to last.
func (p *planner) underLamp() {
	for _, l := range p.lamps {
		do := use
		if l.used {
			do = stand
		}
		for _, place := range l.in {
			if p.loc[place] < 0 {
				continue
			}
			light := stop{do, l.object, place}
			for i := range p.things {
				t := &p.things[i]
				if t.wanted && t.object == p.held {
					p.try(light)
				}
				if t.wanted {
					for r := range p.reached(t) {
						p.freely(stop{take, t.object, r}, light)
					}
				}
			}
		}
	}
}
