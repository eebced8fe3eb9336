package webshop

import (
	"strings"
	"sync/atomic"

	"github.com/zeebo/xxh3"

	"stepgym/envs"
	"stepgym/internal/python"
)

// Bounds of the tables below, in entries. Small catalogues use less.
const (
	maxItemPages   = 1 << 16 // about 2 kB each
	maxLinks       = 1 << 16 // about 0.4 kB each
	maxResultPages = 1 << 13 // about 4 kB each
	maxHits        = 1 << 15 // about 0.4 kB each
	maxStarts      = 1 << 13 // about 2 kB each
)

// table remembers things that can be made again, one a slot: a new thing takes
// its slot from the old one. It is safe for concurrent use and never blocks.
type table[T any] []atomic.Pointer[T]

func newTable[T any](n, limit int) table[T] { return make(table[T], max(1, min(n, limit))) }

func (t table[T]) slot(i uint64) *atomic.Pointer[T] { return &t[i%uint64(len(t))] }

// caches holds what the episodes of a world share.
type caches struct {
	items   table[page]  // by product and place
	links   table[link]  // by product
	results table[page]  // by search words and number
	hits    table[hits]  // by search words
	starts  table[start] // by goal
}

func newCaches(products, goals int) caches {
	return caches{
		items:   newTable[page](products*int(placeAttributes-placeItem+1), maxItemPages),
		links:   newTable[link](products, maxLinks),
		results: newTable[page](maxResultPages, maxResultPages),
		hits:    newTable[hits](maxHits, maxHits),
		starts:  newTable[start](goals, maxStarts),
	}
}

// link is a product as it stands in a list of results.
type link struct {
	id     int32
	target target
	choice *envs.Choice
	plain  bool   // a click on its text leads here, whatever else is on the page
	text   string // rendered; unused in modes html and url
}

// hits is the outcome of one search.
type hits struct {
	query string
	ids   []int32
}

// start is what is special about a goal's search page.
type start struct {
	goal  int32
	scene *scene // nil in mode url, where it shows the session's name
	forms []envs.Form
}

// item returns the page at of a product.
func (w *world) item(id int32, at place) *page {
	slot := w.caches.items.slot(uint64(id)*uint64(placeAttributes-placeItem+1) + uint64(at-placeItem))
	if p := slot.Load(); p != nil && p.product == id && p.place == at {
		return p
	}
	p := w.buildItem(id, at)
	slot.Store(p)
	return p
}

// link returns the entry of a product in results.
func (w *world) link(id int32) *link {
	slot := w.caches.links.slot(uint64(id))
	if l := slot.Load(); l != nil && l.id == id {
		return l
	}
	l := w.buildLink(id)
	slot.Store(l)
	return l
}

// results returns page no of the results of a search that always finds the
// same, or false if the search is refused.
func (w *world) results(query string, no int32) (*page, bool) {
	h := xxh3.HashString(query)
	slot := w.caches.results.slot(h + uint64(no)*0x9e3779b97f4a7c15)
	if p := slot.Load(); p != nil && p.no == no && p.query == query {
		return p, true
	}
	ids, ok := w.find(query, h)
	if !ok {
		return nil, false
	}
	p := w.buildResults(strings.Clone(query), no, ids)
	slot.Store(p)
	return p, true
}

// find returns all results of a search that always finds the same, or false if
// the original raises an exception. h is the hash of query.
func (w *world) find(query string, h uint64) ([]int32, bool) {
	if ids, ok, special := w.special(query); special {
		return ids, ok
	}
	slot := w.caches.hits.slot(h)
	if f := slot.Load(); f != nil && f.query == query {
		return f.ids, true
	}
	ids, err := w.engine.Find(query, maxResults)
	if err != nil {
		return nil, false // Differs: the original raises an exception, "too many clauses".
	}
	slot.Store(&hits{query: strings.Clone(query), ids: ids})
	return ids, true
}

// special answers the searches whose first word is a command: "<c>" lists a
// category and "<q>" the products collected by a query.
//
// Differs: "<a>" and a "<c>" without argument raise exceptions in the original;
// here they are refused.
func (w *world) special(query string) (ids []int32, ok, special bool) {
	if len(query) < 3 || query[0] != '<' {
		return nil, false, false
	}
	first, rest, more := strings.Cut(query, " ")
	switch first {
	case "<c>":
		if !more {
			return nil, false, true
		}
		word, _, _ := strings.Cut(rest, " ")
		return w.catalog.ByCategory(python.Strip(word)), true, true
	case "<q>":
		return w.catalog.ByQuery(python.Strip(rest)), true, true
	case "<a>":
		return nil, false, true
	}
	return nil, false, false
}

// isRandom reports whether a search draws its results.
func isRandom(query string) bool {
	return strings.HasPrefix(query, "<r>") && (len(query) == 3 || query[3] == ' ')
}

// startOf returns the search page of a goal.
func (w *world) startOf(g *Goal) *start {
	goal := int32(g.Index)
	slot := w.caches.starts.slot(uint64(goal))
	if s := slot.Load(); s != nil && s.goal == goal {
		return s
	}
	s := &start{goal: goal, forms: searchForms(g.Instruction, w.config.Compat)}
	if w.config.Observation != ModeURL {
		s.scene = newScene(goal, w.render(w.search, g, nil))
	}
	slot.Store(s)
	return s
}
