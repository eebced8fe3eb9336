package alfworld

import "stepgym/envs"

// Places, values of Observation.Place.
const (
	placeRoom    = "room"    // before the first way
	placeSurface = "surface" // at something on which things lie
	placeOpen    = "open"    // at something that is open
	placeClosed  = "closed"  // at something that is closed
)

// Observation implements [envs.Episode]. Its message and its Anchor are what
// the game said last. Focus is the receptacle that a command named last, Body
// what examining it would say.
func (e *Episode) Observation() envs.Observation {
	if !e.hasSeen {
		e.seen, e.hasSeen = e.look(), true
	}
	return e.seen
}

func (e *Episode) look() envs.Observation {
	o := envs.Observation{
		Messages: e.state.Messages(),
		Place:    placeRoom,
		Anchor:   e.text,
		StateKey: e.state.Key(),
	}
	if len(o.Messages) == 0 || o.Messages[0].Content != e.text {
		o.Messages = []envs.Message{{Role: "user", Content: e.text}}
	}
	if !e.over {
		o.Admissible = e.choices()
	}
	if e.focus >= 0 {
		spot := &e.home.spots[e.focus]
		o.Focus = spot.name
		o.Body = e.state.Describe(int(e.focus))
		o.Place = e.place(spot)
	}
	return o
}

// place says what the thing in focus is like.
func (e *Episode) place(s *spot) string {
	switch {
	case !s.opens:
		return placeSurface
	case e.state.True(s.opened):
		return placeOpen
	}
	return placeClosed
}

// choices returns the commands that are listed.
func (e *Episode) choices() []*envs.Choice {
	list := e.state.Choices()
	if e.env.lists == nil || len(list) == 0 {
		return list[:len(list):len(list)]
	}
	return e.env.lists.of(e, list)
}
