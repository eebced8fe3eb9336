package alfworld

import (
	"cmp"
	"slices"
	"strings"

	"stepgym/envs"
)

// The friendly variant is ALFWorld as a game for people and for models that
// have not learned its one wording. It plays by the same rules; what it adds:
//
//   - A command may be put in other words: capitals, more white space, a full
//     stop, articles, "put" or "place" for "move", "in", "on", "into" for "to",
//     "grab" for "take", "wash" for "clean", and so on; see verbs. A number or
//     the second thing may be left out if only one command then fits.
//   - A refusal says why: "You are not at the fridge 1.", "The fridge 1 is
//     closed.", "Your hands are full: you carry a mug 1." It tells nothing of
//     what cannot be seen from where the agent stands, and the step is Invalid
//     as before.
//   - Receptacles that share a place are all within reach: "go to" one of them
//     turns to it, and is listed. The original answers "Nothing happens.".
//
// Commands, their texts and their effects are the original's.

// understand carries out a command in other words, or says why not.
func (e *Episode) understand(text string) bool {
	sp := e.home.speech()
	r := sp.parse(text)
	if why := r.fault(); why != "" {
		e.text = why
		return false
	}
	fit := e.fitting(r)
	switch {
	case len(fit) == 1:
		e.carryOut(fit[0])
		return true
	case len(fit) > 1:
		e.text = which(fit)
		return false
	}
	e.text = e.why(r)
	return false
}

// carryOut does a listed command.
func (e *Episode) carryOut(c *envs.Choice) {
	if cmd, says, ok := e.state.Act(c.Action.Text); ok {
		e.done(cmd, says)
		return
	}
	// What is left are receptacles at the place where the agent stands.
	if at, ok := e.home.game.Named(c.Ref); ok {
		e.focus = int32(at)
		e.text = "You arrive at " + c.Ref + ". " + e.state.Describe(at)
	}
}

// fitting returns the listed commands that a request may mean.
func (e *Episode) fitting(r request) []*envs.Choice {
	var fit []*envs.Choice
	for _, c := range e.choices() {
		if sameKind(c.Kind) != r.kind {
			continue
		}
		if r.first.fits(c.Ref) && r.second.fits(c.With) {
			fit = append(fit, c)
		}
	}
	return fit
}

// sameKind returns one word for the kinds that the two vintages of the
// original name differently.
func sameKind(kind string) string {
	if kind == "put" {
		return "move"
	}
	return kind
}

// which asks which of some commands is meant.
func which(fit []*envs.Choice) string {
	texts := make([]string, 0, 3)
	for _, c := range fit[:min(len(fit), cap(texts))] {
		texts = append(texts, c.Action.Text)
	}
	text := "Say which you mean: " + strings.Join(texts, ", ")
	if len(fit) > len(texts) {
		return text + ", ..."
	}
	return text + "."
}

// withNeighbours adds to a list the ways to the receptacles of the place where
// the agent stands, if there are two or more. The list stays in order.
func (e *Episode) withNeighbours(list []*envs.Choice) []*envs.Choice {
	here := e.here()
	if len(here) < 2 {
		return list
	}
	for _, at := range here {
		name := e.home.game.Name(at)
		if text := "go to " + name; e.isCommand(text) {
			list = append(list, &envs.Choice{Action: envs.Action{Text: text}, Kind: "go", Ref: name})
		}
	}
	slices.SortFunc(list, func(a, b *envs.Choice) int { return cmp.Compare(a.Action.Text, b.Action.Text) })
	return slices.CompactFunc(list, func(a, b *envs.Choice) bool { return a.Action.Text == b.Action.Text })
}

func (e *Episode) isCommand(text string) bool {
	_, ok := e.home.game.Find(text)
	return ok
}

// here returns the receptacles at the place where the agent stands.
func (e *Episode) here() []int {
	at := -1
	e.state.Each("atlocation", func(args []int) bool {
		at = args[len(args)-1]
		return false
	})
	return e.home.speech().at[at]
}
