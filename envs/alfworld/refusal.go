package alfworld

import "strings"

// fault says what is wrong with the words of a request, "" if nothing is.
func (r request) fault() string {
	const can = "You can go to, open, close, take, move, use, heat, clean, cool, slice and examine things, and look, inventory and help."
	switch {
	case r.kind == "" && r.verb == "":
		return "Say what to do. " + can
	case r.kind == "":
		return "You do not know how to " + quote(r.verb) + ". " + can
	case r.unknown != "":
		return "You know no " + quote(r.unknown) + " here."
	}
	return ""
}

// quote shows a word of the player's, cut where it is long.
func quote(word string) string {
	const most = 30
	if runes := []rune(word); len(runes) > most {
		word = string(runes[:most]) + "..."
	}
	return `"` + word + `"`
}

// why says why a request cannot be carried out now. It reads the state, but
// only what the agent can see.
func (e *Episode) why(r request) string {
	v := e.view()
	first, second := v.resolve(r.first), v.resolve(r.second)
	switch r.kind {
	case "look", "inventory", "help":
		return "Say only " + quote(r.kind) + "."
	}
	if r.first.class == "" {
		return "Say what to " + r.kind + "."
	}
	reason := ""
	switch r.kind {
	case "go":
		reason = v.whyGo(first)
	case "open", "close":
		reason = v.whyOpen(first, r.kind)
	case "take":
		reason = v.whyTake(first, second)
	case "move":
		reason = v.whyMove(first, second)
	case "use":
		reason = v.whyUse(first)
	case "heat", "clean", "cool":
		reason = v.whyTreat(first, second, r.kind)
	case "slice":
		reason = v.whySlice(first, second)
	case "examine":
		reason = v.whyExamine(first)
	}
	if reason == "" {
		reason = "That cannot be done now."
	}
	return reason
}

// whyNotThere says why a receptacle cannot be used: there is none, the agent
// is elsewhere, or it is closed.
func (v *view) whyNotThere(r named, open bool) string {
	switch {
	case r.at < 0 && r.number == 0:
		return "Say which " + r.class + " you mean."
	case r.at < 0:
		return "There is no " + r.String() + " in this room."
	case !v.place(r):
		return "The " + v.name(r.at) + " is no place for things."
	case !v.reach(r.at):
		return "You are not at the " + v.name(r.at) + "."
	case open && v.closed(r.at):
		return "The " + v.name(r.at) + " is closed."
	}
	return ""
}

// whyNotSeen says that a thing is not in sight, whether or not it exists.
func (v *view) whyNotSeen(o named) string {
	if o.at < 0 || !v.sees(o.at) {
		return "You see no " + o.String() + " here."
	}
	return ""
}

// whyNotHeld says what is in the hand instead of a thing.
func (v *view) whyNotHeld(o named) string {
	switch {
	case o.at >= 0 && o.at == v.held:
		return ""
	case v.held < 0:
		return "Your hands are empty: you carry no " + o.String() + "."
	}
	return "You carry no " + o.String() + ", but a " + v.name(v.held) + "."
}

func (v *view) whyGo(r named) string {
	switch {
	case v.portable(r):
		return "The " + r.String() + " is no place to go to."
	case r.at >= 0 && v.reach(r.at):
		return "You are at the " + v.name(r.at) + " already. " + v.state.Describe(r.at)
	}
	return v.whyNotThere(r, false)
}

func (v *view) whyOpen(r named, kind string) string {
	if v.portable(r) {
		return "The " + r.String() + " cannot be " + past(kind) + "."
	}
	if why := v.whyNotThere(r, false); why != "" {
		return why
	}
	switch {
	case !v.has("openable", r.at):
		return "The " + v.name(r.at) + " cannot be " + past(kind) + "."
	case kind == "open" && v.has("opened", r.at):
		return "The " + v.name(r.at) + " is open already."
	case kind == "close" && !v.has("opened", r.at):
		return "The " + v.name(r.at) + " is closed already."
	}
	return ""
}

func (v *view) whyTake(o, r named) string {
	switch {
	case v.held >= 0 && o.at == v.held:
		return "You carry the " + v.name(v.held) + " already."
	case v.held >= 0:
		return "Your hands are full: you carry a " + v.name(v.held) + "."
	}
	if r.given() {
		if why := v.whyNotThere(r, true); why != "" {
			return why
		}
		if o.at < 0 || !v.has("inreceptacle", o.at, r.at) {
			return "There is no " + o.String() + " " + v.in(r.at) + "."
		}
	}
	if o.at >= 0 && v.place(o) {
		return "The " + v.name(o.at) + " cannot be taken."
	}
	if why := v.whyNotSeen(o); why != "" {
		return why
	}
	return "The " + v.name(o.at) + " cannot be taken."
}

// in says "in the fridge 1" or "on the desk 1".
func (v *view) in(at int) string {
	if v.has("openable", at) {
		return "in the " + v.name(at)
	}
	return "on the " + v.name(at)
}

func (v *view) whyMove(o, r named) string {
	if why := v.whyNotHeld(o); why != "" {
		return why
	}
	if !r.given() {
		return "Say where to put the " + v.name(o.at) + "."
	}
	if why := v.whyNotThere(r, true); why != "" {
		return why
	}
	return "The " + v.name(o.at) + " has no place " + v.in(r.at) + "."
}

func (v *view) whyUse(o named) string {
	if o.at >= 0 && v.place(o) {
		return "The " + v.name(o.at) + " cannot be turned on."
	}
	if why := v.whyNotSeen(o); why != "" {
		return why
	}
	return "The " + v.name(o.at) + " cannot be turned on."
}

// treatable are the predicates of things that can be heated, and so on.
var treatable = map[string]string{"heat": "heatable", "clean": "cleanable", "cool": "coolable"}

func (v *view) whyTreat(o, r named, kind string) string {
	if why := v.whyNotHeld(o); why != "" {
		return why
	}
	if !v.has(treatable[kind], o.at) {
		return "The " + v.name(o.at) + " cannot be " + past(kind) + "."
	}
	if !r.given() {
		return "There is nothing here to " + kind + " the " + v.name(o.at) + " with."
	}
	if why := v.whyNotThere(r, false); why != "" {
		return why
	}
	return "The " + v.name(r.at) + " is nothing to " + kind + " things with."
}

func (v *view) whySlice(o, k named) string {
	if k.given() {
		if why := v.whyNotHeld(k); why != "" {
			return why
		}
	} else if v.held < 0 {
		return "Your hands are empty: you carry nothing to slice with."
	}
	if v.held == o.at && o.at >= 0 {
		return "You carry the " + v.name(o.at) + ": put it down first."
	}
	if why := v.whyNotSeen(o); why != "" {
		return why
	}
	if !v.has("sliceable", o.at) {
		return "The " + v.name(o.at) + " cannot be sliced."
	}
	return "The " + v.name(v.held) + " does not cut."
}

func (v *view) whyExamine(n named) string {
	if !v.portable(n) {
		return v.whyNotThere(n, false)
	}
	if why := v.whyNotSeen(n); why != "" {
		return why
	}
	return "You can examine the " + v.name(n.at) + " when you carry it."
}

// past returns the participle of a verb of this game.
func past(verb string) string {
	return strings.TrimSuffix(verb, "e") + "ed"
}
