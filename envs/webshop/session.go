package webshop

import (
	"slices"
	"strconv"

	"stepgym/internal/python"
)

// maxResults is how many products a search finds at most.
const maxResults = 50

// session is what the shop knows of one customer: the original's server state
// and browser in one. It does not end by itself; a purchase shows the last page
// and a search goes on from there.
type session struct {
	world *world
	goal  *Goal
	name  string // as a part of addresses; "" stands for the goal's number
	seed  uint64 // of random searches

	page  *page
	words string // the search, words joined by single spaces; "" before one
	no    int32  // page of the results, also while an item is shown
	draws uint32 // random searches so far

	product int32    // -1 where none is open
	options []chosen // in the order in which their names were first chosen
	visited []int32  // products opened since the last visit to the search page, increasing

	reward *Reward // of the last purchase

	// The slices above start here, so that a short episode is one allocation.
	optionsArray [4]chosen
	visitedArray [6]int32
}

// chosen is an option value that the customer chose.
type chosen struct{ option, value int32 }

// outcome is what an action did.
type outcome struct {
	refused bool    // the page stays as it is
	bought  *Reward // not nil if the action was a purchase
}

// start puts s on the search page of a new session.
func (s *session) start(w *world, g *Goal, seed uint64) {
	*s = session{world: w, goal: g, seed: seed}
	s.reset()
}

// reset does what "back to search" does.
func (s *session) reset() {
	s.page, s.words, s.no, s.product = s.world.search, "", 0, -1
	s.options, s.visited = s.optionsArray[:0], s.visitedArray[:0]
}

// clone copies s to t; the two share nothing that changes.
func (s *session) clone(t *session) {
	*t = *s
	t.options = append(t.optionsArray[:0], s.options...)
	t.visited = append(t.visitedArray[:0], s.visited...)
}

// act does what an action says.
func (s *session) act(text string) outcome {
	compat := s.world.config.Compat
	name, arg, ok := parseAction(text, compat)
	if !ok {
		return outcome{refused: true}
	}
	arg = python.Lower(arg)
	switch name {
	case "search":
		return s.find(arg, 1)
	case "click":
		if t := s.page.find(arg); t != nil {
			return s.click(t)
		}
	}
	return outcome{refused: true}
}

// find shows page no of a search. The original accepts a search on every page.
func (s *session) find(words string, no int32) outcome {
	var p *page
	if isRandom(words) {
		ids := s.world.randomProducts(s.seed, s.draws+1)
		if ids == nil {
			return outcome{refused: true} // Differs: the original raises a ValueError.
		}
		s.draws++
		p = s.world.buildResults(words, no, ids)
	} else {
		var ok bool
		if p, ok = s.world.results(words, no); !ok {
			return outcome{refused: true}
		}
	}
	s.page, s.words, s.no, s.product, s.options = p, words, no, -1, s.options[:0]
	return outcome{}
}

// click does what a click on t does. The original goes by the text of what is
// clicked before it looks at what that is.
func (s *session) click(t *target) outcome {
	switch t.kind {
	case targetBack:
		s.reset()
		return outcome{}
	case targetNext:
		return s.find(s.words, s.no+1)
	case targetPrev:
		return s.prev()
	case targetOpen:
		return s.open(t.product)
	case targetOption:
		return s.choose(t)
	case targetSub:
		if s.product < 0 {
			break // an ASIN like a button's text; the original raises a KeyError
		}
		s.page = s.world.item(s.product, t.sub)
		return outcome{}
	case targetBuy:
		if s.product < 0 {
			break
		}
		return s.buy()
	}
	return outcome{refused: true}
}

// prev goes back from where the original believes the customer to be: it looks
// for the names of pages in the address, in this order, and the search words
// are a part of that.
//
// Differs without compat: the page itself decides.
func (s *session) prev() outcome {
	at, compat := s.page.place, s.world.config.Compat
	switch {
	case at == placeResults, compat && s.urlHas("search_results"):
		return s.find(s.words, s.no-1)
	case at == placeItem, compat && s.urlHas("item_page"):
		return s.find(s.words, s.no)
	}
	s.page = s.world.item(s.product, placeItem)
	return outcome{}
}

// open shows a product of the results.
func (s *session) open(product int32) outcome {
	if product < 0 {
		return outcome{refused: true} // Differs: the original raises a KeyError.
	}
	s.product = product
	s.page = s.world.item(product, placeItem)
	if i, found := slices.BinarySearch(s.visited, product); !found {
		s.visited = slices.Insert(s.visited, i, product)
	}
	return outcome{}
}

// choose sets an option.
func (s *session) choose(t *target) outcome {
	if t.arg == "next >" && s.world.config.Compat && s.urlHas("search_results") {
		return s.find(s.words, s.no+1)
	}
	for i := range s.options {
		if s.options[i].option == t.option {
			s.options[i].value = t.value
			return outcome{}
		}
	}
	s.options = append(s.options, chosen{t.option, t.value})
	return outcome{}
}

// buy ends the original's episode: it pays for the open product.
func (s *session) buy() outcome {
	p := s.world.catalog.Product(int(s.product))
	r := s.world.catalog.Reward(s.goal, p, s.settings(), p.Price)
	s.reward, s.page = &r, s.world.done
	return outcome{bought: &r}
}

// settings are the chosen options with their texts. A nil session has none.
func (s *session) settings() []Setting {
	if s == nil || len(s.options) == 0 {
		return nil
	}
	p := s.world.catalog.Product(int(s.product))
	out := make([]Setting, len(s.options))
	for i, c := range s.options {
		o := &p.Options[c.option]
		out[i] = Setting{Name: o.Name, Value: o.Values[c.value]}
	}
	return out
}

// asin is the open product's ASIN.
func (s *session) asin() string { return s.world.catalog.Product(int(s.product)).ASIN }

// names is the session's name in addresses.
func (s *session) names() string {
	if s.name != "" {
		return s.name
	}
	return s.world.config.SessionPrefix + strconv.Itoa(s.goal.Index)
}
