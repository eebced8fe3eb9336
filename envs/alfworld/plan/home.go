package plan

// home is what a plan of the household domain depends on. Receptacles and
// objects are numbered by the caller; the slices are indexed by receptacle.
type home struct {
	at     int    // location of the agent
	loc    []int  // location of a receptacle; -1 if it has none and cannot be reached
	closed []bool // it must be opened before something is taken out of it or put in
	fits   []bool // the object in hand may be put here

	held   int     // the object in hand, -1 if there is none
	things []thing // objects that the goal may be about, and the one in hand

	targets []int // receptacles that the goal may be about; those without location too
	tools   []int // receptacles that give a thing what the goal asks for; with a location
	treat   verb  // how they do it
	takes   bool  // targets may hold things of the goal's class
	lamps   []lamp
}

// thing is an object.
type thing struct {
	object   int
	wanted   bool  // the goal may be about it
	portable bool  // it can be picked up
	treated  bool  // it is as the goal asks for: clean, hot, cool, or just as it is
	in       []int // receptacles that it is in, whether it is held or not
}

// lamp is an object to be used.
type lamp struct {
	object int
	used   bool
	in     []int // receptacles
}

// verb is what is done at a stop.
type verb uint8

const (
	stand verb = iota // nothing: being there is what counts
	take
	put
	clean
	heat
	cool
	use
	goTo // only in steps
	open // only in steps
)

// stop is a part of a plan: something is done to object at the receptacle rec.
type stop struct {
	do          verb
	object, rec int
}

// opens reports whether the receptacle must be open for it.
func (s stop) opens() bool { return s.do == take || s.do == put }

// maxStops is the number of stops of the longest plan: free the hands, fetch
// and put two objects.
const maxStops = 5

// tour is a plan in terms of stops.
type tour struct {
	stops [maxStops]stop
	n     int
	cost  int // number of commands
}

// step is a command.
type step struct {
	do          verb
	object, rec int
}

// cost counts the commands of the stops: those that are done there, going where
// the agent is not, and opening what is closed.
func (h *home) cost(stops []stop) int {
	at, cost := h.at, 0
	for i, s := range stops {
		if l := h.loc[s.rec]; l != at {
			at = l
			cost++
		}
		if s.opens() && h.closed[s.rec] && !opened(stops[:i], s.rec) {
			cost++
		}
		if s.do != stand {
			cost++
		}
	}
	return cost
}

// opened reports whether one of the stops opens the receptacle.
func opened(stops []stop, rec int) bool {
	for _, s := range stops {
		if s.rec == rec && s.opens() {
			return true
		}
	}
	return false
}

// steps writes the commands of a tour out.
func (h *home) steps(t *tour) []step {
	out := make([]step, 0, t.cost)
	at := h.at
	for i, s := range t.stops[:t.n] {
		if l := h.loc[s.rec]; l != at {
			at = l
			out = append(out, step{goTo, -1, s.rec})
		}
		if s.opens() && h.closed[s.rec] && !opened(t.stops[:i], s.rec) {
			out = append(out, step{open, -1, s.rec})
		}
		if s.do != stand {
			out = append(out, step(s))
		}
	}
	return out
}
