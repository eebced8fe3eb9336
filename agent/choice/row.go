package choice

import (
	"fmt"

	"stepgym/agent"
	"stepgym/envs"
)

// Facts about a choice, in the order of row.facts. Shares and flags lie in
// [0, 1], others are scaled to about that.
const (
	factHere       = iota // 1; padding has 0
	factShare             // of the words of the choice's text that the goal has
	factPairShare         // of its neighbouring words that are neighbours in the goal
	factWhole             // the text stands in the goal
	factExact             // and a comma or the end of the goal follows
	factAllWords          // the goal has all its words
	factLength            // log(1 + words) / 4
	factValueWhole        // the same as factWhole for what follows the colon
	factValueExact
	factBestInSlot // of the choices for one setting it stands in the goal most fully
	factWanted     // and it is not set yet
	factSet        // 1: set to this; -1: set to something else
	factPriced     // the text states a price
	factWithin     // whose low end is within the limit
	factCertain    // whose high end is
	factPriceRatio // high end / limit, 2 at most
	factRank       // place among the choices of its kind / 10, 2 at most
	factCount      // log(1 + choices of its kind) / 4
	factTaken      // it was taken before in this place, with this focus
	factTimes      // how often / 3, 1 at most
	factLast       // it is what was done last
	factKindTimes  // how often its kind was taken / 8, 1 at most
	factRefers     // it leads to a thing other than the one in focus
	factSeen       // which was in focus before
	factVisits     // how often / 3, 1 at most
	factSettings   // share of the settings asked that the text or the thing has
	factComplete   // all of them, of a thing seen
	factCoverage   // of what the goal says, by the text and the thing
	factClauses    // of what the goal says, in whole clauses
	factBestSeen   // the thing promises most of those seen
	factNext       // the first of its kind that leads to something not seen and not too dear
	numFacts
)

// Facts about a situation, in the order of row.state.
const (
	stateTurn        = iota // share of the turns used; t/(t+15) if the limit is unknown
	stateLeft               // turns left / 8, 1 at most
	stateSlack              // turns left beyond those needed to finish / 4, within [-1, 1]
	stateSlackFar           // the same / 16
	stateSeen               // things seen / 4, 1 at most
	stateSeenFar            // the same / 10
	stateFocus              // something is in focus
	stateRevisit            // and was before
	statePages              // places read of it / 3, 1 at most
	stateInPlace            // observations in a row in this place / 5, 1 at most
	stateRepeats            // repetitions of the last action / 3, 1 at most
	stateSettings           // settings made / 3
	stateAsked              // settings asked / 3
	statePresent            // of these, there for the thing in focus / 3
	stateMissing            // some are not
	stateComplete           // some are asked and all are there
	stateMade               // share of the settings asked that are made
	stateWanted             // choices that would make one / 3
	stateNoneWanted         // there is none
	stateCoverage           // of what the goal says, by the thing in focus
	stateClauses            // the same, in whole clauses
	stateBest               // the thing in focus promises most of those seen
	stateBehind             // how much less than the best it promises / 2, 1 at most
	stateOver               // it is too dear
	stateAnyComplete        // some thing seen has all settings asked
	stateFresh              // there is a choice with factNext
	numStates
)

// choiceMasks is the number of sets of goal tokens that describe a choice:
// words, pairs and clauses of its text and its thing; words that the settings
// made do not have.
const choiceMasks = 4

// stateMasks is the number of those that describe a situation: words, pairs and
// clauses of the thing in focus (of all things seen where nothing is in focus),
// words of the settings, words of the thing without the settings, words and
// clauses of the body.
const stateMasks = 7

// restMasks is the number of sets of missing tokens that describe a situation:
// words, pairs and clauses of the thing in focus that are not found.
const restMasks = 3

// maxRank is the number of ranks that are told apart.
const maxRank = 16

// A row is one decision as the net sees it. It is immutable after the decision
// and travels in Decision.Input.
type row struct {
	owner *Policy
	vocab *vocab
	goal  *goal

	place, lastKind *symbol
	state           [numStates]float32
	masks           [stateMasks]uint64
	rest            [restMasks]uint64

	kinds   []*symbol
	ranks   []uint8
	facts   []float32  // numFacts a choice
	choices []uint64   // choiceMasks a choice
	things  []thingRow // nil without Config.Things
	hand    *handRow   // nil without Config.Things

	taken int // the index of the choice that was taken
}

// size is the number of choices.
func (r *row) size() int { return len(r.kinds) }

// rowOf returns the row that p made for d.
func (p *Policy) rowOf(d *agent.Decision) (*row, error) {
	r, ok := d.Input.(*row)
	switch {
	case !ok:
		return nil, fmt.Errorf("%w: it is a %T, not a decision of this package", agent.ErrInput, d.Input)
	case r.owner != p:
		return nil, fmt.Errorf("%w: another policy made it", agent.ErrInput)
	case r.vocab != p.vocab:
		return nil, fmt.Errorf("%w: it was made before Fit or Load", agent.ErrInput)
	}
	return r, nil
}

// list collects the choices of o that can be taken: the admissible ones and
// the candidates of its forms, without those of kind "noop".
func list(dst []*envs.Choice, o *envs.Observation) []*envs.Choice {
	for i := range o.Admissible {
		if o.Admissible[i].Kind != "noop" {
			dst = append(dst, o.Admissible[i])
		}
	}
	for i := range o.Forms {
		for _, c := range o.Forms[i].Candidates {
			if c.Kind == "" && o.Forms[i].Kind != "" {
				own := *c // the environment's is shared
				own.Kind = o.Forms[i].Kind
				c = &own
			}
			if c.Kind != "noop" {
				dst = append(dst, c)
			}
		}
	}
	return dst
}

// text is what a choice is matched by.
func text(c *envs.Choice) string {
	if c.Desc != "" {
		return c.Desc
	}
	return c.Action.String()
}
