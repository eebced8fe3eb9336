package alfworld

// named is a mention and the entity that it means; -1 if there is none, or if
// it cannot be told which.
type named struct {
	mention
	at int
}

func (n named) given() bool { return n.class != "" }

// view is what the agent sees where it stands.
type view struct {
	*Episode
	speech *speech
	here   []int // receptacles within reach
	held   int   // entity, -1 for none
}

func (e *Episode) view() *view {
	v := &view{Episode: e, speech: e.home.speech(), here: e.here(), held: -1}
	e.state.Each("holds", func(args []int) bool {
		v.held = args[len(args)-1]
		return false
	})
	return v
}

// resolve finds the entity that is meant: without a number the one that is
// held, or the only one in sight, or the only one in the room if it is a place.
func (v *view) resolve(m mention) named {
	if m.number > 0 {
		if at, ok := v.speech.names[m.String()]; ok {
			return named{m, at}
		}
		return named{m, -1}
	}
	candidates := v.speech.classes[m.class]
	for _, in := range []func(int) bool{
		func(at int) bool { return at == v.held },
		v.sees,
		func(at int) bool { return v.home.isPlace[at] },
	} {
		found, n := -1, 0
		for _, at := range candidates {
			if in(at) {
				found, n = at, n+1
			}
		}
		if n == 1 {
			return named{m, found}
		}
	}
	return named{m, -1}
}

func (v *view) has(predicate string, args ...int) bool { return v.state.Has(predicate, args...) }

// place reports whether n is a receptacle of the room.
func (v *view) place(n named) bool { return n.at >= 0 && v.home.isPlace[n.at] }

// portable reports whether what is named is not one of the room's receptacles:
// by its class, so that it does not tell whether there is such a thing.
func (v *view) portable(n named) bool {
	class := v.speech.classes[n.class]
	return len(class) > 0 && !v.home.isPlace[class[0]]
}

// reach reports whether the receptacle is where the agent stands.
func (v *view) reach(at int) bool {
	for _, r := range v.here {
		if r == at {
			return true
		}
	}
	return false
}

func (v *view) closed(at int) bool { return v.has("openable", at) && !v.has("opened", at) }

// sees reports whether a thing is in the hand, or in a receptacle here that is
// not closed.
func (v *view) sees(at int) bool {
	if at == v.held {
		return true
	}
	for _, r := range v.here {
		if r == at || !v.closed(r) && v.has("inreceptacle", at, r) {
			return true
		}
	}
	return false
}

// name names a thing as the game does.
func (v *view) name(at int) string { return v.speech.things[at].name }
