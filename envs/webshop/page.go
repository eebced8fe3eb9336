package webshop

import (
	"sync/atomic"

	"stepgym/envs"
)

// place is the kind of page that a session is on.
type place uint8

const (
	placeSearch place = iota
	placeResults
	placeItem
	placeDescription
	placeFeatures
	placeReviews
	placeAttributes
	placeDone
	numPlaces
)

// String is Observation.Place.
func (p place) String() string {
	return [numPlaces]string{"search", "results", "item", "description", "features", "reviews", "attributes", "done"}[p]
}

// onItem reports whether the page belongs to one product.
func (p place) onItem() bool { return p >= placeItem && p <= placeAttributes }

// resultsPerPage is how many products a page of results lists.
const resultsPerPage = 10

// page is a page as everyone sees it who has chosen and visited nothing: all of
// it but the instruction. Pages are built once, shared, and never changed.
type page struct {
	place   place
	product int32  // of an item or sub-page, else -1
	asin    string // its ASIN

	// Of a page of results: the search words, the number of the page from 1
	// on, the products it lists and the number of all results.
	query string
	no    int32
	ids   []int32
	links []*link // their entries
	total int

	tail    string // rendered, what follows the instruction but the links; unused in modes html and url
	body    string // Observation.Body
	choices []*envs.Choice
	targets []target // targets[i] is what choices[i] clicks

	// last is the scene that was last made of this page. The rollouts of a
	// group play one goal, so it is mostly the next one as well.
	last atomic.Pointer[scene]
}

// scene is a page as one goal's customer sees it.
type scene struct {
	goal     int32
	text     string
	messages [1]envs.Message
}

func newScene(goal int32, text string) *scene {
	v := &scene{goal: goal, text: text}
	v.messages[0] = envs.Message{Role: "user", Content: text}
	return v
}

// find returns the target with this lower-case text, or nil.
func (p *page) find(arg string) *target {
	for i := range p.targets {
		if p.targets[i].arg == arg {
			return &p.targets[i]
		}
	}
	return nil
}

// add appends a click target, unless its text is taken. As in the original the
// first of equal texts gives the place in the list and the last one the effect.
func (p *page) add(t target, c *envs.Choice, compat bool) {
	if !clickable(t.arg, compat) {
		if !compat {
			return // Differs: what cannot be clicked is not listed.
		}
		t.kind = targetNothing
	}
	c.Kind = t.kind.String()
	if t.kind == targetNothing {
		c.Desc, c.Ref, c.Slot = "", "", ""
	}
	if old := p.find(t.arg); old != nil {
		i := p.index(old)
		p.targets[i], p.choices[i] = t, c
		return
	}
	p.targets = append(p.targets, t)
	p.choices = append(p.choices, c)
}

// index returns the place of a target that find returned.
func (p *page) index(t *target) int {
	for i := range p.targets {
		if &p.targets[i] == t {
			return i
		}
	}
	return -1
}

// button appends a button, which is routed by its text.
func (p *page) button(arg string, desc, ref string, compat bool) {
	t := target{arg: arg, product: -1}
	t.kind, t.sub, _ = routed(arg)
	if arg == "next >" {
		t.kind = targetNext
	}
	p.add(t, &envs.Choice{Action: envs.Action{Text: "click[" + arg + "]"}, Desc: desc, Ref: ref}, compat)
}
