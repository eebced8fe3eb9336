package choice

import "stepgym/envs"

// Entities are what a player remembers of everything that has a name: what
// choices lead to, handle or involve (Choice.Ref, Choice.With) and what was in
// focus. Where memory keeps what was read about a thing, entities keep what was
// done with it, when it was last seen and what sort of thing it is. They belong
// to one player.
type entities struct {
	byName map[string]*entity
	ever   map[string]int      // times that an action was taken anywhere, by its text
	recent [recentTurns]string // the last actions, in a ring
	done   []*symbol           // kinds of the actions taken, each once; copied on change
	held   []lasting           // the latest last
	focus  *entity
	turn   int
}

// recentTurns is how many actions back count as recent.
const recentTurns = 4

// An entity is something with a name.
type entity struct {
	class  *symbol   // see classOf
	words  uint64    // tokens of the goal in the name, its number left out
	visits int       // times that it came into focus
	turn   int       // of the last observation with it in focus
	place  *symbol   // of that observation
	deeds  []*symbol // kinds of the actions that handled it, each once; copied on change
	times  int       // actions that handled it
}

// A lasting setting is one that was made by handling a named thing (an object in
// the hand), and not by setting something of the thing in focus. So it stays
// when the focus goes elsewhere.
type lasting struct {
	slot string
	kind *symbol
	of   *entity
}

// classOf returns the class that a name says its thing is of: "mug" for "mug 2".
// A name that does not end in a number says none.
func classOf(name string) string {
	i := len(name)
	for i > 0 && isDigit(name[i-1]) {
		i--
	}
	if i == len(name) || i < 2 || name[i-1] != ' ' {
		return ""
	}
	return name[:i-1]
}

// get returns the entity of name, a new one if there is none; nil for "".
func (e *entities) get(name string, g *goal, s *shared) *entity {
	if name == "" {
		return nil
	}
	x := e.byName[name]
	if x == nil {
		if e.byName == nil {
			e.byName = map[string]*entity{}
		}
		x = &entity{class: unknown, place: unknown}
		class := classOf(name)
		if class != "" {
			x.class = s.classes.get(class)
		} else {
			class = name
		}
		x.words = g.cached(class, s).findings.words
		e.byName[name] = x
	}
	return x
}

// see files the thing in focus; came tells that it was not in focus before.
func (e *entities) see(x *entity, place *symbol, came bool) {
	if x == nil {
		return
	}
	if came {
		x.visits++
	}
	x.turn, x.place = e.turn, place
}

// act files an action that was carried out: a choice if c is not nil.
func (e *entities) act(text string, kind *symbol, c *envs.Choice, ref *entity) {
	if e.ever == nil {
		e.ever = map[string]int{}
	}
	e.ever[text]++
	e.recent[e.turn%recentTurns] = text
	e.turn++
	e.done = withSymbol(e.done, kind)
	if ref == nil {
		return
	}
	ref.times++
	ref.deeds = withSymbol(ref.deeds, kind)
	if c.Slot == "" {
		return
	}
	for i := range e.held {
		if e.held[i].slot == c.Slot {
			e.held = append(e.held[:i], e.held[i+1:]...)
			break
		}
	}
	e.held = append(e.held, lasting{c.Slot, kind, ref})
}

// hand returns the latest lasting setting; that of nothing if there is none.
func (e *entities) hand() lasting {
	if n := len(e.held); n > 0 {
		return e.held[n-1]
	}
	return lasting{kind: unknown}
}

// isRecent reports whether the action was one of the last ones.
func (e *entities) isRecent(text string) bool {
	for i := range min(e.turn, recentTurns) {
		if e.recent[i] == text {
			return true
		}
	}
	return false
}

// withSymbol returns list with k in it. It does not change list, which rows may
// hold.
func withSymbol(list []*symbol, k *symbol) []*symbol {
	for _, x := range list {
		if x == k {
			return list
		}
	}
	return append(list[:len(list):len(list)], k)
}

// cached returns the match of text against g.
func (g *goal) cached(text string, s *shared) *match {
	one := [1]string{text}
	found, all := g.cache.lookup(nil, one[:])
	if all {
		return found[0]
	}
	m := newMatch(g, s.docs.get(text))
	g.cache.store(text, m)
	return m
}
