package webshop

// finder is the search engine.
type finder interface {
	// Find returns the places in the catalogue of the k best products for the
	// query, best first; an error for a query that the original refuses. It is
	// safe for concurrent use and the caller keeps the result.
	Find(query string, k int) ([]int32, error)
}

// world is the immutable half of the shop: everything that sessions share.
type world struct {
	config  Config
	catalog *Catalog
	engine  finder
	search  *page    // the search page
	done    *page    // the last page
	buttons [2]*page // the buttons of the first page of results and of the others
	caches  caches
}

func newWorld(c Config, catalog *Catalog, engine finder) *world {
	w := &world{config: c, catalog: catalog, engine: engine, caches: newCaches(catalog.Len(), catalog.NumGoals())}
	w.search, w.buttons = w.buildSearch(), w.resultButtons()
	w.done = &page{place: placeDone, product: -1}
	return w
}
